// SPDX-License-Identifier: GPL-2.0

//! The open files of the devices.

use super::{
    abstractions::file_operations::FileOperations,
    minor::Minor,
    uapi::{
        IoctlInfo,
        GET_DATA,
        SET_DATA, //
    },
};
use kernel::{
    fs::File,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    uaccess::UserSlice, //
};
use zerocopy::FromZeros;

/// The operations of an open file.
pub(crate) struct ChardevFile;

#[vtable]
impl FileOperations for ChardevFile {
    type Shared = KVec<Arc<Minor>>;
    type Private = Arc<Minor>;

    fn open(minors: &KVec<Arc<Minor>>, index: usize, _file: &File) -> Result<Arc<Minor>> {
        minors.get(index).cloned().ok_or(ENXIO)
    }

    fn ioctl(minor: ArcBorrow<'_, Minor>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let user = UserSlice::new(UserPtr::from_addr(arg), size_of::<IoctlInfo>());

        // Both commands copy between user space and the stack, so that the lock of the data is never
        // held while a page fault is served.
        match cmd {
            SET_DATA => {
                let mut data = IoctlInfo::new_zeroed();
                user.reader().read_slice(data.as_mut_bytes())?;
                minor.set(data)?;
            }
            GET_DATA => user.writer().write_slice(minor.get().as_bytes())?,
            _ => return Err(ENOTTY),
        }
        Ok(0)
    }
}
