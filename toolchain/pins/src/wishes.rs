// SPDX-License-Identifier: MIT OR Apache-2.0

//! `pins.toml`: which packages are wanted, by name. A person writes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use explained::Error;
use serde::Deserialize;

/// What stands for an architecture in a set that every kind of host has its own of.
const HOST: &str = "host";

/// The whole wish list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// Debian's names of the architectures of machines that build.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where all of them come from.
    pub archive: Archive,
    /// By name of the set.
    pub sets: BTreeMap<String, Set>,
}

/// Where packages come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The keys that the archive's Release files must be signed with: a file in /usr/share/keyrings, or a path.
    pub keyring: String,
    /// Codenames, the preferred one first.
    pub suites: Vec<String>,
}

/// Packages that a build uses together, resolved together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Debian's name of the architecture that the set is for, such as `amd64`; or `host`, for one of the same name a host.
    pub architecture: String,
    /// Of [`Wishes::hosts`] those that have one, where not all do.
    pub hosts: Option<Vec<String>>,
    /// Names, each with an architecture where it is another than the set's: `libc6-dev:arm64`.
    pub packages: Vec<String>,
    /// Whether the packages that these depend on belong to the set too.
    #[serde(default = "yes")]
    pub closure: bool,
    /// Packages to be taken for present, so that they and what only they need stay out of the set.
    #[serde(default)]
    pub omit: Vec<String>,
    /// The suite that the named packages come from, where it is not the preferred one that has them.
    pub suite: Option<String>,
    /// Whether `nixw` leaves the set out until something is asked for that is built from it. `pins.nix` reads it; the lock does not have it.
    #[serde(default)]
    pub extra: bool,
}

fn yes() -> bool {
    true
}

