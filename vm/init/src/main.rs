// SPDX-License-Identifier: MIT OR Apache-2.0

//! PID 1 of the guest.
//!
//! It mounts what every program expects, prepares the machine and runs the one command as the host asks over the control port,
//! and powers the machine off. Booted without that port, it loads the modules and gives a shell on the console instead. Either
//! way it begins with a root file system that can be written to, be it the initramfs or a disk under a layer of memory.

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
mod root;
mod serial;
mod session;
mod terminal;

use std::env;

use error::Error;
use kernel::Parameters;
use port::Port;

fn main() {
    set_environment();
    let ended = match root::make_writable().and_then(|()| Port::open()) {
        Ok(Some(port)) => session::serve(port, boot()),
        Ok(None) => boot().and_then(|()| modules::load(true, &[])).and_then(|()| console::shell()),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        eprintln!("init: {error}");
    }
    kernel::power_off();
}

/// The variables that every command finds. They are init's own, for a command that inherits them is started without a copy of
/// init's memory being made first.
fn set_environment() {
    for (name, _) in env::vars_os() {
        env::remove_var(name);
    }
    for (name, value) in [("PATH", "/bin:/sbin:/usr/bin:/usr/sbin"), ("HOME", "/root"), ("USER", "root")] {
        env::set_var(name, value);
    }
}

/// What is the same in every machine.
fn boot() -> Result<(), Error> {
    mounts::mount_rest()?;
    match Parameters::read()?.console_level() {
        Some(level) => kernel::set_console_level(level),
        None => Ok(()),
    }
}
