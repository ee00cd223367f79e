// SPDX-License-Identifier: GPL-2.0

//! Files in debugfs that keep their module loaded while they are open.
//!
//! Those of [`kernel::debugfs`] do not: their operations are in the module that made them, but have
//! no owner, so that closing one after the module was unloaded calls into memory that is gone.
//!
//! As debugfs is for looking at a driver and not for its work, a driver goes on without the folders
//! and files that could not be made. The kernel log says why.
//!
//! C header: [`include/linux/debugfs.h`](srctree/include/linux/debugfs.h)
//!
//! [`kernel::debugfs`]: mod@kernel::debugfs

// Without debugfs there is nothing to do with what is given here.
#![cfg_attr(
    not(CONFIG_DEBUG_FS),
    allow(dead_code, unused_imports, unused_variables)
)]

use super::compat::owner_of;
use core::{
    marker::PhantomData,
    ptr, //
};
use kernel::{
    bindings,
    prelude::*,
    seq_file::SeqFile,
    sync::Arc, //
};

/// Only root reads the files, whoever may enter the folder.
const FILE_MODE: bindings::umode_t = 0o400;

/// A folder or file of debugfs.
///
/// # Invariants
///
/// This is null, an error pointer, or a `dentry` that debugfs made for us and that nobody else
/// removes.
struct Dentry(*mut bindings::dentry);

// SAFETY: An entry of debugfs may be removed by any thread.
unsafe impl Send for Dentry {}

// SAFETY: All that a shared reference is good for is to make other entries in a folder, which debugfs
// synchronizes.
unsafe impl Sync for Dentry {}

impl Drop for Dentry {
    fn drop(&mut self) {
        #[cfg(CONFIG_DEBUG_FS)]
        // SAFETY: By the type invariants this is an entry that is ours to remove, or one of the
        // pointers that the function ignores.
        unsafe {
            bindings::debugfs_remove(self.0)
        };
    }
}

/// A folder in debugfs.
///
/// It is removed when this is dropped. What is in it shares it, so that it outlives its contents.
pub struct Dir {
    dentry: Dentry,
    /// Dropped after `dentry`, which is in it.
    _parent: Option<Arc<Dir>>,
}

impl Dir {
    /// Makes a folder in `parent`, or at the top.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory for what is returned.
    pub fn create(name: &CStr, parent: Option<Arc<Dir>>) -> Result<Arc<Self>> {
        let parent_dentry = parent
            .as_ref()
            .map_or(ptr::null_mut(), |parent| parent.dentry.0);

        #[cfg(CONFIG_DEBUG_FS)]
        // SAFETY: `name` is a valid C string. The parent is null, an error, which the function
        // returns, or a folder that is there as long as `parent` is.
        let dentry = unsafe { bindings::debugfs_create_dir(name.as_char_ptr(), parent_dentry) };
        #[cfg(not(CONFIG_DEBUG_FS))]
        let dentry = ptr::null_mut();

        // INVARIANT: What `debugfs_create_dir` returns is an error, or ours.
        Ok(Arc::new(
            Self {
                dentry: Dentry(dentry),
                _parent: parent,
            },
            GFP_KERNEL,
        )?)
    }
}

/// What a file in debugfs shows.
#[vtable]
pub trait Show: Sized + Send + Sync + 'static {
    /// Writes all of the file's text to `seq`.
    ///
    /// It may be called several times for one read, if the text is long.
    fn show(&self, seq: &SeqFile);
}

/// A file in debugfs that root can read.
///
/// While it is open, the module cannot be unloaded. When this is dropped, the file is removed, and
/// nobody reads it any more.
///
/// # Invariants
///
/// The private data of the inode of `dentry`, if it is one, is the address of what `shown` points
/// to.
///
/// # Examples
///
/// ```
/// struct Answer(u32);
///
/// #[vtable]
/// impl Show for Answer {
///     fn show(&self, seq: &SeqFile) {
///         seq_print!(seq, "{}\n", self.0);
///     }
/// }
///
/// let dir = Dir::create(c"example", None)?;
/// // `/sys/kernel/debug/example/answer` says 42 as long as `file` is there.
/// let file = File::create(c"answer", dir, Answer(42))?;
/// # Ok::<(), Error>(())
/// ```
pub struct File<T: Show> {
    /// Dropped before `shown`, which those who read the file use.
    _dentry: Dentry,
    _shown: KBox<T>,
    _dir: Arc<Dir>,
}

