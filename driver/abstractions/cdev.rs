// SPDX-License-Identifier: GPL-2.0

//! Character devices.
//!
//! C header: [`include/linux/cdev.h`](srctree/include/linux/cdev.h)

use super::{
    chrdev_region::ChrdevRegion,
    compat::owner_of,
    file_operations::{
        FileOperations,
        FileOperationsVTable, //
    },
};
use core::ptr::NonNull;
use kernel::{
    bindings,
    container_of,
    error::to_result,
    prelude::*,
    types::Opaque, //
};

/// What a [`Cdev`] and the files that opened it keep alive together.
///
/// A `struct cdev` is in use until the last file that opened it is gone, which may be long after it
/// is unregistered. C has a place for what shall live as long: the parent of its kobject.
struct Inner<T: FileOperations> {
    cdev: Opaque<bindings::cdev>,
    /// The parent of `cdev`. Its count of references is the one of the whole.
    kobj: Opaque<bindings::kobject>,
    shared: T::Shared,
}

impl<T: FileOperations> Inner<T> {
    const KTYPE: bindings::kobj_type = bindings::kobj_type {
        release: Some(Self::release),
        ..pin_init::zeroed()
    };

    /// Frees what nobody refers to any more.
    ///
    /// # Safety
    ///
    /// `kobj` must be the `kobj` of an [`Inner<T>`] that came from a [`KBox`], and nobody may use it
    /// afterwards.
    unsafe extern "C" fn release(kobj: *mut bindings::kobject) {
        // SAFETY: By the function's requirements `kobj` is the field of an `Inner<T>`.
        let inner = unsafe { container_of!(Opaque::cast_from(kobj).cast_mut(), Self, kobj) };
        // SAFETY: By the function's requirements `inner` came from a `KBox`, and is ours to free.
        drop(unsafe { KBox::from_raw(inner) });
    }
}

/// A registered character device: the driver behind all numbers of a region.
///
/// It can be opened from the moment that it is registered, even while the module that does so is
/// still loading. If the module then fails to load, such a file is left without the code that it
/// needs. So register last, after everything that can fail.
///
/// When this is dropped, the device cannot be found by its numbers any more. Files that are open
/// stay open, and go on working.
///
/// # Invariants
///
/// `inner` points to an `Inner<T>` that came from a [`KBox`]. Its `cdev` was added for the numbers
/// of `region`, with `kobj` as its parent and the operations of `T`. One reference to `kobj` is
/// ours, and the `Inner<T>` is freed when there is none left.
///
/// # Examples
///
/// A device whose ioctl tells which of its numbers was opened.
///
/// ```
/// struct Example;
///
/// #[vtable]
/// impl FileOperations for Example {
///     type Shared = ();
///     type Private = KBox<usize>;
///
///     fn open(_shared: &(), index: usize, _file: &File) -> Result<KBox<usize>> {
///         Ok(KBox::new(index, GFP_KERNEL)?)
///     }
///
///     fn ioctl(index: &usize, _file: &File, cmd: u32, _arg: usize) -> Result<isize> {
///         match cmd {
///             EXAMPLE_GET_INDEX => Ok(*index as isize),
///             _ => Err(ENOTTY),
///         }
///     }
/// }
///
/// const EXAMPLE_GET_INDEX: u32 = _IO('|' as u32, 0x80);
///
/// let region = ChrdevRegion::allocate(c"example", 0, 2)?;
/// let cdev = Cdev::<Example>::register(region, ())?;
/// # Ok::<(), Error>(())
/// ```
pub struct Cdev<T: FileOperations> {
    inner: NonNull<Inner<T>>,
    /// Dropped after `cdev` is deleted, so that nobody else gets numbers that still lead to it.
    region: ChrdevRegion,
}

// SAFETY: A character device may be deleted by any thread. `T::Shared` may be dropped by any thread.
unsafe impl<T: FileOperations> Send for Cdev<T> {}

// SAFETY: A shared reference gives no access to `inner`.
unsafe impl<T: FileOperations> Sync for Cdev<T> {}

