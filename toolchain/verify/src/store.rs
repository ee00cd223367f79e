// SPDX-License-Identifier: MIT OR Apache-2.0

//! The pins' files in the store.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pins::lock::Lock;
use pins::{sha256, Error};

use crate::findings::Findings;

/// Checks the content of those that are there, and returns the store paths of all.
pub fn check(manifest: &Path, lock: &Lock, findings: &mut Findings) -> Result<BTreeSet<String>, Error> {
    let failed = |cause: String| {
        Error::new(format!("read the list {}", manifest.display()), cause, "start this with `nix run .#verify`")
    };
    let text = fs::read_to_string(manifest).map_err(|cause| failed(cause.to_string()))?;
    let mut paths = BTreeSet::new();
    let mut there = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let &[path, expected, archive_path] = fields.as_slice() else {
            return Err(failed(format!("the line `{line}` has not three fields")));
        };
        let is_pin = |pin: &pins::lock::Package| pin.pin.path == archive_path && pin.pin.sha256 == expected;
        if !lock.packages.values().any(is_pin) {
            return Err(failed(format!("{archive_path} with SHA-256 {expected} is no pin of this lock")));
        }
        paths.insert(path.to_owned());
        if Path::new(path).exists() {
            there.push((path, expected));
        }
    }
    let files: Vec<&str> = there.iter().map(|(path, _)| *path).collect();
    let mut sound = 0;
    for ((path, expected), found) in there.iter().zip(sha256::of_files(&files)?) {
        if found == *expected {
            sound += 1;
        } else {
            findings.wrong(Error::new(
                format!("trust {path}"),
                format!("its SHA-256 is {found}, and the pin's {expected}"),
                "have Nix fetch it again (nix-store --repair-path), then build anew all that was built from it",
            ));
        }
    }
    let absent = paths.len() - there.len();
    findings.holds(
        "store",
        &format!("{sound} of the pins for this machine are what is pinned; {absent} were not needed yet"),
    );
    Ok(paths)
}
