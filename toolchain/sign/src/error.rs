// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a person reads when a module cannot be signed.

use std::fmt;

/// A failure in three parts: what was being done, what went wrong, and what to do about it.
#[derive(Debug)]
pub struct Error {
    doing: String,
    cause: String,
    remedy: String,
}

impl Error {
    /// `doing` completes "cannot …"; `remedy` is an instruction.
    pub fn new(doing: impl Into<String>, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Error { doing: doing.into(), cause: cause.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sign: cannot {}\n  because: {}\n  do this: {}", self.doing, self.cause, self.remedy)
    }
}
