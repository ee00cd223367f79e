// SPDX-License-Identifier: MIT OR Apache-2.0

//! `reproduce` builds what is in the store again, under circumstances that must not matter, and compares all bytes. Where they differ,
//! diffoscope says in what.

mod circumstance;
mod cli;
mod difference;
mod empty_store;
mod nix;
mod subject;

use std::fmt::Display;
use std::path::Path;
use std::process::{exit, ExitCode};

use explained::Error;

use circumstance::{Circumstance, Outcome};
use cli::Options;
use nix::Nix;
use subject::{Output, Subject};

fn main() -> ExitCode {
    let options = cli::parse();
    let nix = Nix::new(&options.nix);
    let artifacts = if options.all { all(&nix, &options) } else { Ok(options.artifacts.clone()) };
    let mut status = 0;
    for artifact in artifacts.unwrap_or_else(|error| fail(&error)) {
        match reproduce(&nix, &artifact, &options) {
            Ok(0) => (),
            Ok(_) => status = status.max(1),
            // The others may do.
            Err(error) => {
                eprintln!("reproduce: {error}");
                status = 2;
            }
        }
    }
    ExitCode::from(status)
}

fn fail(error: &Error) -> ! {
    eprintln!("reproduce: {error}");
    exit(2)
}

/// How many builds came out otherwise than the one before.
fn reproduce(nix: &Nix, artifact: &str, options: &Options) -> Result<usize, Error> {
    let subject = subject::build(nix, &options.repository, artifact)?;
    println!("{artifact}: {}", subject.derivation);
    subject.outputs.iter().for_each(|output| print_hash(&"in the store", output, ""));
    let mut different = 0;
    for circumstance in circumstances(&subject, options) {
        let outcome = circumstance.rebuild(nix, &subject)?;
        different += usize::from(outcome != Outcome::Same);
        report(&circumstance, &outcome, &subject, &options.diffoscope)?;
    }
    Ok(different)
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

fn circumstances(subject: &Subject, options: &Options) -> Vec<Circumstance> {
    let mut circumstances = vec![Circumstance::Later(subject.age)];
    if !options.all {
        circumstances.extend([1, 2].map(Circumstance::Cores));
        circumstances.extend([Circumstance::BuildFolder, Circumstance::Locale]);
        circumstances.extend(options.other_nix.iter().cloned().map(Circumstance::Nix));
        circumstances.extend(options.empty_store.then_some(Circumstance::EmptyStore));
    }
    circumstances
}

fn report(circumstance: &Circumstance, outcome: &Outcome, subject: &Subject, diffoscope: &Path) -> Result<(), Error> {
    match outcome {
        Outcome::Same => subject.outputs.iter().for_each(|output| print_hash(circumstance, output, "same")),
        Outcome::AnotherDerivation(derivation) => {
            println!("  {circumstance:<24}DIFFERENT: it evaluates to {derivation}")
        }
        Outcome::Different(pairs) => {
            for (first, second) in pairs {
                print_hash(circumstance, second, "DIFFERENT");
                difference::explain(diffoscope, first, second)?;
            }
        }
    }
    Ok(())
}

fn print_hash(when: &impl Display, output: &Output, verdict: &str) {
    let line = format!("  {when:<24}{} {} {verdict}", output.hash, output.name());
    println!("{}", line.trim_end());
}
