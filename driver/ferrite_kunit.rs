// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the abstractions and of the driver, which run when this module is loaded.
//!
//! Each part has its tests in its own file. The kernel log, and debugfs in the folder `kunit`, say
//! how they went.

pub mod abstractions;
#[allow(dead_code, reason = "what files are opened for has no tests here")]
mod chardev {
    pub(crate) use super::abstractions;
    mod caller;
    mod history;
    mod minor;
    mod process;
    mod uapi;
}

use kernel::prelude::*;

module! {
    type: Tests,
    name: "ferrite_kunit",
    authors: ["The ferrite authors"],
    description: "KUnit tests of ferrite's driver and of the abstractions that it is made of",
    license: "GPL",
}

crate::module_version!("ferrite_kunit", "0.1.0");

struct Tests;

impl kernel::Module for Tests {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}
