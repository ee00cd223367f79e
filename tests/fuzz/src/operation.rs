// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is done to the driver.

use chardev_abi::{IoctlInfo, BUF_SIZE};
use serde::{Deserialize, Serialize};

/// How many places there are for descriptors.
pub const SLOTS: usize = 6;

/// Where threads have a descriptor of a file that they share, each its own: besides the others, so that it is there to the end.
pub const SHARED: Slot = SLOTS;

/// How many devices there are.
pub const MINORS: usize = 2;

/// A place for a descriptor, below [`SLOTS`] or [`SHARED`]. It may be empty: then the descriptor is one that nobody has.
pub type Slot = usize;

/// One system call, or a few that belong together.
///
/// None can block for ever, whatever its fields say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    /// open(2). A descriptor that was in the slot is closed first.
    Open { slot: Slot, minor: usize, access: Access, append: bool, nonblock: bool },
    /// close(2).
    Close { slot: Slot },
    /// close(2) of all but what is [`SHARED`].
    CloseAll,
    /// dup(2). A descriptor that was in the slot `to` is closed first.
    Duplicate { slot: Slot, to: Slot },
    /// fcntl(2) with `F_SETFL`.
    Flags { slot: Slot, append: bool, nonblock: bool },
    /// read(2), or with several segments readv(2); with `at` pread(2) and preadv(2).
    Read { slot: Slot, at: Option<i64>, segments: Vec<Segment> },
    /// write(2) and its relatives likewise, of bytes that count up from `first`.
    Write { slot: Slot, at: Option<i64>, segments: Vec<Segment>, first: u8 },
    /// lseek(2).
    Seek { slot: Slot, offset: i64, whence: i32 },
    /// ftruncate(2).
    Truncate { slot: Slot, length: i64 },
    /// poll(2), for that moment.
    Poll { slot: Slot },
    /// `SET_DATA`.
    Set {
        slot: Slot,
        size: u64,
        argument: Argument,
        /// See [`number_sets`].
        #[serde(skip)]
        stamp: u64,
    },
    /// `GET_DATA`.
    Get { slot: Slot, argument: Argument },
    /// `GET_HISTORY`.
    History { slot: Slot, flags: u32, argument: Argument },
    /// `WAIT_CHANGE`.
    Wait { slot: Slot, flags: u32, wait: Wait, argument: Argument },
    /// ioctl(2) with a number that is none of the driver's.
    Unknown { slot: Slot, number: u32, argument: Argument },
    /// The statistics in debugfs.
    Statistics,
    /// fork(2). The child does the operations and ends.
    Fork { operations: Vec<Operation> },
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
    Both,
}

/// A piece of the memory that is read to or written from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// In bytes.
    pub length: usize,
    /// Whether there is memory.
    pub mapped: bool,
}

/// Where the structure of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// At the end of a page, with a hole after it.
    Whole,
    /// Likewise, but there is only room for so many of its bytes.
    Cut(usize),
    /// In memory that can only be read.
    ReadOnly,
    /// At address 0.
    Null,
    /// Where nothing is mapped.
    Hole,
    /// In the kernel's half of the addresses.
    Kernel,
}

impl Argument {
    /// How many bytes of a structure with `size` bytes can be read.
    pub fn readable(self, size: usize) -> usize {
        match self {
            Self::Whole | Self::ReadOnly => size,
            Self::Cut(room) => room.min(size),
            Self::Null | Self::Hole | Self::Kernel => 0,
        }
    }

    /// Whether all of it can be written.
    pub fn is_writable(self, size: usize) -> bool {
        self != Self::ReadOnly && self.readable(size) == size
    }
}

/// What is waited for, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Another SET than the latest that this process learned of, in whatever file. The time is short.
    News { timeout_ms: u8 },
    /// Another SET than the one with this number. The time is short.
    OtherThan { sequence: u64, timeout_ms: u8 },
    /// Nothing: the driver answers at once, whatever the time is.
    Nothing { timeout_ms: i32 },
}

