// SPDX-License-Identifier: MIT OR Apache-2.0

//! The build by step after an edit of the driver, in a copy of the repository: that of a user stays as it is.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use nix::sys::signal::Signal;
use serde::Deserialize;
use temporary::Directory;

use crate::error::Error;
use crate::process;
use crate::repository::Repository;
use crate::statistics::Spread;
use crate::steps::{self, Took, STEPS};
use crate::work;

const DOING: &str = "measure a build after an edit of the driver";

/// What is edited.
const FILE: &str = "driver/chardev/chardev.rs";

/// How often. Each leaves a few megabytes in the store.
const EDITS: usize = 3;

/// What of `nix flake metadata` matters: where the source is, with all that git has and nothing else.
#[derive(Deserialize)]
struct Metadata {
    path: String,
}

/// Edits the copy, and builds it, by turns. The first turn is without an edit, and is not measured.
pub fn measure(repository: &Repository) -> Result<Vec<Took<Spread>>, Error> {
    eprintln!("bench: the steps of a build after an edit of the driver");
    let folder = Directory::new("ferrite-bench").map_err(|cause| {
        Error::new("make a temporary folder", cause, "name a place with room in the environment's TMPDIR")
    })?;
    let copy = copy(repository, &folder.join("source"))?;
    steps::turn(&copy)?;
    let mut seconds = STEPS.map(|_| Vec::new());
    for edit in 1..=EDITS {
        change(&copy.folder().join(FILE)).map_err(|cause| Error::new(DOING, format!("{FILE}: {cause}"), REMEDY))?;
        let took = steps::turn(&copy)?;
        eprintln!("bench: edit {edit} of {EDITS}: {:.1} s", took.iter().sum::<f64>());
        for (seconds, took) in seconds.iter_mut().zip(took) {
            seconds.push(took);
        }
    }
    Ok(steps::spreads(seconds))
}

const REMEDY: &str = "run bench in a clone of the repository, as it was when bench was built";

/// The source as Nix takes it, in a folder that may be written to.
fn copy(repository: &Repository, to: &Path) -> Result<Repository, Error> {
    let mut command = Command::new("./nixw");
    command.args(["flake", "metadata", "--json"]).current_dir(repository.folder()).stderr(Stdio::piped());
    let said = work::run(command, "", Signal::SIGTERM)?.stdout;
    let Metadata { path } = serde_json::from_str(&said).map_err(|cause| {
        Error::new(
            DOING,
            format!("nixw does not say where the source is: {cause}"),
            "see what it says: ./nixw flake metadata --json",
        )
    })?;
    let mut command = Command::new("sh");
    command.args(["-euc", r#"cp -r "$1" "$2"; chmod -R u+w "$2""#, "sh", &path]).arg(to).stderr(Stdio::piped());
    let ended = process::run(command, Signal::SIGTERM)?;
    if !ended.status.success() {
        return Err(Error::new(DOING, ended.stderr.trim_end(), "name a place with room in the environment's TMPDIR"));
    }
    Repository::open(to)
}

/// Adds a line that no store has seen.
fn change(file: &Path) -> io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(io::Error::other)?;
    writeln!(OpenOptions::new().append(true).open(file)?, "const _: u128 = {};", now.as_nanos())
}
