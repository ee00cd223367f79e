// SPDX-License-Identifier: GPL-2.0

//! Device classes, and devices that exist to have a device node.
//!
//! C header: [`include/linux/device/class.h`](srctree/include/linux/device/class.h)

use super::device_number::DeviceNumber;
use core::ptr::{
    self,
    NonNull, //
};
use kernel::{
    bindings,
    container_of,
    device,
    error::{
        from_err_ptr,
        to_result, //
    },
    prelude::*,
    sync::Arc, //
};

/// The permission bits of a device node, as in `chmod`.
pub type Mode = bindings::umode_t;

/// What [`Class`] and C share.
struct Inner {
    class: bindings::class,
    mode: Mode,
}

/// A device class: a folder in `/sys/class`, and how the device nodes of its devices are made.
///
/// The class disappears when this is dropped. Its devices share it, so that it outlives them.
///
/// # Invariants
///
/// `inner` points to an `Inner` that came from a [`KBox`] and whose `class` is registered. The
/// class owns it and frees it in its `class_release`, which is not called before
/// `class_unregister`. Nobody writes to it.
///
/// # Examples
///
/// ```
/// let region = ChrdevRegion::allocate(c"example", 0, 1)?;
/// let class = Arc::new(Class::register(c"example", 0o660)?, GFP_KERNEL)?;
///
/// // `/sys/class/example/example0` and `/dev/example0` exist as long as `node` does.
/// let node = ClassDevice::create(class, region.first(), c"example0")?;
/// # Ok::<(), Error>(())
/// ```
pub struct Class {
    inner: NonNull<Inner>,
}

// SAFETY: A class may be unregistered by any thread; the driver core synchronizes.
unsafe impl Send for Class {}

// SAFETY: All that a shared reference gives is the address of the class, for the use of the driver
// core, which synchronizes.
unsafe impl Sync for Class {}

impl Class {
    /// Registers a class with this name. Device nodes of its devices get `mode`.
    ///
    /// # Errors
    ///
    /// - [`EEXIST`] if there is a class with this name.
    /// - [`ENOMEM`] if there is no memory.
    pub fn register(name: &'static CStr, mode: Mode) -> Result<Self> {
        let inner = KBox::into_raw(KBox::new(
            Inner {
                class: bindings::class {
                    name: name.as_char_ptr(),
                    devnode: Some(Self::devnode),
                    class_release: Some(Self::class_release),
                    ..pin_init::zeroed()
                },
                mode,
            },
            GFP_KERNEL,
        )?);

        // SAFETY: `inner` points to a valid class, at an address that does not change until
        // `class_release`. The name and the callbacks live as long as this module.
        let registered = unsafe { bindings::class_register(&raw const (*inner).class) };
        if let Err(err) = to_result(registered) {
            // SAFETY: `inner` came from `KBox::into_raw` above. A class that could not be
            // registered is forgotten by the driver core, and `class_release` is not called.
            drop(unsafe { KBox::from_raw(inner) });
            return Err(err);
        }

        // SAFETY: `KBox::into_raw` never returns null.
        let inner = unsafe { NonNull::new_unchecked(inner) };

        // INVARIANT: `inner` came from a `KBox` and is registered.
        Ok(Self { inner })
    }

    /// Returns the class as C uses it.
    fn as_raw(&self) -> *const bindings::class {
        // SAFETY: By the type invariants `inner` is valid.
        unsafe { &raw const (*self.inner.as_ptr()).class }
    }

    /// Tells the driver core how to make a device node: with which permissions, and, as null is
    /// returned, in `/dev` itself under the name of the device.
    ///
    /// # Safety
    ///
    /// `dev` must be a valid device whose class is the `class` of an [`Inner`]. `mode` must be null
    /// or valid for writes.
    unsafe extern "C" fn devnode(dev: *const bindings::device, mode: *mut Mode) -> *mut c_char {
        if !mode.is_null() {
            // SAFETY: By the function's requirements `dev` is valid, and so is its class, which
            // is the field of an `Inner`.
            let inner = unsafe { container_of!((*dev).class.cast_mut(), Inner, class) };
            // SAFETY: `inner` is valid as argued above, and nobody writes to it. `mode` is valid
            // for writes by the function's requirements.
            unsafe { mode.write((*inner).mode) };
        }
        ptr::null_mut()
    }

