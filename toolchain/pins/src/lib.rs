// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is pinned, and the archive that vouches for it.
//!
//! `pins.toml` says which packages are wanted ([`wishes`]), `pins.lock` which files they are ([`lock`]), and beside them
//! `release/` keeps what the archive signed when they were taken ([`release`]).

pub mod lock;
pub mod mirror;
pub mod release;
pub mod sha256;
pub mod wishes;

pub use explained::Error;

use std::env;
use std::path::{Path, PathBuf};

/// Where Debian's keyring packages put their files.
const KEYRINGS: &str = "/usr/share/keyrings";

/// The folder that takes the place of [`KEYRINGS`].
const KEYRING_FOLDER: &str = "FERRITE_KEYRINGS";

/// What an apt that does not live in /usr needs to be told (`Dir::Bin::Methods` and the like): the variable that names a
/// file in the format of apt.conf(5).
pub const APT_CONFIGURATION: &str = "FERRITE_APT_CONFIG";

/// The keyring of that name, such as `debian-archive-keyring.gpg`; or of that path.
///
/// # Errors
///
/// Where there is none.
pub fn keyring(name: &str) -> Result<PathBuf, Error> {
    let folder = env::var_os(KEYRING_FOLDER).unwrap_or_else(|| KEYRINGS.into());
    let keyring = Path::new(&folder).join(name);
    if keyring.is_file() {
        return Ok(keyring);
    }
    Err(Error::new(
        format!("check signatures with {}", keyring.display()),
        "there is no such file",
        "install the package debian-archive-keyring, or correct archive.keyring in pins.toml",
    ))
}
