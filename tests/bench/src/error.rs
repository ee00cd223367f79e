// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Display;

use nix::sys::signal::Signal;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was being done, what went wrong, and what to do about it.
    #[error("cannot {doing}\n  because: {cause}\n  do this: {remedy}")]
    Failed {
        /// Completes "cannot …".
        doing: String,
        /// What went wrong.
        cause: String,
        /// An instruction.
        remedy: String,
    },
    /// The user ended it.
    #[error("ended by {0}")]
    Ended(Signal),
}

impl Error {
    /// A failure in its three parts.
    pub fn new(doing: impl Into<String>, cause: impl Display, remedy: impl Into<String>) -> Self {
        Self::Failed { doing: doing.into(), cause: cause.to_string(), remedy: remedy.into() }
    }

    /// The exit status, as the help says it.
    pub fn status(&self) -> u8 {
        match self {
            Self::Failed { .. } => 1,
            Self::Ended(signal) => 128 + *signal as u8,
        }
    }
}