impl<T: Show> File<T> {
    /// Makes a file in `dir`.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory for what is returned.
    pub fn create(name: &CStr, dir: Arc<Dir>, shown: T) -> Result<Self> {
        let shown = KBox::new(shown, GFP_KERNEL)?;

        #[cfg(CONFIG_DEBUG_FS)]
        // SAFETY: `name` is a valid C string. The parent is an error, which the function returns, or
        // a folder that is there as long as `dir` is. The operations are static, and expect the
        // address of a `T` that is there as long as the file, which `File` makes sure of.
        let dentry = unsafe {
            bindings::debugfs_create_file_full(
                name.as_char_ptr(),
                FILE_MODE,
                dir.dentry.0,
                ptr::from_ref::<T>(&shown).cast_mut().cast(),
                ptr::null(),
                &ShowVTable::<T>::VTABLE,
            )
        };
        #[cfg(not(CONFIG_DEBUG_FS))]
        let dentry = ptr::null_mut();

        // INVARIANT: What `debugfs_create_file_full` returns is an error, or ours. It stored the
        // address of `shown`, which does not change when the box is moved.
        Ok(Self {
            _dentry: Dentry(dentry),
            _shown: shown,
            _dir: dir,
        })
    }
}

/// The `struct file_operations` that calls a [`Show`].
struct ShowVTable<T: Show>(PhantomData<T>);

impl<T: Show> ShowVTable<T> {
    /// # Safety
    ///
    /// `inode` and `file` must be those of an open that is under way, of a [`File<T>`].
    unsafe extern "C" fn open(inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        // SAFETY: By the function's requirements both are valid. The private data is what `show`
        // needs, by the type invariants of `File`.
        unsafe { bindings::single_open(file, Some(Self::show), (*inode).i_private) }
    }

    /// # Safety
    ///
    /// `seq` must be a valid `seq_file` that is for this call only, and that [`Self::open`] made.
    unsafe extern "C" fn show(seq: *mut bindings::seq_file, _: *mut c_void) -> c_int {
        // SAFETY: By the function's requirements `seq` is valid and came from `open`, so that its
        // private data is the address of a `T`. debugfs does not remove the file while it is read,
        // so the `T` is there.
        let shown = unsafe { &*(*seq).private.cast::<T>() };
        // SAFETY: By the function's requirements `seq` is valid, and for this call only.
        shown.show(unsafe { SeqFile::from_raw(seq) });
        0
    }

    const VTABLE: bindings::file_operations = bindings::file_operations {
        // debugfs holds a reference to the owner while a file is open.
        owner: owner_of!(T),
        open: Some(Self::open),
        read: Some(bindings::seq_read),
        llseek: Some(bindings::seq_lseek),
        release: Some(bindings::single_release),
        ..pin_init::zeroed()
    };
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_debugfs)]
mod tests {
    use super::*;
    use kernel::seq_print;

    struct Answer(Arc<u32>);

    #[vtable]
    impl Show for Answer {
        fn show(&self, seq: &SeqFile) {
            seq_print!(seq, "{}\n", *self.0);
        }
    }

    #[test]
    fn a_dropped_file_drops_what_it_shows() -> Result {
        let answer = Arc::new(42, GFP_KERNEL)?;
        let dir = Dir::create(c"ferrite_test", None)?;
        let file = File::create(c"answer", dir, Answer(answer.clone()))?;
        drop(file);
        assert!(Arc::into_unique_or_drop(answer).is_some());
        Ok(())
    }
}
