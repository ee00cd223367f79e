// SPDX-License-Identifier: MIT OR Apache-2.0

//! The quick figures: what a user types, and the machine alone, in turn, so that what disturbs the host disturbs both.

use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::error::Error;
use crate::phases::{self, Phase};
use crate::repository::Repository;
use crate::roundtrip::{self, Roundtrip};

/// One of each.
pub struct Pair {
    /// `./nixw run .#vm -- chardevctl roundtrip`, in seconds.
    pub built: f64,
    /// The machine without Nix around it, in seconds.
    pub machine: f64,
    /// What that was made of.
    pub phases: Vec<Phase>,
}

/// Warms up, and measures.
pub fn measure(repository: &Repository, vm: &Path, runs: NonZeroU32) -> Result<Vec<Pair>, Error> {
    eprintln!("bench: warming up; if something is not built yet, this builds it");
    built(repository, Stdio::inherit())?;
    machine(vm)?;
    (1..=runs.get())
        .map(|run| {
            let built = built(repository, Stdio::piped())?.took.as_secs_f64();
            let (machine, phases) = machine(vm)?;
            let machine = machine.took.as_secs_f64();
            eprintln!("bench: run {run} of {runs}: {built:.3} s with nixw, {machine:.3} s without");
            Ok(Pair { built, machine, phases })
        })
        .collect()
}

fn built(repository: &Repository, stderr: Stdio) -> Result<Roundtrip, Error> {
    let mut command = Command::new("./nixw");
    command.args(roundtrip::NIXW).current_dir(repository.folder()).stderr(stderr);
    roundtrip::run(command, Signal::SIGTERM)
}

fn machine(vm: &Path) -> Result<(Roundtrip, Vec<Phase>), Error> {
    let mut command = Command::new(vm);
    command.args(["--timings", "--"]).args(roundtrip::COMMAND).stderr(Stdio::piped());
    let roundtrip = roundtrip::run(command, Signal::SIGTERM)?;
    let phases = phases::parse(&roundtrip.stderr).ok_or_else(|| {
        Error::new(
            format!("tell the phases of `{} --timings`", vm.display()),
            format!("there is no line of them in what it said:\n{}", roundtrip.stderr.trim_end()),
            "use a vm of the same build as bench (nix run .#bench does)",
        )
    })?;
    Ok((roundtrip, phases))
}
