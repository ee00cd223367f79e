// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many short commands a second run, each in a machine of its own that is resumed.

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde::Serialize;

use crate::error::Error;
use crate::process;
use crate::statistics::Spread;

/// Enough that starting xargs, and waiting for the last one, count for little.
const MACHINES: u32 = 12;

/// How often each number at once has its turn.
const TURNS: usize = 3;

/// How many at once.
const AT_ONCE: [u32; 4] = [1, 2, 3, 4];

/// What the repository promises on 2 processors, for two at once.
pub const GOAL: f64 = 8.0;

/// Machines a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// So many at once.
    pub at_once: u32,
    /// Machines a second.
    pub rate: Spread,
}

/// Measures them by turns.
pub fn measure(vm: &Path, states: &Path) -> Result<Vec<Rate>, Error> {
    eprintln!("bench: resumed machines, 1 to 4 at once");
    let mut rates = AT_ONCE.map(|_| Vec::new());
    for _ in 0..TURNS {
        for (&at_once, rates) in AT_ONCE.iter().zip(&mut rates) {
            rates.push(rate(vm, states, at_once)?);
        }
    }
    let rate = |(at_once, rates)| Rate { at_once, rate: Spread::of(rates) };
    Ok(AT_ONCE.into_iter().zip(rates).map(rate).collect())
}

fn rate(vm: &Path, states: &Path, at_once: u32) -> Result<f64, Error> {
    let mut command = Command::new("sh");
    command
        // `true` takes no notice of the number.
        .args(["-c", r#"seq "$1" | xargs -P "$2" -n 1 "$0" -- true"#])
        .arg(vm)
        .args([MACHINES, at_once].map(|number| number.to_string()))
        .env("FERRITE_STATE", states)
        .stderr(Stdio::piped());
    let ended = process::run(command, Signal::SIGTERM)?;
    if !ended.status.success() || ended.stderr.contains("vm: cannot ") {
        return Err(Error::new(
            format!("run {MACHINES} machines, {at_once} at a time"),
            format!("they ended with {}\n{}", ended.status, ended.stderr).trim_end(),
            "run `vm --state DIR -- true` by itself until it holds, then bench again",
        ));
    }
    Ok(f64::from(MACHINES) / ended.took.as_secs_f64())
}