/// The bytes that the SET with this stamp, which is not 0, sets: others in each word, and from every other SET's.
pub fn pattern(stamp: u64) -> [u8; BUF_SIZE] {
    const WORDS: usize = BUF_SIZE / size_of::<u64>();
    let mut bytes = [0; BUF_SIZE];
    for (word, index) in bytes.chunks_exact_mut(size_of::<u64>()).zip(0..) {
        word.copy_from_slice(&(stamp * WORDS as u64 + index).to_le_bytes());
    }
    bytes
}

/// The stamp that the bytes are the pattern of, or none.
pub fn stamp_of(bytes: &[u8; BUF_SIZE]) -> Option<u64> {
    let (word, _) = bytes.split_first_chunk()?;
    let stamp = u64::from_le_bytes(*word) / (BUF_SIZE / size_of::<u64>()) as u64;
    (stamp != 0 && stamp < 1 << 32 && pattern(stamp) == *bytes).then_some(stamp)
}

/// The structure that a SET with this stamp passes.
pub fn data(stamp: u64, size: u64) -> IoctlInfo {
    IoctlInfo { size, buf: pattern(stamp) }
}

/// Gives each SET the next of the stamps.
pub fn number_sets(operations: &mut [Operation], stamps: &mut impl Iterator<Item = u64>) {
    for operation in operations {
        match operation {
            Operation::Set { stamp, .. } => *stamp = stamps.next().expect("there is no end of them"),
            Operation::Fork { operations } => number_sets(operations, stamps),
            _ => {}
        }
    }
}

/// Has them done to what is [`SHARED`], but for what opens and closes. A copy in another place is closed there.
pub fn share(operation: &mut Operation) {
    match operation {
        Operation::Open { .. } | Operation::Close { .. } | Operation::CloseAll | Operation::Statistics => {}
        Operation::Fork { operations } => operations.iter_mut().for_each(share),
        Operation::Duplicate { slot, .. }
        | Operation::Flags { slot, .. }
        | Operation::Read { slot, .. }
        | Operation::Write { slot, .. }
        | Operation::Seek { slot, .. }
        | Operation::Truncate { slot, .. }
        | Operation::Poll { slot }
        | Operation::Set { slot, .. }
        | Operation::Get { slot, .. }
        | Operation::History { slot, .. }
        | Operation::Wait { slot, .. }
        | Operation::Unknown { slot, .. } => *slot = SHARED,
    }
}

/// How many operations these are, with those of the children.
pub fn count(operations: &[Operation]) -> u64 {
    let count = |operation: &Operation| match operation {
        Operation::Fork { operations } => 1 + self::count(operations),
        _ => 1,
    };
    operations.iter().map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_tells_its_stamp() {
        for stamp in [1, 2, 0xffff_ffff] {
            assert_eq!(stamp_of(&pattern(stamp)), Some(stamp));
        }
    }

    #[test]
    fn a_mixture_has_no_stamp() {
        let mut bytes = pattern(1);
        bytes[64..].copy_from_slice(&pattern(2)[64..]);
        assert_eq!(stamp_of(&bytes), None);
        assert_eq!(stamp_of(&[0; BUF_SIZE]), None);
        assert_eq!(stamp_of(&[0xff; BUF_SIZE]), None);
        bytes.copy_from_slice(&pattern(1));
        bytes.rotate_left(8);
        assert_eq!(stamp_of(&bytes), None);
    }

    #[test]
    fn sets_of_children_have_stamps_too() {
        let set = || Operation::Set { slot: 0, size: 0, argument: Argument::Whole, stamp: 0 };
        let mut operations = [set(), Operation::Fork { operations: vec![set()] }, set()];
        number_sets(&mut operations, &mut (1..));
        let stamped = |stamp| Operation::Set { slot: 0, size: 0, argument: Argument::Whole, stamp };
        assert_eq!(operations, [stamped(1), Operation::Fork { operations: vec![stamped(2)] }, stamped(3)]);
        assert_eq!(count(&operations), 4);
    }
}
