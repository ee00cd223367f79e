// SPDX-License-Identifier: MIT OR Apache-2.0

//! The quick figures: what a user types, the machine alone, and the same resumed, in turn, so that what disturbs the host disturbs
//! all of them.

use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::error::Error;
use crate::phases::{self, Phase};
use crate::repository::Repository;
use crate::roundtrip::{self, Roundtrip};

/// One of each.
pub struct Turn {
    /// `./nixw run .#vm -- chardevctl roundtrip`, in seconds.
    pub built: f64,
    /// The machine without Nix around it, in seconds.
    pub machine: f64,
    /// What that was made of.
    pub phases: Vec<Phase>,
    /// The same machine, resumed where it had been saved.
    pub resumed: f64,
    /// What that was made of.
    pub resumed_phases: Vec<Phase>,
}

/// Warms up, and measures. Resumes the machine that is in the folder `states`, and makes it first if it is not.
pub fn measure(repository: &Repository, vm: &Path, states: &Path, runs: NonZeroU32) -> Result<Vec<Turn>, Error> {
    eprintln!("bench: warming up; if something is not built yet, this builds it");
    built(repository, Stdio::inherit())?;
    // In no folder is no state.
    machine(vm, Path::new(""))?;
    machine(vm, states)?;
    (1..=runs.get())
        .map(|run| {
            let built = built(repository, Stdio::piped())?.took.as_secs_f64();
            let (machine, phases) = machine(vm, Path::new(""))?;
            let (resumed, resumed_phases) = self::machine(vm, states)?;
            eprintln!(
                "bench: run {run} of {runs}: {built:.3} s with nixw, {machine:.3} s without, {resumed:.3} s resumed"
            );
            Ok(Turn { built, machine, phases, resumed, resumed_phases })
        })
        .collect()
}

fn built(repository: &Repository, stderr: Stdio) -> Result<Roundtrip, Error> {
    let mut command = Command::new("./nixw");
    command.args(roundtrip::NIXW).current_dir(repository.folder()).stderr(stderr);
    roundtrip::run(command, Signal::SIGTERM)
}

fn machine(vm: &Path, states: &Path) -> Result<(f64, Vec<Phase>), Error> {
    let mut command = Command::new(vm);
    command.env("FERRITE_STATE", states).args(["--timings", "--"]).args(roundtrip::COMMAND).stderr(Stdio::piped());
    let roundtrip = roundtrip::run(command, Signal::SIGTERM)?;
    let phases = phases::parse(&roundtrip.stderr).ok_or_else(|| {
        Error::new(
            format!("tell the phases of `{} --timings`", vm.display()),
            format!("there is no line of them in what it said:\n{}", roundtrip.stderr.trim_end()),
            "use a vm of the same build as bench (nix run .#bench does)",
        )
    })?;
    Ok((roundtrip.took.as_secs_f64(), phases))
}
