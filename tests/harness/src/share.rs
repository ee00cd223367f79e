// SPDX-License-Identifier: MIT OR Apache-2.0

//! The folder that the guest sees: the test programs, and the modules for those that load one themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::Error;

const DOING: &str = "bring the tests to the guest";

/// Copies the files into a folder, without their debug information, which is most of them.
pub fn fill<'a>(
    folder: &Path,
    programs: impl Iterator<Item = (&'a &'a str, &'a PathBuf)>,
    modules: &[PathBuf],
    environment: &Environment,
) -> Result<(), Error> {
    let remedy = "check the folder: the disk may be full";
    let cannot = |error| Error::new(DOING, format!("{}: {error}", folder.display()), remedy);
    fs::create_dir_all(folder).map_err(cannot)?;
    for (name, program) in programs {
        strip(program, &folder.join(name), environment)?;
    }
    for module in modules {
        strip(module, &folder.join(module.file_name().unwrap_or_default()), environment)?;
    }
    Ok(())
}

fn strip(file: &Path, copy: &Path, environment: &Environment) -> Result<(), Error> {
    let output = environment.command("llvm-strip").args(["--strip-debug", "-o"]).args([copy, file]).output();
    let complaint = match output {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        Err(error) => format!("llvm-strip: {error}"),
    };
    Err(Error::new(DOING, complaint, "install LLVM, or leave FERRITE_VM unset: then nixw provides both"))
}
