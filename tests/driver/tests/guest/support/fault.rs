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
use nix::unistd::pipe;

const DEBUGFS: &str = "/sys/kernel/debug";

/// More faults than any call can have: the count does not come to an end.
const TOO_MANY: u32 = 10_000;

/// The caches of the checkers, which do without what they cannot allocate. All others may fail: the kernel is started with
/// `slab_debug=A`.
const CHECKERS: [&str; 3] = ["debug_objects_cache", "kmemleak_object", "kmemleak_scan_area"];

/// How many more allocations of pages may fail: counted down also where turns say which.
const PAGES_LEFT: &str = "fail_page_alloc/times";

/// More than turns let fail.
const MOST_PAGES: u32 = 1_000_000;

/// What may fail, besides what fails without being asked: allocations that may sleep, and silently.
const SETTINGS: [(&str, &str); 7] = [
    ("failslab/ignore-gfp-wait", "N"),
    ("failslab/cache-filter", "Y"),
    ("failslab/verbose", "0"),
    ("fail_page_alloc/ignore-gfp-wait", "N"),
    ("fail_page_alloc/ignore-gfp-highmem", "N"),
    ("fail_page_alloc/verbose", "0"),
    ("fail_usercopy/verbose", "0"),
];

/// The fault to be injected into one call.
pub struct Fault<'a> {
    turns: &'a File,
    turn: u32,
    /// How many more turns there would have been before it: none once it was injected.
    left: Cell<u32>,
}

impl<'a> Fault<'a> {
    fn new(turns: &'a File, turn: u32) -> Self {
        Self { turns, turn, left: Cell::new(turn) }
    }

    /// Makes the call, which is to be one system call and nothing else, with the fault.
    pub fn inject<T>(&self, call: impl FnOnce() -> T) -> T {
        self.turns.write_at(self.turn.to_string().as_bytes(), 0).expect("ask for a fault");
        let result = call();
        self.left.set(self.ask_what_is_left());
        self.give_up();
        result
    }

    /// Asks for no more faults. One that is left may be the one of asking.
    fn give_up(&self) {
        while let Err(error) = self.turns.write_at(b"0", 0) {
            assert_eq!(error.raw_os_error(), Some(Errno::EFAULT as i32), "cannot give up");
        }
    }

    fn ask_what_is_left(&self) -> u32 {
        let mut left = [0; 16];
        match self.turns.read_at(&mut left, 0) {
            Ok(length) => String::from_utf8_lossy(&left[..length]).trim().parse().expect("is a number"),
            // The one that was left failed the copy of the answer.
            Err(error) if error.raw_os_error() == Some(Errno::EFAULT as i32) => 1,
            Err(error) => panic!("cannot ask whether there was a fault: {error}"),
        }
    }
}

/// Whether allocations of pages have turns.
#[derive(Clone, Copy)]
enum Pages {
    /// A cache takes a page whenever it has no room left, so the same call may have more turns or fewer.
    Fail,
    /// The same call has the same turns each time.
    Succeed,
}

/// A call, of those that a turn has.
#[derive(Clone, Copy)]
enum Attempt {
    /// With the fault.
    Faulty,
    /// Without any: for what the kernel sets up on the way.
    Whole,
}

/// The last turn whose fault shows in what a call returns; 1 if there is none.
pub fn last_fault_seen<T>(call: impl Fn() -> T, is_seen: impl Fn(T) -> bool) -> u32 {
    let turns = &turns(Pages::Succeed);
    let none = Fault::new(turns, TOO_MANY);
    none.inject(&call);
    let count = TOO_MANY - none.left.get();
    (1..=count).rev().find(|&turn| is_seen(Fault::new(turns, turn).inject(&call))).unwrap_or(1)
}

