// SPDX-License-Identifier: MIT OR Apache-2.0

//! The virtio-serial port to the host.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use vm_protocol::{Decoder, Encoder, Event, Request, PORT_NAME};

use crate::error::{Error, While};
use crate::mounts;

const PORTS: &str = "/sys/class/virtio-ports";

/// How long the kernel may take to find a port of a device that it has found. It does so in a work queue, with one message for
/// the port and a later one for its name, of which user space is not told.
const DISCOVERY: Duration = Duration::from_secs(2);

/// How long the kernel may take to learn that the host is still there, after a suspend. It asks the host in a message.
const RECONNECTION: Duration = Duration::from_secs(10);

/// Messages to and from the host.
pub struct Port {
    file: File,
    encoder: Encoder,
    decoder: Decoder,
    received: Box<[u8]>,
}

impl Port {
    /// Mounts what it needs to look for the port. `None` when the machine has no virtio-serial device.
    pub fn open() -> Result<Option<Self>, Error> {
        mounts::mount_first()?;
        if !serial_device_exists() {
            return Ok(None);
        }
        let deadline = Instant::now() + DISCOVERY;
        let device = loop {
            match find() {
                Some(device) => break device,
                None if Instant::now() > deadline => return Ok(None),
                None => sleep(Duration::from_millis(1)),
            }
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&device)
            .while_doing(|| format!("opening {}", device.display()))?;
        let received = vec![0; 4096].into();
        Ok(Some(Self { file, encoder: Encoder::new(), decoder: Decoder::new(), received }))
    }

    /// Waits until the host has taken the message over.
    pub fn send(&mut self, event: &Event) -> Result<(), Error> {
        let doing = || "sending to the host";
        let frame = self.encoder.encode(event).while_doing(doing)?;
        self.file.write_all(frame).while_doing(doing)
    }

    /// Appends the requests that have arrived. `false` when the host has closed the port.
    pub fn receive(&mut self, requests: &mut impl Extend<Request>) -> Result<bool, Error> {
        let doing = || "receiving from the host";
        match self.file.read(&mut self.received) {
            Ok(0) => Ok(self.has_host()),
            Ok(length) => {
                self.decoder.feed(&self.received[..length], requests).while_doing(doing)?;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(true),
            Err(error) => Err(error).while_doing(doing),
        }
    }

    /// Whether the host has the port open, perhaps again.
    fn has_host(&self) -> bool {
        let deadline = Instant::now() + RECONNECTION;
        while Instant::now() < deadline {
            let mut port = [PollFd::new(self.as_fd(), PollFlags::empty())];
            let is_known = poll(&mut port, PollTimeout::ZERO).is_ok();
            if is_known && port[0].revents().is_some_and(|events| !events.contains(PollFlags::POLLHUP)) {
                return true;
            }
            sleep(Duration::from_millis(1));
        }
        false
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

fn serial_device_exists() -> bool {
    fs::read_dir("/sys/bus/virtio/drivers/virtio_console")
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("virtio")))
}

fn find() -> Option<PathBuf> {
    let port = fs::read_dir(PORTS)
        .ok()?
        .flatten()
        .find(|port| fs::read_to_string(port.path().join("name")).is_ok_and(|name| name.trim_end() == PORT_NAME))?;
    Some(PathBuf::from("/dev").join(port.file_name()))
}
