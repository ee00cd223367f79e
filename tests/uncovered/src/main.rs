// SPDX-License-Identifier: MIT OR Apache-2.0

//! `uncovered` names the places of a driver that never ran: a line for each, without numbers of lines, which every edit would change.

mod export;
mod place;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{value_parser, Arg, Command};
use explained::Error;

use export::Export;
use place::Places;

fn main() -> ExitCode {
    let arguments = Command::new("uncovered")
        .about("Names what never ran of the files in a folder")
        .arg(Arg::new("source").value_name("SOURCE").required(true).value_parser(value_parser!(PathBuf)).help("Folder"))
        .after_help("Standard input is what `llvm-cov export` prints.")
        .get_matches();
    let source: &PathBuf = arguments.get_one("source").expect("is required");
    match run(source) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("uncovered: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(source: &Path) -> Result<(), Error> {
    let export: Export = serde_json::from_reader(io::stdin().lock()).map_err(|error| {
        Error::new("read the report on standard input", error, "have llvm-cov 19 print it: llvm-cov export MODULE …")
    })?;
    let mut places = Places::new(source);
    let mut names = BTreeSet::new();
    // Those of the kernel are named as if they were in the folder, too.
    for (file, line) in export.never_ran(source).into_iter().filter(|(file, _)| file.is_file()) {
        let name = places.name(&file, line).map_err(|error| {
            let doing = format!("name line {line} of {}", file.display());
            Error::new(doing, error, "give the sources that were compiled")
        })?;
        names.insert(name);
    }
    let lines: Vec<_> = place::without_parts(&names).collect();
    lines
        .iter()
        .try_for_each(|line| writeln!(io::stdout(), "{line}"))
        .map_err(|error| Error::new("write to standard output", error, "see where it leads"))
}
