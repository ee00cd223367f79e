// SPDX-License-Identifier: MIT OR Apache-2.0

//! `toolchain/pins.lock`, as the program `update` writes it: there, a line is explained.

use std::collections::BTreeMap;
use std::str::FromStr;

use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

/// What a package URL does not have as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The whole file.
#[derive(Debug)]
pub struct Lock {
    /// When the pins were taken, such as `20261121T203000Z`.
    pub snapshot: String,
    /// By the SHA-256 of the file.
    pub pins: BTreeMap<String, Pin>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Of the package.
    pub name: String,
    /// Debian's; `all` where the package has none.
    pub architecture: String,
    /// Of the package.
    pub version: String,
    /// The sets that it belongs to; `name:architecture` where there is one a host.
    pub sets: Vec<String>,
}

impl Pin {
    /// Whether it is only for machines that build.
    pub fn is_for_the_host(&self) -> bool {
        self.sets.iter().all(|set| set.contains(':'))
    }

    /// Its [package URL](https://github.com/package-url/purl-spec).
    pub fn url(&self) -> String {
        let encode = |text| utf8_percent_encode(text, ENCODED);
        format!("pkg:deb/debian/{}@{}?arch={}", encode(&self.name), encode(&self.version), self.architecture)
    }
}

impl Lock {
    /// The version that a package is pinned in, for an architecture of Debian's.
    pub fn version(&self, name: &str, architecture: &str) -> Option<&str> {
        let mut pins = self.pins.values();
        pins.find(|pin| pin.name == name && pin.architecture == architecture).map(|pin| pin.version.as_str())
    }

    /// The snapshot's time, as RFC 3339 writes it.
    pub fn time(&self) -> Option<String> {
        let digits = |range| self.snapshot.get(range);
        Some(format!(
            "{}-{}-{}T{}:{}:{}Z",
            digits(0..4)?,
            digits(4..6)?,
            digits(6..8)?,
            digits(9..11)?,
            digits(11..13)?,
            digits(13..15)?
        ))
    }
}

impl FromStr for Lock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let snapshot = lines.next().and_then(|line| line.strip_prefix("snapshot ")).ok_or("it names no snapshot")?;
        let pins = lines.map(|line| pin(line).ok_or_else(|| format!("no pin: {line}"))).collect::<Result<_, _>>()?;
        Ok(Self { snapshot: snapshot.to_owned(), pins })
    }
}

fn pin(line: &str) -> Option<(String, Pin)> {
    let [package, version, _size, sha256, _path, sets] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let (name, architecture) = package.split_once(':')?;
    let pin = Pin {
        name: name.to_owned(),
        architecture: architecture.to_owned(),
        version: version.to_owned(),
        sets: sets.split(',').map(str::to_owned).collect(),
    };
    Some((sha256.to_owned(), pin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# A comment.
snapshot 20261121T203005Z
g++:amd64 4:14.2.0-1~b1 103196 d055 debian/pool/main/g/g++.deb guest,tools:amd64
";

    #[test]
    fn all_of_it() {
        let lock: Lock = TEXT.parse().expect("is one");
        assert_eq!(lock.time().as_deref(), Some("2026-11-21T20:30:05Z"));
        let pin = &lock.pins["d055"];
        assert_eq!((pin.name.as_str(), pin.architecture.as_str()), ("g++", "amd64"));
        assert_eq!(pin.sets, ["guest", "tools:amd64"]);
        assert!(!pin.is_for_the_host());
        assert_eq!(pin.url(), "pkg:deb/debian/g%2B%2B@4%3A14.2.0-1~b1?arch=amd64");
        assert_eq!(lock.version("g++", "amd64"), Some("4:14.2.0-1~b1"));
        assert_eq!(lock.version("g++", "arm64"), None);
    }

    #[test]
    fn what_is_no_pin_is_refused() {
        assert_eq!("snapshot x\nbc:amd64 1".parse::<Lock>().expect_err("lacks a hash"), "no pin: bc:amd64 1");
        assert!("".parse::<Lock>().is_err());
    }
}
