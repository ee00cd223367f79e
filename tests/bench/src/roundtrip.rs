// SPDX-License-Identifier: MIT OR Apache-2.0

//! The round trip through the device: SET, GET, and what came back, printed.

use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::error::Error;
use crate::process;

/// The guest's command.
pub const COMMAND: [&str; 2] = ["chardevctl", "roundtrip"];

/// `./nixw` with these is what a user types.
pub const NIXW: [&str; 5] = ["run", ".#vm", "--", COMMAND[0], COMMAND[1]];

/// What the guest prints when it held.
const HELD: &str = "size 100, buf lazenca.0x0";

/// One that held.
pub struct Roundtrip {
    /// From the start of the command to its end.
    pub took: Duration,
    /// What else there was to say, if `command` has a pipe for it.
    pub stderr: String,
}

/// Runs a command that makes a round trip. `stop` is as for [`process::run`].
///
/// # Errors
///
/// If it fails, or does not print what it must.
pub fn run(command: Command, stop: Signal) -> Result<Roundtrip, Error> {
    let line = shown(&command);
    let ended = process::run(command, stop)?;
    if ended.status.success() && ended.stdout.lines().any(|line| line == HELD) {
        return Ok(Roundtrip { took: ended.took, stderr: ended.stderr });
    }
    let cause = if ended.status.success() {
        format!("it did not print `{HELD}`, but:\n{}", ended.stdout)
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
