// SPDX-License-Identifier: MIT OR Apache-2.0

//! The ioctl interface of the `chardev` kernel module, as the C header `driver/include/uapi/chardev.h` defines it.
//!
//! The data belongs to the minor: what one open file sets, another gets. Before the first [`SET_DATA`] it is all zero.
//!
//! A command takes a pointer to its structure and returns 0, or -1 with `errno`:
//!
//! | `errno` | when |
//! | --- | --- |
//! | `ENOTTY` | the command is none of those here |
//! | `EFAULT` | the pointer cannot be read or written |
//! | `EINVAL` | [`IoctlInfo::size`] is larger than [`BUF_SIZE`], or `flags` is not 0 |
//! | `ENOMEM` | [`SET_DATA`] and [`GET_HISTORY`]: the kernel has no memory |
//! | `ETIMEDOUT`, `EAGAIN`, `EINTR` | [`WAIT_CHANGE`]: no change in time, none yet with `O_NONBLOCK`, a signal |

#![no_std]

mod data;
mod history;
mod request;
mod wait;

pub use data::{IoctlInfo, BUF_SIZE};
pub use history::{History, HistoryEntry, COMM_SIZE, HISTORY_SIZE};
pub use request::{GET_DATA, GET_HISTORY, MAGIC, SET_DATA, UNKNOWN, WAIT_CHANGE};
pub use wait::{Wait, WAIT_NOTHING};

/// The longest, in bytes, that the buffer of an open file can get. It is the file's own: `read`, `write` and `lseek` use it.
pub const FILE_SIZE: usize = 256;