    /// Frees a class that nobody refers to any more.
    ///
    /// # Safety
    ///
    /// `class` must be the `class` of an [`Inner`] that came from a [`KBox`], and nobody may use it
    /// afterwards.
    unsafe extern "C" fn class_release(class: *const bindings::class) {
        // SAFETY: By the function's requirements `class` is the field of an `Inner`.
        let inner = unsafe { container_of!(class.cast_mut(), Inner, class) };
        // SAFETY: By the function's requirements `inner` came from a `KBox`, and is ours to free.
        drop(unsafe { KBox::from_raw(inner) });
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        // SAFETY: By the type invariants the class is registered. Each of its devices shares `self`,
        // so there is none any more.
        unsafe { bindings::class_unregister(self.as_raw()) };
    }
}

/// A device of a class that has a device number, and with it a node in `/dev`.
///
/// The node is made by devtmpfs and udev. It goes away when this is dropped; files that are open
/// stay open.
///
/// # Invariants
///
/// `device` was made by `device_create` in `class` and is registered. The reference that
/// `device_create` returned is ours.
pub struct ClassDevice {
    device: NonNull<bindings::device>,
    /// Dropped after the device is unregistered, since the device refers to its class.
    _class: Arc<Class>,
}

// SAFETY: A device may be unregistered by any thread; the driver core synchronizes.
unsafe impl Send for ClassDevice {}

// SAFETY: A shared reference gives a `&device::Device` at most, which is `Sync` itself.
unsafe impl Sync for ClassDevice {}

impl ClassDevice {
    /// Creates a device with this name in `class`, for the driver that `number` belongs to.
    ///
    /// # Errors
    ///
    /// - [`EEXIST`] if there is a device with this name in the class, or one with this number.
    /// - [`ENOMEM`] if there is no memory.
    pub fn create(class: Arc<Class>, number: DeviceNumber, name: &CStr) -> Result<Self> {
        // SAFETY: The class is registered, and `name` is a valid C string, which is what the format
        // asks for. A device needs neither parent nor driver data, both may be null.
        let device = from_err_ptr(unsafe {
            bindings::device_create(
                class.as_raw(),
                ptr::null_mut(),
                number.as_raw(),
                ptr::null_mut(),
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        })?;

        // INVARIANT: `device_create` succeeded, and gave us its reference.
        Ok(Self {
            device: NonNull::new(device).ok_or(ENODEV)?,
            _class: class,
        })
    }
}

impl AsRef<device::Device> for ClassDevice {
    fn as_ref(&self) -> &device::Device {
        // SAFETY: By the type invariants we hold a reference to a valid device, for as long as
        // `self` lives.
        unsafe { device::Device::from_raw(self.device.as_ptr()) }
    }
}

impl Drop for ClassDevice {
    fn drop(&mut self) {
        // SAFETY: By the type invariants the device is registered and the reference that this gives
        // up is ours.
        unsafe { bindings::device_unregister(self.device.as_ptr()) };
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_class)]
mod tests {
    use super::*;
    use crate::abstractions::chrdev_region::ChrdevRegion;

    #[test]
    fn a_class_lasts_as_long_as_its_devices() -> Result {
        let region = ChrdevRegion::allocate(c"ferrite_test", 0, 1)?;
        let class = Arc::new(Class::register(c"ferrite_test", 0o660)?, GFP_KERNEL)?;
        let device = ClassDevice::create(class, region.first(), c"ferrite_test0")?;
        // The name is free again when the last of its devices is gone, and not before. (A second
        // registration now would do, but makes the kernel log a warning.)
        drop(device);
        assert!(Class::register(c"ferrite_test", 0o660).is_ok());
        Ok(())
    }
}
