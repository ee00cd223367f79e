// SPDX-License-Identifier: MIT OR Apache-2.0

//! The time of day.

use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{clock_settime, ClockId};

use crate::error::{Error, While};

/// Sets it, since 1970. In a machine that was saved, it stood still meanwhile.
pub fn set(time: Duration) -> Result<(), Error> {
    clock_settime(ClockId::CLOCK_REALTIME, TimeSpec::from_duration(time)).while_doing(|| "setting the clock")
}
