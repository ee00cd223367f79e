// SPDX-License-Identifier: GPL-2.0

//! What the files of a character device do.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)
//!
//! Reference: <https://docs.kernel.org/filesystems/vfs.html#the-file-object>

use super::{
    cdev,
    compat::owner_of,
    poll::PollEvents, //
};
use core::marker::PhantomData;
use kernel::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    fs::{
        file::Offset,
        File,
        Kiocb, //
    },
    iov::{
        IovIterDest,
        IovIterSource, //
    },
    prelude::*,
    seq_file::SeqFile,
    sync::poll::PollTable,
    types::ForeignOwnable, //
};

/// How far one can seek in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeekBounds {
    /// Where the file ends, from which `SEEK_END` counts.
    pub end: Offset,
    /// The largest position. A larger one is answered with [`EINVAL`].
    pub max: Offset,
}

/// The operations of the files that open a [`Cdev`](cdev::Cdev).
///
/// An operation that is left out is one that the files do not have; the kernel answers for it with
/// the error that user space expects. As long as a file is open, the module cannot be unloaded.
#[vtable]
pub trait FileOperations: Sized + 'static {
    /// What all opens of the device share. It lives as long as the device or a file of it.
    type Shared: Send + Sync + 'static;

    /// What an open file owns.
    type Private: ForeignOwnable + Send + Sync;

    /// Called when the device is opened.
    ///
    /// `index` says which of its numbers was used: 0 is the first. The value returned is what the
    /// other operations on this file get.
    fn open(shared: &Self::Shared, index: usize, file: &File) -> Result<Self::Private>;

    /// Called when the last descriptor of an open file is closed.
    fn release(private: Self::Private, _file: &File) {
        drop(private);
    }

    /// Reads from the file: `read`, `readv`, `pread`, and `splice` and `sendfile` out of it.
    ///
    /// Returns how many bytes were read, of which 0 means the end of the file.
    fn read_iter(_kiocb: Kiocb<'_, Self::Private>, _iov: &mut IovIterDest<'_>) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Writes to the file: `write`, `writev`, `pwrite`, and `splice` into it.
    ///
    /// Returns how many bytes were written.
    fn write_iter(_kiocb: Kiocb<'_, Self::Private>, _iov: &mut IovIterSource<'_>) -> Result<usize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Tells how far one can seek in the file.
    ///
    /// Without this the file has no position that can be set.
    fn seek_bounds(_private: <Self::Private as ForeignOwnable>::Borrowed<'_>) -> SeekBounds {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Handler for ioctls.
    ///
    /// The `cmd` argument is usually manipulated using the utilities in [`kernel::ioctl`]. A command
    /// that is not known must be answered with [`ENOTTY`].
    ///
    /// [`kernel::ioctl`]: mod@kernel::ioctl
    fn ioctl(
        _private: <Self::Private as ForeignOwnable>::Borrowed<'_>,
        _file: &File,
        _cmd: u32,
        _arg: usize,
    ) -> Result<isize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Handler for ioctls of 32-bit programs on a 64-bit kernel.
    ///
    /// Without one the kernel answers all of them with `ENOTTY`: a command whose structures are laid
    /// out otherwise there must not reach [`ioctl`](Self::ioctl) by accident.
    #[cfg(CONFIG_COMPAT)]
    fn compat_ioctl(
        _private: <Self::Private as ForeignOwnable>::Borrowed<'_>,
        _file: &File,
        _cmd: u32,
        _arg: usize,
    ) -> Result<isize> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Tells what the file is ready for, after it registered with `table` whatever may change that.
    ///
    /// Without this a file is always ready to be read and written.
    fn poll(
        _private: <Self::Private as ForeignOwnable>::Borrowed<'_>,
        _file: &File,
        _table: PollTable<'_>,
    ) -> PollEvents {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Adds lines to `/proc/PID/fdinfo/FD` of a descriptor of the file.
    fn show_fdinfo(
        _private: <Self::Private as ForeignOwnable>::Borrowed<'_>,
        _seq: &SeqFile,
        _file: &File,
    ) {
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// The `struct file_operations` that calls a [`FileOperations`].
pub(super) struct FileOperationsVTable<T: FileOperations>(PhantomData<T>);

impl<T: FileOperations> FileOperationsVTable<T> {
    /// # Safety
    ///
    /// `inode` and `raw_file` must be the inode and the file of an open that is under way, of a
    /// [`Cdev<T>`](cdev::Cdev).
    unsafe extern "C" fn open(inode: *mut bindings::inode, raw_file: *mut bindings::file) -> c_int {
        // SAFETY: By the function's requirements this is the inode of an open of a `Cdev<T>`.
        let (shared, index) = unsafe { cdev::opened::<T>(inode) };

        // SAFETY:
        // * The file is valid for the duration of this call.
        // * There is no active `fdget_pos` region on the file: it has no descriptor yet.
        let file = unsafe { File::from_raw_file(raw_file) };

        match T::open(shared, index, file) {
            Ok(private) => {
                // SAFETY: The private data of a file belongs to its file operations.
                unsafe { (*raw_file).private_data = private.into_foreign() };
                0
            }
            Err(err) => err.to_errno(),
        }
    }

    /// # Safety
    ///
    /// `file` must be a file that [`Self::open`] succeeded for and that is being released.
    unsafe extern "C" fn release(_inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        // SAFETY: `open` stored what `into_foreign` returned. This is the last operation on the
        // file, so no borrow of it is left, and none will be made.
        let private = unsafe { T::Private::from_foreign((*file).private_data) };

        // SAFETY:
        // * The file is valid for the duration of this call.
        // * There is no active `fdget_pos` region on the file: it has no descriptor any more.
        T::release(private, unsafe { File::from_raw_file(file) });
        0
    }

    /// # Safety
    ///
    /// `kiocb` must be valid, and its file one that [`Self::open`] succeeded for and that is not yet
    /// released. `iter` must be a valid destination. Both must be for this call only.
    unsafe extern "C" fn read_iter(
        kiocb: *mut bindings::kiocb,
        iter: *mut bindings::iov_iter,
    ) -> isize {
        // SAFETY: By the function's requirements `kiocb` is valid. `open` stored a `T::Private` in
        // the file.
        let kiocb = unsafe { Kiocb::from_raw(kiocb) };
        // SAFETY: By the function's requirements `iter` is a destination, and for this call only.
        let iov = unsafe { IovIterDest::from_raw(iter) };

        match T::read_iter(kiocb, iov) {
            Ok(count) => count as isize,
            Err(err) => err.to_errno() as isize,
        }
    }

    /// # Safety
    ///
    /// The same as of [`Self::read_iter`], but that `iter` must be a valid source.
    unsafe extern "C" fn write_iter(
        kiocb: *mut bindings::kiocb,
        iter: *mut bindings::iov_iter,
    ) -> isize {
        // SAFETY: As in `read_iter`.
        let kiocb = unsafe { Kiocb::from_raw(kiocb) };
        // SAFETY: By the function's requirements `iter` is a source, and for this call only.
        let iov = unsafe { IovIterSource::from_raw(iter) };

        match T::write_iter(kiocb, iov) {
            Ok(count) => count as isize,
            Err(err) => err.to_errno() as isize,
        }
    }

    /// # Safety
    ///
    /// `file` must be a file that [`Self::open`] succeeded for and that is not yet released.
    unsafe extern "C" fn llseek(
        file: *mut bindings::file,
        offset: bindings::loff_t,
        whence: c_int,
    ) -> bindings::loff_t {
        // SAFETY: As in `ioctl`.
        let private = unsafe { T::Private::borrow((*file).private_data) };
        let bounds = T::seek_bounds(private);

        // SAFETY: `file` is valid by the function's requirements. Any other argument is allowed.
        unsafe { bindings::generic_file_llseek_size(file, offset, whence, bounds.max, bounds.end) }
    }

    /// # Safety
    ///
    /// `file` must be a file that [`Self::open`] succeeded for and that is not yet released.
    unsafe extern "C" fn ioctl(file: *mut bindings::file, cmd: c_uint, arg: c_ulong) -> c_long {
        // SAFETY: `open` stored what `into_foreign` returned, and `from_foreign` is not called
        // before `release`, which is not called while there is an operation on the file.
        let private = unsafe { T::Private::borrow((*file).private_data) };

        // SAFETY:
        // * The file is valid for the duration of this call.
        // * There is no active `fdget_pos` region on the file on this thread.
        let file = unsafe { File::from_raw_file(file) };

        match T::ioctl(private, file, cmd, arg) {
            Ok(ret) => ret as c_long,
            Err(err) => err.to_errno() as c_long,
        }
    }

    /// # Safety
    ///
    /// The same as of [`Self::ioctl`].
    #[cfg(CONFIG_COMPAT)]
    unsafe extern "C" fn compat_ioctl(
        file: *mut bindings::file,
        cmd: c_uint,
        arg: c_ulong,
    ) -> c_long {
        // SAFETY: As in `ioctl`.
        let private = unsafe { T::Private::borrow((*file).private_data) };

        // SAFETY: As in `ioctl`.
        let file = unsafe { File::from_raw_file(file) };

        match T::compat_ioctl(private, file, cmd, arg) {
            Ok(ret) => ret as c_long,
            Err(err) => err.to_errno() as c_long,
        }
    }

    /// # Safety
    ///
    /// `file` must be a file that [`Self::open`] succeeded for and that is not yet released. `table`
    /// must be null or valid.
    unsafe extern "C" fn poll(
        file: *mut bindings::file,
        table: *mut bindings::poll_table_struct,
    ) -> bindings::__poll_t {
        // SAFETY: As in `ioctl`.
        let private = unsafe { T::Private::borrow((*file).private_data) };

        // SAFETY: As in `ioctl`.
        let file = unsafe { File::from_raw_file(file) };

        // SAFETY: By the function's requirements `table` is null or valid, for the duration of this
        // call.
        let table = unsafe { PollTable::from_raw(table) };

        T::poll(private, file, table).as_raw()
    }

    /// # Safety
    ///
    /// `file` must be a file that [`Self::open`] succeeded for and that is not yet released. `seq`
    /// must be a valid `seq_file` that is for this call only.
    unsafe extern "C" fn show_fdinfo(seq: *mut bindings::seq_file, file: *mut bindings::file) {
        // SAFETY: As in `ioctl`.
        let private = unsafe { T::Private::borrow((*file).private_data) };

        // SAFETY: As in `ioctl`.
        let file = unsafe { File::from_raw_file(file) };

        // SAFETY: By the function's requirements `seq` is valid, and for this call only.
        T::show_fdinfo(private, unsafe { SeqFile::from_raw(seq) }, file);
    }

    const VTABLE: bindings::file_operations = bindings::file_operations {
        // The kernel holds a reference to the owner while a file is open.
        owner: owner_of!(T),
        open: Some(Self::open),
        release: Some(Self::release),
        read_iter: if T::HAS_READ_ITER {
            Some(Self::read_iter)
        } else {
            None
        },
        write_iter: if T::HAS_WRITE_ITER {
            Some(Self::write_iter)
        } else {
            None
        },
        // These two are made of the two above.
        splice_read: if T::HAS_READ_ITER {
            Some(bindings::copy_splice_read)
        } else {
            None
        },
        splice_write: if T::HAS_WRITE_ITER {
            Some(bindings::iter_file_splice_write)
        } else {
            None
        },
        llseek: if T::HAS_SEEK_BOUNDS {
            Some(Self::llseek)
        } else {
            None
        },
        unlocked_ioctl: if T::HAS_IOCTL {
            Some(Self::ioctl)
        } else {
            None
        },
        #[cfg(CONFIG_COMPAT)]
        compat_ioctl: if T::HAS_COMPAT_IOCTL {
            Some(Self::compat_ioctl)
        } else {
            None
        },
        poll: if T::HAS_POLL { Some(Self::poll) } else { None },
        show_fdinfo: if T::HAS_SHOW_FDINFO {
            Some(Self::show_fdinfo)
        } else {
            None
        },
        ..pin_init::zeroed()
    };

    /// Returns the `struct file_operations`.
    pub(super) const fn build() -> &'static bindings::file_operations {
        &Self::VTABLE
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_file_operations)]
mod tests {
    use super::*;

    /// Can be opened, and nothing else.
    struct Closed;

    #[vtable]
    impl FileOperations for Closed {
        type Shared = ();
        type Private = ();

        fn open(_shared: &(), _index: usize, _file: &File) -> Result {
            Ok(())
        }
    }

    /// Can be read.
    struct Readable;

    #[vtable]
    impl FileOperations for Readable {
        type Shared = ();
        type Private = ();

        fn open(_shared: &(), _index: usize, _file: &File) -> Result {
            Ok(())
        }

        fn read_iter(_kiocb: Kiocb<'_, ()>, _iov: &mut IovIterDest<'_>) -> Result<usize> {
            Ok(0)
        }
    }

    #[test]
    fn what_is_left_out_is_null() {
        let operations = FileOperationsVTable::<Closed>::build();
        assert!(operations.open.is_some());
        assert!(operations.release.is_some());
        assert!(operations.read_iter.is_none());
        assert!(operations.write_iter.is_none());
        assert!(operations.splice_read.is_none());
        assert!(operations.splice_write.is_none());
        assert!(operations.llseek.is_none());
        assert!(operations.unlocked_ioctl.is_none());
        #[cfg(CONFIG_COMPAT)]
        assert!(operations.compat_ioctl.is_none());
        assert!(operations.poll.is_none());
        assert!(operations.show_fdinfo.is_none());
    }

    #[test]
    fn what_can_be_read_can_be_spliced() {
        let operations = FileOperationsVTable::<Readable>::build();
        assert!(operations.read_iter.is_some());
        assert!(operations.splice_read.is_some());
        assert!(operations.splice_write.is_none());
    }

    #[test]
    fn a_file_holds_its_module() {
        // What is built in has none.
        let owner = FileOperationsVTable::<Closed>::build().owner;
        assert_eq!(!owner.is_null(), cfg!(MODULE));
    }
}
