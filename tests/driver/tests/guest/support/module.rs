// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loading and unloading modules.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::kmod::{delete_module, finit_module, DeleteModuleFlags, ModuleInitFlags};

/// Where modules are: those that the harness brings, then those that the guest comes with.
const FOLDERS: [&str; 3] = ["/mnt/share", "/lib/modules", "/lib/modules/extra"];

/// A kernel module of the guest.
pub struct Module {
    name: &'static CStr,
    file: &'static str,
}

/// The driver.
pub const CHARDEV: Module = Module { name: c"chardev", file: "chardev.ko" };

/// The smallest module.
pub const HELLO: Module = Module { name: c"hello", file: "hello.ko" };

impl Module {
    /// Loads it as `insmod` does, with parameters like `major=240 devices=3`.
    pub fn load(&self, parameters: &str) -> nix::Result<()> {
        self.open().load(&CString::new(parameters).expect("parameters have no NUL"))
    }

    /// Opens its file, so that loading it is one system call.
    pub fn open(&self) -> OpenModule {
        OpenModule(File::open(self.path()).expect("open the module"))
    }

    fn path(&self) -> PathBuf {
        let mut files = FOLDERS.iter().map(|folder| Path::new(folder).join(self.file));
        files.find(|file| file.exists()).unwrap_or_else(|| panic!("there is no {}", self.file))
    }

    /// Unloads it as `rmmod` does: at once or not at all.
    pub fn unload(&self) -> nix::Result<()> {
        self.save_coverage();
        self.delete()
    }

    /// Saves what was counted of it so far, which goes with it.
    pub fn save_coverage(&self) {
        coverage::save(&self.path()).expect("save what was counted");
    }

    /// The system call that unloads it, and nothing else.
    pub fn delete(&self) -> nix::Result<()> {
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

/// Whether this program has used the driver.
static IS_USED: AtomicBool = AtomicBool::new(false);

/// The driver as after boot. That one, at first, for a test that has a machine of its own: it takes no look at the machine, which
/// would be much of a short test.
#[track_caller]
pub fn fresh_driver() {
    if IS_USED.swap(true, Ordering::Relaxed) || !told::was_told() {
        fresh_driver_with("");
    }
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
    IS_USED.store(true, Ordering::Relaxed);
    match CHARDEV.unload() {
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(error) => panic!("cannot unload chardev, so an earlier test has left a file open: {error}"),
    }
}
