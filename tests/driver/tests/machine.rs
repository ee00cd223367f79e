// SPDX-License-Identifier: MIT OR Apache-2.0

//! The suites of `guest`, and the KUnit cases of the modules, for cargo and cargo-nextest to run on the host.

use std::path;
use std::process::ExitCode;

use guest_harness::Suite;

fn main() -> ExitCode {
    // Tests run in the folder of their package.
    let workspace = path::absolute("../..").expect("there is a current folder");
    guest_harness::main(&Suite {
        name: "driver",
        workspace: &workspace,
        package: "driver-tests",
        programs: &["guest"],
        modules: "driver",
        module: "chardev.ko",
        processors,
        folder: &workspace.join("target/tmp/machine"),
    })
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
