// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver as a program finds it: what `driver/include/uapi/chardev.h` says, and what an administrator sees.
//!
//! Ordinary tests that run in the guest, as root. A test loads the module anew, so it finds the devices as after boot whether it
//! has a machine of its own (cargo-nextest) or comes after others (cargo test).

mod bad_input;
mod concurrency;
mod file;
mod hello;
mod history;
mod ioctl;
mod minors;
mod modules;
mod permissions;
mod processes;
mod support;
mod wait;
