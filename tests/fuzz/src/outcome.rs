// SPDX-License-Identifier: MIT OR Apache-2.0

//! What comes of an operation.

use std::fmt;

use chardev_abi::BUF_SIZE;
use nix::errno::Errno;
use serde::{Deserialize, Serialize};

use crate::operation::{stamp_of, Operation};

/// What an operation returned, and what it left in memory.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Success, and nothing else to tell.
    Done,
    /// An error, by its number.
    Failed(i32),
    /// How many bytes were written, or a position.
    Number(i64),
    /// The bytes that were read.
    Bytes(Vec<u8>),
    /// What poll says.
    Ready { readable: bool, writable: bool, invalid: bool },
    /// The data of a device.
    Data { size: u64, content: Content },
    /// The latest SETs of a device.
    History { flags: u32, sequence: u64, entries: Vec<Entry>, rest_is_zero: bool, times_ascend: bool },
    /// The number of the latest SET.
    Sequence { flags: u32, sequence: u64 },
    /// The lines of the statistics, by process.
    Statistics(Vec<Counters>),
    /// What came of the operations of the child.
    Forked(Vec<Outcome>),
    /// The child did not end as it should.
    Died(String),
}

impl Outcome {
    /// An error.
    pub fn failed(errno: Errno) -> Self {
        Self::Failed(errno as i32)
    }
}

/// The bytes of a SET.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// As before the first SET.
    Zero,
    /// Those of the SET with this stamp.
    Stamp(u64),
    /// Those of none.
    Torn(Vec<u8>),
}

impl Content {
    /// What the bytes are.
    pub fn of(bytes: &[u8; BUF_SIZE]) -> Self {
        if *bytes == [0; BUF_SIZE] {
            return Self::Zero;
        }
        stamp_of(bytes).map_or_else(|| Self::Torn(bytes.to_vec()), Self::Stamp)
    }
}

/// A SET in a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub sequence: u64,
    /// Who did it: 0 is the first process, others follow in the order of their forks. None if it is a stranger.
    pub process: Option<usize>,
    pub size: u32,
    pub content: Content,
}

/// What the statistics say of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counters {
    /// As in [`Entry`].
    pub process: Option<usize>,
    pub files: u64,
    pub opens: u64,
    pub sets: u64,
    pub gets: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

/// Something that operations can be done to: the driver, or the model.
pub trait System {
    /// Does it.
    fn perform(&mut self, operation: &Operation) -> Outcome;
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Failed(errno) => write!(f, "{:?}", Errno::from_raw(*errno)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bytes(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Self::Ready { readable, writable, invalid } => {
                let names = [(readable, "POLLIN "), (writable, "POLLOUT "), (invalid, "POLLNVAL ")];
                names.iter().filter(|(is_set, _)| **is_set).try_for_each(|(_, name)| f.write_str(name))
            }
            Self::Data { size, content } => write!(f, "size {size}, {content:?}"),
            Self::History { flags, sequence, entries, rest_is_zero, times_ascend } => f
                .debug_struct("history")
                .field("flags", flags)
                .field("sequence", sequence)
                .field("entries", entries)
                .field("rest_is_zero", rest_is_zero)
                .field("times_ascend", times_ascend)
                .finish(),
            Self::Sequence { flags, sequence } => write!(f, "sequence {sequence}, flags {flags}"),
            Self::Statistics(counters) => f.debug_list().entries(counters).finish(),
            Self::Forked(outcomes) => f.debug_list().entries(outcomes).finish(),
            Self::Died(how) => write!(f, "the child died: {how}"),
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero => f.write_str("all zero"),
            Self::Stamp(stamp) => write!(f, "of SET {stamp}"),
            Self::Torn(bytes) => write!(f, "of no SET: {bytes:02x?}"),
        }
    }
}
