// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the suites share: the folder of artifacts, named by the environment variable `FERRITE_ARTIFACTS`.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder.
///
/// # Panics
///
/// Without that variable: a suite that tests nothing must not pass.
pub fn folder() -> PathBuf {
    let folder = env::var_os("FERRITE_ARTIFACTS").expect(
        "FERRITE_ARTIFACTS is not set, so there is nothing to test. Name the folder: \
         FERRITE_ARTIFACTS=$(nix build --no-link --print-out-paths .#artifacts)",
    );
    PathBuf::from(folder)
}

/// A file of the repository. Tests run in the folder of their package.
pub fn repository(file: &str) -> String {
    let path = Path::new("../..").join(file);
    fs::read_to_string(&path).unwrap_or_else(|cause| panic!("read {}: {cause}", path.display()))
}

/// One of the statements.
pub fn statement(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).expect("read the statement");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The files of the folder.
pub fn files() -> BTreeSet<String> {
    let entries = fs::read_dir(folder()).expect("read the folder");
    entries.map(|entry| entry.expect("read the folder").file_name().into_string().expect("is UTF-8")).collect()
}

/// Hashes by file, of lines as `sha256sum` writes them.
pub fn sums(text: &str) -> BTreeMap<&str, &str> {
    text.lines().map(|line| line.split_once("  ").expect("hash and name")).map(|(hash, name)| (name, hash)).collect()
}

/// What SHA256SUMS of the folder says.
pub fn sha256sums() -> String {
    fs::read_to_string(folder().join("SHA256SUMS")).expect("read the sums")
}

/// A list in a JSON object.
#[track_caller]
pub fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {object}"))
}

/// A string in a JSON object.
#[track_caller]
pub fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_else(|| panic!("{key} is no string in {object}"))
}
