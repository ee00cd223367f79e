// SPDX-License-Identifier: MIT OR Apache-2.0

//! What init asks of the kernel itself.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use nix::sys::reboot::{reboot, RebootMode};
use nix::unistd::sync;
use vm_protocol::{parameter, Taint};

use crate::error::{Error, While};

/// The kernel command line.
pub struct Parameters(String);

impl Parameters {
    /// Needs `/proc`.
    pub fn read() -> Result<Self, Error> {
        fs::read_to_string("/proc/cmdline").map(Self).while_doing(|| "reading the kernel command line")
    }

    /// The console log level to change to. The last one counts, as with the kernel's own parameters.
    pub fn console_level(&self) -> Option<&str> {
        self.words().filter_map(|word| word.strip_prefix(parameter::LOGLEVEL)?.strip_prefix('=')).last()
    }

    /// Up to ` -- `, after which the words are init's arguments.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split_ascii_whitespace().take_while(|&word| word != "--")
    }
}

/// Messages more urgent than `level` appear on the console (proc_sys_kernel_printk(5)).
pub fn set_console_level(level: &str) -> Result<(), Error> {
    fs::write("/proc/sys/kernel/printk", level).while_doing(|| format!("setting the console log level to {level}"))
}

/// What the kernel thinks of itself. Opened before anything runs, for in a machine that is resumed it is the first look that takes time.
pub struct TaintFile(File);

impl TaintFile {
    const PATH: &'static str = "/proc/sys/kernel/tainted";

    /// Needs `/proc`.
    pub fn open() -> Result<Self, Error> {
        File::open(Self::PATH).map(Self).while_doing(|| format!("opening {}", Self::PATH))
    }

    /// As it is now.
    pub fn read(&self) -> Result<Taint, Error> {
        let doing = || format!("reading {}", Self::PATH);
        // A number of 64 bits, and the end of its line.
        let mut text = [0; 21];
        let length = self.0.read_at(&mut text, 0).while_doing(doing)?;
        String::from_utf8_lossy(&text[..length]).trim().parse().map(Taint).while_doing(doing)
    }
}

/// Ends the machine. File systems are written back first; processes are not asked.
pub fn power_off() -> ! {
    sync();
    let Err(errno) = reboot(RebootMode::RB_POWER_OFF);
    // Ending PID 1 makes the kernel panic, which ends the machine too, and says so on the console.
    panic!("cannot power off: {errno}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(line: &str) -> Parameters {
        Parameters(format!("{line}\n"))
    }

    #[test]
    fn the_last_console_level_counts() {
        assert_eq!(parameters("ferrite.loglevel=7 loglevel=3").console_level(), Some("7"));
        assert_eq!(parameters("ferrite.loglevel=7 ferrite.loglevel=4").console_level(), Some("4"));
        assert_eq!(parameters("loglevel=3").console_level(), None);
    }

    #[test]
    fn arguments_of_init_are_not_parameters() {
        assert_eq!(parameters("quiet -- ferrite.loglevel=7").console_level(), None);
    }
}
