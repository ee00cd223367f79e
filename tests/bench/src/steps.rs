// SPDX-License-Identifier: MIT OR Apache-2.0

//! The build by step, as `nixw` does it: each step builds what the ones before it have not.

use std::num::NonZeroU32;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde::Serialize;

use crate::error::Error;
use crate::repository::Repository;
use crate::statistics::Spread;
use crate::work::{self, ROUND_TRIP};

/// A step, as one would type it.
pub struct Step {
    /// What it builds.
    pub name: &'static str,
    /// Arguments of nixw.
    pub arguments: &'static [&'static str],
    /// A line that it prints; empty where nothing has to be.
    pub prints: &'static str,
}

/// From nothing to the round trip.
pub const STEPS: [Step; 4] = [
    Step { name: "toolchain", arguments: &["build", "--no-link", ".#tools"], prints: "" },
    Step { name: "kernel", arguments: &["build", "--no-link", ".#kernel"], prints: "" },
    Step { name: "modules", arguments: &["build", "--no-link", ".#driver"], prints: "" },
    Step {
        name: "rest, round trip",
        arguments: &["run", ".#vm", "--", ROUND_TRIP.command[0], ROUND_TRIP.command[1]],
        prints: ROUND_TRIP.prints,
    },
];

/// How long a step took, in seconds.
#[derive(Debug, PartialEq, Serialize)]
pub struct Took<T> {
    /// As in [`STEPS`].
    pub name: &'static str,
    /// One time, or a spread of several.
    pub seconds: T,
}

/// All of them with everything built, by turns: what asking costs. The first turn is not measured.
pub fn warm(repository: &Repository, runs: NonZeroU32) -> Result<Vec<Took<Spread>>, Error> {
    eprintln!("bench: the steps of a build with nothing to do");
    let mut seconds = STEPS.map(|_| Vec::new());
    turn(repository)?;
    for _ in 0..runs.get() {
        for (seconds, took) in seconds.iter_mut().zip(turn(repository)?) {
            seconds.push(took);
        }
    }
    Ok(spreads(seconds))
}

/// All of them once, one after the other: how long each took.
pub fn turn(repository: &Repository) -> Result<Vec<f64>, Error> {
    let take = |step: &Step| {
        let mut command = Command::new("./nixw");
        command.args(step.arguments).current_dir(repository.folder()).stderr(Stdio::piped());
        Ok(work::run(command, step.prints, Signal::SIGTERM)?.took.as_secs_f64())
    };
    STEPS.iter().map(take).collect()
}

/// What several turns come to.
pub fn spreads(seconds: [Vec<f64>; STEPS.len()]) -> Vec<Took<Spread>> {
    let took = |(step, seconds): (&Step, Vec<f64>)| Took { name: step.name, seconds: Spread::of(seconds) };
    STEPS.iter().zip(seconds).map(took).collect()
}