impl<T: FileOperations> Cdev<T> {
    /// Registers a device that has all numbers of `region`.
    ///
    /// `shared` is what [`FileOperations::open`] gets.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`] if there is no memory.
    pub fn register(region: ChrdevRegion, shared: T::Shared) -> Result<Self> {
        let inner = KBox::into_raw(KBox::new(
            Inner::<T> {
                cdev: Opaque::zeroed(),
                kobj: Opaque::zeroed(),
                shared,
            },
            GFP_KERNEL,
        )?);

        // SAFETY: `inner` was just allocated, so this is in bounds.
        let kobj = Opaque::cast_into(unsafe { &raw const (*inner).kobj });
        // SAFETY: As above.
        let cdev = Opaque::cast_into(unsafe { &raw const (*inner).cdev });

        // SAFETY: `kobj` points to zeroed memory that does not move, which its type frees. The type
        // is static.
        unsafe { bindings::kobject_init(kobj, &Inner::<T>::KTYPE) };

        // SAFETY: `cdev` points to memory that does not move, and that lives until the parent,
        // which is initialised, is released. The operations are static.
        unsafe {
            bindings::cdev_init(cdev, FileOperationsVTable::<T>::build());
            (*cdev).owner = owner_of!(T);
            bindings::cdev_set_parent(cdev, kobj);
        }

        // SAFETY: `cdev` is initialised and not added yet. The numbers are ours, by the type
        // invariants of `ChrdevRegion`.
        let added = unsafe { bindings::cdev_add(cdev, region.first().as_raw(), region.count()) };
        if let Err(err) = to_result(added) {
            // SAFETY: This is the only reference to `kobj`: a `cdev` that could not be added has
            // taken none, and owns nothing besides.
            unsafe { bindings::kobject_put(kobj) };
            return Err(err);
        }

        // INVARIANT: `cdev` was added for the numbers of `region`. The reference to `kobj` that
        // `kobject_init` made is ours, and `Inner::release` frees the `Inner`.
        Ok(Self {
            // SAFETY: `KBox::into_raw` never returns null.
            inner: unsafe { NonNull::new_unchecked(inner) },
            region,
        })
    }

    /// Returns the region whose numbers the device has.
    pub fn region(&self) -> &ChrdevRegion {
        &self.region
    }
}

impl<T: FileOperations> Drop for Cdev<T> {
    fn drop(&mut self) {
        let inner = self.inner.as_ptr();

        // SAFETY: By the type invariants `cdev` was added, and nobody else deletes it. `inner` is
        // valid, as a reference to `kobj` is ours.
        unsafe { bindings::cdev_del(Opaque::cast_into(&raw const (*inner).cdev)) };

        // SAFETY: The reference is ours by the type invariants, and not used any more.
        unsafe { bindings::kobject_put(Opaque::cast_into(&raw const (*inner).kobj)) };
    }
}

/// Returns what the opens of a device share, and the index of the number that was opened.
///
/// # Safety
///
/// `inode` must be the inode of an open that is under way, of a [`Cdev<T>`]. What is returned must
/// not be used after the open.
pub(super) unsafe fn opened<'a, T: FileOperations>(
    inode: *mut bindings::inode,
) -> (&'a T::Shared, usize) {
    // SAFETY: The inode is valid, and that of a character device. `i_cdev` does not change as long
    // as it is open.
    let (number, cdev) = unsafe { ((*inode).i_rdev, (*inode).__bindgen_anon_5.i_cdev) };

    // SAFETY: By the function's requirements this `cdev` is that of a `Cdev<T>`, hence the field of
    // an `Inner<T>`.
    let inner = unsafe { container_of!(Opaque::cast_from(cdev).cast_mut(), Inner<T>, cdev) };

    // SAFETY: The kernel holds a reference to the `cdev` that it opens, and so to its parent, on
    // which `inner` depends. `dev` does not change after `cdev_add`. The VFS calls `open` only for
    // the numbers that `cdev` was added for, so that the difference is the index.
    unsafe { (&(*inner).shared, (number - (*cdev).dev) as usize) }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_cdev)]
mod tests {
    use super::*;
    use kernel::fs::File;

    struct Nothing;

    #[vtable]
    impl FileOperations for Nothing {
        type Shared = ();
        type Private = ();

        fn open(_shared: &(), _index: usize, _file: &File) -> Result {
            Ok(())
        }
    }

    #[test]
    fn numbers_are_taken_until_dropped() -> Result {
        let region = ChrdevRegion::allocate(c"ferrite_test", 0, 2)?;
        let first = region.first();
        let cdev = Cdev::<Nothing>::register(region, ())?;
        assert_eq!(cdev.region().first(), first);
        let taken = ChrdevRegion::register(c"ferrite_test", first, 2);
        assert_eq!(taken.err(), Some(EBUSY));

        drop(cdev);
        assert!(ChrdevRegion::register(c"ferrite_test", first, 2).is_ok());
        Ok(())
    }
}
