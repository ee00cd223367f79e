// SPDX-License-Identifier: MIT OR Apache-2.0

//! What there is to test of the driver, and of the harness with it. One suite, so that both go on from the same saved machines.

use std::path::{self, PathBuf};
use std::sync::LazyLock;

use guest_harness::Suite;

/// The guest's program whose tests end in every way there is: whether that is right, only who looks at it can tell.
pub const CRASHES: &str = "crashes";

/// Tests run in the folder of their package.
static WORKSPACE: LazyLock<PathBuf> = LazyLock::new(|| path::absolute("../..").expect("there is a current folder"));
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| WORKSPACE.join("target/tmp/machine"));

pub fn suite() -> Suite<'static> {
    Suite {
        name: "driver",
        workspace: &WORKSPACE,
        package: "driver-tests",
        programs: &["guest", CRASHES],
        modules: "driver",
        module: "chardev.ko",
        processors,
        folder: &FOLDER,
    }
}

/// As many as it takes for what is concurrent really to be.
fn processors(test: &str) -> u16 {
    match test.split("::").collect::<Vec<_>>()[..] {
        ["guest", "concurrency", ..] => 4,
        ["guest", "kill", "at_work", ..] | ["guest", "reload", ..] => 2,
        ["guest", "wait", "all_waiters_wake" | "no_set_is_missed"] => 2,
        ["kunit", ..] => 2,
        _ => 1,
    }
}
