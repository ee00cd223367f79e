// SPDX-License-Identifier: MIT OR Apache-2.0

//! The checkers of the debug kernel are on: one that is off, or gave up, would find nothing.

use std::fs;
use std::path::Path;

#[track_caller]
fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// lockdep says nothing on the console when it runs out of room for its tables.
#[test]
#[ignore = "takes the debug kernel"]
fn lockdep_is_on() {
    let stats = read("/proc/lockdep_stats");
    let line =
        stats.lines().find(|line| line.trim_start().starts_with("debug_locks:")).expect("tells whether it is on");
    assert_eq!(line.split_whitespace().last(), Some("1"), "{stats}");
}

#[test]
#[ignore = "takes the debug kernel"]
fn kmemleak_is_on() {
    // Refused by one that has given up.
    fs::write("/sys/kernel/debug/kmemleak", "scan=off").expect("have kmemleak look for leaks only when asked");
}

#[test]
#[ignore = "takes the debug kernel"]
fn objects_are_checked() {
    let stats = read("/sys/kernel/debug/debug_objects/stats");
    let warnings = stats.lines().find_map(|line| line.strip_prefix("warnings")).expect("counts warnings");
    assert_eq!(warnings.trim_start_matches([' ', ':']), "0", "{stats}");
}

#[test]
#[ignore = "takes the debug kernel"]
fn faults_can_be_injected() {
    for kind in ["failslab", "fail_page_alloc", "fail_usercopy"] {
        read(Path::new("/sys/kernel/debug").join(kind).join("times"));
    }
    assert_eq!(read("/proc/thread-self/fail-nth"), "0\n");
}
