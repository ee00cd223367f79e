// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a person reads when something cannot be done.

use std::fmt;

/// A failure in three parts: what was being done, what went wrong, and what to do about it. It is printed after the program's name and
/// a colon.
///
/// # Examples
///
/// ```
/// let error = explained::Error::new("read pins.lock", "line 1 is cut off", "restore the file");
/// assert_eq!(error.to_string(), "cannot read pins.lock\n  because: line 1 is cut off\n  do this: restore the file");
/// ```
#[derive(Debug)]
pub struct Error {
    doing: String,
    cause: String,
    remedy: String,
}

impl Error {
    /// `doing` completes "cannot …"; `remedy` is an instruction.
    pub fn new(doing: impl fmt::Display, cause: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self { doing: doing.to_string(), cause: cause.to_string(), remedy: remedy.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}\n  because: {}\n  do this: {}", self.doing, self.cause, self.remedy)
    }
}

impl std::error::Error for Error {}
