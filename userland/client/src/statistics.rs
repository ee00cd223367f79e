// SPDX-License-Identifier: MIT OR Apache-2.0

//! What each process does with the devices, as the driver tells root in debugfs.

use std::num::ParseIntError;
use std::path::Path;
use std::{fs, str};

use crate::{Error, Escaped};

/// Where the driver's file is when debugfs is mounted where it always is.
pub const PROCESSES: &str = "/sys/kernel/debug/chardev/processes";

/// A process that has a device open, and what was done through the files that it opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id, as the initial pid namespace has it.
    pub pid: i32,
    /// Its command when it first opened a device.
    pub command: Vec<u8>,
    /// Files that are open now.
    pub files: u64,
    /// Successful opens.
    pub opens: u64,
    /// Successful SETs.
    pub sets: u64,
    /// Successful GETs.
    pub gets: u64,
    /// Bytes set and written.
    pub bytes_in: u64,
    /// Bytes got and read.
    pub bytes_out: u64,
}

/// Why a line is not what the driver's header says that there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A field is not where it should be.
    #[error("there is no {0}= where it should be")]
    Missing(&'static str),
    /// A number is none.
    #[error("{0}: {1}")]
    Number(&'static str, ParseIntError),
    /// The quoted command does not end, or has an escape that C has not.
    #[error("the command is not quoted as C does it")]
    Quoting,
}

/// The processes that have a device open, from a file such as [`PROCESSES`].
///
/// # Errors
///
/// [`Error::Statistics`] and [`Error::StatisticsLine`].
pub fn processes(path: &Path) -> Result<Vec<Process>, Error> {
    let content = fs::read(path).map_err(|reason| Error::Statistics { path: path.into(), reason })?;
    let lines = content.split_inclusive(|&byte| byte == b'\n');
    let parse = |line: &[u8]| {
        Process::parse(line).map_err(|reason| Error::StatisticsLine {
            path: path.into(),
            line: Escaped(line).to_string(),
            reason,
        })
    };
    lines.map(|line| parse(line.trim_ascii_end())).collect()
}

impl Process {
    /// Parses a line of the driver's, without its end.
    fn parse(line: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(line);
        let process = Self {
            pid: fields.number("pid")?,
            command: fields.quoted("comm")?,
            files: fields.number("files")?,
            opens: fields.number("opens")?,
            sets: fields.number("sets")?,
            gets: fields.number("gets")?,
            bytes_in: fields.number("bytes_in")?,
            bytes_out: fields.number("bytes_out")?,
        };
        Ok(process)
    }
}

/// What is left of a line of `NAME=VALUE`, separated by spaces. A later driver may add some at the end.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn number<T: str::FromStr<Err = ParseIntError>>(&mut self, name: &'static str) -> Result<T, Malformed> {
        self.expect(name)?;
        let end = self.0.iter().position(|&byte| byte == b' ').unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest.strip_prefix(b" ").unwrap_or(rest);
        // What is not UTF-8 is no number either.
        str::from_utf8(digits).unwrap_or_default().parse().map_err(|error| Malformed::Number(name, error))
    }

    fn quoted(&mut self, name: &'static str) -> Result<Vec<u8>, Malformed> {
        self.expect(name)?;
        let mut bytes = Vec::new();
        self.0 = self.0.strip_prefix(b"\"").ok_or(Malformed::Quoting)?;
        loop {
            let (byte, rest) = match self.0 {
                [b'"', rest @ ..] => {
                    self.0 = rest.strip_prefix(b" ").unwrap_or(rest);
                    return Ok(bytes);
                }
                [b'\\', b'n', rest @ ..] => (b'\n', rest),
                [b'\\', b'r', rest @ ..] => (b'\r', rest),
                [b'\\', b't', rest @ ..] => (b'\t', rest),
                [b'\\', b'x', high, low, rest @ ..] => (hexadecimal([*high, *low]).ok_or(Malformed::Quoting)?, rest),
                [b'\\', byte @ (b'"' | b'\'' | b'\\'), rest @ ..] => (*byte, rest),
                [b'\\', ..] | [] => return Err(Malformed::Quoting),
                [byte, rest @ ..] => (*byte, rest),
            };
            bytes.push(byte);
            self.0 = rest;
        }
    }

    fn expect(&mut self, name: &'static str) -> Result<(), Malformed> {
        let value = self.0.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"="));
        self.0 = value.ok_or(Malformed::Missing(name))?;
        Ok(())
    }
}

fn hexadecimal(digits: [u8; 2]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(digits[0])? * 16 + value(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"pid=42 comm="sh" files=1 opens=2 sets=3 gets=4 bytes_in=5 bytes_out=6"#;

    #[test]
    fn a_line_of_the_driver() {
        let expected =
            Process { pid: 42, command: b"sh".into(), files: 1, opens: 2, sets: 3, gets: 4, bytes_in: 5, bytes_out: 6 };
        assert_eq!(Process::parse(LINE.as_bytes()), Ok(expected));
    }

    #[test]
    fn a_command_cannot_pass_for_other_fields() {
        let line = LINE.replace("\"sh\"", r#""a\" files=9\\\n\r\t\'\xff""#);
        assert_eq!(Process::parse(line.as_bytes()).expect("is well-formed").command, b"a\" files=9\\\n\r\t'\xff");
    }

    #[test]
    fn a_field_more_is_a_later_driver_s() {
        assert!(Process::parse(format!("{LINE} more=1").as_bytes()).is_ok());
    }

    #[test]
    fn what_is_malformed_is_named() {
        let parse = |line: String| Process::parse(line.as_bytes()).expect_err("is malformed");
        assert_eq!(parse(LINE.replace(" sets=3", "")), Malformed::Missing("sets"));
        assert!(matches!(parse(LINE.replace("42", "x")), Malformed::Number("pid", _)));
        assert_eq!(parse(LINE.replace("sh\"", "sh")), Malformed::Quoting);
        assert_eq!(parse(LINE.replace("sh\"", r#"\q""#)), Malformed::Quoting);
        assert_eq!(parse(LINE.replace("sh\"", r#"\x+1""#)), Malformed::Quoting);
    }
}
