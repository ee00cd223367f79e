// SPDX-License-Identifier: MIT OR Apache-2.0

//! The keys that the runner keeps for itself while the guest has the terminal: those of QEMU's own console.

const CTRL_A: u8 = 1;

/// Looks for Ctrl-A X in what is typed.
#[derive(Default)]
pub struct Keys {
    prefix_seen: bool,
}

impl Keys {
    /// Takes what was typed, appends what is for the guest, and says whether the user wants to leave.
    ///
    /// Ctrl-A Ctrl-A is a Ctrl-A for the guest. Ctrl-A before any other key is dropped.
    pub fn feed(&mut self, typed: &[u8], for_guest: &mut Vec<u8>) -> bool {
        for &key in typed {
            match (self.prefix_seen, key) {
                (true, b'x' | b'X') => return true,
                (false, CTRL_A) => self.prefix_seen = true,
                _ => {
                    self.prefix_seen = false;
                    for_guest.push(key);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: &[u8], leaves: bool) {
        let mut keys = Keys::default();
        let mut for_guest = Vec::new();
        let left = pieces.iter().any(|piece| keys.feed(piece, &mut for_guest));
        assert_eq!((&for_guest[..], left), (expected, leaves));
    }

    #[test]
    fn other_keys_are_the_guests() {
        check(&[b"ls -l\r\x03\x04x"], b"ls -l\r\x03\x04x", false);
    }

    #[test]
    fn the_escape_is_found_in_pieces_too() {
        check(&[b"ls\x01x"], b"ls", true);
        check(&[b"ls\x01", b"X"], b"ls", true);
    }

    #[test]
    fn a_doubled_prefix_is_one_for_the_guest() {
        check(&[b"\x01\x01x"], b"\x01x", false);
    }

    #[test]
    fn another_key_after_the_prefix_is_passed_on() {
        check(&[b"\x01bx"], b"bx", false);
    }
}
