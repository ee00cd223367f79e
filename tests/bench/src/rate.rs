// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many short commands a second run, each in a machine of its own that is resumed.

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde::Serialize;

use crate::error::Error;
use crate::process;

/// Enough that starting xargs, and waiting for the last one, count for little.
const RUNS: u32 = 40;

/// Runs a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rates {
    /// One after the other.
    pub one: f64,
    /// Two at once.
    pub two: f64,
}

/// Measures both.
pub fn measure(vm: &Path, states: &Path) -> Result<Rates, Error> {
    eprintln!("bench: {RUNS} resumed machines one after the other, and two at once");
    Ok(Rates { one: rate(vm, states, 1)?, two: rate(vm, states, 2)? })
}

fn rate(vm: &Path, states: &Path, at_once: u32) -> Result<f64, Error> {
    let mut command = Command::new("sh");
    command
        // `true` takes no notice of the number.
        .args(["-c", r#"seq "$1" | xargs -P "$2" -n 1 "$0" -- true"#])
        .arg(vm)
        .args([RUNS, at_once].map(|number| number.to_string()))
        .env("FERRITE_STATE", states)
        .stderr(Stdio::piped());
    let ended = process::run(command, Signal::SIGTERM)?;
    if !ended.status.success() || ended.stderr.contains("vm: cannot ") {
        return Err(Error::new(
            format!("run {RUNS} machines, {at_once} at a time"),
            format!("they ended with {}\n{}", ended.status, ended.stderr).trim_end(),
            "run `vm --state DIR -- true` by itself until it holds, then bench again",
        ));
    }
    Ok(f64::from(RUNS) / ended.took.as_secs_f64())
}
