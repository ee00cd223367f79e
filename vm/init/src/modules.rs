// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kernel modules that the guest comes with.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use nix::kmod::{finit_module, ModuleInitFlags};

use crate::error::{Error, While};

const FOLDER: &str = "/lib/modules";

/// Loads every `.ko` in the folder, in the order of their names, without parameters.
pub fn load_all() -> Result<(), Error> {
    modules().while_doing(|| format!("looking for modules in {FOLDER}"))?.iter().try_for_each(|path| load(path))
}

fn modules() -> std::io::Result<Vec<PathBuf>> {
    let mut modules = Vec::new();
    for entry in fs::read_dir(FOLDER)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ko") {
            modules.push(path);
        }
    }
    modules.sort();
    Ok(modules)
}

fn load(path: &Path) -> Result<(), Error> {
    let doing = || format!("loading {}", path.display());
    let file = File::open(path).while_doing(doing)?;
    finit_module(file, c"", ModuleInitFlags::empty()).while_doing(doing)
}
