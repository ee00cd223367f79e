// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `compare` prints, for whoever runs it in the machine to read.

use serde::{Deserialize, Serialize};

/// All that was measured.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// How often each device answered each command in a round.
    pub calls: u32,
    /// In the order in which they were.
    pub rounds: Vec<Round>,
}

/// Both devices with each command, one after the other.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// `SET_DATA`.
    pub set: Pair,
    /// `GET_DATA`.
    pub get: Pair,
    /// A command that a device does not have: what an ioctl costs at least.
    pub null: Pair,
}

/// How long the calls of a round took together, in nanoseconds of the guest's monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Of the device that is compared.
    pub device: u64,
    /// Of the device that it is compared with.
    pub other: u64,
}
