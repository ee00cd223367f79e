// SPDX-License-Identifier: MIT OR Apache-2.0

//! How often each place of a module's code ran, while the module is loaded.
//!
//! A module compiled with `-Cinstrument-coverage` counts in memory of its own. A program would write the counters to a file when
//! it ends; nobody does so for a module, so this reads them through `/proc/kcore` and writes that file, for `llvm-profdata`.

mod kcore;
mod raw_profile;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use kcore::Kcore;
use object::{Object, ObjectSection};
use raw_profile::Profile;

/// The variable that names the folder for the profiles. Without it nothing is saved.
const FOLDER: &str = "FERRITE_COVERAGE";

/// How many modules this process has unloaded, which start to count from zero when they are loaded again.
static UNLOADED: AtomicU64 = AtomicU64::new(0);

/// Why the counters cannot be saved.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {reason}; use a module with coverage and a kernel with CONFIG_PROC_KCORE, as root")]
pub struct Error {
    doing: String,
    reason: String,
}

/// Saves the counters of the module that was loaded from `path`, in place of what was saved of it since it was loaded.
///
/// Does nothing if nobody wants them (`FERRITE_COVERAGE` is not set) or the module is not loaded.
///
/// # Errors
///
/// The module does not count, its memory cannot be read, or the file not be written.
pub fn save(path: &Path) -> Result<(), Error> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let sections = Path::new("/sys/module").join(&*name).join("sections");
    match env::var_os(FOLDER) {
        Some(folder) if sections.exists() => save_to(folder, path, &sections),
        _ => Ok(()),
    }
}

/// To be called when a module was unloaded.
pub fn unloaded() {
    UNLOADED.fetch_add(1, Ordering::Relaxed);
}

fn save_to(folder: OsString, module: &Path, sections: &Path) -> Result<(), Error> {
    let file = read(module)?;
    let file = object::File::parse(&*file).map_err(|error| failed("reading", module, error))?;
    let kcore = Kcore::open().map_err(|error| failed("opening", Path::new(kcore::PATH), error))?;
    let section = |name: &str| {
        let address = address(&sections.join(name))?;
        let size = file.section_by_name(name).map_or(0, |section| section.size());
        let bytes = kcore.read(address, size).map_err(|error| failed("reading from the kernel", module, error))?;
        Ok::<_, Error>((address, bytes))
    };
    let profile = Profile {
        data: section("__llvm_prf_data")?,
        counters: section("__llvm_prf_cnts")?,
        names: section("__llvm_prf_names")?,
    };
    let name = format!("{}-{}.profraw", process::id(), UNLOADED.load(Ordering::Relaxed));
    let path = PathBuf::from(folder).join(name);
    fs::write(&path, profile.to_bytes()).map_err(|error| failed("writing", &path, error))
}

/// The address in a file of `/sys/module/NAME/sections`.
fn address(path: &Path) -> Result<u64, Error> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    let digits = text.trim().trim_start_matches("0x");
    u64::from_str_radix(digits, 16).map_err(|error| failed("reading", path, error))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error: io::Error| failed("reading", path, error))
}

fn failed(doing: &str, path: &Path, reason: impl ToString) -> Error {
    Error { doing: format!("{doing} {}", path.display()), reason: reason.to_string() }
}
