// SPDX-License-Identifier: MIT OR Apache-2.0

//! `reproduce` builds what is in the store again, under circumstances that must not matter, and compares all bytes. Where they differ,
//! it says which of them made the difference, and diffoscope in what.

mod circumstance;
mod cli;
mod difference;
mod empty_store;
mod nix;
mod report;
mod subject;

use std::collections::BTreeSet;
use std::process::{exit, ExitCode};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::Mutex;
use std::thread;

use explained::Error;

use circumstance::{Circumstance, Outcome};
use cli::Options;
use nix::Nix;
use report::Report;
use subject::Subject;

fn main() -> ExitCode {
    let options = cli::parse();
    let nix = Nix::new(&options.nix);
    let artifacts = artifacts(&nix, &options).unwrap_or_else(|error| fail(&error));
    let artifacts = Mutex::new(artifacts.into_iter());
    let next = || artifacts.lock().expect("no thread panics with it").next();
    let status = AtomicU8::new(0);
    thread::scope(|scope| {
        // A build takes one of them.
        for _ in 0..processors() {
            scope.spawn(|| {
                while let Some(artifact) = next() {
                    status.fetch_max(reproduce(&nix, &artifact, &options), Ordering::Relaxed);
                }
            });
        }
    });
    ExitCode::from(status.into_inner())
}

fn fail(error: &Error) -> ! {
    eprintln!("reproduce: {error}");
    exit(2)
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Prints what is found of it. The exit status that this gives.
fn reproduce(nix: &Nix, artifact: &str, options: &Options) -> u8 {
    let found = subject::build(nix, &options.repository, artifact).and_then(|subject| {
        let mut report = Report::new(artifact, &subject, &options.diffoscope);
        let ended = vary(nix, &subject, options, &mut report);
        print!("{report}");
        ended.map(|()| report.differences)
    });
    match found {
        Ok(0) => 0,
        Ok(_) => 1,
        // The others may do.
        Err(error) => {
            eprintln!("reproduce: {error}");
            2
        }
    }
}

/// Builds it under all circumstances at once, and where that makes a difference, under each, to see which it was.
fn vary(nix: &Nix, subject: &Subject, options: &Options, report: &mut Report) -> Result<(), Error> {
    let mut differing = None;
    for circumstance in all_at_once(options) {
        let outcome = circumstance.rebuild(nix, subject)?;
        report.hashes(&circumstance, &outcome);
        if outcome != Outcome::Same {
            differing = Some(outcome);
        }
    }
    let mut alone = Vec::new();
    if options.each || differing.is_some() {
        alone.extend(one_by_one(subject, options));
    }
    alone.extend(options.empty_store.then_some(Circumstance::EmptyStore));
    let before = report.differences;
    for circumstance in alone {
        let outcome = circumstance.rebuild(nix, subject)?;
        report.hashes(&circumstance, &outcome);
        report.explain(&outcome)?;
    }
    match differing {
        // None of them makes it alone.
        Some(outcome) if report.differences == before => report.explain(&outcome),
        _ => Ok(()),
    }
}

/// What the command line asks for.
fn artifacts(nix: &Nix, options: &Options) -> Result<Vec<String>, Error> {
    let artifacts = if options.all { all(nix, options)? } else { options.artifacts.clone() };
    if !options.deep {
        return Ok(artifacts);
    }
    let mut derivations = BTreeSet::new();
    for artifact in artifacts {
        let derivation = subject::derivation(nix, &options.repository, &artifact)?;
        derivations.extend(nix.closure(&derivation)?.1);
    }
    derivations
        .retain(|derivation| !options.except.iter().any(|name| subject::name(derivation) == format!("{name}.drv")));
    Ok(derivations.into_iter().collect())
}

/// Every package and check of this machine's kind, but those that the command line leaves out.
fn all(nix: &Nix, options: &Options) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    for kind in ["packages", "checks"] {
        let names = nix.attributes(&options.repository, kind)?;
        all.extend(names.into_iter().filter(|name| name != "default").map(|name| format!("{kind}.{name}")));
    }
    all.retain(|artifact| !options.except.iter().any(|name| artifact.ends_with(&format!(".{name}"))));
    Ok(all)
}

/// One build, or one for each other Nix.
fn all_at_once(options: &Options) -> Vec<Circumstance> {
    // The first build had all of this machine's, unless it was told otherwise.
    let cores = if processors() == 1 { 2 } else { 1 };
    if options.other_nix.is_empty() {
        return vec![Circumstance::AllAtOnce(cores, None)];
    }
    options.other_nix.iter().map(|nix| Circumstance::AllAtOnce(cores, Some(nix.clone()))).collect()
}

fn one_by_one(subject: &Subject, options: &Options) -> Vec<Circumstance> {
    let mut circumstances = vec![Circumstance::Later(subject.age)];
    circumstances.extend([1, 2].map(Circumstance::Cores));
    circumstances.extend([Circumstance::BuildFolder, Circumstance::Locale]);
    circumstances.extend(options.other_nix.iter().cloned().map(Circumstance::Nix));
    circumstances
}
