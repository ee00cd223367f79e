// SPDX-License-Identifier: GPL-2.0

//! The interface to user space, as `include/uapi/chardev.h` describes it.

use super::abstractions::task_comm::TASK_COMM_LEN;
use kernel::{
    ffi::c_ulong,
    ioctl::{
        _IOR,
        _IOW,
        _IOWR, //
    },
    prelude::*, //
};
use pin_init::Zeroable;
use zerocopy_derive::Immutable;

/// Length in bytes of the data that a device holds.
pub(crate) const CHARDEV_DATA_MAX: usize = 128;

/// Length in bytes of the longest that the buffer of an open file can get.
pub(crate) const CHARDEV_BUFFER_MAX: usize = 256;

/// The data of a device, as one command carries it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct IoctlInfo {
    /// How many bytes of `buf` are meant, at most [`CHARDEV_DATA_MAX`].
    pub(crate) size: c_ulong,
    /// The bytes.
    pub(crate) buf: [u8; CHARDEV_DATA_MAX],
}

/// How many SETs of a device are remembered.
pub(crate) const CHARDEV_HISTORY_MAX: usize = 16;

/// One SET of a device.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, Zeroable)]
#[repr(C)]
pub(crate) struct HistoryEntry {
    /// The number of the SET, of which the first has 1.
    pub(crate) sequence: u64,
    /// When it was, in nanoseconds since 1970.
    pub(crate) time_ns: u64,
    /// Which process did it.
    pub(crate) pid: i32,
    /// The size that was set.
    pub(crate) size: u32,
    /// The command of the process, ended by NUL.
    pub(crate) comm: [u8; TASK_COMM_LEN],
    /// The bytes that were set.
    pub(crate) buf: [u8; CHARDEV_DATA_MAX],
}

/// The latest SETs of a device.
#[derive(FromBytes, IntoBytes, Immutable, Zeroable)]
#[repr(C)]
pub(crate) struct ChardevHistory {
    /// For later use. Zero.
    pub(crate) flags: u32,
    /// How many of `entries` are in use.
    pub(crate) count: u32,
    /// The number of the latest SET, or 0 if there is none.
    pub(crate) sequence: u64,
    /// The SETs, oldest first. The rest is zero.
    pub(crate) entries: [HistoryEntry; CHARDEV_HISTORY_MAX],
}

/// What to wait for.
#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct ChardevWait {
    /// For later use. Zero.
    pub(crate) flags: u32,
    /// How long to wait, in milliseconds. Negative: for ever.
    pub(crate) timeout_ms: i32,
    /// The number of the latest SET that the caller knows of, then that of the latest there is.
    pub(crate) sequence: u64,
}

const CHARDEV_IOC_MAGIC: u32 = 'G' as u32;

/// Replaces the data of the device.
pub(crate) const SET_DATA: u32 = _IOW::<IoctlInfo>(CHARDEV_IOC_MAGIC, 2);

/// Gets the data of the device.
pub(crate) const GET_DATA: u32 = _IOR::<IoctlInfo>(CHARDEV_IOC_MAGIC, 3);

/// Gets the latest SETs of the device.
pub(crate) const GET_HISTORY: u32 = _IOWR::<ChardevHistory>(CHARDEV_IOC_MAGIC, 4);

/// Waits for a SET of the device.
pub(crate) const WAIT_CHANGE: u32 = _IOWR::<ChardevWait>(CHARDEV_IOC_MAGIC, 5);
