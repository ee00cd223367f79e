// SPDX-License-Identifier: MIT OR Apache-2.0

//! The commands of the header that `chardev-abi` does not have.

use std::mem::size_of;

use chardev_abi::{BUF_SIZE, MAGIC};
use nix::{request_code_readwrite, sys::ioctl::ioctl_num_type};

/// `CHARDEV_HISTORY_MAX`.
pub const HISTORY_MAX: usize = 16;

/// `CHARDEV_WAIT_NOTHING`.
pub const WAIT_NOTHING: u64 = u64::MAX;

/// `GET_HISTORY`.
pub const GET_HISTORY: ioctl_num_type = request_code_readwrite!(MAGIC, 4, size_of::<History>());

/// `WAIT_CHANGE`.
pub const WAIT_CHANGE: ioctl_num_type = request_code_readwrite!(MAGIC, 5, size_of::<Wait>());

/// `struct chardev_history_entry`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub sequence: u64,
    pub time_ns: u64,
    pub pid: i32,
    pub size: u32,
    pub comm: [u8; 16],
    pub buf: [u8; BUF_SIZE],
}

impl Entry {
    /// All zero: one that is not in use.
    pub const UNUSED: Self = Self { sequence: 0, time_ns: 0, pid: 0, size: 0, comm: [0; 16], buf: [0; BUF_SIZE] };
}

/// `struct chardev_history`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    pub flags: u32,
    pub count: u32,
    pub sequence: u64,
    pub entries: [Entry; HISTORY_MAX],
}

impl History {
    /// All zero: that of a device that nobody set.
    pub const EMPTY: Self = Self { flags: 0, count: 0, sequence: 0, entries: [Entry::UNUSED; HISTORY_MAX] };

    /// The entries that are in use.
    pub fn used(&self) -> &[Entry] {
        &self.entries[..self.count as usize]
    }
}

/// `struct chardev_wait`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub flags: u32,
    pub timeout_ms: i32,
    pub sequence: u64,
}
