// SPDX-License-Identifier: MIT OR Apache-2.0

//! The guest's root file system, with the test programs in it, and the modules where they are given.
//!
//! They are in the guest's memory before its state is saved, so that no test has to wait for them to get there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::environment::Environment;
use crate::share::strip;
use crate::Error;

const DOING: &str = "put the tests into the guest";

/// Where the programs are in the guest.
pub const PROGRAMS: &str = "/root";

/// Where the modules are that are not loaded at boot; one folder up are those that are.
pub const MODULES: &str = "/lib/modules/extra";

/// A file for the guest.
pub struct Content<'a> {
    file: &'a Path,
    /// What of it is left out, as llvm-strip takes it.
    without: &'static str,
    /// Its path there.
    path: PathBuf,
}

/// The programs, each with the name that it gets.
pub fn programs<'a>(programs: impl Iterator<Item = (&'a &'a str, &'a PathBuf)>) -> Vec<Content<'a>> {
    let content = |(name, file): (&&str, &'a PathBuf)| Content {
        file,
        without: "--strip-all",
        path: Path::new(PROGRAMS).join(name),
    };
    programs.map(content).collect()
}

/// The modules, of which `loaded` is loaded at boot.
pub fn modules<'a>(modules: &'a [PathBuf], loaded: &'a str) -> impl Iterator<Item = Content<'a>> {
    modules.iter().map(move |file| {
        let name = file.file_name().unwrap_or_default();
        let extra = Path::new(MODULES);
        let folder = if name == loaded { extra.parent().unwrap_or(extra) } else { extra };
        Content { file, without: "--strip-debug", path: folder.join(name) }
    })
}

/// Brings the archive in the folder up to date: `base`, and the contents on top of it. The kernel takes one archive after the other
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
pub fn current(
    folder: &Path,
    base: &Path,
    contents: &[Content<'_>],
    environment: &Environment,
) -> Result<PathBuf, Error> {
    let cannot = |error: io::Error| {
        Error::new(DOING, error, format!("check {} and the folder {}", base.display(), folder.display()))
    };
    let root = folder.join("root");
    let mut names = String::new();
    for Content { file, without, path } in contents {
        let name = path.strip_prefix("/").unwrap_or(path);
        let copy = root.join(name);
        fs::create_dir_all(copy.parent().unwrap_or(&root)).map_err(cannot)?;
        strip(file, &copy, without, environment)?;
        names += &format!("{}\n", name.display());
    }
    let mut archive = fs::read(base).map_err(cannot)?;
    // One that is compressed ends anywhere; the next begins at a multiple of four.
    archive.resize(archive.len().next_multiple_of(4), 0);
    archive.extend(pack(&root, &names, environment)?);
    let file = folder.join("initramfs.cpio");
    // Saved states are of one archive and its time: one that is the same stays as it is.
    if fs::read(&file).ok().as_ref() != Some(&archive) {
        fs::write(&file, archive).map_err(cannot)?;
    }
    Ok(file)
}

/// An archive of those files in the folder.
fn pack(folder: &Path, names: &str, environment: &Environment) -> Result<Vec<u8>, Error> {
    let failed = |complaint: String| {
        let remedy = "install cpio, or leave FERRITE_VM unset: then nixw provides both";
        Error::new(DOING, format!("cpio: {}", complaint.trim_end()), remedy)
    };
    let mut child = environment
        .command("cpio")
        .args(["--create", "--format=newc", "--reproducible", "--owner=0:0", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let mut stdin = child.stdin.take().expect("it was started with a pipe");
    stdin.write_all(names.as_bytes()).map_err(|error| failed(error.to_string()))?;
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(output.stdout)
}
