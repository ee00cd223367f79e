// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Display;

use nix::sys::signal::Signal;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something cannot be done.
    #[error(transparent)]
    Failed(#[from] explained::Error),
    /// The user ended it.
    #[error("ended by {0}")]
    Ended(Signal),
}

impl Error {
    /// A failure in its three parts.
    pub fn new(doing: impl Display, cause: impl Display, remedy: impl Display) -> Self {
        explained::Error::new(doing, cause, remedy).into()
    }

    /// The exit status, as the help says it.
    pub fn status(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Ended(signal) => 128 + *signal as u8,
        }
    }
}
