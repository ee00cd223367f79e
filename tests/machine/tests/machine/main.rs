// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine as a user has it: `vm`, `chardevctl` and what the guest comes with. One program, for a program of each file would take
//! longer to link than to compile.

mod chardevctl;
mod command;
mod debugger;
mod faults;
mod lifetime;
mod log_levels;
mod module_tools;
mod modules;
mod options;
mod roundtrip;
mod stacks;
mod state;
mod suspend;
mod terminal;
