// SPDX-License-Identifier: MIT OR Apache-2.0

//! `pins.lock`: which files those packages are, by hash. Only this program writes it.
//!
//! A line a package, in a form that needs no parser: `nixw` reads it with the shell's `read` on machines that have
//! nothing else, `pins.nix` with `builtins.split`, and people see a pin move as one line that changes.
//!
//! ```text
//! # package:architecture version size sha256 path sets
//! snapshot 20261121T203000Z
//! bc:amd64 1.07.1-4 103196 d055a1… debian/pool/main/b/bc/bc_1.07.1-4_amd64.deb guest,tools:amd64
//! ```
//!
//! Lines that start with `#` are comments. The first other line says when the pins were taken. After it come the
//! packages, sorted by bytes, each once. One space stands between fields and none within, every line ends with a
//! newline, and the sets are sorted, with commas between.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use explained::Error;
use temporary::Directory;

use crate::wishes;

const HEADER: &str = "\
# SPDX-License-Identifier: MIT OR Apache-2.0
# Written by `nix run .#update`, from pins.toml.
#
# package:architecture version size sha256 path sets
";

/// The whole lock file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Lock {
    /// When the pins were taken, in the way Debian's snapshot archive writes it in addresses: `20261121T203000Z`.
    pub snapshot: String,
    /// By `name:architecture`; the architecture is `all` where the package's is.
    pub packages: BTreeMap<String, Package>,
}

/// A package, and who wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its file.
    pub pin: Pin,
    /// The sets of the wish list that it belongs to, at least one; `name:architecture` where there is one a host.
    pub sets: BTreeSet<String>,
}

/// A package's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// As Debian writes it.
    pub version: String,
    /// In bytes.
    pub size: u64,
    /// In lower-case hexadecimal.
    pub sha256: String,
    /// From the archive's name on, not percent-encoded: `debian/pool/main/b/busybox/….deb`.
    pub path: String,
}

impl Lock {
    /// Reads the lock file; one that does not exist yet is empty.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or a line of it is none of a lock file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let doing = || format!("read the lock file {}", path.display());
        match fs::read_to_string(path) {
            Ok(text) => text.parse().map_err(|cause: String| {
                Error::new(doing(), cause, "restore the file from the repository, or remove it to have it made anew")
            }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(cause) => Err(Error::new(doing(), cause, "name a file that can be read with --lock")),
        }
    }

    /// Replaces the lock file in one step: whatever happens, it is either the old one or the new one. Before that, files that
    /// belong to it: nothing is replaced until all is written.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be written to, or is full.
    pub fn write(&self, path: &Path, companions: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
        self.replace(path, companions).map_err(|cause| {
            Error::new(
                format!("write the lock file {}", path.display()),
                cause,
                "make its folder writable and make room; the file is as it was",
            )
        })
    }

    fn replace(&self, path: &Path, companions: &[(PathBuf, Vec<u8>)]) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Beside it, because only within one file system does a file take another's place in one step.
        let beside = Directory::with_parent(folder, ".update")?;
        let lock = (path.to_owned(), self.to_string().into_bytes());
        let files: Vec<_> = companions.iter().chain([&lock]).zip(0..).collect();
        for ((path, content), number) in &files {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(beside.join(number.to_string()))?;
            file.write_all(content)?;
            file.sync_all()?;
        }
        for ((path, _), number) in &files {
            fs::rename(beside.join(number.to_string()), path)?;
        }
        Ok(())
    }

    /// Adds a set, resolved to these packages.
    ///
    /// # Errors
    ///
    /// There is one lock entry a package, so sets that want different versions of one contradict each other.
    pub fn add(&mut self, set: &str, resolved: BTreeMap<String, Pin>) -> Result<(), Error> {
        for (name, pin) in resolved {
            let package = self
                .packages
                .entry(name.clone())
                .or_insert_with(|| Package { pin: pin.clone(), sets: BTreeSet::new() });
            if package.pin != pin {
                let (one, other) = (&pin.version, &package.pin.version);
                return Err(Error::new(
                    format!("lock the set `{set}`"),
                    format!("it resolves {name} to {one}, and an earlier set to {other}"),
                    "give both sets the same `suite` in pins.toml",
                ));
            }
            package.sets.insert(set.to_owned());
        }
        Ok(())
    }

    /// The packages of each set.
    pub fn sets(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut sets = BTreeMap::<&str, BTreeSet<&str>>::new();
        for (name, package) in &self.packages {
            for set in &package.sets {
                sets.entry(set).or_default().insert(name);
            }
        }
        sets
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEADER}")?;
        writeln!(f, "snapshot {}", self.snapshot)?;
        for (name, Package { pin: Pin { version, size, sha256, path }, sets }) in &self.packages {
            let sets = sets.iter().map(String::as_str).collect::<Vec<_>>().join(",");
            writeln!(f, "{name} {version} {size} {sha256} {path} {sets}")?;
        }
        Ok(())
    }
}

