// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Display;

/// Why there are no tests to run: what was being done, what went wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing}\n  because: {cause}\n  do this: {remedy}")]
pub struct Error {
    doing: String,
    cause: String,
    remedy: String,
}

impl Error {
    pub(crate) fn new(doing: impl Into<String>, cause: impl Display, remedy: impl Into<String>) -> Self {
        Self { doing: doing.into(), cause: cause.to_string(), remedy: remedy.into() }
    }
}
