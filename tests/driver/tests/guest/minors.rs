// SPDX-License-Identifier: MIT OR Apache-2.0

//! Devices, their numbers and nodes, and the descriptors that refer to them.

use std::fs::{self, File, Metadata};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use chardev_abi::IoctlInfo;
use nix::errno::Errno;
use nix::fcntl::{open as open_node, OFlag};
use nix::sys::stat::{major, makedev, minor, mknod, Mode, SFlag};
use nix::unistd::{close, dup, read, unlink, write};

use crate::support::child::Child;
use crate::support::device::{filled, get, open, path, set};
use crate::support::module::{fresh_driver, fresh_driver_with};

#[track_caller]
fn node(index: usize) -> Metadata {
    fs::metadata(path(index)).expect("look at a node")
}

/// A node of the test's own. Removed when dropped.
struct OwnNode(&'static str);

impl OwnNode {
    fn new(path: &'static str, number: u64) -> Self {
        let mode = Mode::S_IRUSR | Mode::S_IWUSR;
        mknod(path, SFlag::S_IFCHR, mode, number).expect("make a node");
        Self(path)
    }
}

impl Drop for OwnNode {
    fn drop(&mut self) {
        unlink(self.0).expect("remove the node");
    }
}

#[test]
fn each_device_has_data_of_its_own() {
    fresh_driver_with("devices=3");
    let files = [open(0), open(1), open(2)];
    set(&files[1], &filled(1)).expect("set");
    assert_eq!(get(&files[0]), Ok(IoctlInfo::default()));
    assert_eq!(get(&files[1]), Ok(filled(1)));
    assert_eq!(get(&files[2]), Ok(IoctlInfo::default()));
}

#[test]
fn there_are_two_unless_asked_otherwise() {
    fresh_driver();
    assert!(node(0).file_type().is_char_device());
    assert!(node(1).file_type().is_char_device());
    assert!(fs::metadata(path(2)).is_err());
}

#[test]
fn there_are_as_many_as_asked_for() {
    for count in [1, 256] {
        fresh_driver_with(&format!("devices={count}"));
        let nodes = (0..count).map(node);
        let numbers: Vec<_> = nodes.map(|node| minor(node.rdev())).collect();
        assert_eq!(numbers, (0..count as u64).collect::<Vec<_>>());
        assert!(fs::metadata(path(count)).is_err());
        set(&open(count - 1), &filled(1)).expect("set the last one");
    }
}

#[test]
fn nodes_are_for_owner_and_group() {
    fresh_driver();
    for index in [0, 1] {
        assert_eq!(node(index).mode() & 0o7777, 0o660);
        assert_eq!((node(index).uid(), node(index).gid()), (0, 0));
    }
}

#[test]
fn proc_devices_has_the_major() {
    fresh_driver();
    let devices = fs::read_to_string("/proc/devices").expect("read /proc/devices");
    let line = format!("{:3} chardev", major(node(0).rdev()));
    assert_eq!(devices.lines().filter(|&found| found == line).count(), 1, "no '{line}' in:\n{devices}");
}

#[test]
fn sysfs_has_the_class() {
    fresh_driver();
    for index in [0, 1] {
        let number = node(index).rdev();
        let text = fs::read_to_string(format!("/sys/class/chardev/chardev{index}/dev")).expect("read the number");
        assert_eq!(text, format!("{}:{}\n", major(number), minor(number)));
        assert_eq!((major(number), minor(number)), (major(node(0).rdev()), index as u64));
    }
}

#[test]
fn a_node_of_ones_own_is_the_same_device() {
    fresh_driver();
    let own = OwnNode::new("/root/own", node(1).rdev());
    let file = File::open(own.0).expect("open it");
    set(&file, &filled(5)).expect("set");
    assert_eq!(get(&open(1)), Ok(filled(5)));
    assert_eq!(get(&open(0)), Ok(IoctlInfo::default()));
}

#[test]
fn a_number_beyond_the_last_is_no_device() {
    fresh_driver();
    let own = OwnNode::new("/root/beyond", makedev(major(node(0).rdev()), 2));
    assert_eq!(open_node(own.0, OFlag::O_RDWR, Mode::empty()), Err(Errno::ENXIO));
}

#[test]
fn a_duplicate_shares_the_file() {
    fresh_driver();
    let file = open(0);
    write(&file, b"dup").expect("write");
    let other = file.try_clone().expect("duplicate");
    drop(file);
    let mut buffer = [0; 100];
    assert_eq!(read(other.as_raw_fd(), &mut buffer), Ok(7));
    assert_eq!(&buffer[..7], b"loworld");
    set(&other, &filled(1)).expect("set");
    assert_eq!(get(&other), Ok(filled(1)));
}

#[test]
fn a_closed_descriptor_is_none() {
    fresh_driver();
    let number = dup(open(0).as_raw_fd()).expect("duplicate");
    close(number).expect("close");
    assert_eq!(read(number, &mut [0; 1]), Err(Errno::EBADF));
    assert_eq!(close(number), Err(Errno::EBADF));
}

#[test]
fn a_forked_process_shares_the_file() {
    fresh_driver();
    let file = open(0);
    let child = Child::start(|| {
        write(&file, b"kid")?;
        set(&file, &filled(3))
    });
    child.join().expect("use the file in the child");
    let mut buffer = [0; 100];
    assert_eq!(read(file.as_raw_fd(), &mut buffer), Ok(7));
    assert_eq!(&buffer[..7], b"loworld");
    assert_eq!(get(&file), Ok(filled(3)));
}

#[test]
fn a_forked_process_may_close_first() {
    fresh_driver();
    let file = open(0);
    write(&file, b"mine").expect("write");
    Child::start(|| close(file.as_raw_fd())).join().expect("close in the child");
    let mut buffer = [0; 100];
    assert_eq!(read(file.as_raw_fd(), &mut buffer), Ok(6));
    assert_eq!(&buffer[..6], b"oworld");
}

#[test]
fn a_thousand_files_at_once() {
    fresh_driver();
    let files: Vec<_> = (0..1000).map(|index| open(index % 2)).collect();
    for (index, file) in files.iter().enumerate() {
        write(file, &[index as u8]).expect("write");
    }
    set(&files[998], &filled(1)).expect("set");
    for (index, file) in files.iter().enumerate() {
        let mut buffer = [0; 3];
        assert_eq!(nix::sys::uio::pread(file, &mut buffer, 0), Ok(3));
        assert_eq!(buffer, [index as u8, b'e', b'l']);
        let expected = if index % 2 == 0 { filled(1) } else { IoctlInfo::default() };
        assert_eq!(get(file), Ok(expected));
    }
}
