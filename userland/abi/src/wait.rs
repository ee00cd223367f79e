// SPDX-License-Identifier: MIT OR Apache-2.0

/// A [`Wait::sequence`] that no SET has, so that [`WAIT_CHANGE`](crate::WAIT_CHANGE) returns at once.
pub const WAIT_NOTHING: u64 = u64::MAX;

/// What [`WAIT_CHANGE`](crate::WAIT_CHANGE) takes and gives: C's `struct chardev_wait`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// 0, both ways.
    pub flags: u32,
    /// How long to wait, in milliseconds. Negative: for ever.
    pub timeout_ms: i32,
    /// The number of the latest SET that the caller knows of, 0 if it knows of none. The driver returns the number of the
    /// latest that there is.
    pub sequence: u64,
}
