// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the time of a run went.

use std::fmt::{self, Display, Formatter};
use std::time::{Duration, Instant};

use crate::state::State;

/// The moments of a run that ended well.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// How long it took to save the machine that was then resumed.
    saving: Option<Duration>,
    resumed: bool,
    started: Instant,
    ready: Option<Instant>,
    ended: Option<Instant>,
}

impl Timings {
    /// Now is when QEMU is started.
    pub fn start(state: Option<&State>) -> Self {
        let saving = state.and_then(|state| state.made_in);
        Self { saving, resumed: state.is_some(), started: Instant::now(), ready: None, ended: None }
    }

    /// The guest is prepared, its module loaded.
    pub fn ready(&mut self) {
        self.ready = Some(Instant::now());
    }

    /// The command has ended.
    pub fn ended(&mut self) {
        self.ended = Some(Instant::now());
    }

    /// The machine is off. `None` if it did not come that far.
    pub fn off(&self) -> Option<Phases> {
        let (ready, ended) = (self.ready?, self.ended?);
        Some(Phases {
            saving: self.saving,
            resumed: self.resumed,
            start: ready - self.started,
            command: ended - ready,
            power_off: ended.elapsed(),
        })
    }
}

/// How long each phase of a run took.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    saving: Option<Duration>,
    resumed: bool,
    /// From the start of QEMU until the module was loaded.
    start: Duration,
    /// Until the command had ended.
    command: Duration,
    /// Until QEMU had ended.
    power_off: Duration,
}

impl Display for Phases {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { saving, resumed, start, command, power_off } = self;
        let total = saving.unwrap_or_default() + *start + *command + *power_off;
        write!(f, "machine {:.3} s: ", total.as_secs_f64())?;
        if let Some(saving) = saving {
            write!(f, "boot to save {:.3}, ", saving.as_secs_f64())?;
        }
        write!(
            f,
            "{} and module {:.3}, command {:.3}, power off {:.3}",
            if *resumed { "resume" } else { "boot" },
            start.as_secs_f64(),
            command.as_secs_f64(),
            power_off.as_secs_f64()
        )
    }
}
