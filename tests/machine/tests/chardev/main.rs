// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver as a user has it: `chardevctl`, the modules, and gdb in them. One program, for a program of each file would take longer to
//! link than to compile.

mod chardevctl;
mod debugger;
mod log_levels;
mod module_tools;
mod modules;
mod roundtrip;
mod stacks;
