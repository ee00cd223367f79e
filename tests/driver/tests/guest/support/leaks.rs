// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory that nobody refers to any more, as kmemleak finds it (Documentation/dev-tools/kmemleak.rst).

use std::fs;
use std::thread;
use std::time::Duration;

const KMEMLEAK: &str = "/sys/kernel/debug/kmemleak";

/// Younger than this, nothing counts as leaked (`MSECS_MIN_AGE` in mm/kmemleak.c).
const AGE: Duration = Duration::from_secs(5);

/// Looks for leaks since the machine was started.
#[track_caller]
pub fn assert_none() {
    thread::sleep(AGE);
    // What a call has left on a kernel stack when it returned would count as a reference.
    command("stack=off");
    // What changed since the last scan is not reported yet.
    for _ in 0..2 {
        command("scan");
    }
    let leaks = fs::read_to_string(KMEMLEAK).expect("read what kmemleak found");
    assert!(leaks.is_empty(), "leaked:\n{leaks}");
}

#[track_caller]
fn command(command: &str) {
    fs::write(KMEMLEAK, command).unwrap_or_else(|error| panic!("have kmemleak do {command}: {error}"));
}