impl Wishes {
    /// Reads the wish list from a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or says what is none.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let doing = || format!("read the wish list {}", path.display());
        let text = fs::read_to_string(path).map_err(|cause| {
            Error::new(doing(), cause, "start this in the project's folder, or name the file with --pins")
        })?;
        let wishes: Wishes =
            basic_toml::from_str(&text).map_err(|cause| Error::new(doing(), cause, "correct the file"))?;
        wishes.check().map_err(|cause| Error::new(doing(), cause, "correct the file"))?;
        Ok(wishes)
    }

    /// Refuses what apt would take for something else than a name: an option, a pattern, a file, a removal (`name-`).
    fn check(&self) -> Result<(), String> {
        if self.archive.suites.is_empty() {
            return Err("archive.suites names no suite".to_owned());
        }
        if self.sets.is_empty() {
            return Err("it has no sets".to_owned());
        }
        for suite in self.archive.suites.iter().chain(self.sets.values().filter_map(|set| set.suite.as_ref())) {
            if !is_name(suite) {
                return Err(format!("`{suite}` is not the name of a suite"));
            }
            if !self.archive.suites.contains(suite) {
                return Err(format!("the suite `{suite}` is not one of archive.suites"));
            }
        }
        if let Some(host) = self.hosts.iter().find(|host| !is_name(host)) {
            return Err(format!("`{host}` is not the name of an architecture"));
        }
        for (name, set) in &self.sets {
            if let Some(host) = set.hosts.iter().flatten().find(|host| !self.hosts.contains(host)) {
                return Err(format!("the set `{name}` is for `{host}`, which is not one of `hosts`"));
            }
        }
        for (name, set) in &self.sets {
            if set.architecture == HOST && self.hosts.is_empty() {
                return Err(format!("the set `{name}` is for hosts, and `hosts` names none"));
            }
            if !is_name(name) {
                return Err(format!("`{name}` is not a name for a set: use small letters, digits, `+`, `-` and `.`"));
            }
            if set.packages.is_empty() {
                return Err(format!("the set `{name}` names no package"));
            }
            if let Some(package) = set.packages.iter().find(|package| set.omit.contains(package)) {
                return Err(format!("the set `{name}` both names and omits `{package}`"));
            }
            for package in set.packages.iter().chain(&set.omit) {
                let (package_name, architecture) = package.split_once(':').unwrap_or((package, &set.architecture));
                if !is_name(package_name) || !is_name(architecture) {
                    return Err(format!("in the set `{name}`, `{package}` is not the name of a package"));
                }
            }
        }
        Ok(())
    }

    /// What there is to resolve: each set once, or once a host. With the name that the lock has for it, such as `qemu:arm64`
    /// where there is one a host, and the architecture.
    pub fn resolutions(&self) -> Vec<(String, &str, &Set)> {
        let mut all = Vec::new();
        for (name, set) in &self.sets {
            if set.architecture == HOST {
                let hosts = set.hosts.as_ref().unwrap_or(&self.hosts);
                all.extend(hosts.iter().map(|host| (format!("{name}:{host}"), host.as_str(), set)));
            } else {
                all.push((name.clone(), set.architecture.as_str(), set));
            }
        }
        all
    }

    /// Every architecture that some set wants packages for, each once, sorted.
    pub fn architectures(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .resolutions()
            .into_iter()
            .flat_map(|(_, architecture, set)| {
                let explicit = set.packages.iter().chain(&set.omit).filter_map(|package| package.split_once(':'));
                explicit.map(|(_, architecture)| architecture).chain([architecture])
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Whether the lock may name a set so: `qemu`, or `qemu:arm64`.
pub fn is_resolution(text: &str) -> bool {
    text.splitn(2, ':').all(is_name)
}

/// The characters that Debian policy 5.6.1 has for package names, which do for suites, architectures and our sets too.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
        // apt reads `name-` as "remove" and `name+` as "install" where no package of that name exists.
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCHIVE: &str = "[archive]\nkeyring = \"k.gpg\"\nsuites = [\"trixie\", \"trixie-backports\"]\n";

    fn parse(sets: &str) -> Result<Wishes, String> {
        let wishes: Wishes = basic_toml::from_str(&format!("{ARCHIVE}{sets}")).map_err(|error| error.to_string())?;
        wishes.check().map(|()| wishes)
    }

    #[test]
    fn a_set_has_its_closure_unless_told_otherwise() {
        let wishes = parse(
            "[sets.a]\narchitecture = \"amd64\"\npackages = [\"g++\", \"libc6-dev:arm64\"]\n\
             [sets.b]\narchitecture = \"amd64\"\npackages = [\"x\"]\nclosure = false\nsuite = \"trixie-backports\"\n",
        )
        .unwrap();
        assert!(wishes.sets["a"].closure);
        assert!(!wishes.sets["b"].closure);
        assert_eq!(wishes.sets["b"].suite.as_deref(), Some("trixie-backports"));
        assert_eq!(wishes.architectures(), ["amd64", "arm64"]);
    }

    #[test]
    fn a_set_for_hosts_is_one_a_host() {
        let host = "[sets.b]\narchitecture = \"host\"\npackages = [\"x\"]\n";
        let list = |hosts| {
            format!("hosts = [{hosts}]\n{ARCHIVE}[sets.a]\narchitecture = \"s390x\"\npackages = [\"x\"]\n{host}")
        };
        let wishes: Wishes = basic_toml::from_str(&list("\"arm64\", \"amd64\"")).unwrap();
        wishes.check().unwrap();
        let resolutions = wishes.resolutions();
        let names: Vec<_> = resolutions.iter().map(|(name, architecture, _)| (name.as_str(), *architecture)).collect();
        assert_eq!(names, [("a", "s390x"), ("b:arm64", "arm64"), ("b:amd64", "amd64")]);
        assert_eq!(wishes.architectures(), ["amd64", "arm64", "s390x"]);

        let wishes: Wishes = basic_toml::from_str(&list("\"AMD64\"")).unwrap();
        assert_eq!(wishes.check().unwrap_err(), "`AMD64` is not the name of an architecture");
        assert_eq!(parse(host).unwrap_err(), "the set `b` is for hosts, and `hosts` names none");

        let some =
            |hosts| list("\"arm64\", \"amd64\"").replace("\"host\"", &format!("\"host\"\nhosts = [\"{hosts}\"]"));
        let wishes: Wishes = basic_toml::from_str(&some("amd64")).unwrap();
        wishes.check().unwrap();
        assert_eq!(wishes.resolutions().into_iter().map(|(name, ..)| name).collect::<Vec<_>>(), ["a", "b:amd64"]);
        let wishes: Wishes = basic_toml::from_str(&some("s390x")).unwrap();
        assert_eq!(wishes.check().unwrap_err(), "the set `b` is for `s390x`, which is not one of `hosts`");
    }

    #[test]
    fn what_apt_would_take_for_something_else_is_refused() {
        for package in ["systemd-", "-y", "./local.deb", "lib*", "a/sid", "a=1", "A", "", "a:", ":amd64", "a:b:c"] {
            let set = format!("[sets.a]\narchitecture = \"amd64\"\npackages = [\"{package}\"]\n");
            assert!(parse(&set).unwrap_err().contains("is not the name of a package"), "{package}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("[sets]\n", "it has no sets"),
            ("[sets.\"a,b\"]\narchitecture = \"amd64\"\npackages = [\"x\"]\n", "`a,b` is not a name for a set"),
            ("[sets.a]\narchitecture = \"amd64\"\npackages = []\n", "names no package"),
            ("[sets.a]\narchitecture = \"amd64\"\npackages = [\"x\"]\nomit = [\"x\"]\n", "both names and omits `x`"),
            ("[sets.a]\narchitecture = \"amd64\"\npackages = [\"x\"]\nsuite = \"sid\"\n", "not one of archive.suites"),
            ("[sets.a]\narchitecture = \"amd64\"\npackages = [\"x\"]\nrecommends = true\n", "unknown field"),
            ("[sets.a]\npackages = [\"x\"]\n", "missing field"),
        ];
        for (set, message) in cases {
            assert!(parse(set).unwrap_err().contains(message), "{set}");
        }
    }
}
