// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tests for the harness to be tested with: each ends in another way.

use std::fs;
use std::process::{self, Command};
use std::thread::sleep;
use std::time::Duration;

use told as _;

#[test]
fn passes() {}

#[test]
fn fails() {
    panic!("the test's own words");
}

/// To the program, that is success.
#[test]
fn ends_its_program() {
    process::exit(0);
}

/// By the kernel's own module for that, lkdtm.
#[test]
fn panics_the_kernel() {
    let loaded = Command::new("insmod").arg("/lib/modules/kernel/lkdtm.ko").status().expect("run insmod");
    assert!(loaded.success(), "load lkdtm");
    fs::write("/sys/kernel/debug/provoke-crash/DIRECT", "PANIC").expect("provoke a crash");
}

/// The kernel says so, and goes on.
#[test]
fn warns() {
    let loaded = Command::new("insmod").arg("/lib/modules/kernel/lkdtm.ko").status().expect("run insmod");
    assert!(loaded.success(), "load lkdtm");
    fs::write("/sys/kernel/debug/provoke-crash/DIRECT", "WARNING").expect("provoke a warning");
}

#[test]
fn hangs() {
    loop {
        sleep(Duration::from_secs(1));
    }
}
