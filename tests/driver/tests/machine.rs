// SPDX-License-Identifier: MIT OR Apache-2.0

//! The suites of `guest`, and the KUnit cases of the modules, for cargo and cargo-nextest to run on the host.

use std::path::Path;
use std::process::ExitCode;

use guest_harness::Suite;

fn main() -> ExitCode {
    guest_harness::main(&Suite {
        name: "driver",
        workspace: Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")),
        package: "driver-tests",
        programs: &["guest"],
        modules: "driver",
        module: "chardev.ko",
        processors,
        folder: Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/machine")),
    })
}

/// As many as it takes for what is concurrent really to be.
fn processors(test: &str) -> u16 {
    match test.split("::").collect::<Vec<_>>()[..] {
        ["guest", "concurrency", ..] => 4,
        ["guest", "kill" | "reload" | "wait", ..] => 2,
        ["kunit", "ferrite_rw_semaphore" | "ferrite_rw_semaphore_torture", ..] => 2,
        _ => 1,
    }
}
