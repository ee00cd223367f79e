// SPDX-License-Identifier: GPL-2.0

//! The open files of the devices.

use super::{
    abstractions::{
        file_operations::{
            FileOperations,
            SeekBounds, //
        },
        kiocb::KiocbExt, //
    },
    buffer::Buffer,
    minor::Minor,
    uapi::{
        IoctlInfo,
        CHARDEV_BUFFER_MAX,
        GET_DATA,
        SET_DATA, //
    },
};
use kernel::{
    fs::{
        file::Offset,
        File,
        Kiocb, //
    },
    iov::{
        IovIterDest,
        IovIterSource, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    uaccess::UserSlice, //
};
use zerocopy::FromZeros;

/// An open file.
#[pin_data]
pub(crate) struct ChardevFile {
    minor: Arc<Minor>,
    #[pin]
    buffer: Mutex<Buffer>,
}

#[vtable]
impl FileOperations for ChardevFile {
    type Shared = KVec<Arc<Minor>>;
    type Private = Pin<KBox<Self>>;

    fn open(minors: &KVec<Arc<Minor>>, index: usize, _file: &File) -> Result<Pin<KBox<Self>>> {
        let minor = minors.get(index).cloned().ok_or(ENXIO)?;
        KBox::pin_init(
            pin_init!(Self {
                minor,
                buffer <- new_mutex!(Buffer::new()),
            }),
            GFP_KERNEL,
        )
    }

    fn read_iter(
        mut kiocb: Kiocb<'_, Pin<KBox<Self>>>,
        iov: &mut IovIterDest<'_>,
    ) -> Result<usize> {
        let this = kiocb.file();
        let count = this.buffer.lock().read(kiocb.ki_pos_mut(), iov)?;
        Ok(count)
    }

    fn write_iter(
        mut kiocb: Kiocb<'_, Pin<KBox<Self>>>,
        iov: &mut IovIterSource<'_>,
    ) -> Result<usize> {
        let this = kiocb.file();
        let mut buffer = this.buffer.lock();
        if kiocb.appends() {
            *kiocb.ki_pos_mut() = buffer.end();
        }
        buffer.write(kiocb.ki_pos_mut(), iov)
    }

    fn seek_bounds(this: Pin<&Self>) -> SeekBounds {
        SeekBounds {
            end: this.buffer.lock().end(),
            max: CHARDEV_BUFFER_MAX as Offset,
        }
    }

    fn ioctl(this: Pin<&Self>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let user = UserSlice::new(UserPtr::from_addr(arg), size_of::<IoctlInfo>());

        // Both commands copy between user space and the stack, so that the lock of the data is never
        // held while a page fault is served.
        match cmd {
            SET_DATA => {
                let mut data = IoctlInfo::new_zeroed();
                user.reader().read_slice(data.as_mut_bytes())?;
                this.minor.set(data)?;
            }
            GET_DATA => user.writer().write_slice(this.minor.get().as_bytes())?,
            _ => return Err(ENOTTY),
        }
        Ok(0)
    }
}
