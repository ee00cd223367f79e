// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver's module.

use std::fs::File;
use std::path::PathBuf;

use nix::errno::Errno;
use nix::kmod::{delete_module, finit_module, DeleteModuleFlags, ModuleInitFlags};

use crate::error::Error;
use crate::operation::MINORS;

/// Where it is unless somebody says otherwise: what the host brings, then what the guest comes with.
const FILES: [&str; 2] = ["/mnt/share/chardev.ko", "/lib/modules/chardev.ko"];

/// The driver's module.
pub struct Module {
    path: PathBuf,
}

impl Module {
    /// The one in this file, or where it usually is.
    pub fn new(path: Option<PathBuf>) -> Self {
        let usual = || FILES.iter().map(PathBuf::from).find(|file| file.exists());
        Self { path: path.or_else(usual).unwrap_or_else(|| FILES[1].into()) }
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
