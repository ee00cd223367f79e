// SPDX-License-Identifier: MIT OR Apache-2.0

//! Allocations and copies between user space and the kernel that fail on request.
//!
//! See Documentation/fault-injection/fault-injection.rst: of what the calling thread's next system calls would allocate or copy,
//! the kernel fails the one whose turn is in `fail-nth`.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use nix::errno::Errno;

/// More faults than any call can have: the count does not come to an end.
const TOO_MANY: u32 = 10_000;

/// What may fail, besides what fails without being asked: allocations that may sleep, single pages, and silently.
const SETTINGS: [(&str, &str); 7] = [
    ("failslab/ignore-gfp-wait", "N"),
    ("failslab/verbose", "0"),
    ("fail_page_alloc/ignore-gfp-wait", "N"),
    ("fail_page_alloc/ignore-gfp-highmem", "N"),
    ("fail_page_alloc/min-order", "0"),
    ("fail_page_alloc/verbose", "0"),
    ("fail_usercopy/verbose", "0"),
];

/// The fault to be injected into one call.
pub struct Fault<'a> {
    turns: &'a File,
    turn: u32,
    is_injected: Cell<bool>,
}

impl Fault<'_> {
    /// Makes the call, which is to be one system call and nothing else, with the fault.
    pub fn inject<T>(&self, call: impl FnOnce() -> T) -> T {
        self.turns.write_at(self.turn.to_string().as_bytes(), 0).expect("ask for a fault");
        let result = call();
        self.is_injected.set(self.is_used_up());
        self.turns.write_at(b"0", 0).expect("ask for no more faults");
        result
    }

    fn is_used_up(&self) -> bool {
        let mut left = [0; 16];
        match self.turns.read_at(&mut left, 0) {
            Ok(length) => left[..length] == *b"0\n",
            // The one that was left failed the copy of the answer.
            Err(error) if error.raw_os_error() == Some(Errno::EFAULT as i32) => false,
            Err(error) => panic!("cannot ask whether there was a fault: {error}"),
        }
    }
}

/// Attempts a call with its first fault, then with its second, and so on until one has none. That one must succeed.
///
/// Returns the errors that the call was answered with, in the order of their first appearance.
#[track_caller]
pub fn every_fault(mut attempt: impl FnMut(&Fault) -> nix::Result<()>) -> Vec<Errno> {
    let turns = turns();
    let mut errors = Vec::new();
    for turn in 1..TOO_MANY {
        let fault = Fault { turns: &turns, turn, is_injected: Cell::new(false) };
        match attempt(&fault) {
            Err(error) if fault.is_injected.get() => errors.extend((!errors.contains(&error)).then_some(error)),
            Err(error) => panic!("fails without a fault: {error}"),
            Ok(()) if fault.is_injected.get() => {}
            Ok(()) => return errors,
        }
    }
    panic!("there is no end of faults");
}

fn turns() -> File {
    for (setting, value) in SETTINGS {
        let path = Path::new("/sys/kernel/debug").join(setting);
        fs::write(path, value).unwrap_or_else(|error| panic!("{setting}: {error}; this takes the debug kernel"));
    }
    OpenOptions::new().read(true).write(true).open("/proc/thread-self/fail-nth").expect("open fail-nth")
}
