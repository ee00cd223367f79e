// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loading and unloading modules.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::path::Path;

use nix::errno::Errno;
use nix::kmod::{delete_module, finit_module, DeleteModuleFlags, ModuleInitFlags};

/// A kernel module of the guest.
pub struct Module {
    name: &'static CStr,
    path: &'static str,
}

/// The driver.
pub const CHARDEV: Module = Module { name: c"chardev", path: "/lib/modules/chardev.ko" };

/// The smallest module.
pub const HELLO: Module = Module { name: c"hello", path: "/lib/modules/extra/hello.ko" };

impl Module {
    /// Loads it as `insmod` does, with parameters like `major=240 devices=3`.
    pub fn load(&self, parameters: &str) -> nix::Result<()> {
        self.open().load(&CString::new(parameters).expect("parameters have no NUL"))
    }

    /// Opens its file, so that loading it is one system call.
    pub fn open(&self) -> OpenModule {
        OpenModule(File::open(self.path).expect("open the module"))
    }

    /// Unloads it as `rmmod` does: at once or not at all.
    pub fn unload(&self) -> nix::Result<()> {
        coverage::save(Path::new(self.path)).expect("save what was counted");
        delete_module(self.name, DeleteModuleFlags::O_NONBLOCK).inspect(|()| coverage::unloaded())
    }

    /// Whether the kernel has it.
    pub fn is_loaded(&self) -> bool {
        Path::new("/sys/module").join(self.name.to_str().expect("names are ASCII")).exists()
    }
}

/// The open file of a module.
pub struct OpenModule(File);

impl OpenModule {
    /// Loads it.
    pub fn load(&self, parameters: &CStr) -> nix::Result<()> {
        finit_module(&self.0, parameters, ModuleInitFlags::empty())
    }
}

/// The driver as after boot.
#[track_caller]
pub fn fresh_driver() {
    fresh_driver_with("");
}

/// The driver as just loaded with parameters.
#[track_caller]
pub fn fresh_driver_with(parameters: &str) {
    no_driver();
    CHARDEV.load(parameters).expect("load chardev");
}

/// No driver.
#[track_caller]
pub fn no_driver() {
    match CHARDEV.unload() {
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(error) => panic!("cannot unload chardev, so an earlier test has left a file open: {error}"),
    }
}
