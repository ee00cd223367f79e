// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::{self, Display, Formatter, Write};

/// Shows bytes as text that is safe on a terminal and can be read back without doubt.
///
/// Printable UTF-8 stands for itself. A backslash is doubled, control characters and bytes that are not UTF-8 become `\xNN`.
///
/// ```
/// use chardev_client::Escaped;
///
/// assert_eq!(Escaped(b"caf\xc3\xa9 \\ \x1b\xff").to_string(), r"café \\ \x1b\xff");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a [u8]);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str(r"\\")?,
                    _ if character.is_control() => write_hex(f, character.encode_utf8(&mut [0; 4]).as_bytes())?,
                    _ => f.write_char(character)?,
                }
            }
            write_hex(f, chunk.invalid())?;
        }
        Ok(())
    }
}

fn write_hex(f: &mut Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, r"\x{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[track_caller]
    fn check(bytes: &[u8], shown: &str) {
        assert_eq!(Escaped(bytes).to_string(), shown);
    }

    #[test]
    fn printable_text_stands_for_itself() {
        check(b"lazenca.0x0 it's \"so\"", "lazenca.0x0 it's \"so\"");
    }

    #[test]
    fn terminal_sequences_and_newlines_are_escaped() {
        check(b"\x1b[2J\n\r\t\x7f", r"\x1b[2J\x0a\x0d\x09\x7f");
    }

    #[test]
    fn control_characters_beyond_ascii_are_escaped_bytewise() {
        check("\u{9b}".as_bytes(), r"\xc2\x9b");
    }

    #[test]
    fn a_cut_off_character_is_escaped() {
        check(b"a\xe2\x82", r"a\xe2\x82");
    }

    #[test]
    fn an_escape_in_the_data_cannot_be_taken_for_one_of_ours() {
        check(br"\x41", r"\\x41");
    }
}
