// SPDX-License-Identifier: MIT OR Apache-2.0

//! The devices and their commands. Files are ordinary files.

use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::ptr;

use chardev_abi::{History, IoctlInfo, Wait, BUF_SIZE, GET_DATA, GET_HISTORY, SET_DATA, WAIT_CHANGE};
use nix::errno::Errno;
use nix::libc;
use nix::sys::ioctl::ioctl_num_type;

/// The node of a device.
pub fn path(index: usize) -> String {
    format!("/dev/chardev{index}")
}

/// Opens a device to read and write.
#[track_caller]
pub fn open(index: usize) -> File {
    open_with(index, 0)
}

/// The same, with flags of open(2) besides.
#[track_caller]
pub fn open_with(index: usize, flags: c_int) -> File {
    let path = path(index);
    let opened = OpenOptions::new().read(true).write(true).custom_flags(flags).open(&path);
    opened.unwrap_or_else(|error| panic!("open {path}: {error}"))
}

/// Data that is `byte` all over, and of that size.
pub fn filled(byte: u8) -> IoctlInfo {
    IoctlInfo { size: byte.into(), buf: [byte; BUF_SIZE] }
}

/// `SET_DATA`.
pub fn set(file: &File, data: &IoctlInfo) -> nix::Result<()> {
    let mut data = *data;
    command(file, SET_DATA, &mut data)
}

/// `GET_DATA`.
pub fn get(file: &File) -> nix::Result<IoctlInfo> {
    // What the driver does not write is seen.
    let mut data = IoctlInfo { size: 0xaaaa, buf: [0xaa; BUF_SIZE] };
    get_into(file, &mut data)?;
    Ok(data)
}

/// The same, into memory of the caller's.
pub fn get_into(file: &File, data: &mut IoctlInfo) -> nix::Result<()> {
    command(file, GET_DATA, data)
}

/// `GET_HISTORY`.
pub fn history(file: &File) -> nix::Result<History> {
    let mut history = History { count: 0xaaaa, sequence: 0xaaaa, ..History::default() };
    for entry in &mut history.entries {
        entry.buf.fill(0xaa);
        entry.comm.fill(0xaa);
    }
    history_into(file, &mut history)?;
    Ok(history)
}

/// The same, into memory of the caller's.
pub fn history_into(file: &File, history: &mut History) -> nix::Result<()> {
    command(file, GET_HISTORY, history)
}

/// `WAIT_CHANGE`: the number of the latest SET, once it is not `known` any more.
pub fn wait_change(file: &File, known: u64, timeout_ms: i32) -> nix::Result<u64> {
    let mut wait = Wait { flags: 0, timeout_ms, sequence: known };
    command(file, WAIT_CHANGE, &mut wait)?;
    Ok(wait.sequence)
}

/// The number of the latest SET, as nobody's news.
#[track_caller]
pub fn sequence(index: usize) -> u64 {
    history(&open(index)).expect("get the history").sequence
}

/// Any command with any structure.
pub fn command<T: Copy>(file: &File, number: ioctl_num_type, structure: &mut T) -> nix::Result<()> {
    command_at(file, number, ptr::from_mut(structure) as usize)
}

/// Any command with any address. That of a structure is for the kernel to judge; ours only matters when the command is one of the
/// driver's and the address ours, and then the tests give it room for the structure.
pub fn command_at(file: &File, number: ioctl_num_type, address: usize) -> nix::Result<()> {
    // SAFETY: the kernel checks the address. It writes no more than the structure of the command, for which callers have room there
    // unless they expect that the driver refuses.
    let result = unsafe { libc::ioctl(file.as_raw_fd(), number, address) };
    let value = Errno::result(result)?;
    assert_eq!(value, 0, "a command returned neither 0 nor an error");
    Ok(())
}
