// SPDX-License-Identifier: MIT OR Apache-2.0

//! `vm`: runs a command in a fresh aarch64 virtual machine.
//!
//! The machine is a QEMU process that ends with this one. The guest's init (`vm/init`) runs the command; the two talk over a
//! virtio-serial port, and the kernel's messages come over the serial console, where they are watched.

mod cli;
mod debug_info;
mod debugger;
mod error;
mod escape;
mod frame;
mod hang;
mod machine;
mod module;
mod preparation;
mod processors;
mod qemu;
mod qmp;
mod running;
mod session;
mod sparse;
mod state;
mod symbols;
mod terminal;
mod threads;
mod timings;
mod watcher;

use std::process::exit;

use clap::error::ErrorKind;

/// The status for a run that could not be made, a wrong command line included: 2 may be the command's own.
const CANNOT_RUN: u8 = 125;

fn main() {
    // Not by returning: threads that still read or write must not be waited for.
    exit(run().into());
}

fn run() -> u8 {
    let options = match cli::parse() {
        Ok(options) => options,
        Err(message) => {
            // There is nobody to tell if this cannot be printed.
            let _ = message.print();
            return match message.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => 0,
                _ => CANNOT_RUN,
            };
        }
    };
    match session::run(&options) {
        Ok(outcome) => {
            if let Some(phases) = outcome.phases.filter(|_| options.timings) {
                eprintln!("vm: {phases}");
            }
            outcome.status
        }
        Err(error) => {
            eprintln!("vm: {error}");
            error.status()
        }
    }
}
