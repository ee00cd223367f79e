// SPDX-License-Identifier: MIT OR Apache-2.0

//! `chardevctl`: the chardev kernel module from the command line.

mod bench;
mod input;
mod latencies;
mod output;
mod watch;

use std::io::{self, SeekFrom, Write};
use std::process::ExitCode;

use chardev_client::{statistics, Device, IoctlInfo, BUF_SIZE, FILE_SIZE};
use chardevctl_cli::{Action, Invocation};

use output::{print, Data, Entry, History, Stats, Written};

/// What `roundtrip` stores: a size that is not the text's length, so that a driver which confuses the two is found out.
const SAMPLE_SIZE: u64 = 100;
const SAMPLE_TEXT: &[u8] = b"lazenca.0x0";

/// How it ended; `--help` says the same.
enum Outcome {
    Done,
    Unfinished,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Device(#[from] chardev_client::Error),
    #[error(transparent)]
    Input(#[from] input::InputError),
    #[error("cannot write to standard output: {0}; send it elsewhere, to a file with room for it say")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(&chardevctl_cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Unfinished) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("chardevctl: {failure}");
            match failure {
                Failure::Input(_) => return ExitCode::from(2),
                Failure::Device(error) => eprintln!("chardevctl: {}", error.advice()),
                Failure::Output(_) => (),
            }
            ExitCode::from(3)
        }
    }
}

fn run(invocation: &Invocation) -> Result<Outcome, Failure> {
    let json = invocation.json;
    let device = || Device::open(&invocation.device);
    match &invocation.action {
        Action::Set { input, size } => {
            let bytes = input::read(input, BUF_SIZE)?;
            let size = size.unwrap_or(bytes.len() as u64);
            let info = IoctlInfo::new(size, &bytes).expect("their number was checked");
            device()?.set(&info)?;
            if json {
                print(&Data::from(&info), json)?;
            }
        }
        Action::Get => print(&Data::from(&device()?.get()?), json)?,
        Action::Read { offset, length } => print(&Data::of_file(&read(&device()?, *offset, *length)?), json)?,
        Action::Write { input, offset } => return write(&device()?, &input::read(input, FILE_SIZE)?, *offset, json),
        Action::Roundtrip => return roundtrip(&device()?, json),
        Action::History => {
            let history = device()?.history()?;
            let entries = history.used().iter().map(Entry::from).collect();
            print(&History { sequence: history.sequence, entries }, json)?;
        }
        Action::Watch { after, count, timeout } => return watch::watch(&device()?, json, *after, *count, *timeout),
        Action::Stats { file } => print(&Stats::from(&statistics::processes(file)?[..]), json)?,
        Action::Bench(extent) => print(&bench::bench(&device()?, extent)?, json)?,
    }
    Ok(Outcome::Done)
}

/// The buffer from an offset to its end, or to a length.
fn read(device: &Device, offset: u64, length: usize) -> Result<Vec<u8>, Failure> {
    device.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; length.min(FILE_SIZE)];
    let mut end = 0;
    loop {
        match device.read(&mut bytes[end..])? {
            0 => break,
            count => end += count,
        }
    }
    bytes.truncate(end);
    Ok(bytes)
}

fn write(device: &Device, bytes: &[u8], offset: u64, json: bool) -> Result<Outcome, Failure> {
    device.seek(SeekFrom::Start(offset))?;
    let written = device.write(bytes)?;
    let buffer = read(device, 0, FILE_SIZE)?;
    print(&Written { written, buffer: Data::of_file(&buffer) }, json)?;
    if written == bytes.len() {
        return Ok(Outcome::Done);
    }
    eprintln!("chardevctl: {} had room for {written} of {} bytes", device.path().display(), bytes.len());
    eprintln!(
        "chardevctl: the buffer of an open file holds {FILE_SIZE} bytes; begin at a smaller --offset, or write less"
    );
    Ok(Outcome::Unfinished)
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
    Ok(Outcome::Unfinished)
}