impl FromStr for Lock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(text) = text.strip_suffix('\n') else {
            return Err(format!("line {} is cut off", text.split('\n').count()));
        };
        // Not `lines`, which would hide the line ends of another system, where the shell would not.
        let mut lines = (1..).zip(text.split('\n')).filter(|(_, line)| !line.starts_with('#'));
        let Some((number, line)) = lines.next() else {
            return Err("it has nothing but comments".to_owned());
        };
        let snapshot = line
            .strip_prefix("snapshot ")
            .filter(|time| is_time(time))
            .ok_or_else(|| format!("line {number} is not a time such as `snapshot 20261121T203000Z`"))?;

        let mut lock = Lock { snapshot: snapshot.to_owned(), ..Lock::default() };
        for (number, line) in lines {
            let (name, package) = package(line).map_err(|cause| format!("line {number} {cause}"))?;
            if lock.packages.insert(name.to_owned(), package).is_some() {
                return Err(format!("line {number} has {name} a second time"));
            }
        }
        Ok(lock)
    }
}

/// Reads a package's line. What is wrong with it completes "line 7 …".
fn package(line: &str) -> Result<(&str, Package), String> {
    let fields: Vec<&str> = line.split(' ').collect();
    let &[name, version, size, sha256, path, sets] = fields.as_slice() else {
        return Err(format!("has {} fields, not 6", fields.len()));
    };
    if !name.split_once(':').is_some_and(|(name, architecture)| wishes::is_name(name) && wishes::is_name(architecture))
    {
        return Err(format!("has `{name}` in place of a package and its architecture"));
    }
    if version.is_empty() {
        return Err("has no version".to_owned());
    }
    let size = size.parse().map_err(|_| format!("has `{size}` in place of a size in bytes"))?;
    if !is_sha256(sha256) {
        return Err(format!("has `{sha256}` in place of a SHA-256"));
    }
    if !path.contains('/') {
        return Err(format!("has `{path}` in place of a path in the archive"));
    }
    if let Some(set) = sets.split(',').find(|set| !wishes::is_resolution(set)) {
        return Err(format!("has `{set}` in place of a set"));
    }
    let pin = Pin { version: version.to_owned(), size, sha256: sha256.to_owned(), path: path.to_owned() };
    Ok((name, Package { pin, sets: sets.split(',').map(str::to_owned).collect() }))
}

/// Whether this is a SHA-256 as `sha256sum` prints it.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether this has the form that [`snapshot`] returns.
fn is_time(text: &str) -> bool {
    text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).eq(*b"00000000T000000Z")
}

