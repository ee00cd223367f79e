// SPDX-License-Identifier: MIT OR Apache-2.0

//! PID 1 of the guest.
//!
//! It mounts what every program expects, loads the modules, runs the one command that the host asks for over the control port,
//! and powers the machine off. Booted without that port, it gives a shell on the console instead.

mod console;
mod error;
mod job;
mod kernel;
mod modules;
mod mounts;
mod port;
mod session;
mod terminal;

use error::Error;
use kernel::Parameters;
use port::Port;

fn main() {
    let ended = match Port::open() {
        Ok(Some(port)) => session::serve(port, prepare),
        Ok(None) => prepare().and_then(|()| console::shell()),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        eprintln!("init: {error}");
    }
    kernel::power_off();
}

/// Makes the guest ready for a command.
fn prepare() -> Result<(), Error> {
    mounts::mount_rest()?;
    let parameters = Parameters::read()?;
    if let Some(level) = parameters.console_level() {
        kernel::set_console_level(level)?;
    }
    if parameters.load_modules() {
        modules::load_all()?;
    }
    mounts::mount_share()
}
