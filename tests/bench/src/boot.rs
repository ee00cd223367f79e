// SPDX-License-Identifier: MIT OR Apache-2.0

//! A boot by phase, from the host's clock and the kernel's log.

use serde::Serialize;

use crate::series::{Sample, Series};
use crate::statistics::Spread;
use crate::subject::Subject;

/// The phases of a boot, in seconds.
#[derive(Debug, Serialize)]
pub struct Boot {
    /// Until the kernel has a clock: QEMU, firmware where there is any, and the kernel's first steps.
    pub before: Spread,
    /// Until it starts a program.
    pub kernel: Spread,
    /// Until that loads the module: mounts, and the first talk with the host.
    pub init: Spread,
    /// Until the module is there.
    pub module: Spread,
}

/// The machine, started by QEMU and by firmware.
#[derive(Debug, Serialize)]
pub struct Boots {
    /// QEMU puts the kernel into memory.
    pub direct: Boot,
    /// Firmware takes it from a disk.
    pub disk: Option<Boot>,
    /// What the firmware adds before the kernel has a clock, turn by turn.
    pub firmware: Option<Spread>,
}

impl Boots {
    /// `None` for a series without logs.
    pub fn new(series: &Series) -> Option<Self> {
        let direct = series.of(Subject::Log)?;
        let disk = series.of(Subject::DiskLog);
        Some(Self {
            direct: Boot::new(direct),
            disk: disk.map(Boot::new),
            firmware: disk
                .map(|disk| Spread::of(disk.iter().zip(direct).map(|(disk, direct)| before(disk) - before(direct)))),
        })
    }
}

impl Boot {
    /// Of samples with logs.
    fn new(samples: &[Sample]) -> Self {
        let spread = |phase: fn(&Sample) -> f64| Spread::of(samples.iter().map(phase));
        Self {
            before: spread(before),
            kernel: spread(|sample| log(sample).init),
            init: spread(|sample| log(sample).module - log(sample).init),
            module: spread(|sample| log(sample).loaded - log(sample).module),
        }
    }

    /// What they are called, in their order.
    pub fn phases(&self) -> [(&'static str, &Spread); 4] {
        [("before", &self.before), ("kernel", &self.kernel), ("init", &self.init), ("module", &self.module)]
    }
}

fn log(sample: &Sample) -> crate::boot_log::BootLog {
    sample.boot.expect("a subject with a log has one in each sample")
}

/// The host knows how long it took until the module was loaded, and the kernel's clock how long of that it has run.
fn before(sample: &Sample) -> f64 {
    let until_loaded = sample.phases.first().map_or(0.0, |phase| phase.seconds);
    until_loaded - log(sample).loaded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot_log::BootLog;
    use crate::phases::Phase;

    fn sample(until_loaded: f64) -> Sample {
        let phases = vec![Phase { name: "boot and module".to_owned(), seconds: until_loaded }];
        Sample { seconds: 2.0, phases, boot: Some(BootLog { init: 0.25, module: 0.375, loaded: 0.5 }) }
    }

    #[test]
    fn phases_add_up_to_the_time_that_the_host_saw() {
        let series = Series::new(vec![(Subject::Log, vec![sample(0.75)]), (Subject::DiskLog, vec![sample(1.75)])]);
        let boots = Boots::new(&series).expect("there are logs");
        let medians = boots.direct.phases().map(|(_, spread)| spread.median);
        assert_eq!(medians, [0.25, 0.25, 0.125, 0.125]);
        assert_eq!(medians.iter().sum::<f64>(), 0.75);
        assert_eq!(boots.firmware.map(|spread| spread.median), Some(1.0));
    }

    #[test]
    fn without_a_disk_there_is_no_firmware() {
        let boots = Boots::new(&Series::new(vec![(Subject::Log, vec![sample(0.75)])])).expect("there is a log");
        assert!(boots.disk.is_none() && boots.firmware.is_none());
    }
}
