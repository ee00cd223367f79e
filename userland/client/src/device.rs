// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use chardev_abi::{IoctlInfo, GET_DATA, SET_DATA};
use nix::errno::Errno;

use crate::Error;

/// One open minor of the device.
///
/// Dropping it closes the file.
#[derive(Debug)]
pub struct Device {
    file: File,
    path: PathBuf,
}

impl Device {
    /// Opens a device node, `/dev/chardev0` for example, for reading and writing.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] with the kernel's reason.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(reason) => Err(Error::Open { path, reason }),
        }
    }

    /// The node that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `SET_DATA`: stores `info` in the minor.
    ///
    /// # Errors
    ///
    /// [`Error::Set`]; with `EINVAL` when [`IoctlInfo::size`] is larger than [`crate::BUF_SIZE`].
    pub fn set(&self, info: &IoctlInfo) -> Result<(), Error> {
        // SAFETY: the descriptor is open as long as `self.file` lives, and SET_DATA reads one `IoctlInfo` from the pointer.
        let result = unsafe { request::set_data(self.file.as_raw_fd(), info) };
        result.map(drop).map_err(|errno| Error::Set { path: self.path.clone(), size: info.size, errno })
    }

    /// `GET_DATA`: what the minor holds.
    ///
    /// # Errors
    ///
    /// [`Error::Get`] with the kernel's reason.
    pub fn get(&self) -> Result<IoctlInfo, Error> {
        let mut info = IoctlInfo::default();
        // SAFETY: the descriptor is open as long as `self.file` lives, and GET_DATA writes at most one `IoctlInfo`, any bytes
        // of which are a valid one.
        let result = unsafe { request::get_data(self.file.as_raw_fd(), &mut info) };
        result.map(|_| info).map_err(|errno: Errno| Error::Get { path: self.path.clone(), errno })
    }
}

/// The system calls. The numbers are the ABI crate's, hence the `_bad` macros: those without it compute a number themselves.
mod request {
    use super::{IoctlInfo, GET_DATA, SET_DATA};

    nix::ioctl_write_ptr_bad!(set_data, SET_DATA, IoctlInfo);
    nix::ioctl_read_bad!(get_data, GET_DATA, IoctlInfo);
}
