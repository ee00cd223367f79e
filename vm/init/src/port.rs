// SPDX-License-Identifier: MIT OR Apache-2.0

//! Messages to and from the host, over the virtio-serial port.

use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};

use vm_protocol::{Decoder, Encoder, Event, Request, PORT_NAME};

use crate::error::{Error, While};
use crate::mounts;
use crate::serial::Serial;

/// Messages to and from the host.
pub struct Port {
    serial: Serial,
    encoder: Encoder,
    decoder: Decoder,
    received: Box<[u8]>,
}

impl Port {
    /// Mounts what it needs to look for the port. `None` when the machine has none.
    pub fn open() -> Result<Option<Self>, Error> {
        mounts::mount_first()?;
        let serial = Serial::open().while_doing(|| format!("opening the port {PORT_NAME}"))?;
        Ok(serial.map(|serial| Self {
            serial,
            encoder: Encoder::new(),
            decoder: Decoder::new(),
            received: vec![0; 4096].into(),
        }))
    }

    /// Waits until the host has taken the message over.
    pub fn send(&mut self, event: &Event) -> Result<(), Error> {
        let doing = || "sending to the host";
        let frame = self.encoder.encode(event).while_doing(doing)?;
        self.serial.write_all(frame).while_doing(doing)
    }

    /// Appends the requests that have arrived. `false` when the host has closed the port.
    pub fn receive(&mut self, requests: &mut impl Extend<Request>) -> Result<bool, Error> {
        let doing = || "receiving from the host";
        match self.serial.read(&mut self.received) {
            Ok(Some(length)) => {
                self.decoder.feed(&self.received[..length], requests).while_doing(doing)?;
                Ok(true)
            }
            Ok(None) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error).while_doing(doing),
        }
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.serial.as_fd()
    }
}
