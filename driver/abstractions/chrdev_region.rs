// SPDX-License-Identifier: GPL-2.0

//! Regions of character-device numbers.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use super::device_number::DeviceNumber;
use kernel::{
    bindings,
    error::to_result,
    prelude::*, //
};

/// Consecutive device numbers of one major that nobody else has.
///
/// `/proc/devices` lists the major with the name of the region. The numbers are free again when
/// this is dropped.
///
/// # Invariants
///
/// The `count` numbers from `first` on are registered in the kernel's table of character-device
/// regions as one entry, which belongs to this instance. `count` is at least 1, and the last of
/// the numbers has the same major as the first.
///
/// # Examples
///
/// ```
/// // Four numbers, of a major that the kernel chooses.
/// let region = ChrdevRegion::allocate(c"example", 0, 4)?;
/// assert_eq!(region.numbers().count(), 4);
///
/// // They are taken now.
/// let taken = ChrdevRegion::register(c"another", region.first(), 1);
/// assert_eq!(taken.err(), Some(EBUSY));
/// # Ok::<(), Error>(())
/// ```
pub struct ChrdevRegion {
    first: DeviceNumber,
    count: u32,
}

impl ChrdevRegion {
    /// Registers `count` numbers, beginning with `first_minor`, of a major that is free.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`] if `count` is 0, or if there are not as many minors from `first_minor` on.
    /// - [`EBUSY`] if no major is free.
    /// - [`ENOMEM`] if there is no memory.
    pub fn allocate(name: &CStr, first_minor: u32, count: u32) -> Result<Self> {
        Self::check_minors(first_minor, count)?;

        let mut first = 0;
        // SAFETY: `first` is valid for a write of a `dev_t`. `name` is a valid C string, of which
        // the function makes a copy.
        to_result(unsafe {
            bindings::alloc_chrdev_region(&mut first, first_minor, count, name.as_char_ptr())
        })?;

        // INVARIANT: `alloc_chrdev_region` succeeded, so it has registered `count` numbers from
        // `first` on for us. `check_minors` made sure of the rest.
        Ok(Self {
            first: DeviceNumber::from_raw(first),
            count,
        })
    }

    /// Registers the `count` numbers that begin with `first`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`] if the major of `first` is 0 or none for character devices (512 and above), if
    ///   `count` is 0, or if there are not as many minors from `first` on.
    /// - [`EBUSY`] if one of the numbers is taken.
    /// - [`ENOMEM`] if there is no memory.
    pub fn register(name: &CStr, first: DeviceNumber, count: u32) -> Result<Self> {
        Self::check_minors(first.minor(), count)?;

        // To C, major 0 means: choose one. It does not tell which it chose, so that nobody could
        // unregister the region.
        if first.major() == 0 || first.major() >= bindings::CHRDEV_MAJOR_MAX {
            return Err(EINVAL);
        }

        // SAFETY: `name` is a valid C string, of which the function makes a copy.
        to_result(unsafe {
            bindings::register_chrdev_region(first.as_raw(), count, name.as_char_ptr())
        })?;

        // INVARIANT: `register_chrdev_region` succeeded for these numbers. It makes one entry per
        // major, and `check_minors` made sure that there is one major only.
        Ok(Self { first, count })
    }

    /// Returns whether there are `count` minors, and at least one, from `first_minor` on.
    fn check_minors(first_minor: u32, count: u32) -> Result {
        match first_minor.checked_add(count) {
            Some(end) if count > 0 && end <= DeviceNumber::MAX_MINOR + 1 => Ok(()),
            _ => Err(EINVAL),
        }
    }

    /// Returns the first number of the region.
    pub fn first(&self) -> DeviceNumber {
        self.first
    }

    /// Returns how many numbers the region has.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns all numbers of the region in ascending order.
    pub fn numbers(&self) -> impl Iterator<Item = DeviceNumber> {
        let first = self.first.as_raw();

        // By the type invariants the minors do not overflow into the major.
        (first..first + self.count).map(DeviceNumber::from_raw)
    }
}

impl Drop for ChrdevRegion {
    fn drop(&mut self) {
        // SAFETY: By the type invariants this is exactly one registered entry, and it is ours.
        unsafe { bindings::unregister_chrdev_region(self.first.as_raw(), self.count) };
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_chrdev_region)]
mod tests {
    use super::*;

    fn number(major: u32, minor: u32) -> Result<DeviceNumber> {
        DeviceNumber::new(major, minor).ok_or(EINVAL)
    }

    #[test]
    fn numbers_are_taken_until_dropped() -> Result {
        let region = ChrdevRegion::allocate(c"ferrite_test", 3, 4)?;
        let first = region.first();
        assert_eq!(first.minor(), 3);
        assert_eq!(region.numbers().count(), 4);
        assert!(region.numbers().map(DeviceNumber::minor).eq(3..7));

        for taken in region.numbers() {
            let another = ChrdevRegion::register(c"ferrite_test", taken, 1);
            assert_eq!(another.err(), Some(EBUSY));
        }
        drop(region);
        assert!(ChrdevRegion::register(c"ferrite_test", first, 4).is_ok());
        Ok(())
    }

    #[test]
    fn majors_end_at_511() -> Result {
        let minor = DeviceNumber::MAX_MINOR;
        assert!(ChrdevRegion::register(c"ferrite_test", number(511, minor)?, 1).is_ok());
        for major in [0, 512, DeviceNumber::MAX_MAJOR] {
            let region = ChrdevRegion::register(c"ferrite_test", number(major, 0)?, 1);
            assert_eq!(region.err(), Some(EINVAL));
        }
        Ok(())
    }

    #[test]
    fn a_region_has_one_major() {
        for (first_minor, count) in [
            (0, 0),
            (1, DeviceNumber::MAX_MINOR + 1),
            (DeviceNumber::MAX_MINOR, 2),
            (u32::MAX, 1),
            (1, u32::MAX),
        ] {
            let region = ChrdevRegion::allocate(c"ferrite_test", first_minor, count);
            assert_eq!(region.err(), Some(EINVAL));
        }
    }
}
