// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chardev_abi::{History, IoctlInfo, Wait, GET_DATA, GET_HISTORY, SET_DATA, UNKNOWN, WAIT_CHANGE, WAIT_NOTHING};
use nix::errno::Errno;

use crate::{Error, Request};

/// One open file of a minor of the device.
///
/// [`set`](Device::set), [`get`](Device::get), [`history`](Device::history) and [`wait`](Device::wait) are about the data
/// of the minor, which all its files share. [`read`](Device::read), [`write`](Device::write) and [`seek`](Device::seek) are
/// about a buffer of at most [`FILE_SIZE`](crate::FILE_SIZE) bytes that this file alone has; it starts as `helloworld`.
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
    /// [`Error::Refused`]; with `EINVAL` when [`IoctlInfo::size`] is larger than [`crate::BUF_SIZE`].
    pub fn set(&self, info: &IoctlInfo) -> Result<(), Error> {
        // SAFETY: the descriptor is open as long as `self.file` lives, and SET_DATA reads one `IoctlInfo` from the pointer.
        let result = unsafe { request::set_data(self.file.as_raw_fd(), info) };
        self.answered(Request::Set { size: info.size }, result)
    }

    /// `GET_DATA`: what the minor holds.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the kernel's reason.
    pub fn get(&self) -> Result<IoctlInfo, Error> {
        let mut info = IoctlInfo::default();
        // SAFETY: the descriptor is open as long as `self.file` lives, and GET_DATA writes at most one `IoctlInfo`, any bytes
        // of which are a valid one.
        let result = unsafe { request::get_data(self.file.as_raw_fd(), &mut info) };
        self.answered(Request::Get, result)?;
        Ok(info)
    }

    /// `GET_HISTORY`: the latest SETs of the minor.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the kernel's reason.
    pub fn history(&self) -> Result<History, Error> {
        let mut history = History::default();
        // SAFETY: the descriptor is open as long as `self.file` lives, and GET_HISTORY reads and writes at most one `History`,
        // any bytes of which are a valid one.
        let result = unsafe { request::get_history(self.file.as_raw_fd(), &mut history) };
        self.answered(Request::History, result)?;
        Ok(history)
    }

    /// `WAIT_CHANGE`: sleeps until the latest SET of the minor is another than number `known`, and returns its number.
    ///
    /// `None` when `timeout` is over, which is rounded up to milliseconds, and down to the 24 days that the driver can count.
    /// Without a timeout it waits for ever. So that no SET is missed, give what the call before returned.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; with `EINTR` when a signal came.
    pub fn wait(&self, known: u64, timeout: Option<Duration>) -> Result<Option<u64>, Error> {
        let mut wait = Wait { flags: 0, timeout_ms: timeout.map_or(-1, milliseconds), sequence: known };
        // SAFETY: the descriptor is open as long as `self.file` lives, and WAIT_CHANGE reads and writes at most one `Wait`, any
        // bytes of which are a valid one.
        match unsafe { request::wait_change(self.file.as_raw_fd(), &mut wait) } {
            Err(Errno::ETIMEDOUT) => Ok(None),
            result => self.answered(Request::Wait, result).map(|()| Some(wait.sequence)),
        }
    }

    /// The number of the latest SET of the minor, 0 if there was none.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the kernel's reason.
    pub fn sequence(&self) -> Result<u64, Error> {
        let sequence = self.wait(WAIT_NOTHING, Some(Duration::ZERO))?;
        Ok(sequence.expect("no SET has the number that the driver is told, so it has nothing to wait for"))
    }

    /// An ioctl that does nothing: its number is [`UNKNOWN`], which the driver answers with `ENOTTY`.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with any other answer, and [`Error::Accepted`] with none.
    pub fn unknown(&self) -> Result<(), Error> {
        // SAFETY: the descriptor is open as long as `self.file` lives, and the command has no argument.
        match unsafe { request::unknown(self.file.as_raw_fd()) } {
            Err(Errno::ENOTTY) => Ok(()),
            Ok(_) => Err(Error::Accepted { path: self.path.clone() }),
            Err(errno) => Err(self.refused(Request::Unknown, errno)),
        }
    }

    /// Reads from the file's buffer at its position, as read(2) does: 0 at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the kernel's reason.
    pub fn read(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        (&self.file).read(bytes).map_err(|error| self.failed(Request::Read, &error))
    }

    /// Writes to the file's buffer at its position, as write(2) does, and returns how many bytes there was room for.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; with `ENOSPC` when there is no room for any.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, Error> {
        (&self.file).write(bytes).map_err(|error| self.failed(Request::Write, &error))
    }

    /// Moves the file's position, as lseek(2) does, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; with `EINVAL` for a position beyond [`FILE_SIZE`](crate::FILE_SIZE).
    pub fn seek(&self, to: SeekFrom) -> Result<u64, Error> {
        (&self.file).seek(to).map_err(|error| self.failed(Request::Seek, &error))
    }

    fn answered(&self, request: Request, result: nix::Result<c_int>) -> Result<(), Error> {
        result.map(drop).map_err(|errno| self.refused(request, errno))
    }

    fn failed(&self, request: Request, error: &io::Error) -> Error {
        // The standard library makes errors of its own only where it checks arguments.
        self.refused(request, error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw))
    }

    fn refused(&self, request: Request, errno: Errno) -> Error {
        Error::Refused { request, path: self.path.clone(), errno }
    }
}

fn milliseconds(timeout: Duration) -> i32 {
    let rounded_up = timeout.as_nanos().div_ceil(1_000_000);
    i32::try_from(rounded_up).unwrap_or(i32::MAX)
}

/// The system calls. The numbers are the ABI crate's, hence the `_bad` macros: those without it compute a number themselves.
mod request {
    use super::{History, IoctlInfo, Wait, GET_DATA, GET_HISTORY, SET_DATA, UNKNOWN, WAIT_CHANGE};

    nix::ioctl_write_ptr_bad!(set_data, SET_DATA, IoctlInfo);
    nix::ioctl_read_bad!(get_data, GET_DATA, IoctlInfo);
    nix::ioctl_readwrite_bad!(get_history, GET_HISTORY, History);
    nix::ioctl_readwrite_bad!(wait_change, WAIT_CHANGE, Wait);
    nix::ioctl_none_bad!(unknown, UNKNOWN);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_never_shorter_than_asked_for_nor_taken_for_none() {
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_millis(1500)), 1500);
        assert_eq!(milliseconds(Duration::MAX), i32::MAX);
    }

    #[test]
    fn another_kind_of_device_is_told_apart() {
        let null = Device::open("/dev/null").expect("is there");
        let error = null.history().expect_err("is no chardev device");
        assert_eq!(error.to_string(), "cannot get the history of /dev/null: ENOTTY: Not a typewriter");
        assert!(error.advice().contains("not a chardev device"));
    }
}
