// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_ulong;

/// Bytes in [`IoctlInfo::buf`], and the largest [`IoctlInfo::size`] that the driver accepts.
pub const BUF_SIZE: usize = 128;

/// What [`SET_DATA`](crate::SET_DATA) takes and [`GET_DATA`](crate::GET_DATA) gives: C's `struct ioctl_info`.
///
/// `size` says how many bytes of `buf` are meant; the driver keeps all of `buf` whatever it says. Text in `buf`
/// need not be as long, nor end with a NUL; [`IoctlInfo::content`] reads it safely.
///
/// ```
/// use chardev_abi::IoctlInfo;
///
/// let info = IoctlInfo::new(100, b"lazenca.0x0").expect("fits");
/// assert_eq!(info.content(), b"lazenca.0x0");
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
    /// The given size, and `bytes` followed by zero bytes; `None` when `bytes` is longer than [`BUF_SIZE`].
    ///
    /// `size` is not checked: refusing a wrong one is the driver's part.
    pub fn new(size: c_ulong, bytes: &[u8]) -> Option<Self> {
        let mut buf = [0; BUF_SIZE];
        buf.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { size, buf })
    }

    /// `buf` without the zero bytes at its end.
    pub fn content(&self) -> &[u8] {
        without_padding(&self.buf)
    }
}

impl Default for IoctlInfo {
    /// All zero: what a minor holds before the first [`SET_DATA`](crate::SET_DATA).
    fn default() -> Self {
        Self { size: 0, buf: [0; BUF_SIZE] }
    }
}

/// The bytes up to the last one that is not zero.
pub(crate) fn without_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_keeps_a_nul_in_between() {
        let info = IoctlInfo::new(5, b"ab\0cd").expect("fits");
        assert_eq!(info.content(), b"ab\0cd");
    }

    #[test]
    fn content_without_padding_is_the_whole_buffer() {
        let full = [b'x'; BUF_SIZE];
        let info = IoctlInfo::new(0, &full).expect("fits");
        assert_eq!(info.content(), full);
    }

    #[test]
    fn content_of_a_fresh_minor_is_empty() {
        assert_eq!(IoctlInfo::default().content(), b"");
    }

    #[test]
    fn what_is_longer_than_the_buffer_is_refused() {
        assert_eq!(IoctlInfo::new(0, &[b'x'; BUF_SIZE + 1]), None);
    }
}
