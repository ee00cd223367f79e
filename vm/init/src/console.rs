// SPDX-License-Identifier: MIT OR Apache-2.0

//! A shell on the console, for a machine that was started without `vm`.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::Command;

use nix::sys::wait::wait;

use crate::error::{Error, While};
use crate::terminal;

/// Runs a shell until it ends.
pub fn shell() -> Result<(), Error> {
    let doing = || "starting a shell on the console";
    // /dev/console itself cannot be a controlling terminal; the device behind it can.
    let active = fs::read_to_string("/sys/class/tty/console/active").while_doing(doing)?;
    let device = Path::new("/dev").join(active.split_ascii_whitespace().last().unwrap_or("console"));
    let console = OpenOptions::new().read(true).write(true).open(device).while_doing(doing)?;

    let mut command = Command::new("/bin/sh");
    terminal::attach(&mut command, &console).while_doing(doing)?;
    let shell = command.spawn().while_doing(doing)?;
    eprintln!("init: no {} port; a shell on the console, `exit` powers off", vm_protocol::PORT_NAME);
    // Orphans are PID 1's to reap.
    while let Ok(status) = wait() {
        if status.pid().is_some_and(|pid| pid.as_raw().unsigned_abs() == shell.id()) {
            break;
        }
    }
    Ok(())
}
