// SPDX-License-Identifier: MIT OR Apache-2.0

//! Work that proves itself: a command, and the line that it must print.

use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::error::Error;
use crate::process;

/// A command of the guest's.
pub struct Work {
    /// The program and its arguments.
    pub command: &'static [&'static str],
    /// A line that it prints when it did what it is for.
    pub prints: &'static str,
}

/// SET, GET, and what came back.
pub const ROUND_TRIP: Work = Work { command: &["chardevctl", "roundtrip"], prints: "size 100, buf lazenca.0x0" };

/// Something that takes no module, and that only the guest answers so.
pub const ARCHITECTURE: Work = Work { command: &["uname", "-m"], prints: "aarch64" };

/// What the kernel said of its boot. That it is all there, its reader checks.
pub const BOOT_LOG: Work = Work { command: &["dmesg"], prints: "" };

/// Some that was done.
pub struct Done {
    /// From the start of the command to its end.
    pub took: Duration,
    /// What it printed.
    pub stdout: String,
    /// What else there was to say, if `command` has a pipe for it.
    pub stderr: String,
}

/// Runs a command of the host's that has a guest do some work. `stop` is as for [`process::run`].
///
/// # Errors
///
/// If it fails, or does not print what it must.
pub fn run(command: Command, prints: &str, stop: Signal) -> Result<Done, Error> {
    let line = shown(&command);
    let ended = process::run(command, stop)?;
    if ended.status.success() && (prints.is_empty() || ended.stdout.lines().any(|line| line == prints)) {
        return Ok(Done { took: ended.took, stdout: ended.stdout, stderr: ended.stderr });
    }
    let cause = if ended.status.success() {
        format!("it did not print `{prints}`, but:\n{}", ended.stdout)
    } else {
        format!("it ended with {}\n{}", ended.status, ended.stderr)
    };
    Err(Error::new(
        format!("measure `{line}`"),
        cause.trim_end(),
        "run that by itself until it holds, then bench again",
    ))
}

/// As a person would type it.
fn shown(command: &Command) -> String {
    let words: Vec<_> =
        [command.get_program()].into_iter().chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
