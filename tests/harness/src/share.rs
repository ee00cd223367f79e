// SPDX-License-Identifier: MIT OR Apache-2.0

//! The folder that the guest sees: the modules, for tests that load one themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::environment::Environment;
use crate::Error;

const DOING: &str = "bring the modules to the guest";

/// Copies the modules into a folder.
pub fn fill(folder: &Path, modules: &[PathBuf], environment: &Environment) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| {
        Error::new(DOING, format!("{}: {error}", folder.display()), "check the folder: the disk may be full")
    })?;
    let copy = |module: &PathBuf| {
        strip(module, &folder.join(module.file_name().unwrap_or_default()), "--strip-debug", environment)
    };
    thread::scope(|scope| {
        let copies: Vec<_> = modules.iter().map(|module| scope.spawn(move || copy(module))).collect();
        copies.into_iter().try_for_each(|copied| copied.join().expect("does not panic"))
    })
}

/// Copies a program or a module without what only a debugger reads, which is most of it.
pub fn strip(file: &Path, copy: &Path, what: &str, environment: &Environment) -> Result<(), Error> {
    let output = environment.command("llvm-strip").args([what, "--preserve-dates", "-o"]).args([copy, file]).output();
    let complaint = match output {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        Err(error) => format!("llvm-strip: {error}"),
    };
    let doing = format!("copy {} for the guest", file.display());
    Err(Error::new(doing, complaint, "install LLVM, or leave FERRITE_VM unset: then nixw provides both"))
}
