// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine that the figures are of.

use std::fmt::{self, Display, Formatter};
use std::fs::{self, OpenOptions};
use std::num::NonZeroUsize;
use std::thread;

use serde::Serialize;

/// What a figure depends on.
#[derive(Debug, Serialize)]
pub struct Host {
    /// Those that this process may use.
    processors: Option<NonZeroUsize>,
    /// As the kernel names it, or the architecture where it does not.
    model: String,
    accelerator: Accelerator,
    /// How many processes wanted a processor, on average over the minute before the first measurement and before the end. This
    /// program's own are among the latter.
    load: [f64; 2],
}

/// What executes the guest's instructions.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Accelerator {
    Tcg,
    Kvm,
}

impl Host {
    /// The one that this runs on, before anything is measured.
    pub fn describe() -> Self {
        let load = load();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            processors: thread::available_parallelism().ok(),
            model: model(&cpuinfo).unwrap_or(std::env::consts::ARCH).to_owned(),
            accelerator: Accelerator::detect(),
            load: [load, load],
        }
    }

    /// The same, after everything was measured.
    pub fn after(mut self) -> Self {
        self.load[1] = load();
        self
    }
}

/// The first number of `/proc/loadavg`, see proc_loadavg(5).
fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
}

impl Accelerator {
    /// The one that `vm` takes.
    fn detect() -> Self {
        let kvm = || OpenOptions::new().read(true).write(true).open("/dev/kvm").is_ok();
        if cfg!(target_arch = "aarch64") && kvm() {
            Self::Kvm
        } else {
            Self::Tcg
        }
    }
}

/// From `/proc/cpuinfo`, see proc_cpuinfo(5). arm64 names none there.
fn model(cpuinfo: &str) -> Option<&str> {
    let (_, model) = cpuinfo.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(model.trim())
}

impl Display for Host {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.processors {
            Some(number) => write!(f, "{number} x {}", self.model)?,
            None => f.write_str(&self.model)?,
        }
        f.write_str(match self.accelerator {
            Accelerator::Tcg => "; without KVM (QEMU translates the guest's instructions)",
            Accelerator::Kvm => "; with KVM",
        })?;
        write!(f, "; load {:.1} before, {:.1} after", self.load[0], self.load[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_processor_names_the_model() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 106\nmodel name\t: Some Processor @ 2 GHz\n\nmodel name\t: Other\n";
        assert_eq!(model(cpuinfo), Some("Some Processor @ 2 GHz"));
    }

    #[test]
    fn a_kernel_may_name_none() {
        assert_eq!(model("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
    }
}
