// SPDX-License-Identifier: MIT OR Apache-2.0

use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

use crate::BUF_SIZE;

/// What was being done when the kernel refused, and why; [`Error::advice`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The device node could not be opened.
    #[error("cannot open {}: {reason}", path.display())]
    Open {
        /// The node.
        path: PathBuf,
        /// The kernel's reason.
        reason: io::Error,
    },
    /// `SET_DATA` was refused; the minor holds what it held.
    #[error("cannot set the data of {}: {errno}", path.display())]
    Set {
        /// The node.
        path: PathBuf,
        /// The size that was asked for, in bytes.
        size: u64,
        /// The kernel's reason.
        errno: Errno,
    },
    /// `GET_DATA` was refused.
    #[error("cannot get the data of {}: {errno}", path.display())]
    Get {
        /// The node.
        path: PathBuf,
        /// The kernel's reason.
        errno: Errno,
    },
}

impl Error {
    /// What the person who meets the error can do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Open { reason, .. } => match reason.kind() {
                io::ErrorKind::NotFound => {
                    "load the module with `insmod chardev.ko`, or name another device node".into()
                }
                io::ErrorKind::PermissionDenied => "run as root, or as a member of the group that owns the node".into(),
                _ => "look for the module's messages with `dmesg`".into(),
            },
            Self::Set { size, errno: Errno::EINVAL, .. } if *size > BUF_SIZE as u64 => {
                format!("the size is {size} bytes; give one of at most {BUF_SIZE}")
            }
            Self::Set { errno: Errno::ENOTTY, .. } | Self::Get { errno: Errno::ENOTTY, .. } => {
                "that file is not a chardev device; name one of its nodes, such as /dev/chardev0".into()
            }
            Self::Set { .. } | Self::Get { .. } => "look for the module's messages with `dmesg`".into(),
        }
    }
}
