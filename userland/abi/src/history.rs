// SPDX-License-Identifier: MIT OR Apache-2.0

use crate::data::{without_padding, BUF_SIZE};

/// How many SETs of a minor the driver remembers.
pub const HISTORY_SIZE: usize = 16;

/// Bytes in [`HistoryEntry::comm`].
pub const COMM_SIZE: usize = 16;

/// One SET of a minor: C's `struct chardev_history_entry`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number. The first one since the driver was loaded has 1, and there is no gap.
    pub sequence: u64,
    /// When it was, in nanoseconds since 1970 (`CLOCK_REALTIME`).
    pub time_ns: u64,
    /// The process that did it, as the initial pid namespace has it.
    pub pid: i32,
    /// The size that was set, in bytes.
    pub size: u32,
    /// The command of the process, NUL up to the end.
    pub comm: [u8; COMM_SIZE],
    /// The bytes that were set, all of them.
    pub buf: [u8; BUF_SIZE],
}

impl HistoryEntry {
    /// What an entry is that is not in use.
    const ZERO: Self = Self { sequence: 0, time_ns: 0, pid: 0, size: 0, comm: [0; COMM_SIZE], buf: [0; BUF_SIZE] };

    /// `buf` without the zero bytes at its end.
    pub fn content(&self) -> &[u8] {
        without_padding(&self.buf)
    }

    /// `comm` without the zero bytes at its end.
    pub fn command(&self) -> &[u8] {
        without_padding(&self.comm)
    }
}

/// What [`GET_HISTORY`](crate::GET_HISTORY) gives: C's `struct chardev_history`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// 0, both ways.
    pub flags: u32,
    /// How many of [`History::entries`] are in use.
    pub count: u32,
    /// The number of the latest SET, or 0 if there was none.
    pub sequence: u64,
    /// Oldest first.
    pub entries: [HistoryEntry; HISTORY_SIZE],
}

impl History {
    /// The entries that are in use, oldest first.
    pub fn used(&self) -> &[HistoryEntry] {
        let count = usize::try_from(self.count).unwrap_or(HISTORY_SIZE);
        &self.entries[..count.min(HISTORY_SIZE)]
    }
}

impl Default for History {
    /// All zero: what the command is given.
    fn default() -> Self {
        Self { flags: 0, count: 0, sequence: 0, entries: [HistoryEntry::ZERO; HISTORY_SIZE] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_cannot_be_shows_no_more_than_there_is() {
        let history = History { count: u32::MAX, ..History::default() };
        assert_eq!(history.used().len(), HISTORY_SIZE);
    }

    #[test]
    fn only_entries_in_use_are_shown() {
        let mut history = History { count: 1, sequence: 7, ..History::default() };
        history.entries[0].sequence = 7;
        assert_eq!(history.used(), &history.entries[..1]);
        assert_eq!(History::default().used(), []);
    }

    #[test]
    fn a_command_ends_before_its_padding() {
        let mut entry = HistoryEntry::ZERO;
        entry.comm[..2].copy_from_slice(b"sh");
        assert_eq!(entry.command(), b"sh");
        entry.comm = [b'x'; COMM_SIZE];
        assert_eq!(entry.command(), [b'x'; COMM_SIZE]);
    }
}
