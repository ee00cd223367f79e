// SPDX-License-Identifier: MIT OR Apache-2.0

//! The bytes that a command takes.

use std::fs::File;
use std::io::{self, Read};

use chardevctl_cli::Input;

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file cannot be opened or read.
    #[error("cannot read {0}: {1}; name a file that can be read, or give the text itself")]
    Read(String, io::Error),
    /// There are more than fit.
    #[error("cannot take the text from {source_name}: it is longer than {limit} bytes; give at most {limit}")]
    TooLong {
        /// Where they are.
        source_name: String,
        /// How many fit.
        limit: usize,
    },
}

/// All bytes of `input`. The command line's were counted already.
///
/// # Errors
///
/// If they cannot be read, or are more than `limit`.
pub fn read(input: &Input, limit: usize) -> Result<Vec<u8>, InputError> {
    match input {
        Input::Text(text) => Ok(text.clone()),
        Input::File(path) => {
            let name = path.display().to_string();
            match File::open(path) {
                Ok(file) => read_from(file, name, limit),
                Err(error) => Err(InputError::Read(name, error)),
            }
        }
        Input::Stdin => read_from(io::stdin().lock(), "standard input".into(), limit),
    }
}

/// Reads one byte beyond the limit at most, so that what has no end is refused too.
fn read_from(from: impl Read, name: String, limit: usize) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    match from.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(error) => Err(InputError::Read(name, error)),
        Ok(length) if length > limit => Err(InputError::TooLong { source_name: name, limit }),
        Ok(_) => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_up_to_the_limit() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(read_from(&bytes[..], "it".into(), 256).expect("fits"), bytes);
    }

    #[test]
    fn one_more_is_refused_with_the_limit() {
        let error = read_from(&[0; 129][..], "it".into(), 128).expect_err("does not fit");
        assert_eq!(error.to_string(), "cannot take the text from it: it is longer than 128 bytes; give at most 128");
    }

    #[test]
    fn what_has_no_end_is_refused() {
        assert!(matches!(read(&Input::File("/dev/zero".into()), 128), Err(InputError::TooLong { .. })));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let error = read(&Input::File("/nowhere/text".into()), 128).expect_err("is not there");
        assert!(error.to_string().starts_with("cannot read /nowhere/text: No such file"), "{error}");
    }
}
