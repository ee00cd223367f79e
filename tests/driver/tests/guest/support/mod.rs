// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the suites share.

pub mod child;
pub mod device;
pub mod fault;
pub mod leaks;
pub mod memory;
pub mod module;
pub mod often;
pub mod slab;
