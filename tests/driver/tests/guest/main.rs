// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver as a program finds it: what `driver/include/uapi/chardev.h` says, and what an administrator sees.
//!
//! Ordinary tests that run in the guest, as root. The harness gives each a machine of its own; a test loads the driver anew where
//! others before it in the same machine would be seen, so that the whole program runs in one machine, too.
//!
//! One that is ignored takes the debug kernel, and runs there like any other.

mod bad_input;
mod checkers;
mod concurrency;
mod faults;
mod file;
mod hello;
mod history;
mod ioctl;
mod kill;
mod leaks;
mod minors;
mod modules;
mod permissions;
mod processes;
mod reload;
mod support;
mod suspend;
mod wait;

use told as _;
