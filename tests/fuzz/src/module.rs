// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver's module.

use std::fs::File;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::kmod::{delete_module, finit_module, DeleteModuleFlags, ModuleInitFlags};

use crate::error::Error;
use crate::operation::MINORS;

/// The driver's module.
pub struct Module {
    path: PathBuf,
}

impl Module {
    /// The one in this file.
    pub fn new(path: &Path) -> Self {
        Self { path: path.into() }
    }

    /// Loads it anew, so that the devices are as after boot.
    ///
    /// # Errors
    ///
    /// [`Error::Unload`] if somebody has a device open, [`Error::Load`].
    pub fn reload(&self) -> Result<(), Error> {
        coverage::save(&self.path)?;
        match delete_module(c"chardev", DeleteModuleFlags::O_NONBLOCK) {
            Ok(()) => coverage::unloaded(),
            Err(Errno::ENOENT) => {}
            Err(reason) => return Err(Error::Unload(reason)),
        }
        self.load().map_err(|reason| Error::Load { path: self.path.clone(), reason })
    }

    fn load(&self) -> std::io::Result<()> {
        let file = File::open(&self.path)?;
        let parameters = format!("devices={MINORS}\0");
        let parameters = std::ffi::CStr::from_bytes_with_nul(parameters.as_bytes()).expect("the NUL is at the end");
        Ok(finit_module(&file, parameters, ModuleInitFlags::empty())?)
    }
}
