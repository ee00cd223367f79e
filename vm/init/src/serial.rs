// SPDX-License-Identifier: MIT OR Apache-2.0

//! The virtio-serial port to the host, as a file: where it is, and how to have it back after a suspend.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::libc::O_NONBLOCK;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use vm_protocol::PORT_NAME;

const DRIVER: &str = "/sys/bus/virtio/drivers/virtio_console";
const PORTS: &str = "/sys/class/virtio-ports";

/// How long the kernel may take to find a port of a device that it has found, and to learn that the host is there. It does so in a
/// work queue, with a message for each, of which user space is not told. With every checker on, and beside a dozen machines on two
/// processors, that has taken more than 2 s.
const DISCOVERY: Duration = Duration::from_secs(20);

/// The port, open.
pub struct Serial(File);

impl Serial {
    /// `None` when the machine has no virtio-serial device, or none with our port.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotConnected`] when the host does not have it open.
    pub fn open() -> io::Result<Option<Self>> {
        if device().is_none() {
            return Ok(None);
        }
        let Some(path) = soon(find) else { return Ok(None) };
        // To be told that the host is gone instead of waiting for it.
        let file = OpenOptions::new().read(true).write(true).custom_flags(O_NONBLOCK).open(path)?;
        let serial = Self(file);
        soon(|| serial.has_host().then_some(())).ok_or(ErrorKind::NotConnected)?;
        Ok(Some(serial))
    }

    /// What has arrived, or nothing yet: `None`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotConnected`] when the host has closed the port.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.0.read(buffer) {
            Ok(0) => self.reconnect().map(|()| None),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Waits until the host has taken all of it over.
    ///
    /// # Errors
    ///
    /// As those of [`read`](Self::read).
    pub fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.0.write(bytes) {
                Ok(length) => bytes = &bytes[length..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait_for_room()?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn wait_for_room(&mut self) -> io::Result<()> {
        if self.poll(PollFlags::POLLOUT, PollTimeout::NONE)?.contains(PollFlags::POLLHUP) {
            self.reconnect()?;
        }
        Ok(())
    }

    /// The kernel takes the host for gone: it is, or there was a suspend. After one, the driver asks the host whether it is there
    /// before it makes room for an answer, and QEMU then sends none (`virtcons_restore` in Linux 7.3). Begun anew, it asks again.
    ///
    /// What the host has sent and nobody has read by then is lost.
    fn reconnect(&mut self) -> io::Result<()> {
        let device = device().ok_or(ErrorKind::NotConnected)?;
        for file in ["unbind", "bind"] {
            fs::write(Path::new(DRIVER).join(file), device.as_bytes())?;
        }
        *self = Self::open()?.ok_or(ErrorKind::NotConnected)?;
        Ok(())
    }

    fn has_host(&self) -> bool {
        self.poll(PollFlags::empty(), PollTimeout::ZERO).is_ok_and(|found| !found.contains(PollFlags::POLLHUP))
    }

    fn poll(&self, wanted: PollFlags, timeout: PollTimeout) -> io::Result<PollFlags> {
        let mut port = [PollFd::new(self.as_fd(), wanted)];
        poll(&mut port, timeout)?;
        Ok(port[0].revents().unwrap_or(PollFlags::empty()))
    }
}

impl AsFd for Serial {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The name of the device that the ports are of, on its bus.
fn device() -> Option<OsString> {
    let mut names = fs::read_dir(DRIVER).ok()?.flatten().map(|entry| entry.file_name());
    names.find(|name| name.as_bytes().starts_with(b"virtio"))
}

/// The node of our port, once the kernel knows it by name.
fn find() -> Option<PathBuf> {
    let port = fs::read_dir(PORTS)
        .ok()?
        .flatten()
        .find(|port| fs::read_to_string(port.path().join("name")).is_ok_and(|name| name.trim_end() == PORT_NAME))?;
    Some(PathBuf::from("/dev").join(port.file_name()))
}

/// Asks again and again, until it is time to give up.
fn soon<T>(ask: impl Fn() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + DISCOVERY;
    loop {
        match ask() {
            None if Instant::now() < deadline => sleep(Duration::from_millis(1)),
            answer => return answer,
        }
    }
}
