// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine as a user has it: `vm` and its guest, whatever module that comes with. One program, for a program of each file would
//! take longer to link than to compile.

mod command;
mod faults;
mod lifetime;
mod options;
mod stacks;
mod state;
mod suspend;
mod terminal;
