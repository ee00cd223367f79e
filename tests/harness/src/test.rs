// SPDX-License-Identifier: MIT OR Apache-2.0

//! One test, to be run in a machine.

use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::group::Kind;
use crate::machine::Machine;
use crate::{kunit, libtest};

/// A test of a program for the guest, or a KUnit case.
#[derive(Clone, Debug)]
pub struct Test {
    /// The program and the test's own name, like `guest::history::is_empty_before_the_first_set`; or `kunit`, suite and case.
    pub name: String,
    /// Whether it only runs when asked for.
    pub is_ignored: bool,
    /// The program, or `kunit`.
    pub group: String,
    pub(crate) kind: Kind,
    pub(crate) entry: String,
    pub(crate) machine: Machine,
    /// Where it is kept how the KUnit cases went together, if they may.
    pub(crate) together: Option<PathBuf>,
}

impl Test {
    /// Runs it: in a machine that nothing else uses, or a KUnit case with the others.
    ///
    /// # Errors
    ///
    /// The test failed, or took its machine down, or hangs: what test, kernel and `vm` said.
    pub fn run(&self) -> Result<(), Failed> {
        match self.kind {
            Kind::Libtest => libtest::run(&self.machine, &self.group, &self.entry),
            Kind::Kunit => kunit::run(&self.machine, self.together.as_deref(), &self.entry),
        }
    }

    /// The same, with that time, boot included, instead of a minute.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn run_within(&self, timeout: Duration) -> Result<(), Failed> {
        let machine = Machine { timeout, ..self.machine.clone() };
        Self { machine, ..self.clone() }.run()
    }
}

impl From<Test> for Trial {
    fn from(test: Test) -> Self {
        let is_ignored = test.is_ignored;
        Self::test(test.name.clone(), move || test.run()).with_ignored_flag(is_ignored)
    }
}
