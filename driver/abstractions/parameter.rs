// SPDX-License-Identifier: GPL-2.0

//! Parameters of modules.

use core::borrow::Borrow;

/// Returns the value of a parameter, which Linux 7.2 lends and Linux 7.3 hands out.
///
/// # Examples
///
/// ```ignore
/// let devices: u32 = parameter::value(module_parameters::devices.value());
/// ```
pub fn value<T: Copy>(value: impl Borrow<T>) -> T {
    *value.borrow()
}
