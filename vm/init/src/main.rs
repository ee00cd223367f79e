// SPDX-License-Identifier: MIT OR Apache-2.0

//! PID 1 of the guest.
//!
//! It mounts what every program expects, prepares the machine and runs the one command as the host asks over the control port,
//! and powers the machine off. Booted without that port, it loads the modules and gives a shell on the console instead.

mod clock;
mod console;
mod error;
mod job;
mod kernel;
mod modules;
mod mounts;
mod port;
mod preparation;
mod random;
mod session;
mod terminal;

use error::Error;
use kernel::Parameters;
use port::Port;

fn main() {
    let ended = match Port::open() {
        Ok(Some(port)) => session::serve(port, boot()),
        Ok(None) => boot().and_then(|()| modules::load(true, &[])).and_then(|()| console::shell()),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        eprintln!("init: {error}");
    }
    kernel::power_off();
}

/// What is the same in every machine.
fn boot() -> Result<(), Error> {
    mounts::mount_rest()?;
    match Parameters::read()?.console_level() {
        Some(level) => kernel::set_console_level(level),
        None => Ok(()),
    }
}
