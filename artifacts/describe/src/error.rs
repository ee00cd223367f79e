// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Display;

/// What was being done, what went wrong, and what to do about it.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// The three parts; the first completes "cannot …".
    pub fn new(doing: impl Display, cause: impl Display, remedy: impl Display) -> Self {
        Self(format!("cannot {doing}\n  because: {cause}\n  do this: {remedy}"))
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
