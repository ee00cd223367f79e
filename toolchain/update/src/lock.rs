// SPDX-License-Identifier: MIT OR Apache-2.0

//! `pins.lock`: which files those packages are, by hash. Only this program writes it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use temporary::Directory;

use crate::error::Error;

/// The whole lock file. Every map and list in it is sorted, so that a change of one package is a change of few lines.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// When the pins were taken, in the way Debian's snapshot archive writes it in addresses: `20261121T203000Z`.
    pub snapshot: String,
    /// By `name:architecture`; the architecture is `all` where the package's is.
    pub packages: BTreeMap<String, Pin>,
    /// The keys of `packages` that make up each set.
    pub sets: BTreeMap<String, Vec<String>>,
}

/// One package's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub version: String,
    /// From the archive's name on, not percent-encoded: `debian/pool/main/b/busybox/….deb`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

impl Lock {
    /// Reads the lock file; one that does not exist yet is empty.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let doing = || format!("read the lock file {}", path.display());
        match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|cause| {
                Error::new(doing(), cause, "restore the file from the repository, or remove it to have it made anew")
            }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(cause) => Err(Error::new(doing(), cause, "name a file that can be read with --lock")),
        }
    }

    /// Replaces the lock file in one step: whatever happens, it is either the old one or the new one.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        self.replace(path).map_err(|cause| {
            Error::new(
                format!("write the lock file {}", path.display()),
                cause,
                "make its folder writable and make room; the file is as it was",
            )
        })
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Beside it, because only within one file system does a file take another's place in one step.
        let beside = Directory::with_parent(folder, ".update")?;
        let new = beside.join("pins.lock");
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let mut file = File::create(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, path)
    }

    /// Adds a set, resolved to these packages.
    ///
    /// There is one lock entry a package, so sets that want different versions of one contradict each other.
    pub fn add(&mut self, set: &str, resolved: BTreeMap<String, Pin>) -> Result<(), Error> {
        for (name, pin) in &resolved {
            match self.packages.get(name) {
                Some(other) if other != pin => {
                    let (one, other) = (&pin.version, &other.version);
                    return Err(Error::new(
                        format!("lock the set `{set}`"),
                        format!("it resolves {name} to {one}, and an earlier set to {other}"),
                        "give both sets the same `suite` in pins.toml",
                    ));
                }
                _ => {}
            }
        }
        self.sets.insert(set.to_owned(), resolved.keys().cloned().collect());
        self.packages.extend(resolved);
        Ok(())
    }
}

/// A time the way Debian's snapshot archive writes it in addresses, to the second.
pub fn snapshot(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn pin(version: &str) -> Pin {
        Pin {
            version: version.to_owned(),
            path: format!("debian/pool/x_{version}.deb"),
            size: 1,
            sha256: "00".repeat(32),
        }
    }

    #[test]
    fn snapshot_is_written_as_in_addresses() {
        assert_eq!(snapshot(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_293_000_999)), "20261121T203000Z");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = Directory::new("update-lock").unwrap();
        let path = folder.path().join("pins.lock");
        assert_eq!(Lock::read(&path).unwrap(), Lock::default());
        let mut lock = Lock { snapshot: "20261121T203000Z".to_owned(), ..Lock::default() };
        lock.add("b", [("y:all".to_owned(), pin("2")), ("x:amd64".to_owned(), pin("1"))].into()).unwrap();
        lock.add("a", [("x:amd64".to_owned(), pin("1"))].into()).unwrap();
        lock.write(&path).unwrap();
        assert_eq!(Lock::read(&path).unwrap(), lock);

        let text = fs::read_to_string(&path).unwrap();
        let position = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("no {needle} in {text}"));
        assert!(position("\"x:amd64\": {") < position("\"y:all\": {"));
        assert!(position("\"a\": [") < position("\"b\": ["));
        assert!(text.ends_with("}\n"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_damaged_lock_is_not_taken_for_an_empty_one() {
        let folder = Directory::new("update-lock").unwrap();
        let path = folder.path().join("pins.lock");
        fs::write(&path, "{\"snapshot\": \"2026").unwrap();
        assert!(Lock::read(&path).unwrap_err().to_string().contains("restore the file"));
    }

    #[test]
    fn sets_that_contradict_each_other_are_refused() {
        let mut lock = Lock::default();
        lock.add("a", [("x:amd64".to_owned(), pin("1"))].into()).unwrap();
        let error = lock.add("b", [("x:amd64".to_owned(), pin("2"))].into()).unwrap_err();
        assert!(error.to_string().contains("resolves x:amd64 to 2, and an earlier set to 1"));
    }
}
