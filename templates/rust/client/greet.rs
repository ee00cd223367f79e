// SPDX-License-Identifier: MIT OR Apache-2.0

//! `greet NAME`: has the device greet somebody.

use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::process::ExitCode;

const DEVICE: &str = "/dev/greeter";

fn main() -> ExitCode {
    let Some(name) = env::args().nth(1) else {
        eprintln!("greet: nobody to greet: give a name, as in: greet world");
        return ExitCode::FAILURE;
    };
    match greet(&name) {
        Ok(greeting) => {
            print!("{greeting}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("greet: cannot have {DEVICE} greet {name}: {error}: is the module loaded, and the name short?");
            ExitCode::FAILURE
        }
    }
}

fn greet(name: &str) -> io::Result<String> {
    let mut device = File::options().read(true).write(true).open(DEVICE)?;
    device.write_all(name.as_bytes())?;
    let mut greeting = String::new();
    device.read_to_string(&mut greeting)?;
    Ok(greeting)
}
