// SPDX-License-Identifier: MIT OR Apache-2.0

//! `bench` measures what a user waits for: the round trip through the device from a machine with nothing, the same with
//! everything built, and the virtual machine by itself.
//!
//! The goals stand beside the figures, and nothing fails on a slow day: only a command that fails does.

mod cli;
mod cold;
mod error;
mod host;
mod phases;
mod process;
mod report;
mod repository;
mod roundtrip;
mod series;
mod signals;
mod statistics;

use std::io::{self, Write};
use std::process::ExitCode;

use cli::Options;
use error::Error;
use host::Host;
use report::Report;
use repository::Repository;

fn main() -> ExitCode {
    let options = cli::parse();
    match measure(&options).and_then(|report| print(&report, options.json)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(error.status())
        }
    }
}

fn measure(options: &Options) -> Result<Report, Error> {
    signals::block()?;
    let repository = Repository::open(&options.repository)?;
    if options.cold {
        cold::check()?;
    }
    let series = series::measure(&repository, &options.vm, options.runs)?;
    // Last: what it leaves in the page cache, and what it throws out of it, is no concern of the others.
    let cold = options.cold.then(|| cold::measure(&repository)).transpose()?;
    Ok(Report::new(Host::describe(), cold, &series))
}

fn print(report: &Report, json: bool) -> Result<(), Error> {
    let text = if json { format!("{:#}\n", serde_json::json!(report)) } else { report.to_string() };
    io::stdout().write_all(text.as_bytes()).map_err(|cause| {
        Error::new("write the figures", cause, "check where standard output goes: the disk may be full")
    })
}
