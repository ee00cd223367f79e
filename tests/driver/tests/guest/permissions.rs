// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who may use the devices: root, and the group that a distribution gives them. What is in debugfs is root's alone.

use std::fs;
use std::os::unix::fs::MetadataExt;

use nix::errno::Errno;
use nix::fcntl::{open as open_path, OFlag};
use nix::sys::stat::Mode;
use nix::unistd::{chown, close, setgid, setgroups, setuid, Gid, Uid};

use crate::support::child::Child;
use crate::support::device::{filled, get, open, path, set};
use crate::support::module::fresh_driver;

/// Of nobody in particular, and of the group that the devices get here.
const USER: u32 = 1000;
const GROUP: u32 = 500;

const READ_WRITE: OFlag = OFlag::O_RDWR;

/// What comes of opening a path as a user with that group.
fn opened_by(user: u32, group: u32, path: &str, flags: OFlag) -> nix::Result<()> {
    let child = Child::start(|| {
        setgroups(&[])?;
        setgid(Gid::from_raw(group))?;
        setuid(Uid::from_raw(user))?;
        close(open_path(path, flags, Mode::empty())?)
    });
    child.join()
}

fn fresh() {
    fresh_driver();
    chown(path(0).as_str(), None, Some(Gid::from_raw(GROUP))).expect("give the device to a group");
}

#[test]
fn others_may_not_open_a_device() {
    fresh();
    for flags in [OFlag::O_RDONLY, OFlag::O_WRONLY, READ_WRITE] {
        assert_eq!(opened_by(USER, USER, &path(0), flags), Err(Errno::EACCES));
        assert_eq!(opened_by(USER, USER, &path(1), flags), Err(Errno::EACCES));
    }
}

#[test]
fn members_of_its_group_may() {
    fresh();
    for flags in [OFlag::O_RDONLY, OFlag::O_WRONLY, READ_WRITE] {
        assert_eq!(opened_by(USER, GROUP, &path(0), flags), Ok(()));
        // The other device is root's still.
        assert_eq!(opened_by(USER, GROUP, &path(1), flags), Err(Errno::EACCES));
    }
}

#[test]
fn who_has_it_open_needs_no_permission_any_more() {
    fresh();
    let file = open(0);
    let child = Child::start(|| {
        setgid(Gid::from_raw(USER))?;
        setuid(Uid::from_raw(USER))?;
        set(&file, &filled(1))
    });
    assert_eq!(child.join(), Ok(()));
    assert_eq!(get(&file), Ok(filled(1)));
}

#[test]
fn what_is_in_debugfs_is_roots() {
    fresh();
    for name in ["processes", "chardev0/history", "chardev1/history"] {
        let path = format!("/sys/kernel/debug/chardev/{name}");
        let metadata = fs::metadata(&path).expect("look at the file");
        assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (0, 0, 0o400), "{name}");
        assert_eq!(opened_by(0, 0, &path, OFlag::O_RDONLY), Ok(()), "{name}");
        assert_eq!(opened_by(USER, GROUP, &path, OFlag::O_RDONLY), Err(Errno::EACCES), "{name}");
    }
}
