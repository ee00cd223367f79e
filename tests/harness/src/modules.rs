// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules that the machine loads.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::{Error, Suite};

const DOING: &str = "build the modules";

/// The modules, brought up to date: those in `FERRITE_MODULES`, or built from their source against the kernel of `KDIR`.
pub fn current(suite: &Suite, environment: &Environment) -> Result<Vec<PathBuf>, Error> {
    let folder = match environment.get("FERRITE_MODULES") {
        Some(folder) => PathBuf::from(folder),
        None => build(suite, environment)?,
    };
    let modules = files(&folder).map_err(|error| {
        Error::new(DOING, format!("{}: {error}", folder.display()), "name a folder of modules: FERRITE_MODULES")
    })?;
    if modules.is_empty() {
        return Err(Error::new(DOING, format!("{} holds none", folder.display()), "name them in Kbuild"));
    }
    Ok(modules)
}

/// Whether somebody else has built them. Then they are the same for the whole run, and it pays to load them before the machine's
/// state is saved; those that are built here change between runs, and a state for each would take longer than to load them.
pub fn are_given(environment: &Environment) -> bool {
    environment.get("FERRITE_MODULES").is_some()
}

/// Runs make, which knows what has changed.
fn build(suite: &Suite, environment: &Environment) -> Result<PathBuf, Error> {
    let kernel = environment.need("KDIR", DOING)?;
    // One folder for each kernel.
    let name = Path::new(kernel).file_name().unwrap_or(OsStr::new("kernel"));
    let folder = suite.folder.join("modules").join(name);
    let remedy = "correct what make complains about";
    fs::create_dir_all(&folder).map_err(|error| Error::new(DOING, error, "check the folder: the disk may be full"))?;
    let output = environment
        .command("make")
        .args(["--silent", "--jobs", "-C"])
        .arg(kernel)
        .args(["ARCH=arm64", "LLVM=1", "modules"])
        .arg(assign("M=", &suite.workspace.join(suite.modules)))
        .arg(assign("MO=", &folder))
        .output()
        .map_err(|error| Error::new(DOING, format!("make: {error}"), "install make, or leave FERRITE_VM unset"))?;
    if !output.status.success() {
        return Err(Error::new(DOING, String::from_utf8_lossy(&output.stderr).trim_end(), remedy));
    }
    Ok(folder)
}

fn assign(variable: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(variable);
    argument.push(path);
    argument
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension() == Some(OsStr::new("ko")));
    files.sort();
    Ok(files)
}
