// SPDX-License-Identifier: MIT OR Apache-2.0

//! The root file system, when it is on a disk and read-only: what is changed nevertheless is kept in memory.

use std::env;
use std::fs;

use nix::mount::{mount, umount2, MntFlags, MsFlags};
use nix::sys::statvfs::{statvfs, FsFlags};
use nix::unistd::pivot_root;

use crate::error::{Error, While};
use crate::modules;

/// Where the writable layer is put together; a folder that every root file system of ours has.
const NEW_ROOT: &str = "/mnt";

/// What the layer is kept in.
const MEMORY: &str = "/run";
const CHANGES: &str = "/run/changes";
const WORK: &str = "/run/work";

/// What the layer is made by, in the order in which they need each other.
const MODULES: [&str; 2] = ["exportfs", "overlay"];

/// Makes it writable, if it is not: then the root file system is an overlay of it, and all that was mounted before is gone.
///
/// Sources: the kernel's Documentation/filesystems/overlayfs.rst, pivot_root(2).
pub fn make_writable() -> Result<(), Error> {
    let flags = statvfs("/").while_doing(|| "looking at the root file system")?.flags();
    if !flags.contains(FsFlags::ST_RDONLY) {
        return Ok(());
    }

    let nosuid = MsFlags::MS_NOSUID;
    mount(Some("changes"), MEMORY, Some("tmpfs"), nosuid, Some("mode=755"))
        .while_doing(|| format!("mounting memory at {MEMORY} for changes of the root file system"))?;
    for folder in [CHANGES, WORK] {
        fs::create_dir(folder).while_doing(|| format!("making {folder}"))?;
    }
    modules::load_kernels(&MODULES)?;
    let options = format!("lowerdir=/,upperdir={CHANGES},workdir={WORK}");
    mount(Some("overlay"), NEW_ROOT, Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .while_doing(|| format!("mounting an overlay of the root file system at {NEW_ROOT}"))?;

    let doing = || "changing to the overlay of the root file system";
    env::set_current_dir(NEW_ROOT).while_doing(doing)?;
    // The old root comes to lie over the new one, and is taken away.
    pivot_root(".", ".").while_doing(doing)?;
    umount2(".", MntFlags::MNT_DETACH).while_doing(doing)?;
    env::set_current_dir("/").while_doing(doing)
}
