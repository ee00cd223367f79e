// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine that a test gets.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use libtest_mimic::Failed;
use serde::{Deserialize, Serialize};

use crate::initramfs;

/// How to start a machine: a fresh one every time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// The `vm` command.
    pub vm: PathBuf,
    /// Further options for it.
    pub options: Vec<String>,
    /// Folders with debug information, for it to decode the kernel's reports with.
    pub symbols: Vec<PathBuf>,
    /// Where it keeps the states of machines, to go on from one instead of booting.
    pub states: PathBuf,
    /// The root file system, with the test programs; and with the modules, if those are given.
    pub initramfs: PathBuf,
    /// A folder with the modules, if they are built here.
    pub share: Option<PathBuf>,
    /// That of them which is loaded before a test begins.
    pub module: Option<PathBuf>,
    /// When a test is taken to hang, boot included.
    pub timeout: Duration,
    /// Its processors.
    pub processors: u16,
}

impl Machine {
    /// `vm`, to go on from a saved state.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.vm);
        // Nobody uses it after the test, so it need not power off.
        command.env_remove("FERRITE_STATE").arg("--discard").arg("--state").arg(&self.states);
        command.args(["--smp", &self.processors.to_string(), "--timeout", &self.timeout.as_secs_f64().to_string()]);
        command.args(&self.options);
        command.arg("--initramfs").arg(&self.initramfs);
        command.args(self.symbols.iter().flat_map(|folder| [OsStr::new("--symbols"), folder.as_ref()]));
        command.args(self.module.iter().flat_map(|module| [OsStr::new("--module"), module.as_ref()]));
        command.args(self.share.iter().flat_map(|share| [OsStr::new("--share"), share.as_ref()]));
        command
    }

    /// Whether all of it is there before it is saved. Modules that are built here come to it when it is resumed.
    pub fn is_complete(&self) -> bool {
        self.share.is_none() && self.module.is_none()
    }

    /// The same, with the command started before the machine is saved, as it is when that has written something. `None` where
    /// that is too early.
    pub fn started(&self) -> Option<Command> {
        self.is_complete().then(|| {
            let mut command = self.command();
            command.arg("--save-after-output");
            command
        })
    }

    /// Where the guest sees a module that is not loaded.
    pub fn path_of(&self, module: &str) -> String {
        let folder = if self.share.is_some() { "/mnt/share" } else { initramfs::MODULES };
        format!("{folder}/{module}")
    }
}

/// Everything that the test, the kernel and `vm` said.
pub fn failure(output: &Output) -> Failed {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{}\n{}", stdout.trim(), stderr.trim()).trim().into()
}
