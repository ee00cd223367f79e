// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver beside its twin in C, in one machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use compare::Comparison;
use nix::sys::signal::Signal;

use crate::error::Error;
use crate::process;

/// What it takes to compare.
#[derive(Debug, PartialEq, Eq)]
pub struct Twin {
    /// The folder with `twin.ko` and the program `compare`.
    pub folder: PathBuf,
    /// A QEMU whose guests have a clock that counts instructions, one a nanosecond.
    pub counting_qemu: PathBuf,
}

/// The same rounds by two clocks.
pub struct Comparisons {
    /// By the host's clock.
    pub nanoseconds: Comparison,
    /// By the instructions of the guest. What these show is the same each time.
    pub instructions: Comparison,
}

/// Rounds are a millisecond or so, less than a busy host lets QEMU run at a time, so that most are undisturbed.
const ROUNDS: u32 = 2000;

/// Instructions have next to no noise: timer interrupts come in a few rounds, and the median is of those without.
const COUNTED_ROUNDS: u32 = 40;

/// Calls that are timed one by one: enough for a percentile of 99.
const SINGLES: u32 = 5000;

/// The same where they are counted, which takes longer.
const COUNTED_SINGLES: u32 = 1000;

/// Runs both.
pub fn measure(vm: &Path, twin: &Twin) -> Result<Comparisons, Error> {
    eprintln!("bench: comparing the driver with its twin in C");
    Ok(Comparisons {
        nanoseconds: run(command(vm, twin, ROUNDS, SINGLES))?,
        instructions: run(counting(command(vm, twin, COUNTED_ROUNDS, COUNTED_SINGLES), twin))?,
    })
}

fn command(vm: &Path, twin: &Twin, rounds: u32, singles: u32) -> Command {
    let compare = format!("/mnt/share/compare --rounds {rounds} --singles {singles} /dev/chardev0 /dev/twin0");
    let line = format!("insmod /mnt/share/twin.ko && {compare}");
    let mut command = Command::new(vm);
    command.args(["--timeout", "600", "--share"]).arg(&twin.folder).args(["--", "sh", "-c", &line]);
    command.stderr(Stdio::piped());
    command
}

fn counting(mut command: Command, twin: &Twin) -> Command {
    command.env("FERRITE_QEMU", &twin.counting_qemu);
    command
}

fn run(command: Command) -> Result<Comparison, Error> {
    let failed = |cause: String| {
        Error::new(
            "compare the driver with its twin in C",
            cause.trim_end(),
            format!(
                "see what the machine said; `nix build .#checks.{}-linux.twin` tries the twin by itself",
                std::env::consts::ARCH
            ),
        )
    };
    let ended = process::run(command, Signal::SIGTERM)?;
    if !ended.status.success() {
        return Err(failed(format!("the machine ended with {}\n{}", ended.status, ended.stderr)));
    }
    serde_json::from_str(&ended.stdout).map_err(|error| failed(format!("it printed no comparison: {error}")))
}
