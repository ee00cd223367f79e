// SPDX-License-Identifier: MIT OR Apache-2.0

//! All subjects in turn, so that what disturbs the host disturbs all of them.

use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::boot_log::{self, BootLog};
use crate::error::Error;
use crate::phases::{self, Phase};
use crate::repository::Repository;
use crate::statistics::Spread;
use crate::subject::{Machines, Subject};
use crate::work::{self, Done};

/// One turn of one subject.
pub struct Sample {
    /// From the start of the command to its end.
    pub seconds: f64,
    /// What that was made of; empty for a subject that does not tell.
    pub phases: Vec<Phase>,
    /// What the kernel said of the boot, if that was asked for.
    pub boot: Option<BootLog>,
}

/// The turns of those subjects that there are, as many for each.
pub struct Series(Vec<(Subject, Vec<Sample>)>);

impl Series {
    /// Of samples that each subject has as many of, and one at least.
    pub fn new(samples: Vec<(Subject, Vec<Sample>)>) -> Self {
        Self(samples)
    }

    /// Which there are.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        self.0.iter().map(|(subject, _)| *subject)
    }

    /// Those of one subject.
    pub fn of(&self, subject: Subject) -> Option<&[Sample]> {
        self.0.iter().find(|(other, _)| *other == subject).map(|(_, samples)| samples.as_slice())
    }

    /// The time that one subject takes divided by that of another, turn by turn.
    pub fn ratio(&self, subject: Subject, other: Subject) -> Option<Spread> {
        let turns = self.of(subject)?.iter().zip(self.of(other)?);
        Some(Spread::of(turns.map(|(one, other)| one.seconds / other.seconds)))
    }
}

/// Warms up, and measures. Resumes the machine that is in the folder `states`, and makes it first if it is not.
pub fn measure(repository: &Repository, machines: &Machines, states: &Path, runs: NonZeroU32) -> Result<Series, Error> {
    eprintln!("bench: warming up; if something is not built yet, this builds it");
    let mut series = Vec::new();
    for subject in Subject::ALL {
        let Some(mut command) = subject.command(repository.folder(), machines, states) else { continue };
        if subject == Subject::Built {
            command.stderr(Stdio::inherit());
            work::run(command, subject.work().prints, Signal::SIGTERM)?;
        } else {
            sample(subject, command)?;
        }
        series.push((subject, Vec::new()));
    }
    for run in 1..=runs.get() {
        let mut seen = format!("bench: run {run} of {runs}:");
        for (subject, samples) in &mut series {
            let command = subject.command(repository.folder(), machines, states).expect("it was there for the warm-up");
            let sample = sample(*subject, command)?;
            seen += &format!(" {:.3}", sample.seconds);
            samples.push(sample);
        }
        eprintln!("{seen} s");
    }
    Ok(Series::new(series))
}

fn sample(subject: Subject, command: Command) -> Result<Sample, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = work::run(command, subject.work().prints, Signal::SIGTERM)?;
    let phases = if subject.has_phases() { phases_of(&program, &done)? } else { Vec::new() };
    let boot = match subject {
        Subject::Log | Subject::DiskLog => Some(boot_log::parse(&done.stdout).ok_or_else(|| {
            Error::new(
                "tell the phases of the boot",
                format!("the kernel's log lacks their lines:\n{}", done.stdout.trim_end()),
                "use a vm of the same build as bench (nix run .#bench does)",
            )
        })?),
        _ => None,
    };
    Ok(Sample { seconds: done.took.as_secs_f64(), phases, boot })
}

fn phases_of(program: &str, done: &Done) -> Result<Vec<Phase>, Error> {
    phases::parse(&done.stderr).ok_or_else(|| {
        Error::new(
            format!("tell the phases of `{program} --timings`"),
            format!("there is no line of them in what it said:\n{}", done.stderr.trim_end()),
            "use a vm of the same build as bench (nix run .#bench does)",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(seconds: &[f64]) -> Vec<Sample> {
        seconds.iter().map(|&seconds| Sample { seconds, phases: Vec::new(), boot: None }).collect()
    }

    #[test]
    fn a_ratio_is_of_turns_and_not_of_summaries() {
        let series = Series::new(vec![
            (Subject::Built, samples(&[2.0, 1.5, 3.0])),
            (Subject::Machine, samples(&[0.5, 1.0, 1.0])),
        ]);
        let expected = Spread { min: 1.5, median: 3.0, max: 4.0 };
        assert_eq!(series.ratio(Subject::Built, Subject::Machine), Some(expected));
        assert_eq!(series.ratio(Subject::Built, Subject::Virtme), None);
    }
}
