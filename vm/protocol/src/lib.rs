// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the guest's init and the host's `vm` command say to each other.
//!
//! They talk over one virtio-serial port. Each message is encoded by postcard and framed by COBS, that is: it holds no zero byte
//! and ends with one, so a reader finds the next message whatever came before it.
//!
//! A session: the guest sends [`Event::Up`] once it has booted. Up to here, all machines of a kind are the same, so this is where
//! one can be saved; one that is resumed is asked for it with [`Request::Hello`].
//!
//! The host goes on with [`Request::Prepare`], [`Request::Run`] and input, without waiting for anything. The guest sends
//! [`Event::Ready`] once it is prepared, then output, then [`Event::Ended`]. The host answers that with [`Request::PowerOff`], by
//! which the guest knows that everything it sent has arrived.

mod frame;
mod message;

pub use frame::{Corrupt, Decoder, Encoder, TooLong, MAX_FRAME};
pub use message::{Bytes, Command, Ended, Event, Failure, Module, Outcome, Request, Setup, Stream, Taint, WindowSize};

/// Changes whenever the messages do; init and `vm` of different builds refuse each other by it.
pub const VERSION: u32 = 3;

/// The name of the virtio-serial port, as `/sys/class/virtio-ports/*/name` shows it.
pub const PORT_NAME: &str = "ferrite.control";

/// The 9p mount tag of the shared folder.
pub const SHARE_TAG: &str = "share";

/// Where the guest mounts the shared folder.
pub const SHARE_PATH: &str = "/mnt/share";

/// The most bytes of input or output that one message carries.
pub const MAX_CHUNK: usize = 32 * 1024;

/// Kernel parameters that init understands.
pub mod parameter {
    /// `ferrite.loglevel=N`: the console log level from the end of the boot on. The boot itself says much that nobody needs to
    /// wait for; the kernel's own `loglevel=` rules it.
    pub const LOGLEVEL: &str = "ferrite.loglevel";
}
