// SPDX-License-Identifier: GPL-2.0

//! One of the devices.

use super::{
    abstractions::rw_semaphore::{
        new_rw_semaphore,
        RwSemaphore, //
    },
    uapi::{
        IoctlInfo,
        CHARDEV_DATA_MAX, //
    }, //
};
use kernel::prelude::*;
use zerocopy::FromZeros;

/// What belongs to a minor number, whoever has it open.
#[pin_data]
pub(crate) struct Minor {
    #[pin]
    data: RwSemaphore<IoctlInfo>,
}

impl Minor {
    /// Makes a device whose data is all zero.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            data <- new_rw_semaphore!(IoctlInfo::new_zeroed()),
        })
    }

    /// Replaces the data.
    ///
    /// # Errors
    ///
    /// [`EINVAL`] if the size is more than there is room for. The data stays as it was.
    pub(crate) fn set(&self, data: IoctlInfo) -> Result {
        if data.size > CHARDEV_DATA_MAX {
            return Err(EINVAL);
        }
        *self.data.write() = data;
        Ok(())
    }

    /// Returns the data, as one [`set`](Self::set) stored it.
    pub(crate) fn get(&self) -> IoctlInfo {
        *self.data.read()
    }
}
