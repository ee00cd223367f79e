// SPDX-License-Identifier: MIT OR Apache-2.0

//! Kernel modules: those that the guest comes with, and those that the host sends.

use std::ffi::CString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use nix::kmod::{finit_module, init_module, ModuleInitFlags};
use vm_protocol::Module;

use crate::error::{Error, While};

const FOLDER: &str = "/lib/modules";

/// Where the kernel's own are: those that it has not built in.
const KERNEL: &str = "/lib/modules/kernel";

/// A module of the host's, and the bytes of its file.
pub type Sent<'a> = (&'a Module, &'a [u8]);

/// Loads every `.ko` in the folder if `own` says so, in the order of their names and without parameters, where the host sent one
/// of the same name that one in its place; then whatever else the host sent.
pub fn load(own: bool, sent: &[Sent<'_>]) -> Result<(), Error> {
    let own = if own { list().while_doing(|| format!("looking for modules in {FOLDER}"))? } else { Vec::new() };
    for path in &own {
        match sent.iter().find(|(module, _)| is_of(path, module)) {
            Some(replacement) => load_sent(replacement)?,
            None => load_file(path)?,
        }
    }
    sent.iter().filter(|(module, _)| !own.iter().any(|path| is_of(path, module))).try_for_each(load_sent)
}

/// Loads what the kernel needs for one of its features, in that order. A module that is not there is built in.
pub fn load_kernels(names: &[&str]) -> Result<(), Error> {
    let files = names.iter().map(|name| Path::new(KERNEL).join(name).with_extension("ko"));
    files.filter(|file| file.exists()).try_for_each(|file| load_file(&file))
}

fn list() -> std::io::Result<Vec<PathBuf>> {
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

fn is_of(path: &Path, module: &Module) -> bool {
    path.file_stem().is_some_and(|stem| stem == module.name.as_str())
}

fn load_file(path: &Path) -> Result<(), Error> {
    let doing = || format!("loading {}", path.display());
    let file = File::open(path).while_doing(doing)?;
    finit_module(file, c"", ModuleInitFlags::empty()).while_doing(doing)
}

fn load_sent((module, file): &Sent<'_>) -> Result<(), Error> {
    let doing = || format!("loading the host's {}.ko {}", module.name, module.parameters).trim_end().to_owned();
    let parameters = CString::new(module.parameters.as_str()).while_doing(doing)?;
    init_module(file, &parameters).while_doing(doing)
}
