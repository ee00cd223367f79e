// SPDX-License-Identifier: GPL-2.0

//! Safe abstractions that the `kernel` crate does not have.
//!
//! Each is written as if it were part of that crate: generic, and without knowledge of the drivers
//! that use it. All `unsafe` code of the drivers is here.

pub mod cdev;
pub mod chrdev_region;
pub mod class;
pub mod compat;
pub mod debugfs;
pub mod device_number;
pub mod file_operations;
pub mod hash_table;
pub mod kiocb;
#[cfg(ferrite_kunit)]
pub mod kthread;
pub mod module_version;
#[cfg(not(ferrite_kunit))]
pub mod parameter;
pub mod poll;
pub mod quoted;
pub mod rw_semaphore;
#[cfg(ferrite_kunit)]
mod rw_semaphore_torture;
pub mod task_comm;
pub mod user_value;
