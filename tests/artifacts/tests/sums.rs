// SPDX-License-Identifier: MIT OR Apache-2.0

//! The hashes: of the files as they are, and as the repository says that they must be.

use std::process::Command;

use artifact_tests::{files, folder, repository, sha256sums, sums};

#[test]
fn they_hold() {
    let output = Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder()).output();
    let output = output.expect("start sha256sum");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn all_files_have_one() {
    let sums = sha256sums();
    let mut named = vec!["SHA256SUMS"];
    named.extend(self::sums(&sums).into_keys());
    named.sort_unstable();
    assert_eq!(files().iter().map(String::as_str).collect::<Vec<_>>(), named);
}

#[test]
fn they_are_those_of_the_repository() {
    let (built, expected) = (sha256sums(), repository("artifacts/SHA256SUMS"));
    let built = sums(&built);
    let expected = sums(&expected);
    let differ: Vec<String> = built
        .iter()
        // The statements also name what is of no consequence for the others: a comment in a source.
        .filter(|(name, hash)| !name.ends_with(".json") && expected.get(*name) != Some(hash))
        .map(|(name, hash)| format!("{name} is {hash}, and is to be {}", expected.get(name).unwrap_or(&"absent")))
        .chain(expected.keys().filter(|name| !built.contains_key(*name)).map(|name| format!("{name} is absent")))
        .collect();
    assert!(
        differ.is_empty(),
        "cannot vouch for the artifacts\n  because: {}\n  do this: ./nixw run .#accept, if you changed them on purpose; if not, find \
         out why they differ: ./nixw run .#reproduce -- artifacts",
        differ.join("\n           ")
    );
}
