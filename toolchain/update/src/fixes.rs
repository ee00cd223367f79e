// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which security fixes come in with a change: the CVEs that the packages' changelogs name between the two versions.
//!
//! Every package of Debian holds its changelog (policy 12.7), so this asks nobody but the mirror. The packages that are
//! built from one source share a changelog; the smallest of them that has it is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use pins::lock::{Lock, Pin};
use pins::Error;
use temporary::Directory;

use crate::apt::Apt;

/// What the changelogs say, by the name of the source package.
#[derive(Debug, Default)]
pub struct Fixes {
    sources: BTreeMap<String, Result<BTreeSet<String>, String>>,
}

/// A package whose version changes.
struct Moved<'a> {
    name: &'a str,
    from: &'a str,
    to: &'a Pin,
}

impl Fixes {
    /// Reads the changelogs of what `new` has in another version than `old`. What cannot be read is told, and is no error:
    /// the pins are sound without.
    pub fn between(old: &Lock, new: &Lock, apt: &Apt) -> Self {
        let mut sources = BTreeMap::<String, Vec<Moved>>::new();
        for (name, package) in &new.packages {
            let Some(from) = old.packages.get(name).map(|old| old.pin.version.as_str()) else { continue };
            if from != package.pin.version {
                let moved = Moved { name, from, to: &package.pin };
                sources.entry(source(&package.pin.path).to_owned()).or_default().push(moved);
            }
        }
        let fixes = |(source, packages)| (source, named(packages, apt).map_err(|error| error.to_string()));
        Fixes { sources: sources.into_iter().map(fixes).collect() }
    }
}

/// One line a source package, then one that sums up. Nothing where no version changes.
impl fmt::Display for Fixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sources.is_empty() {
            return Ok(());
        }
        let mut all = BTreeSet::new();
        let read = self.sources.values().filter(|fixes| fixes.is_ok()).count();
        for (source, fixes) in &self.sources {
            match fixes {
                Ok(fixes) if fixes.is_empty() => {}
                Ok(fixes) => {
                    writeln!(f, "! {source} fixes {}", fixes.iter().map(String::as_str).collect::<Vec<_>>().join(" "))?;
                    all.extend(fixes);
                }
                Err(cause) => writeln!(f, "? {source}: {}", cause.replace('\n', "\n  "))?,
            }
        }
        let (fixes, sources) = (all.len(), self.sources.len());
        writeln!(f, "{fixes} security fixes (CVE) named in the changelogs of {read} of {sources} sources")
    }
}

/// The name of the source package, which is that of its folder in the archive's pool.
fn source(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or(path)
}

/// The CVEs that the changelog of packages from one source names.
fn named(mut packages: Vec<Moved>, apt: &Apt) -> Result<BTreeSet<String>, Error> {
    packages.sort_by_key(|package| package.to.size);
    let mut error = None;
    for package in packages {
        match changelog(&package, apt) {
            Ok(text) => return entries(&text, package.from),
            Err(cause) => error = error.or(Some(cause)),
        }
    }
    Err(error.expect("there is a package"))
}

fn changelog(package: &Moved, apt: &Apt) -> Result<String, Error> {
    let doing = || format!("read the changelog of {} {}", package.name, package.to.version);
    let remedy = "look for it at https://tracker.debian.org; the pins can be moved without";
    let failed = |cause: String| Error::new(doing(), cause, remedy);
    let folder = Directory::new("update-changelog").map_err(|cause| failed(cause.to_string()))?;
    let file = apt.download(package.name, &package.to.version, folder.path()).map_err(failed)?;
    let compressed = extract(&file).map_err(failed)?;
    let path = folder.path().join("changelog.gz");
    std::fs::write(&path, compressed).map_err(|cause| failed(cause.to_string()))?;
    let output = Command::new("gzip").arg("-dc").arg(&path).output();
    let output = output.map_err(|cause| failed(format!("gzip does not start: {cause}")))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The changelog in a package. Where the upstream has one of its own, Debian's says so in its name.
fn extract(package: &Path) -> Result<Vec<u8>, String> {
    let mut child = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|cause| format!("dpkg-deb does not start: {cause}"))?;
    let found = find_changelog(child.stdout.take().expect("is a pipe"));
    // It was read no further than to the changelog, which ends the program.
    let _ = child.wait();
    found
        .map_err(|cause| format!("the package is damaged: {cause}"))?
        .ok_or_else(|| "there is none in the package".to_owned())
}

fn find_changelog(tree: impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut native = None;
    for entry in tar::Archive::new(tree).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let is_file = entry.header().entry_type().is_file();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if is_file && path.starts_with("./usr/share/doc") && ["changelog.Debian.gz", "changelog.gz"].contains(&name) {
            let mut data = Vec::new();
            entry.read_to_end(&mut data)?;
            if name == "changelog.Debian.gz" {
                return Ok(Some(data));
            }
            native = Some(data);
        }
    }
    Ok(native)
}

/// The CVEs that entries of a changelog newer than a version name, see deb-changelog(5).
fn entries(changelog: &str, from: &str) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for line in changelog.lines() {
        // An entry's first line: "package (version) suites; urgency=…".
        if let Some((_, rest)) = line.split_once(" (").filter(|_| !line.starts_with(' ')) {
            let version = rest.split_once(')').map_or(rest, |(version, _)| version);
            if !is_newer(version, from)? {
                break;
            }
        }
        let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        found.extend(words.filter(|word| is_cve(word)).map(str::to_owned));
    }
    Ok(found)
}

/// Whether this is a name such as `CVE-2026-12345`.
fn is_cve(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let is_number = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts[..], ["CVE", year, number] if is_number(year) && is_number(number))
}

fn is_newer(version: &str, than: &str) -> Result<bool, Error> {
    let status = Command::new("dpkg").args(["--compare-versions", version, "gt", than]).stderr(Stdio::null()).status();
    let status = status.map_err(|cause| {
        Error::new("compare versions", format!("dpkg does not start: {cause}"), "run this with `nix run .#update`")
    })?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_up_to_the_old_version_count() {
        let changelog = "openssl (3.5.7-1) trixie; urgency=medium\n\n  * Fixes CVE-2026-11111 (and CVE-2026-2222,\n    \
                         CVE-2026-33).\n\n -- A  Mon\n\nopenssl (3.5.6-1) trixie; urgency=medium\n\n  * CVE-2025-0001\n\n\
                         openssl (3.5.5-1) trixie; urgency=medium\n\n  * CVE-2024-0001\n";
        let found = |from| entries(changelog, from).unwrap().into_iter().collect::<Vec<_>>();
        assert_eq!(found("3.5.5-1+b2"), ["CVE-2025-0001", "CVE-2026-11111", "CVE-2026-2222"]);
        assert_eq!(found("3.5.6-1"), ["CVE-2026-11111", "CVE-2026-2222"]);
        assert_eq!(found("3.5.7-1"), [""; 0]);
    }

    #[test]
    fn the_source_is_the_folder() {
        assert_eq!(source("debian/pool/main/o/openssl/libssl3t64_3.5.7-1_amd64.deb"), "openssl");
    }
}
