// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_ulong;
use core::mem::size_of;

use crate::{History, IoctlInfo, Wait};

/// The ioctl type ("magic") of the device.
pub const MAGIC: u8 = b'G';

/// `_IOW('G', 2, struct ioctl_info)`: stores the structure in the minor.
pub const SET_DATA: c_ulong = request(WRITE, 2, size_of::<IoctlInfo>());

/// `_IOR('G', 3, struct ioctl_info)`: copies what the minor holds to the structure.
pub const GET_DATA: c_ulong = request(READ, 3, size_of::<IoctlInfo>());

/// `_IOWR('G', 4, struct chardev_history)`: copies the latest SETs of the minor to the structure.
pub const GET_HISTORY: c_ulong = request(WRITE | READ, 4, size_of::<History>());

/// `_IOWR('G', 5, struct chardev_wait)`: returns when there is a SET that the caller does not know of.
pub const WAIT_CHANGE: c_ulong = request(WRITE | READ, 5, size_of::<Wait>());

/// `_IO('G', 0)`: no command, so that the driver answers `ENOTTY`. What a system call to it costs at least.
pub const UNKNOWN: c_ulong = request(NONE, 0, 0);

// The fields of an ioctl number, from include/uapi/asm-generic/ioctl.h: 8 bits of command, 8 of type, 14 of size, 2 of direction.
const TYPE_SHIFT: u32 = 8;
const SIZE_SHIFT: u32 = 16;
const DIRECTION_SHIFT: u32 = 30;
const NONE: c_ulong = 0;
const WRITE: c_ulong = 1;
const READ: c_ulong = 2;

const fn request(direction: c_ulong, command: c_ulong, size: usize) -> c_ulong {
    (direction << DIRECTION_SHIFT) | ((size as c_ulong) << SIZE_SHIFT) | ((MAGIC as c_ulong) << TYPE_SHIFT) | command
}
