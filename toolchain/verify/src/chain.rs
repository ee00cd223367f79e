// SPDX-License-Identifier: MIT OR Apache-2.0

//! From the archive's signature to the pins: Release file, index, package.

use std::path::Path;

use pins::lock::{Lock, Pin};
use pins::release::{self, File, Release};
use pins::wishes::Wishes;
use pins::Error;

use crate::fetch::Fetcher;
use crate::findings::{grouped, Findings};
use crate::index::{self, Index};

/// The archive's name, which the lock's paths begin with and an index's do not.
const ARCHIVE: &str = "debian/";

/// Which indexes the pins can be looked up in.
#[derive(Default)]
struct Indexes {
    /// Those that the pins were taken from.
    of_the_lock: Vec<Index>,
    /// In place of those that cannot be had any more, what the mirror has now.
    of_today: Vec<Index>,
    /// Whether there is one that can be had no more.
    lacking: bool,
}

/// Checks that the archive signed every pin.
pub fn check(
    lock_file: &Path,
    lock: &Lock,
    wishes: &Wishes,
    keyring: &Path,
    fetcher: &Fetcher,
    findings: &mut Findings,
) -> Result<(), Error> {
    let architectures = wishes.architectures();
    let mut indexes = Indexes::default();
    for suite in &wishes.archive.suites {
        let release = Release::read(&release::kept(lock_file, suite), keyring)?;
        findings.holds("signature", &format!("{suite}: {}", signed(&release)));
        let lacking = take(suite, &release, &architectures, fetcher, &mut indexes.of_the_lock, findings)?;
        for cause in &lacking {
            findings.unchecked(Error::new(
                format!("check pins of {suite} against the index that they were taken from"),
                cause,
                "run this where snapshot.debian.org can be reached, or move the pins: nix run .#update -- --write",
            ));
        }
        if !lacking.is_empty() {
            indexes.lacking = true;
            today(suite, &architectures, keyring, fetcher, &mut indexes.of_today, findings)?;
        }
    }
    look_up(lock, &indexes, findings);
    Ok(())
}

/// Takes the indexes of a suite. Of those that cannot be had, says why.
fn take(
    suite: &str,
    release: &Release,
    architectures: &[&str],
    fetcher: &Fetcher,
    indexes: &mut Vec<Index>,
    findings: &mut Findings,
) -> Result<Vec<String>, Error> {
    let mut lacking = Vec::new();
    for architecture in architectures {
        let file = index_of(suite, release, architecture)?;
        match fetcher.index(suite, &file) {
            Ok(path) => {
                let index = index::read(&path, &file.path)?;
                let (packages, size) = (grouped(index.len() as u64), grouped(file.size));
                findings.holds("index", &format!("{suite}/{}: {packages} packages, {size} bytes", file.path));
                indexes.push(index);
            }
            Err(cause) => lacking.push(cause),
        }
    }
    Ok(lacking)
}

/// What stands in for an index that cannot be had any more: the one of today, by a signature of its own.
fn today(
    suite: &str,
    architectures: &[&str],
    keyring: &Path,
    fetcher: &Fetcher,
    indexes: &mut Vec<Index>,
    findings: &mut Findings,
) -> Result<(), Error> {
    let instead = |cause: String| {
        Error::new(
            format!("look at what the mirror has for {suite} today instead"),
            cause,
            "connect to the network, or name a mirror with --mirror",
        )
    };
    let path = match fetcher.release_of_today(suite) {
        Ok(path) => path,
        Err(cause) => {
            findings.unchecked(instead(cause));
            return Ok(());
        }
    };
    let release = Release::read(&path, keyring)?;
    findings.holds("signature", &format!("{suite} as it is today, not as it was: {}", signed(&release)));
    for cause in take(suite, &release, architectures, fetcher, indexes, findings)? {
        findings.unchecked(instead(cause));
    }
    Ok(())
}

fn index_of(suite: &str, release: &Release, architecture: &str) -> Result<File, Error> {
    let file = index::NAMES.iter().find_map(|name| release.file(&format!("main/binary-{architecture}/{name}")));
    file.ok_or_else(|| {
        Error::new(
            format!("find the index of {suite} for {architecture}"),
            "the Release file names none that is compressed with xz or not at all",
            "take another suite in pins.toml",
        )
    })
}

fn signed(release: &Release) -> String {
    let signers: Vec<&str> = release.signers.iter().map(|key| &key[key.len().saturating_sub(16)..]).collect();
    format!("signed {} by {}", humantime::format_rfc3339_seconds(release.signed), signers.join(", "))
}

fn look_up(lock: &Lock, indexes: &Indexes, findings: &mut Findings) {
    let (mut then, mut now) = (0_usize, 0_usize);
    let mut unknown = Vec::new();
    for (name, package) in &lock.packages {
        let Pin { path, .. } = &package.pin;
        let path = path.strip_prefix(ARCHIVE).unwrap_or(path);
        let entry = |indexes: &[Index]| indexes.iter().find_map(|index| index.get(path)).cloned();
        let contradiction = if let Some(entry) = entry(&indexes.of_the_lock) {
            then += 1;
            entry.contradicts(name, &package.pin)
        } else if let Some(entry) = entry(&indexes.of_today) {
            now += 1;
            entry.contradicts(name, &package.pin)
        } else if indexes.lacking {
            unknown.push(name.as_str());
            None
        } else {
            Some(format!("no index that the archive signed has {path}"))
        };
        if let Some(cause) = contradiction {
            findings.wrong(Error::new(
                format!("trust the pin {name}"),
                cause,
                "restore pins.lock from a commit that you trust, or make it anew: nix run .#update -- --write",
            ));
        }
    }
    let all = lock.packages.len();
    let size = grouped(lock.packages.values().map(|package| package.pin.size).sum());
    findings.holds("pins", &format!("{all}, {size} bytes: {then} looked up in the index that they were taken from"));
    if now > 0 {
        findings.holds("pins", &format!("{now} looked up in the index of today only"));
    }
    if let Some(first) = unknown.first() {
        findings.unchecked(Error::new(
            format!("check {} pins, {first} the first, against anything that the archive signed", unknown.len()),
            "the index of today has them no more, and that which they were taken from cannot be had",
            "run this where snapshot.debian.org can be reached, or move the pins: nix run .#update -- --write",
        ));
    }
}
