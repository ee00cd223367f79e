// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

use crate::{BUF_SIZE, FILE_SIZE};

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
    /// The driver refused something. What the device holds is as it was.
    #[error("cannot {request} {}: {errno}", path.display())]
    Refused {
        /// What was asked for.
        request: Request,
        /// The node.
        path: PathBuf,
        /// The kernel's reason.
        errno: Errno,
    },
    /// The driver took a command that it should not know.
    #[error("{} accepted a command that the driver does not have", path.display())]
    Accepted {
        /// The node.
        path: PathBuf,
    },
    /// The statistics could not be read.
    #[error("cannot read the statistics in {}: {reason}", path.display())]
    Statistics {
        /// The file in debugfs.
        path: PathBuf,
        /// The kernel's reason.
        reason: io::Error,
    },
    /// The statistics are not what this client understands.
    #[error("cannot understand the statistics in {}: the line `{line}`: {reason}", path.display())]
    StatisticsLine {
        /// The file in debugfs.
        path: PathBuf,
        /// The line, escaped.
        line: String,
        /// What is wrong with it.
        reason: crate::statistics::Malformed,
    },
}

/// What the driver was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// `SET_DATA` with a size, in bytes.
    Set {
        /// [`crate::IoctlInfo::size`].
        size: u64,
    },
    /// `GET_DATA`.
    Get,
    /// `GET_HISTORY`.
    History,
    /// `WAIT_CHANGE`.
    Wait,
    /// A command that the driver does not know.
    Unknown,
    /// `read`.
    Read,
    /// `write`.
    Write,
    /// `lseek`.
    Seek,
}

impl Display for Request {
    /// What comes after "cannot", with the node to follow.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set { .. } => "set the data of",
            Self::Get => "get the data of",
            Self::History => "get the history of",
            Self::Wait => "wait for a change of",
            Self::Unknown => "send an unknown command to",
            Self::Read => "read from",
            Self::Write => "write to",
            Self::Seek => "seek in",
        })
    }
}

impl Error {
    /// What the person who meets the error can do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Open { reason, .. } => open_advice(reason),
            Self::Refused { request, errno, .. } => refused_advice(*request, *errno),
            Self::Accepted { .. } => {
                "that file is not a chardev device; name one of its nodes, such as /dev/chardev0".into()
            }
            Self::Statistics { reason, .. } => match reason.kind() {
                io::ErrorKind::PermissionDenied => "run as root: what is in debugfs is root's".into(),
                io::ErrorKind::NotFound => {
                    "load the module, and mount debugfs with `mount -t debugfs none /sys/kernel/debug`".into()
                }
                _ => CONSULT_LOG.into(),
            },
            Self::StatisticsLine { .. } => "use the chardevctl that belongs to the module that is loaded".into(),
        }
    }
}

const CONSULT_LOG: &str = "look for the module's messages with `dmesg`";

fn open_advice(reason: &io::Error) -> String {
    match reason.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ENOENT) => "load the module with `insmod chardev.ko`, or name another device node",
        Some(Errno::EACCES | Errno::EPERM) => {
            "run as root, or as a member of the group that owns the node; \
             on a file system mounted with nodev, nobody opens one"
        }
        Some(Errno::ENXIO | Errno::ENODEV) => {
            "the node has no device behind it: load the module, or look for the right numbers in /proc/devices"
        }
        Some(Errno::EMFILE | Errno::ENFILE) => {
            "too many files are open: close some, or raise the limit with `ulimit -n`"
        }
        _ => CONSULT_LOG,
    }
    .into()
}

fn refused_advice(request: Request, errno: Errno) -> String {
    match (request, errno) {
        (Request::Set { size }, Errno::EINVAL) if size > BUF_SIZE as u64 => {
            format!("the size is {size} bytes; give one of at most {BUF_SIZE}")
        }
        (Request::Seek, Errno::EINVAL) => format!("positions go from 0 to {FILE_SIZE}"),
        (Request::Write, Errno::ENOSPC) => {
            format!("the buffer of an open file holds {FILE_SIZE} bytes, and is full there")
        }
        (_, Errno::ENOTTY) => "that file is not a chardev device; name one of its nodes, such as /dev/chardev0".into(),
        (_, Errno::EINTR) => "a signal came; try again".into(),
        (_, Errno::ENOMEM) => "the kernel has no memory left; end what uses much of it".into(),
        _ => CONSULT_LOG.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(request: Request, errno: Errno) -> Error {
        Error::Refused { request, path: "/dev/chardev0".into(), errno }
    }

    #[test]
    fn says_what_was_asked_of_what_and_why_it_was_refused() {
        let error = refused(Request::Set { size: 129 }, Errno::EINVAL);
        assert_eq!(error.to_string(), "cannot set the data of /dev/chardev0: EINVAL: Invalid argument");
        assert_eq!(error.advice(), "the size is 129 bytes; give one of at most 128");
    }

    #[test]
    fn a_size_that_is_right_is_not_blamed() {
        assert_eq!(refused(Request::Set { size: 128 }, Errno::EINVAL).advice(), CONSULT_LOG);
    }

    #[test]
    fn names_the_limit_of_the_buffer() {
        assert!(refused(Request::Write, Errno::ENOSPC).advice().contains("256"));
        assert!(refused(Request::Seek, Errno::EINVAL).advice().contains("256"));
    }
}
