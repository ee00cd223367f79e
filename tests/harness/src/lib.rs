// SPDX-License-Identifier: MIT OR Apache-2.0

//! A test harness whose tests run in the machine, each in one of its own that has just booted, with the module just loaded.
//!
//! A test author writes ordinary `#[test]` functions in a test target that is compiled for the guest, with Rust's own harness, and with
//! the crate `told`, by which the program is told which of them to run.
//! On the host a second test target, with `harness = false`, calls [`main`]. To cargo and cargo-nextest it is a test program like
//! any other: its tests are those of the guest's programs, and the KUnit cases of the modules.
//!
//! ```no_run
//! use guest_harness::Suite;
//!
//! fn main() -> std::process::ExitCode {
//!     let suite = Suite {
//!         name: "driver",
//!         workspace: "/home/somebody/ferrite".as_ref(),
//!         package: "driver-tests",
//!         programs: &["guest"],
//!         modules: "driver",
//!         module: "chardev.ko",
//!         processors: |test| if test.starts_with("guest::concurrency::") { 4 } else { 1 },
//!         folder: "target/tmp/machine".as_ref(),
//!     };
//!     guest_harness::main(&suite, |_| true)
//! }
//! ```

mod environment;
mod group;
mod initramfs;
mod kbuild;
mod kunit;
mod libtest;
mod machine;
mod modules;
mod once;
mod plan;
mod programs;
mod run;
mod share;
mod test;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

pub use explained::Error;
pub use test::Test;

use plan::Plan;

/// What there is to test, and where it is.
pub struct Suite<'a> {
    /// Of this suite, among those that share the folder.
    pub name: &'a str,
    /// The workspace, with `nixw` in it.
    pub workspace: &'a Path,
    /// The package with the guest's programs.
    pub package: &'a str,
    /// Its test targets for the guest.
    pub programs: &'a [&'a str],
    /// The modules' source, in the workspace.
    pub modules: &'a str,
    /// The module that is loaded before each test: the name of its file.
    pub module: &'a str,
    /// The processors in the machine of a test. Each that there is besides the first makes a machine slower to start and to stop.
    pub processors: fn(test: &str) -> u16,
    /// A folder to build in, kept from run to run.
    pub folder: &'a Path,
}

/// Runs those tests that the command line asks for, as Rust's own harness does: of those that this test target has.
pub fn main(suite: &Suite, has: fn(&Test) -> bool) -> ExitCode {
    let arguments = Arguments::from_args();
    match tests(suite) {
        Ok(tests) => {
            let trials = tests.into_iter().filter(has).map(Trial::from).collect();
            libtest_mimic::run(&arguments, trials).exit_code()
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Every test of the suite, brought up to date.
///
/// # Errors
///
/// What is to be tested cannot be built, or does not run.
pub fn tests(suite: &Suite) -> Result<Vec<Test>, Error> {
    Plan::current(suite).map(|plan| plan.tests(suite))
}
