// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many short tests of the driver's suite a second run, each in a machine of its own that is resumed: as the harness runs them.

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde::Serialize;

use crate::error::Error;
use crate::process;
use crate::statistics::Spread;
use crate::work;

/// The tests: all that begin so. None of them waits for anything, and they are enough that starting xargs, and waiting for the last
/// one, count for little.
const TESTS: &str = "ioctl::";

/// Their program, in the guest.
const PROGRAM: &str = "guest";

/// How often each number at once has its turn.
const TURNS: usize = 3;

/// How many at once.
const AT_ONCE: [u32; 4] = [1, 2, 3, 4];

/// What the repository promises on 2 processors, for two at once.
pub const GOAL: f64 = 8.0;

/// Runs the test $1. The program is started before the machine is saved, and takes the name from its input then; its status is 50 when
/// the test has passed.
const EACH: &str = r#"
status=0
said=$(echo "$1" | "$VM" --state "$STATES" --initramfs "$TESTS" --smp 1 --timeout 180 --discard --save-after-output -- \
    "$PROGRAM" --told) || status=$?
[ "$status" = 50 ] || { echo "$said" >&2; exit 1; }"#;

/// Runs the tests after the first two arguments: by that, so many at once.
const ALL: &str = r#"each=$1 at_once=$2; shift 2; printf '%s\n' "$@" | xargs -P "$at_once" -n 1 sh -c "$each" sh"#;

/// Tests a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// So many at once.
    pub at_once: u32,
    /// Tests a second.
    pub rate: Spread,
}

/// Measures them by turns. `root` is a root file system that has the suite's program, and the module.
pub fn measure(vm: &Path, root: &Path, states: &Path) -> Result<Vec<Rate>, Error> {
    eprintln!("bench: tests in resumed machines, 1 to 4 at once");
    let tests = list(vm, root)?;
    let run = |tests: &[String], at_once| run(vm, root, states, tests, at_once);
    // That saves the machine.
    run(&tests[..1], 1)?;
    let mut rates = AT_ONCE.map(|_| Vec::new());
    for _ in 0..TURNS {
        for (&at_once, rates) in AT_ONCE.iter().zip(&mut rates) {
            rates.push(run(&tests, at_once)?);
        }
    }
    let rate = |(at_once, rates)| Rate { at_once, rate: Spread::of(rates) };
    Ok(AT_ONCE.into_iter().zip(rates).map(rate).collect())
}

/// The names of the tests, of which there is one at least.
fn list(vm: &Path, root: &Path) -> Result<Vec<String>, Error> {
    let mut command = Command::new(vm);
    command.arg("--initramfs").arg(root).args(["--", PROGRAM, "--list", "--format", "terse", TESTS]);
    command.env("FERRITE_STATE", "").stderr(Stdio::piped());
    let listed = work::run(command, "", Signal::SIGTERM)?.stdout;
    let tests: Vec<String> = listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect();
    if tests.is_empty() {
        return Err(Error::new(
            "find tests to run",
            format!("none of {PROGRAM} begins with {TESTS}; it listed:\n{}", listed.trim_end()),
            "name a root file system of the same build as bench (nix run .#bench does)",
        ));
    }
    Ok(tests)
}

/// Tests a second.
fn run(vm: &Path, root: &Path, states: &Path, tests: &[String], at_once: u32) -> Result<f64, Error> {
    let mut command = Command::new("sh");
    command.args(["-c", ALL, "sh", EACH, &at_once.to_string()]).args(tests);
    command.env("VM", vm).env("TESTS", root).env("STATES", states).env("PROGRAM", PROGRAM);
    command.stderr(Stdio::piped());
    let ended = process::run(command, Signal::SIGTERM)?;
    if !ended.status.success() || ended.stderr.contains("vm: cannot ") {
        return Err(Error::new(
            format!("run {} tests, {at_once} at a time", tests.len()),
            format!("they ended with {}\n{}", ended.status, ended.stderr).trim_end(),
            "see whether they pass: cargo nextest run --package driver-tests",
        ));
    }
    Ok(tests.len() as f64 / ended.took.as_secs_f64())
}
