// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tests of one file: a program for the guest, or a module.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::test::Test;
use crate::{kunit, libtest, Error};

/// The tests that a file had when it was asked for them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    kind: Kind,
    /// What the names of its tests begin with.
    name: String,
    file: PathBuf,
    /// When the file was changed last.
    changed: SystemTime,
    entries: Vec<Entry>,
}

/// What knows the tests of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Rust's own harness, which is in a program for the guest.
    Libtest,
    /// The kernel, of a module.
    Kunit,
}

/// A test as its file lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// As the file has it.
    pub name: String,
    /// Whether it says `#[ignore]`.
    pub is_ignored: bool,
}

impl Group {
    /// Asks a file for its tests, unless one of the groups is those that it had, and it has not changed.
    pub fn list(kind: Kind, name: &str, file: &Path, machine: &Machine, known: &[Self]) -> Result<Self, Error> {
        let changed = file.metadata().and_then(|metadata| metadata.modified()).map_err(|error| {
            let doing = format!("list the tests of {}", file.display());
            Error::new(doing, error, "name a folder that has it: FERRITE_GUEST_TESTS")
        })?;
        let same = |group: &&Self| (group.kind, &*group.file, group.changed) == (kind, file, changed);
        let entries = match (known.iter().find(same), kind) {
            (Some(group), _) => group.entries.clone(),
            (None, Kind::Libtest) => libtest::list(machine, name)?,
            (None, Kind::Kunit) => kunit::list(machine)?,
        };
        Ok(Self { kind, name: name.to_owned(), file: file.to_owned(), changed, entries })
    }

    /// Whether they are KUnit cases.
    pub fn is_kunit(&self) -> bool {
        self.kind == Kind::Kunit
    }

    /// Its tests, each for a machine like that.
    pub fn tests(&self, machine: &Machine) -> impl Iterator<Item = Test> + '_ {
        let machine = machine.clone();
        self.entries.iter().map(move |entry| Test {
            name: format!("{}::{}", self.name, entry.name.replace('.', "::")),
            is_ignored: entry.is_ignored,
            kind: self.kind,
            group: self.name.clone(),
            entry: entry.name.clone(),
            machine: machine.clone(),
            together: None,
        })
    }
}
