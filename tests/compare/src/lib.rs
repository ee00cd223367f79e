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
    /// Calls that were timed one by one.
    pub single: Singles,
}

/// Each call by itself, in nanoseconds of the guest's monotonic clock, and what reading that twice takes among them.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Singles {
    /// `SET_DATA`.
    pub set: Sides,
    /// `GET_DATA`.
    pub get: Sides,
    /// A command that a device does not have.
    pub null: Sides,
    /// No call at all: the clock.
    pub clock: Vec<u64>,
}

/// The calls of both devices, by turns, in the order in which they were.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    /// Of the device that is compared.
    pub device: Vec<u64>,
    /// Of the device that it is compared with.
    pub other: Vec<u64>,
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
