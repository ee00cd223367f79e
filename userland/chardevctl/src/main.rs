// SPDX-License-Identifier: MIT OR Apache-2.0

//! `chardevctl`: the chardev kernel module from the command line.

mod cli;
mod output;

use std::io::{self, Write};
use std::process::ExitCode;

use chardev_client::{Device, IoctlInfo};
use serde::Serialize;

use cli::{Action, Invocation};
use output::Data;

/// What `roundtrip` stores: a size that is not the text's length, so that a driver which confuses the two is found out.
const SAMPLE_SIZE: u64 = 100;
const SAMPLE_TEXT: &[u8] = b"lazenca.0x0";

/// How it ended; `--help` says the same.
enum Outcome {
    Done,
    Differs,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Device(#[from] chardev_client::Error),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(&cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("chardevctl: {failure}");
            if let Failure::Device(error) = failure {
                eprintln!("chardevctl: {}", error.advice());
            }
            ExitCode::from(3)
        }
    }
}

fn run(invocation: &Invocation) -> Result<Outcome, Failure> {
    let device = Device::open(&invocation.device)?;
    match &invocation.action {
        Action::Set(info) => device.set(info)?,
        Action::Get => print(&Data::from(&device.get()?), invocation.json)?,
        Action::Roundtrip => return roundtrip(&device, invocation.json),
    }
    Ok(Outcome::Done)
}

/// What came back goes to standard output; what was stored, to standard error.
fn roundtrip(device: &Device, json: bool) -> Result<Outcome, Failure> {
    let sample = IoctlInfo::new(SAMPLE_SIZE, SAMPLE_TEXT).expect("the sample fits");
    device.set(&sample)?;
    // In one write: standard error has no buffer, and another stream may come in between.
    io::stderr().write_all(format!("set {}\n", Data::from(&sample)).as_bytes())?;
    let got = device.get()?;
    print(&Data::from(&got), json)?;
    if got == sample {
        return Ok(Outcome::Done);
    }
    eprintln!("chardevctl: {} gave back something else than was set", device.path().display());
    eprintln!("chardevctl: another process may have set it in between; if none did, the driver is wrong");
    Ok(Outcome::Differs)
}

fn print(data: &(impl Serialize + ToString), json: bool) -> io::Result<()> {
    let line = if json { serde_json::to_string(data)? } else { data.to_string() };
    writeln!(io::stdout(), "{line}")
}
