// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the time of a run went.

use std::fmt::{self, Display, Formatter};
use std::time::{Duration, Instant};

/// The moments of a run that ended well.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    started: Instant,
    ready: Option<Instant>,
    ended: Option<Instant>,
}

impl Timings {
    /// Now is when QEMU is started.
    pub fn start() -> Self {
        Self { started: Instant::now(), ready: None, ended: None }
    }

    /// The guest is up, its module loaded.
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
        Some(Phases { boot: ready - self.started, command: ended - ready, power_off: ended.elapsed() })
    }
}

/// How long each phase of a run took.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    /// From the start of QEMU until the module was loaded.
    boot: Duration,
    /// Until the command had ended.
    command: Duration,
    /// Until QEMU had ended.
    power_off: Duration,
}

impl Display for Phases {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { boot, command, power_off } = self;
        let seconds = |duration: &Duration| duration.as_secs_f64();
        write!(
            f,
            "machine {:.3} s: boot and module {:.3}, command {:.3}, power off {:.3}",
            seconds(&(*boot + *command + *power_off)),
            seconds(boot),
            seconds(command),
            seconds(power_off)
        )
    }
}
