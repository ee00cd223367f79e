// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules that the machine loads.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::kbuild::Kbuild;
use crate::{Error, Suite};

const DOING: &str = "build the modules";

/// The modules that somebody else has built: those in `FERRITE_MODULES`, if there is such a folder. They are the same for the whole
/// run, and it pays to load them before the machine's state is saved; those that are built here change between runs, and a state
/// for each would take longer than to load them.
pub fn given(environment: &Environment) -> Result<Option<Vec<PathBuf>>, Error> {
    environment.get("FERRITE_MODULES").map(|folder| list(folder.as_ref())).transpose()
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let modules = files(folder).map_err(|error| {
        Error::new(DOING, format!("{}: {error}", folder.display()), "name a folder of modules: FERRITE_MODULES")
    })?;
    if modules.is_empty() {
        return Err(Error::new(DOING, format!("{} holds none", folder.display()), "name them in Kbuild"));
    }
    Ok(modules)
}

/// The modules, brought up to date: built from their source against the kernel of `KDIR`.
pub fn build(suite: &Suite, environment: &Environment) -> Result<Vec<PathBuf>, Error> {
    let kernel = environment.need("KDIR", DOING)?;
    // One folder for each kernel.
    let name = Path::new(kernel).file_name().unwrap_or(OsStr::new("kernel"));
    let folder = suite.folder.join("modules").join(name);
    let remedy = "correct what make complains about";
    fs::create_dir_all(&folder).map_err(|error| Error::new(DOING, error, "check the folder: the disk may be full"))?;
    let source = suite.workspace.join(suite.modules);
    let output = Kbuild { kernel: Path::new(kernel), source: &source, folder: &folder, environment }
        .run()
        .map_err(|error| Error::new(DOING, format!("make: {error}"), "install make, or leave FERRITE_VM unset"))?;
    if !output.status.success() {
        return Err(Error::new(DOING, String::from_utf8_lossy(&output.stderr).trim_end(), remedy));
    }
    list(&folder)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension() == Some(OsStr::new("ko")));
    files.sort();
    Ok(files)
}
