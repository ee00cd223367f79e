// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the abstractions, which run when this module is loaded.
//!
//! Each abstraction has its tests in its own file. The kernel log, and debugfs in the folder
//! `kunit`, say how they went.

pub mod abstractions;

use kernel::prelude::*;

module! {
    type: Tests,
    name: "ferrite_kunit",
    authors: ["The ferrite authors"],
    description: "KUnit tests of the abstractions that ferrite's drivers are made of",
    license: "GPL",
}

crate::module_version!("ferrite_kunit", "0.1.0");

struct Tests;

impl kernel::Module for Tests {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}