/// Attempts a call with its first fault, then with its second, and so on until one has none. That one must succeed.
///
/// Returns the errors that the call was answered with, in the order of their numbers.
#[track_caller]
pub fn every_fault(mut attempt: impl FnMut(&Fault) -> nix::Result<()>) -> Vec<Errno> {
    let mut errors = Errors::default();
    errors.attempt_all(&turns(Pages::Succeed), 1, &[Attempt::Faulty], &mut attempt);
    // A cache that happens to have no room takes a turn, and all that comes after has a later one than else. So each is had with
    // caches that are filled differently; one whose page failed has room again after a whole call.
    let attempts = [Attempt::Faulty, Attempt::Whole, Attempt::Faulty, Attempt::Faulty];
    errors.attempt_all(&turns(Pages::Fail), 1, &attempts, &mut attempt);
    errors.sorted()
}

/// The same without those faults whose turn is before `first`, and with no lack of pages.
///
/// Of a call that takes an allocation more every other time, for the kernel keeps some of what it frees, each fault but one in two
/// would be left out: so each turn has two attempts. (With three, `failslab/verbose` has shown no further places.)
#[track_caller]
pub fn every_fault_from(first: u32, mut attempt: impl FnMut(&Fault) -> nix::Result<()>) -> Vec<Errno> {
    let mut errors = Errors::default();
    errors.attempt_all(&turns(Pages::Succeed), first, &[Attempt::Faulty; 2], &mut attempt);
    errors.sorted()
}

/// How many allocations of pages failed in the last [`every_fault`].
#[track_caller]
pub fn failed_pages() -> u32 {
    let left = fs::read_to_string(Path::new(DEBUGFS).join(PAGES_LEFT)).expect("read how many are left");
    MOST_PAGES - left.trim().parse::<u32>().expect("is a number")
}

/// Those that a call was answered with.
#[derive(Default)]
struct Errors(Vec<Errno>);

impl Errors {
    /// Makes those attempts of a call with each fault, until there is none in any of them.
    #[track_caller]
    fn attempt_all(
        &mut self,
        turns: &File,
        first: u32,
        attempts: &[Attempt],
        attempt: &mut impl FnMut(&Fault) -> nix::Result<()>,
    ) {
        for turn in first..TOO_MANY {
            let mut is_injected = false;
            let mut fillers = Vec::new();
            for kind in attempts {
                fillers.push(pipe().expect("take room in the kernel's caches"));
                is_injected |= match kind {
                    Attempt::Faulty => self.attempt(turns, turn, attempt),
                    Attempt::Whole => self.attempt(turns, TOO_MANY, attempt),
                };
            }
            if !is_injected {
                return;
            }
        }
        panic!("there is no end of faults");
    }

    /// Whether there was a fault.
    #[track_caller]
    fn attempt(&mut self, turns: &File, turn: u32, attempt: &mut impl FnMut(&Fault) -> nix::Result<()>) -> bool {
        let fault = Fault::new(turns, turn);
        let result = attempt(&fault);
        let is_injected = fault.left.get() == 0;
        match result {
            Err(error) if is_injected => self.0.push(error),
            Err(error) => panic!("fails without a fault: {error}"),
            Ok(()) => {}
        }
        is_injected
    }

    /// Each once, in the order of their numbers.
    fn sorted(mut self) -> Vec<Errno> {
        self.0.sort_by_key(|error| *error as i32);
        self.0.dedup();
        self.0
    }
}

fn turns(pages: Pages) -> File {
    let least_pages = match pages {
        Pages::Fail => "0",
        // As a power of two: more than there are.
        Pages::Succeed => "30",
    };
    let most_pages = MOST_PAGES.to_string();
    let pages = [("fail_page_alloc/min-order", least_pages), (PAGES_LEFT, &*most_pages)];
    for (setting, value) in SETTINGS.into_iter().chain(pages) {
        let path = Path::new(DEBUGFS).join(setting);
        fs::write(path, value).unwrap_or_else(|error| panic!("{setting}: {error}; this takes the debug kernel"));
    }
    for checker in CHECKERS {
        let path = format!("/sys/kernel/slab/{checker}/failslab");
        fs::write(path, "0").unwrap_or_else(|error| panic!("have {checker} never fail: {error}"));
    }
    OpenOptions::new().read(true).write(true).open("/proc/thread-self/fail-nth").expect("open fail-nth")
}
