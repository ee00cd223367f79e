// SPDX-License-Identifier: MIT OR Apache-2.0

//! `seed OUT DEB…` unpacks Debian packages into the folder OUT, and does nothing else.
//!
//! A Nix sandbox starts without `ar`, `tar` and `xz`, so something has to unpack the packages that hold them. This
//! program is that something: the builder of the first derivation, committed as a static binary next to its source.
//! It reads the packages that it is given, writes below OUT, and needs no other file, no environment and no network.
//!
//! What ends up in OUT:
//!
//! - folders, files, symbolic links and hard links; a package that holds anything else (a device, a pipe) is refused;
//! - permission bits as packaged, without set-user-ID, set-group-ID and sticky; owner and time are whoever and
//!   whenever ran this;
//! - symbolic links as packaged, absolute ones too: what they mean is up to whoever uses the tree;
//! - packages share folders, but not files: a path that is there already is an error and not overwritten;
//! - nothing outside OUT: a path with `..`, an absolute path, and a path through a link that leaves OUT are refused.
//!
//! A failure leaves what was unpacked so far, for the caller to remove, and exits with status 1.

mod deb;
mod error;
mod tree;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use error::Error;

const USAGE: &str = "usage: seed OUT DEB…\nUnpacks Debian packages (data.tar.xz) into the folder OUT.";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let Some((out, packages)) = arguments.split_first().filter(|(_, packages)| !packages.is_empty()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match unpack(Path::new(out), packages) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn unpack(out: &Path, packages: &[OsString]) -> Result<(), Error> {
    // Absolute from here on: whether a path stays inside is decided by comparing it with this one.
    let out = fs::create_dir_all(out).and_then(|()| out.canonicalize()).map_err(|cause| {
        Error::new(
            format!("create the folder {}", out.display()),
            cause,
            "name a folder that can be made and written to",
        )
    })?;
    for package in packages {
        let package = Path::new(package);
        let data = deb::data(package)?;
        tree::unpack(&data, package, &out)?;
    }
    Ok(())
}
