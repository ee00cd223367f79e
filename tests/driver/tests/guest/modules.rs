// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loading and unloading the driver.

use std::fs::{self, DirEntry, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use chardev_abi::IoctlInfo;
use nix::errno::Errno;
use nix::kmod::{delete_module, DeleteModuleFlags};
use nix::sys::stat::major;

use crate::support::device::{filled, get, open, path, set};
use crate::support::module::{fresh_driver, fresh_driver_with, no_driver, CHARDEV};
use crate::support::often::often;

/// Where the driver and its devices show, besides `/proc/devices`.
const FOLDERS: [&str; 6] =
    ["/dev", "/sys/dev/char", "/sys/class", "/sys/devices/virtual", "/sys/module", "/sys/kernel/debug"];

/// What shows there: entries with the driver's name, or links to some.
fn traces() -> Vec<PathBuf> {
    let is_ours = |entry: &DirEntry| {
        let is_link = entry.file_type().expect("tell what an entry is").is_symlink();
        let path = entry.path();
        let named = if is_link { fs::read_link(path).expect("read a link") } else { path };
        named.file_name().is_some_and(|name| name.as_bytes().starts_with(b"chardev"))
    };
    let entries = FOLDERS.iter().flat_map(|folder| fs::read_dir(folder).expect("list a folder"));
    entries.map(|entry| entry.expect("list a folder")).filter(is_ours).map(|entry| entry.path()).collect()
}

fn has_number() -> bool {
    let devices = fs::read_to_string("/proc/devices").expect("read /proc/devices");
    devices.lines().any(|line| line.ends_with(" chardev"))
}

/// Nothing shows that the driver was ever there.
#[track_caller]
pub fn assert_nothing_left() {
    assert_eq!(traces(), [""; 0].map(PathBuf::from), "is left");
    assert!(!has_number(), "the major number is left");
}

#[test]
fn nothing_is_left_after_unloading() {
    for _ in 0..often(10) {
        fresh_driver_with("devices=16");
        // A node and a link for each device, and an entry in each of the other folders.
        assert_eq!(traces().len(), 16 + 16 + 4, "{:?}", traces());
        assert!(has_number());
        set(&open(15), &filled(1)).expect("set");
        assert_eq!(CHARDEV.unload(), Ok(()));
        assert_nothing_left();
    }
}

#[test]
fn data_is_gone_after_unloading() {
    fresh_driver();
    set(&open(0), &filled(1)).expect("set");
    fresh_driver();
    assert_eq!(get(&open(0)), Ok(IoctlInfo::default()));
}

/// rmmod(8) says "Resource temporarily unavailable": delete_module(2) calls a module in use `EWOULDBLOCK`, whether it is asked to
/// wait or not, since kernels do not wait any more (Linux 3.13). `EBUSY` is for a module that is still being loaded.
#[test]
fn cannot_be_unloaded_while_a_file_is_open() {
    fresh_driver();
    let (file, other) = (open(0), open(1));
    assert_eq!(CHARDEV.unload(), Err(Errno::EWOULDBLOCK));
    assert_eq!(delete_module(c"chardev", DeleteModuleFlags::empty()), Err(Errno::EWOULDBLOCK));
    drop(other);
    assert_eq!(CHARDEV.unload(), Err(Errno::EWOULDBLOCK));
    set(&file, &filled(1)).expect("set after a refused unload");
    assert_eq!(get(&open(0)), Ok(filled(1)));
    drop(file);
    assert_eq!(CHARDEV.unload(), Ok(()));
    assert_nothing_left();
}

#[test]
fn cannot_be_unloaded_while_a_debugfs_file_is_open() {
    fresh_driver();
    for name in ["chardev0/history", "processes"] {
        let file = File::open(format!("/sys/kernel/debug/chardev/{name}")).expect("open a file of debugfs");
        assert_eq!(CHARDEV.unload(), Err(Errno::EWOULDBLOCK), "{name}");
        drop(file);
    }
    assert_eq!(CHARDEV.unload(), Ok(()));
    assert_nothing_left();
}

#[test]
fn a_major_that_was_asked_for() {
    fresh_driver_with("major=240 devices=4");
    let number = fs::metadata(path(3)).expect("look at the node").rdev();
    assert_eq!(major(number), 240);
}

#[test]
fn a_major_that_is_taken() {
    no_driver();
    // /dev/mem's and /dev/null's.
    assert_eq!(CHARDEV.load("major=1"), Err(Errno::EBUSY));
    assert!(!CHARDEV.is_loaded());
    assert_nothing_left();
    assert_eq!(CHARDEV.load(""), Ok(()));
}

#[test]
fn parameters_that_are_refused() {
    no_driver();
    for parameters in ["devices=0", "devices=257", "devices=4294967295", "major=512", "major=4294967295"] {
        assert_eq!(CHARDEV.load(parameters), Err(Errno::EINVAL), "{parameters}");
        assert_nothing_left();
    }
}

#[test]
fn parameters_that_are_no_numbers() {
    no_driver();
    for parameters in ["devices=two", "devices=", "devices=2x", "major=abc"] {
        assert_eq!(CHARDEV.load(parameters), Err(Errno::EINVAL), "{parameters}");
        assert_nothing_left();
    }
    for parameters in ["devices=-1", "devices=4294967296"] {
        assert!(CHARDEV.load(parameters).is_err(), "{parameters}");
        assert_nothing_left();
    }
}

#[test]
fn cannot_be_loaded_twice() {
    fresh_driver();
    set(&open(0), &filled(1)).expect("set");
    assert_eq!(CHARDEV.load(""), Err(Errno::EEXIST));
    assert_eq!(get(&open(0)), Ok(filled(1)));
}

#[test]
fn says_its_version() {
    fresh_driver();
    assert_eq!(fs::read_to_string("/sys/module/chardev/version").expect("read the version"), "0.1.0\n");
}
