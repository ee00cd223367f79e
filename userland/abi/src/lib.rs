// SPDX-License-Identifier: MIT OR Apache-2.0

//! The ioctl interface of the `chardev` kernel module, as the C header `driver/include/uapi/chardev.h` defines it.
//!
//! The data belongs to the minor: what one open file sets, another gets. Before the first [`SET_DATA`] it is all zero.
//!
//! Both commands take a pointer to an [`IoctlInfo`] and return 0, or -1 with `errno`:
//!
//! | `errno` | when |
//! | --- | --- |
//! | `EINVAL` | [`IoctlInfo::size`] is larger than [`BUF_SIZE`] |
//! | `EFAULT` | the pointer cannot be read or written |
//! | `ENOTTY` | the command is neither of the two |

#![no_std]

use core::ffi::c_ulong;
use core::mem::size_of;

/// Bytes in [`IoctlInfo::buf`], and the largest [`IoctlInfo::size`] that the driver accepts.
pub const BUF_SIZE: usize = 128;

/// The ioctl type ("magic") of the device.
pub const MAGIC: u8 = b'G';

/// `_IOW('G', 2, struct ioctl_info)`: stores the structure in the minor.
pub const SET_DATA: c_ulong = request(WRITE, 2);

/// `_IOR('G', 3, struct ioctl_info)`: copies what the minor holds to the structure.
pub const GET_DATA: c_ulong = request(READ, 3);

/// What [`SET_DATA`] takes and [`GET_DATA`] gives: C's `struct ioctl_info`.
///
/// `size` says how many bytes of `buf` are meant; the driver keeps all of `buf` whatever it says. Text in `buf`
/// need not be as long, nor end with a NUL; [`IoctlInfo::text`] reads it safely.
///
/// ```
/// use chardev_abi::IoctlInfo;
///
/// let info = IoctlInfo::new(100, b"lazenca.0x0").expect("fits");
/// assert_eq!(info.text(), b"lazenca.0x0");
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoctlInfo {
    /// A number of bytes, at most [`BUF_SIZE`].
    pub size: c_ulong,
    /// The data: C's `char buf[128]`.
    pub buf: [u8; BUF_SIZE],
}

impl IoctlInfo {
    /// The given size, and `text` followed by zero bytes; `None` when `text` is longer than [`BUF_SIZE`].
    ///
    /// `size` is not checked: refusing a wrong one is the driver's part.
    pub fn new(size: c_ulong, text: &[u8]) -> Option<Self> {
        let mut buf = [0; BUF_SIZE];
        buf.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self { size, buf })
    }

    /// The bytes before the first NUL, or the whole of `buf` when it has none.
    pub fn text(&self) -> &[u8] {
        let end = self.buf.iter().position(|&byte| byte == 0);
        &self.buf[..end.unwrap_or(BUF_SIZE)]
    }
}

impl Default for IoctlInfo {
    /// All zero: what a minor holds before the first [`SET_DATA`].
    fn default() -> Self {
        Self { size: 0, buf: [0; BUF_SIZE] }
    }
}

// The fields of an ioctl number, from include/uapi/asm-generic/ioctl.h: 8 bits of command, 8 of type, 14 of size, 2 of direction.
const TYPE_SHIFT: u32 = 8;
const SIZE_SHIFT: u32 = 16;
const DIRECTION_SHIFT: u32 = 30;
const WRITE: c_ulong = 1;
const READ: c_ulong = 2;

const fn request(direction: c_ulong, command: c_ulong) -> c_ulong {
    let size = size_of::<IoctlInfo>() as c_ulong;
    (direction << DIRECTION_SHIFT) | (size << SIZE_SHIFT) | ((MAGIC as c_ulong) << TYPE_SHIFT) | command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stops_at_the_first_nul() {
        let info = IoctlInfo::new(3, b"ab\0cd").expect("fits");
        assert_eq!(info.text(), b"ab");
    }

    #[test]
    fn text_without_a_nul_is_the_whole_buffer() {
        let full = [b'x'; BUF_SIZE];
        let info = IoctlInfo::new(0, &full).expect("fits");
        assert_eq!(info.text(), full);
    }

    #[test]
    fn text_of_a_fresh_minor_is_empty() {
        assert_eq!(IoctlInfo::default().text(), b"");
    }

    #[test]
    fn text_longer_than_the_buffer_is_refused() {
        assert_eq!(IoctlInfo::new(0, &[b'x'; BUF_SIZE + 1]), None);
    }
}
