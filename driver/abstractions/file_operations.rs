// SPDX-License-Identifier: GPL-2.0

//! What the files of a character device do.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)
//!
//! Reference: <https://docs.kernel.org/filesystems/vfs.html#the-file-object>

use super::cdev;
use core::marker::PhantomData;
use kernel::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    fs::File,
    module::this_module,
    prelude::*,
    types::ForeignOwnable, //
};

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

    const VTABLE: bindings::file_operations = bindings::file_operations {
        // The kernel holds a reference to the owner while a file is open.
        owner: this_module::<T::OwnerModule>().as_ptr(),
        open: Some(Self::open),
        release: Some(Self::release),
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
        ..pin_init::zeroed()
    };

    /// Returns the `struct file_operations`.
    pub(super) const fn build() -> &'static bindings::file_operations {
        &Self::VTABLE
    }
}
