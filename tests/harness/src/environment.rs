// SPDX-License-Identifier: MIT OR Apache-2.0

//! The variables that say which machine the tests run in, and what builds for it.
//!
//! In `nix develop` and in a check they are set. Elsewhere, `nixw` is asked for them, and again whenever something that its answer
//! comes from is newer than the answer: that takes seconds, and the driver and its tests are not part of it. With `FERRITE_DEBUG`
//! in the environment, the machine is the one with the debug kernel.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::{Error, Suite};

/// What the machine and the toolchain are made from.
const SOURCES: [&str; 10] = [
    "Cargo.lock",
    "flake.lock",
    "flake.nix",
    "kernel",
    "lib",
    "nixw",
    "tests/harness/environment.nix",
    "toolchain",
    "userland",
    "vm",
];

/// Variables, by name.
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// This process's own, or the one that `nixw` builds.
    pub fn find(suite: &Suite) -> Result<Self, Error> {
        if env::var_os("FERRITE_VM").is_some() {
            return Ok(Self(env::vars_os().collect()));
        }
        let name = if env::var_os("FERRITE_DEBUG").is_some() { "debugTestEnvironment" } else { "testEnvironment" };
        let link = suite.folder.join(name);
        let doing = "find the machine that the tests run in";
        let is_current = is_newer(&link, SOURCES.iter().map(|source| suite.workspace.join(source)))
            .map_err(|error| Error::new(doing, error, "run the tests in the whole repository"))?;
        if !is_current {
            build(suite, name, &link)?;
        }
        let text = fs::read(&link).map_err(|error| Error::new(doing, error, format!("remove {}", link.display())))?;
        let variables: BTreeMap<String, String> = serde_json::from_slice(&text)
            .map_err(|error| Error::new(doing, error, format!("remove {}", link.display())))?;
        Ok(Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// The value of a variable; one that is empty is none.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The words in the value of a variable.
    pub fn words(&self, name: &str) -> Vec<String> {
        let value = self.get(name).map(OsStr::to_string_lossy).unwrap_or_default();
        value.split_whitespace().map(str::to_owned).collect()
    }

    /// The value of a variable that has to be there.
    pub fn need(&self, name: &str, doing: &str) -> Result<&OsStr, Error> {
        let remedy = "set it, or leave FERRITE_VM unset: then nixw provides both";
        self.get(name).ok_or_else(|| Error::new(doing, format!("{name} is not set"), remedy))
    }

    /// A command that gets the variables.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        // cargo sets it for the tests: to the libraries of another compiler.
        command.envs(&self.0).env_remove("LD_LIBRARY_PATH");
        command
    }
}

/// Has `nixw` build the file of variables. A link keeps what they name from being collected.
fn build(suite: &Suite, name: &str, link: &Path) -> Result<(), Error> {
    let started = SystemTime::now();
    let doing = "build the machine that the tests run in";
    let remedy = format!("run it yourself, to see more: ./nixw build .#{name}");
    let status = Command::new(suite.workspace.join("nixw"))
        .args(["build", &format!(".#{name}"), "--out-link"])
        .arg(link)
        .current_dir(suite.workspace)
        .status()
        .map_err(|error| Error::new(doing, error, &remedy))?;
    if !status.success() {
        return Err(Error::new(doing, format!("nixw ended with {status}"), remedy));
    }
    File::create(stamp(link))
        .and_then(|file| file.set_modified(started))
        .map_err(|error| Error::new(doing, error, "check where the tests are built: the disk may be full"))
}

/// Its time is that of the answer, which has none of its own in the store.
fn stamp(link: &Path) -> PathBuf {
    link.with_extension("stamp")
}

/// Whether the answer is there, and younger than each of the files and all that is in the folders.
fn is_newer(link: &Path, mut sources: impl Iterator<Item = PathBuf>) -> io::Result<bool> {
    let Some(time) = fs::metadata(stamp(link)).and_then(|stamp| stamp.modified()).ok().filter(|_| link.exists()) else {
        return Ok(false);
    };
    sources.try_fold(true, |all, source| Ok(all && changed(&source)? < time))
}

/// When a file, or anything in a folder, was changed last. A folder changes when something in it goes.
fn changed(path: &Path) -> io::Result<SystemTime> {
    let metadata = fs::symlink_metadata(path)?;
    let mut latest = metadata.modified()?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            latest = latest.max(changed(&entry?.path())?);
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A folder with a file of that age in it, and an answer of another.
    fn answer(name: &str, source_age: u64, answer_age: u64) -> (PathBuf, PathBuf) {
        let folder = env::temp_dir().join(format!("ferrite-{name}-{}", std::process::id()));
        let before = |age| SystemTime::now() - Duration::from_secs(age);
        fs::create_dir_all(folder.join("source")).expect("make a folder");
        let source = File::create(folder.join("source/file")).expect("make a file");
        source.set_modified(before(source_age)).expect("set a time");
        File::open(folder.join("source")).and_then(|source| source.set_modified(before(100))).expect("set a time");
        fs::write(folder.join("answer"), "{}").expect("make an answer");
        let stamp = File::create(stamp(&folder.join("answer"))).expect("make a stamp");
        stamp.set_modified(before(answer_age)).expect("set a time");
        (folder.join("answer"), folder)
    }

    fn is_current(answer: &Path, folder: &Path) -> bool {
        let current = is_newer(answer, [folder.join("source")].into_iter()).expect("look at the files");
        fs::remove_dir_all(folder).expect("remove the folder");
        current
    }

    #[test]
    fn an_answer_holds_until_a_source_changes() {
        let (link, folder) = answer("holds", 60, 30);
        assert!(is_current(&link, &folder));
    }

    #[test]
    fn a_changed_source_asks_anew() {
        let (link, folder) = answer("changed", 30, 60);
        assert!(!is_current(&link, &folder));
    }

    #[test]
    fn a_removed_source_asks_anew() {
        let (link, folder) = answer("removed", 90, 60);
        fs::remove_file(folder.join("source/file")).expect("remove a file");
        assert!(!is_current(&link, &folder));
    }

    #[test]
    fn an_answer_that_was_collected_asks_anew() {
        let (link, folder) = answer("collected", 60, 30);
        fs::remove_file(&link).expect("remove the answer");
        assert!(!is_current(&link, &folder));
    }
}
