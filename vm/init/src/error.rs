// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Display;

/// What init was doing, and why it could not.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {reason}")]
pub struct Error {
    /// `loading /lib/modules/chardev.ko`
    pub doing: String,
    /// The kernel's reason.
    pub reason: String,
}

/// Says what was being done when a call failed.
pub trait While<T> {
    /// `doing` is only called for a failure.
    fn while_doing<D: Into<String>>(self, doing: impl FnOnce() -> D) -> Result<T, Error>;
}

impl<T, E: Display> While<T> for Result<T, E> {
    fn while_doing<D: Into<String>>(self, doing: impl FnOnce() -> D) -> Result<T, Error> {
        self.map_err(|reason| Error { doing: doing().into(), reason: reason.to_string() })
    }
}
