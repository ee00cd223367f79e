// SPDX-License-Identifier: GPL-2.0

//! The interface to user space, as `include/uapi/chardev.h` describes it.

use kernel::{
    ffi::c_ulong,
    ioctl::{
        _IOR,
        _IOW, //
    },
    prelude::*, //
};
use zerocopy_derive::Immutable;

/// Length in bytes of the data that a device holds.
pub(crate) const CHARDEV_DATA_MAX: usize = 128;

/// Length in bytes of the longest that the buffer of an open file can get.
pub(crate) const CHARDEV_BUFFER_MAX: usize = 256;

/// The data of a device, as one command carries it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct IoctlInfo {
    /// How many bytes of `buf` are meant, at most [`CHARDEV_DATA_MAX`].
    pub(crate) size: c_ulong,
    /// The bytes.
    pub(crate) buf: [u8; CHARDEV_DATA_MAX],
}

const CHARDEV_IOC_MAGIC: u32 = 'G' as u32;

/// Replaces the data of the device.
pub(crate) const SET_DATA: u32 = _IOW::<IoctlInfo>(CHARDEV_IOC_MAGIC, 2);

/// Gets the data of the device.
pub(crate) const GET_DATA: u32 = _IOR::<IoctlInfo>(CHARDEV_IOC_MAGIC, 3);
