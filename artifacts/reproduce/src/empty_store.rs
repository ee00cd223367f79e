// SPDX-License-Identifier: MIT OR Apache-2.0

//! A store that has nothing but what was downloaded.

use std::path::PathBuf;
use std::process::Command;

use explained::Error;
use temporary::Directory;

use crate::circumstance::Outcome;
use crate::nix::{succeed, Nix};
use crate::subject::{Output, Subject};

/// Builds everything there, down to the pins, and compares the hashes.
pub fn rebuild(nix: &Nix, subject: &Subject) -> Result<Outcome, Error> {
    let parent = std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
    let folder = Directory::with_parent(&parent, "ferrite-reproduce").map_err(|cause| {
        Error::new("make an empty store", cause, "name a folder with room in the environment's TMPDIR")
    })?;
    let store = folder.path().to_string_lossy().into_owned();
    let derivation = subject.derivation.as_str();
    fill(nix, &store, derivation)?;
    let mut build = nix.nix_store();
    build.args(["--store", &store, "--realise", derivation]);
    let built = succeed(&mut build, &format!("build {derivation} in an empty store"))
        .and_then(|_| compare(nix, &store, subject));
    remove(&store)?;
    built
}

/// What is downloaded has its hash in its derivation; the other paths of a closure are derivations and files of the flake.
fn fill(nix: &Nix, store: &str, derivation: &str) -> Result<(), Error> {
    let (downloads, _) = nix.closure(derivation)?;
    let query = |path: &String| nix.query(&["--query", "--outputs", path]);
    let downloaded = downloads.iter().map(query).collect::<Result<Vec<_>, _>>()?;
    let mut copy = nix.nix();
    copy.args(["copy", "--no-check-sigs", "--to", store, "--derivation", derivation]);
    succeed(&mut copy, &format!("copy {derivation} to an empty store"))?;
    let mut copy = nix.nix();
    copy.args(["copy", "--no-check-sigs", "--to", store]).args(downloaded);
    succeed(&mut copy, "copy what was downloaded to an empty store").map(drop)
}

fn compare(nix: &Nix, store: &str, subject: &Subject) -> Result<Outcome, Error> {
    let mut different = Vec::new();
    for output in &subject.outputs {
        let path = format!("{store}{}", output.path);
        let hash = nix.hash(&path)?;
        if hash != output.hash {
            different.push((output.clone(), Output { path, hash }));
        }
    }
    Ok(if different.is_empty() { Outcome::Same } else { Outcome::Different(different) })
}

/// A store's folders are read-only, also for who made them.
fn remove(store: &str) -> Result<(), Error> {
    let mut chmod = Command::new("chmod");
    succeed(chmod.args(["-R", "u+w", store]), &format!("remove {store}")).map(drop)
}
