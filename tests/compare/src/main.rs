// SPDX-License-Identifier: MIT OR Apache-2.0

//! `compare` times the ioctls of two devices in the guest.

mod cli;
mod measure;

use std::io::{self, Write};
use std::process::ExitCode;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}\n{advice}", advice = .0.advice())]
    Device(#[from] chardev_client::Error),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("compare: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let comparison = measure::compare(&cli::parse())?;
    let json = serde_json::to_string(&comparison).map_err(io::Error::from)?;
    Ok(writeln!(io::stdout(), "{json}")?)
}
