// SPDX-License-Identifier: GPL-2.0

//! Bytes that may not be text, for people to read.

use kernel::fmt::{
    self,
    Write, //
};

/// Shows bytes in double quotes, as a C string literal would have them: what is not printable ASCII,
/// quotes and backslashes are escaped.
///
/// So whatever the bytes are, they stay on their line, and the end is where the quote is.
///
/// # Examples
///
/// ```
/// pr_info!("got {}\n", Quoted(b"a \"b\"\n\xff"));
/// // got "a \"b\"\n\xff"
/// ```
pub struct Quoted<'a>(pub &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for byte in self.0.escape_ascii() {
            f.write_char(char::from(byte))?;
        }
        f.write_char('"')
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_quoted)]
mod tests {
    use super::*;
    use kernel::{
        prelude::*,
        str::CString, //
    };

    #[test]
    fn quotes_what_is_not_printable() -> Result {
        let shown = CString::try_from_fmt(fmt!("{}", Quoted(b"a \"b\"\n\\\x00\xff")))?;
        assert_eq!(shown.to_bytes(), br#""a \"b\"\n\\\x00\xff""#);
        let empty = CString::try_from_fmt(fmt!("{}", Quoted(b"")))?;
        assert_eq!(empty.to_bytes(), br#""""#);
        Ok(())
    }
}
