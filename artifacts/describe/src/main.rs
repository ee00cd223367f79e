// SPDX-License-Identifier: MIT OR Apache-2.0

//! `describe` says what files were built from: a bill of materials and a statement of provenance. It takes all of it from the
//! derivation that built them, and from pins.lock.

mod bill;
mod cli;
mod derivation;
mod document;
mod graph;
mod inputs;
mod lock;
mod provenance;
mod sums;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use cli::{Options, Request};
use explained::Error;
use graph::Graph;
use inputs::Inputs;
use licences::Licences;
use serde::Serialize;

fn main() -> ExitCode {
    let done = match cli::parse() {
        Request::Licences => print_licences(),
        Request::Sources(derivation) => print_sources(&derivation),
        Request::Statements(options) => write_statements(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("describe: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of each copyright file has the package's name.
fn print_licences() -> Result<(), Error> {
    let print = || -> Result<(), Box<dyn std::error::Error>> {
        let mut licences = Licences::default();
        let sums = io::read_to_string(io::stdin())?;
        for (file, sha256) in sums::parse(&sums)? {
            let package =
                Path::new(file).parent().and_then(Path::file_name).ok_or_else(|| format!("in no folder: {file}"))?;
            // Some are older than UTF-8.
            let text = fs::read(file)?;
            licences.add(&package.to_string_lossy(), sha256, &String::from_utf8_lossy(&text))?;
        }
        Ok(serde_json::to_writer(io::stdout().lock(), &licences)?)
    };
    print().map_err(|cause| {
        Error::new("read the copyright files", cause, "give lines of sha256sum, of files …/PACKAGE/copyright")
    })
}

fn print_sources(derivation: &str) -> Result<(), Error> {
    for source in Graph::read(derivation)?.sources() {
        println!("{source}");
    }
    Ok(())
}

fn write_statements(options: &Options) -> Result<(), Error> {
    let inputs = Inputs::read(options)?;
    write(&options.out.join("sbom.spdx.json"), &bill::document(&inputs)?)?;
    write(&options.out.join("provenance.intoto.json"), &provenance::statement(&inputs, options)?)
}

fn write(path: &Path, statement: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(statement).map_err(std::io::Error::from);
    text.and_then(|text| fs::write(path, text + "\n"))
        .map_err(|cause| Error::new(format!("write {}", path.display()), cause, "name a folder with room in --out"))
}
