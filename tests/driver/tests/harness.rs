// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the harness says of tests that end in every way: those of `crashes`.

mod suite;

use std::sync::LazyLock;
use std::time::Duration;

use guest_harness::Test;

/// They are listed once, also where all run in one process.
static TESTS: LazyLock<Vec<Test>> =
    LazyLock::new(|| guest_harness::tests(&suite::suite()).unwrap_or_else(|error| panic!("{error}")));

#[track_caller]
fn find(name: &str) -> &'static Test {
    TESTS.iter().find(|test| test.name == format!("{}::{name}", suite::CRASHES)).expect("is listed")
}

/// What is said of a test that does not pass.
#[track_caller]
fn failure(name: &str) -> String {
    let failed = find(name).run().expect_err("it passed");
    failed.message().expect("something is said").to_owned()
}

#[track_caller]
fn assert_says(text: &str, expected: &str) {
    assert!(text.contains(expected), "nothing of '{expected}' in:\n{text}");
}

/// That there is a line with all of these, one after the other.
#[track_caller]
fn assert_line_says(text: &str, parts: &[&str]) {
    let fits = |line: &str| parts.iter().try_fold(line, |rest, part| Some(rest.split_once(part)?.1)).is_some();
    assert!(text.lines().any(fits), "no line with {parts:?} in:\n{text}");
}

#[test]
fn a_test_that_passes() {
    find("passes").run().unwrap_or_else(|failed| panic!("{:?}", failed.message()));
}

#[test]
fn a_test_that_fails_is_shown_with_its_own_words() {
    let said = failure("fails");
    assert_says(&said, "the test's own words");
    assert_says(&said, "tests/driver/tests/crashes.rs");
}

#[test]
fn a_program_that_ends_before_the_test_does_is_a_failure() {
    failure("ends_its_program");
}

#[test]
fn a_kernel_that_panics_is_shown_with_its_report() {
    let said = failure("panics_the_kernel");
    assert_says(&said, "Kernel panic - not syncing: dumptest");
    assert_says(&said, "lkdtm_PANIC");
    // With files and lines, where the kernel's symbols reach.
    assert_line_says(&said, &[" vfs_write+0x", " (fs/read_write.c:"]);
}

#[test]
fn a_kernel_that_warns_fails_the_test() {
    assert_line_says(&failure("warns"), &["WARNING: drivers/misc/lkdtm/bugs.c:", " at lkdtm_WARNING+0x"]);
}

#[test]
fn a_test_that_hangs_is_ended_and_shown_where_it_does() {
    let failed = find("hangs").run_within(Duration::from_secs(5)).expect_err("it ended");
    let said = failed.message().expect("something is said");
    assert_says(said, "did not end within 5 s");
    assert_says(said, "sysrq: Show backtrace of all active CPUs");
    assert_says(said, "task:crashes ");
    assert_line_says(said, &[" do_nanosleep+0x", " (kernel/time/hrtimer.c:"]);
}
