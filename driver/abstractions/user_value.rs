// SPDX-License-Identifier: GPL-2.0

//! Values in user space.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)

use core::{
    marker::PhantomData,
    mem::MaybeUninit, //
};
use kernel::{
    bindings,
    prelude::*,
    uaccess::UserPtr, //
};
use zerocopy::Immutable;

/// A value in the memory of the current process: what `T __user *` is in C.
///
/// Nothing is known about the address; each access checks it. User space may change the value at any
/// time, so read it once.
///
/// It does what a [`UserSlice`](kernel::uaccess::UserSlice) of as many bytes does, and is quicker:
/// where the size is known to the compiler, it needs no look at the kernel's side of the copy.
///
/// # Examples
///
/// ```
/// /// Doubles a number in user space.
/// fn double(arg: usize) -> Result {
///     let number = UserValue::<u32>::new(arg);
///     let mut place = MaybeUninit::uninit();
///
///     let value = number.read(&mut place)?;
///     number.write(&value.wrapping_mul(2))
/// }
/// ```
pub struct UserValue<T> {
    ptr: UserPtr,
    _value: PhantomData<*mut T>,
}

impl<T> UserValue<T> {
    /// Makes one of an address, such as the argument of an ioctl.
    pub fn new(addr: usize) -> Self {
        Self {
            ptr: UserPtr::from_addr(addr),
            _value: PhantomData,
        }
    }

    /// Copies the value from user space to `place`.
    ///
    /// # Errors
    ///
    /// [`EFAULT`] if not all of it can be read.
    pub fn read<'a>(&self, place: &'a mut MaybeUninit<T>) -> Result<&'a mut T>
    where
        T: FromBytes,
    {
        let to = place.as_mut_ptr().cast();
        // SAFETY: `to` is valid for a write of a `T`.
        match unsafe { bindings::_copy_from_user(to, self.ptr.as_const_ptr(), size_of::<T>()) } {
            // SAFETY: All bytes were written, and a `T` may be any bytes.
            0 => Ok(unsafe { place.assume_init_mut() }),
            _ => Err(EFAULT),
        }
    }

    /// Copies a value to user space.
    ///
    /// # Errors
    ///
    /// [`EFAULT`] if not all of it can be written. A part of it may have been.
    pub fn write(&self, value: &T) -> Result
    where
        T: IntoBytes + Immutable,
    {
        let from = core::ptr::from_ref(value).cast();
        // SAFETY: `from` is valid for a read of a `T`, all of whose bytes are initialised.
        match unsafe { bindings::_copy_to_user(self.ptr.as_mut_ptr(), from, size_of::<T>()) } {
            0 => Ok(()),
            _ => Err(EFAULT),
        }
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_user_value)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_the_kernel_is_no_user_space() {
        let mut number = 1u32;
        let value = UserValue::<u32>::new((&raw mut number).addr());
        let mut place = MaybeUninit::uninit();
        assert_eq!(value.read(&mut place).err(), Some(EFAULT));
        assert_eq!(value.write(&2).err(), Some(EFAULT));
        assert_eq!(number, 1);
    }
}
