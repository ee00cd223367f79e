// SPDX-License-Identifier: MIT OR Apache-2.0

//! `bench` measures what a user waits for: a build by step, the virtual machine by phase, resumed and with a test, many at once; what an
//! ioctl of the driver costs, beside the same in C; and how large things are. Beside it, in the same run and on the same work, what a user
//! could take instead: Debian's kernel, and virtme-ng.
//!
//! The goals stand beside the figures, and nothing fails on a slow day: only a command that fails does.

mod boot;
mod boot_log;
mod cli;
mod cold;
mod edit;
mod error;
mod history;
mod host;
mod ioctls;
mod phases;
mod picture;
mod process;
mod rate;
mod report;
mod repository;
mod series;
mod signals;
mod sizes;
mod statistics;
mod steps;
mod subject;
mod text;
mod twin;
mod work;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use boot::Boots;
use cli::Options;
use error::Error;
use history::{Entry, History};
use host::Host;
use ioctls::Ioctls;
use report::Report;
use repository::Repository;
use temporary::Directory;

fn main() -> ExitCode {
    match run(&cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(error.status())
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    signals::block()?;
    let repository = Repository::open(&options.repository)?;
    let mut history = History::read(&repository)?;
    let report = measure(options, &repository)?;
    print(&report)?;
    if options.record {
        history.append(&Entry::new(&repository, report.figures())?)?;
    }
    if let Some(file) = &options.json {
        write(file, &format!("{:#}\n", serde_json::json!(report)))?;
    }
    if let Some(file) = &options.svg {
        write(file, &picture::draw(&report, &history))?;
    }
    Ok(())
}

fn measure(options: &Options, repository: &Repository) -> Result<Report, Error> {
    if options.cold {
        cold::check()?;
    }
    let sizes = options.sizes.as_deref().map(sizes::read).transpose()?.unwrap_or_default();
    let states = Directory::new("ferrite-bench").map_err(|cause| {
        Error::new("make a temporary folder", cause, "name a place with room in the environment's TMPDIR")
    })?;
    let host = Host::describe();
    let series = series::measure(repository, &options.machines, states.path(), options.runs)?;
    let vm = &options.machines.vm;
    let rates = options.tests.as_deref().map(|root| rate::measure(vm, root, states.path())).transpose()?;
    let ioctls = options.twin.as_ref().map(|twin| twin::measure(vm, twin)).transpose()?;
    let warm = steps::warm(repository, options.runs)?;
    let edited = edit::measure(repository)?;
    let host = host.after();
    // Last: what it leaves in the page cache, and what it throws out of it, is no concern of the others.
    let cold = options.cold.then(|| cold::measure(repository)).transpose()?;
    Ok(Report {
        host,
        runs: options.runs.get() as usize,
        ratios: report::ratios(&series),
        waits: report::waits(&series),
        boots: Boots::new(&series),
        rates: rates.unwrap_or_default(),
        ioctls: ioctls.as_ref().map(Ioctls::new),
        sizes,
        warm,
        edited,
        cold,
    })
}

fn print(report: &Report) -> Result<(), Error> {
    io::stdout().write_all(report.to_string().as_bytes()).map_err(|cause| {
        Error::new("write the figures", cause, "check where standard output goes: the disk may be full")
    })
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(|cause| {
        Error::new(format!("write {}", file.display()), cause, "name a file in a folder that may be written to")
    })
}
