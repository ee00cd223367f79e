// SPDX-License-Identifier: MIT OR Apache-2.0

//! `kill -9` of a process in every state that it can be in with a device: all that it held is free afterwards.

mod asleep;
mod at_work;

use std::fs;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;

use crate::support::child::Child;
use crate::support::device::{filled, get, history, open, sequence, set};
use crate::support::module::no_driver;

/// Kills the process.
#[track_caller]
fn kill(mut child: Child) {
    child.signal(Signal::SIGKILL);
    assert_eq!(child.reap(), WaitStatus::Signaled(child.pid(), Signal::SIGKILL, false));
}

/// Nobody has a device open, no lock is held, and the driver can go.
#[track_caller]
fn assert_all_is_free() {
    let processes = fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the statistics");
    assert_eq!(processes, "");
    let (file, before) = (open(0), sequence(0));
    set(&file, &filled(9)).expect("set");
    assert_eq!(get(&file), Ok(filled(9)));
    assert_eq!(history(&file).expect("get the history").sequence, before + 1);
    drop(file);
    no_driver();
}
