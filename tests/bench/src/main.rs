// SPDX-License-Identifier: MIT OR Apache-2.0

//! `bench` measures what a user waits for: the round trip through the device from a machine with nothing, the same with
//! everything built, and the virtual machine by itself, booted and resumed; and what an ioctl of the driver costs, beside the same in C.
//!
//! The goals stand beside the figures, and nothing fails on a slow day: only a command that fails does.

mod cli;
mod cold;
mod error;
mod host;
mod ioctls;
mod phases;
mod process;
mod quartiles;
mod rate;
mod report;
mod repository;
mod roundtrip;
mod series;
mod signals;
mod statistics;
mod twin;

use std::io::{self, Write};
use std::process::ExitCode;

use cli::Options;
use error::Error;
use host::Host;
use ioctls::Ioctls;
use report::Report;
use repository::Repository;
use temporary::Directory;

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
    let states = Directory::new("ferrite-bench").map_err(|cause| {
        Error::new("make a temporary folder", cause, "name a place with room in the environment's TMPDIR")
    })?;
    let series = series::measure(&repository, &options.vm, states.path(), options.runs)?;
    let rates = rate::measure(&options.vm, states.path())?;
    let ioctls = options.twin.as_ref().map(|twin| twin::measure(&options.vm, twin)).transpose()?;
    // Last: what it leaves in the page cache, and what it throws out of it, is no concern of the others.
    let cold = options.cold.then(|| cold::measure(&repository)).transpose()?;
    Ok(Report::new(Host::describe(), cold, &series, rates, ioctls.as_ref().map(Ioctls::new)))
}

fn print(report: &Report, json: bool) -> Result<(), Error> {
    let text = if json { format!("{:#}\n", serde_json::json!(report)) } else { report.to_string() };
    io::stdout().write_all(text.as_bytes()).map_err(|cause| {
        Error::new("write the figures", cause, "check where standard output goes: the disk may be full")
    })
}
