// SPDX-License-Identifier: MIT OR Apache-2.0

//! Client of the `chardev` kernel module.
//!
//! ```no_run
//! use chardev_client::{Device, IoctlInfo};
//!
//! let device = Device::open("/dev/chardev0")?;
//! device.set(&IoctlInfo::new(100, b"lazenca.0x0").expect("at most 128 bytes"))?;
//! assert_eq!(device.get()?.content(), b"lazenca.0x0");
//! # Ok::<(), chardev_client::Error>(())
//! ```

mod device;
mod error;
mod escaped;
pub mod statistics;

pub use chardev_abi::{History, HistoryEntry, IoctlInfo, BUF_SIZE, FILE_SIZE, HISTORY_SIZE};
pub use device::Device;
pub use error::{Error, Request};
pub use escaped::Escaped;