/// A time the way Debian's snapshot archive writes it in addresses, to the second.
pub fn snapshot(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HASH: &str = "015be740d6236ad114582dea500c1d907f29e16d6db00566ca32fb68d71ac90d";

    fn pin(version: &str) -> Pin {
        Pin {
            version: version.to_owned(),
            size: 10,
            sha256: HASH.to_owned(),
            path: format!("debian/pool/main/x_{version}.deb"),
        }
    }

    /// A lock as it is written, and its text.
    fn example() -> (Lock, String) {
        let mut lock = Lock { snapshot: "20261121T203000Z".to_owned(), ..Lock::default() };
        lock.add("b", [("y:all".to_owned(), pin("1:2~rc1")), ("x:amd64".to_owned(), pin("1"))].into()).unwrap();
        lock.add("a", [("x:amd64".to_owned(), pin("1")), ("x-y:amd64".to_owned(), pin("3+b1"))].into()).unwrap();
        let text = format!(
            "{HEADER}\
             snapshot 20261121T203000Z\n\
             x-y:amd64 3+b1 10 {HASH} debian/pool/main/x_3+b1.deb a\n\
             x:amd64 1 10 {HASH} debian/pool/main/x_1.deb a,b\n\
             y:all 1:2~rc1 10 {HASH} debian/pool/main/x_1:2~rc1.deb b\n"
        );
        (lock, text)
    }

    #[test]
    fn snapshot_is_written_as_in_addresses() {
        let time = snapshot(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_293_000_999));
        assert_eq!(time, "20261121T203000Z");
        assert!(is_time(&time));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = Directory::new("update-lock").unwrap();
        let path = folder.path().join("pins.lock");
        assert_eq!(Lock::read(&path).unwrap(), Lock::default());
        let (lock, text) = example();
        let companion = folder.path().join("release/suite");
        lock.write(&path, &[(companion.clone(), b"signed".to_vec())]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(Lock::read(&path).unwrap(), lock);
        assert_eq!(fs::read(companion).unwrap(), b"signed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }

    /// Started by root, who may write everywhere, only a folder in a file's place keeps a file from being replaced.
    #[test]
    fn a_lock_that_cannot_be_written_stays_as_it_was() {
        let folder = Directory::new("update-lock").unwrap();
        let path = folder.path().join("pins.lock");
        let (lock, text) = example();
        lock.write(&path, &[]).unwrap();
        let occupied = folder.path().join("occupied");
        fs::create_dir_all(occupied.join("by")).unwrap();
        let error = Lock::default().write(&path, &[(occupied, Vec::new())]).unwrap_err().to_string();
        assert!(error.ends_with("the file is as it was"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }

    #[test]
    fn a_package_has_all_its_sets() {
        let (lock, _) = example();
        let sets = [("a", ["x-y:amd64", "x:amd64"].into()), ("b", ["x:amd64", "y:all"].into())];
        assert_eq!(lock.sets(), sets.into());
    }

    #[test]
    fn a_damaged_lock_is_refused_with_the_line() {
        let (_, good) = example();
        let upper = HASH.to_uppercase();
        let cases = [
            ("x:amd64 1 ", "x:amd64 ", "line 7 has 5 fields, not 6"),
            ("x:amd64 1 ", "x:amd64  1 ", "line 7 has 7 fields, not 6"),
            ("x:amd64 1 ", "<<<<<<< HEAD\nx:amd64 1 ", "line 7 has 2 fields, not 6"),
            ("x:amd64 1 ", "\nx:amd64 1 ", "line 7 has 1 fields, not 6"),
            ("x:amd64 1 ", "x 1 ", "line 7 has `x` in place of a package"),
            ("x:amd64 1 ", "y:all 1 ", "line 8 has y:all a second time"),
            ("x:amd64 1 10", "x:amd64  10", "line 7 has no version"),
            ("x:amd64 1 10", "x:amd64 1 ten", "line 7 has `ten` in place of a size"),
            (HASH, &HASH[1..], "in place of a SHA-256"),
            (HASH, &upper, "in place of a SHA-256"),
            ("debian/pool/main/x_1.deb", "x_1.deb", "line 7 has `x_1.deb` in place of a path"),
            (" a,b\n", " a,\n", "line 7 has `` in place of a set"),
            (" a,b\n", " a,b\r\n", "line 7 has `b\r` in place of a set"),
            ("snapshot ", "snap", "line 5 is not a time"),
            ("20261121T203000Z", "2026-11-21", "line 5 is not a time"),
            (&good, HEADER, "nothing but comments"),
            (&good, "", "line 1 is cut off"),
            (&good, "{\"snapshot\": \"20261121T203000Z\"}\n", "line 1 is not a time"),
        ];
        for (old, new, cause) in cases {
            assert!(good.contains(old), "{old}");
            let error = good.replace(old, new).parse::<Lock>().unwrap_err();
            assert!(error.contains(cause), "{new}: {error}");
        }
    }

    #[test]
    fn a_truncated_lock_is_refused() {
        let (_, good) = example();
        for length in (0..good.len()).filter(|&length| !good[..length].ends_with('\n')) {
            let error = good[..length].parse::<Lock>().unwrap_err();
            assert!(error.ends_with("is cut off"), "{length}: {error}");
        }
    }

    #[test]
    fn a_damaged_lock_is_not_taken_for_an_empty_one() {
        let folder = Directory::new("update-lock").unwrap();
        let path = folder.path().join("pins.lock");
        fs::write(&path, "snapshot 2026").unwrap();
        let error = Lock::read(&path).unwrap_err().to_string();
        assert!(error.contains("because: line 1 is cut off\n  do this: restore the file"), "{error}");
    }

    #[test]
    fn sets_that_contradict_each_other_are_refused() {
        let mut lock = Lock::default();
        lock.add("a", [("x:amd64".to_owned(), pin("1"))].into()).unwrap();
        let error = lock.add("b", [("x:amd64".to_owned(), pin("2"))].into()).unwrap_err();
        assert!(error.to_string().contains("resolves x:amd64 to 2, and an earlier set to 1"));
    }
}
