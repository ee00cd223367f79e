// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tests of `guest`, and the KUnit cases of the modules, for cargo and cargo-nextest to run on the host.

mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    guest_harness::main(&suite::suite(), |test| test.group != suite::CRASHES)
}
