// SPDX-License-Identifier: GPL-2.0

//! Device numbers.
//!
//! C header: [`include/linux/kdev_t.h`](srctree/include/linux/kdev_t.h)

use kernel::{
    bindings,
    fmt, //
};

/// The number that connects a device node with a driver: a major and a minor number.
///
/// The same as `dev_t` in C.
///
/// # Examples
///
/// ```
/// let number = DeviceNumber::new(240, 1).ok_or(EINVAL)?;
///
/// assert_eq!(number.major(), 240);
/// assert_eq!(number.minor(), 1);
/// assert!(DeviceNumber::new(240, DeviceNumber::MAX_MINOR + 1).is_none());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct DeviceNumber(bindings::dev_t);

impl DeviceNumber {
    /// The largest major number that fits in a device number.
    ///
    /// Character devices are given smaller ones, see [`chrdev_region`](super::chrdev_region).
    pub const MAX_MAJOR: u32 = bindings::dev_t::MAX >> bindings::MINORBITS;

    /// The largest minor number.
    pub const MAX_MINOR: u32 = bindings::MINORMASK;

    /// Makes a device number from its parts, or [`None`] if one of them is too large.
    pub const fn new(major: u32, minor: u32) -> Option<Self> {
        if major > Self::MAX_MAJOR || minor > Self::MAX_MINOR {
            return None;
        }
        Some(Self((major << bindings::MINORBITS) | minor))
    }

    /// Makes a device number from the one that C uses.
    pub(super) const fn from_raw(number: bindings::dev_t) -> Self {
        Self(number)
    }

    /// Returns the device number as C uses it.
    pub(super) const fn as_raw(self) -> bindings::dev_t {
        self.0
    }

    /// Returns the major number.
    pub const fn major(self) -> u32 {
        self.0 >> bindings::MINORBITS
    }

    /// Returns the minor number.
    pub const fn minor(self) -> u32 {
        self.0 & bindings::MINORMASK
    }
}

/// Shows the number as `major:minor`, as `/sys/dev/char` does.
impl fmt::Display for DeviceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.major(), self.minor())
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_device_number)]
mod tests {
    use super::*;
    use kernel::prelude::*;

    #[test]
    fn parts_are_kept() -> Result {
        for (major, minor) in [
            (0, 0),
            (240, 1),
            (DeviceNumber::MAX_MAJOR, DeviceNumber::MAX_MINOR),
        ] {
            let number = DeviceNumber::new(major, minor).ok_or(EINVAL)?;
            assert_eq!((number.major(), number.minor()), (major, minor));
            assert_eq!(DeviceNumber::from_raw(number.as_raw()), number);
        }
        Ok(())
    }

    #[test]
    fn parts_that_are_too_large_are_refused() {
        assert!(DeviceNumber::new(DeviceNumber::MAX_MAJOR + 1, 0).is_none());
        assert!(DeviceNumber::new(0, DeviceNumber::MAX_MINOR + 1).is_none());
    }
}
