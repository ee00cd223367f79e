// SPDX-License-Identifier: MIT OR Apache-2.0

//! The inner layer of a Debian package: a tar archive, written out as a tree.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tar::{Archive, Entry, EntryType};

use crate::error::Error;

/// Writes the tree that `data` (a tar archive, from `package`) holds below `out`, which is an absolute canonical path.
pub fn unpack(data: &[u8], package: &Path, out: &Path) -> Result<(), Error> {
    let doing = || format!("unpack {} into {}", package.display(), out.display());
    let damaged = |cause: io::Error| {
        Error::new(doing(), cause, "get the package again; its data.tar is no tar archive or is cut short")
    };

    let mut archive = Archive::new(data);
    archive.set_overwrite(false);
    archive.set_preserve_mtime(false);
    // The tar crate then drops set-user-ID, set-group-ID and sticky. A Nix store has no such bits either.
    archive.set_preserve_permissions(false);
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let refused = |cause: &str| {
            Error::new(
                doing(),
                format!("`{}` {cause}", path.display()),
                "leave this package out, or unpack it into a folder of its own",
            )
        };
        if needs_writing(&entry, &path, out).map_err(refused)? {
            entry.unpack_in(out).map_err(|cause| {
                Error::new(
                    doing(),
                    chain(&cause),
                    "make sure that the folder can be written to and has room, and that the package is what it should be",
                )
            })?;
        }
    }
    Ok(())
}

/// Whether an entry is still to be written, or why it must not be.
///
/// The tar crate sees to it that no link among a path's parents leads out of `out`. What it would let pass is decided
/// here: it skips `..` without a word, takes an absolute path for a relative one, writes a device as an empty file, and
/// sets the permissions of whatever a folder's name leads to.
fn needs_writing(entry: &Entry<impl io::Read>, path: &Path, out: &Path) -> Result<bool, &'static str> {
    if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("leads out of the folder");
    }
    let kind = entry.header().entry_type();
    match kind {
        EntryType::Directory | EntryType::Regular | EntryType::Continuous | EntryType::Symlink | EntryType::Link => {}
        _ => return Err("is neither folder, file nor link"),
    }
    // By components, because with the slash that folders end in, the name of a link means what it leads to.
    let target: PathBuf = out.components().chain(path.components()).collect();
    let Ok(present) = target.symlink_metadata() else { return Ok(true) };
    match kind {
        EntryType::Directory if present.is_dir() => Ok(true),
        // As in dpkg, a link to a folder will do where a package has a folder: /lib is usr/lib.
        EntryType::Directory if present.is_symlink() => match fs::canonicalize(&target) {
            Ok(folder) if folder.is_dir() && folder.starts_with(out) => Ok(false),
            _ => Err("is a folder in this package, and a link that leads elsewhere in an earlier one"),
        },
        _ => Err("is there already, from an earlier package or an earlier run"),
    }
}

/// An error with the errors beneath it, which the tar crate's own display leaves out.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut lines: Vec<String> = causes.map(ToString::to_string).collect();
    lines.dedup();
    lines.join(": ")
}
