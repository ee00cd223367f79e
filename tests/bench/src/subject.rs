// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is measured by turns.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;

use crate::work::{Work, ARCHITECTURE, BOOT_LOG, ROUND_TRIP};

/// What a user types, the machine by itself, and what would do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// `./nixw run .#vm`, with everything built.
    Built,
    /// The machine without Nix around it.
    Machine,
    /// The same, resumed where it had been saved.
    Resumed,
    /// The same kernel and module, booted by virtme-ng.
    Virtme,
    /// The machine without its module, for a command that needs none.
    Bare,
    /// The same with Debian's kernel.
    Debian,
    /// The machine, and what its kernel said of the boot.
    Log,
    /// The same, started from a disk by UEFI firmware.
    DiskLog,
}

/// The commands that run machines.
#[derive(Debug, PartialEq, Eq)]
pub struct Machines {
    /// The `vm` command.
    pub vm: PathBuf,
    /// The same, for a machine that starts from a disk.
    pub disk: Option<PathBuf>,
    /// The same, with Debian's kernel.
    pub debian: Option<PathBuf>,
    /// virtme-ng, with our kernel and a root file system.
    pub virtme: Option<PathBuf>,
}

/// In no folder is no state.
const NO_STATE: &str = "";

impl Subject {
    /// In the order in which they take turns.
    pub const ALL: [Self; 8] =
        [Self::Built, Self::Machine, Self::Resumed, Self::Virtme, Self::Bare, Self::Debian, Self::Log, Self::DiskLog];

    /// As the report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Built => "with everything built",
            Self::Machine => "the machine itself",
            Self::Resumed => "the machine resumed",
            Self::Virtme => "virtme-ng with our kernel",
            Self::Bare => "the machine, without the module",
            Self::Debian => "the machine with Debian's kernel",
            Self::Log => "the machine, for its log",
            Self::DiskLog => "the machine from a disk",
        }
    }

    /// What the repository promises, in seconds, on 2 processors without KVM.
    pub fn goal(self) -> Option<f64> {
        match self {
            Self::Built => Some(2.5),
            Self::Machine => Some(1.0),
            Self::Resumed => Some(0.2),
            _ => None,
        }
    }

    /// Which one, with the same work, it is compared with.
    pub fn reference(self) -> Option<Self> {
        match self {
            Self::Built | Self::Machine | Self::Resumed | Self::Virtme => Some(Self::Machine),
            Self::Bare | Self::Debian => Some(Self::Bare),
            Self::Log | Self::DiskLog => None,
        }
    }

    /// What it does.
    pub fn work(self) -> &'static Work {
        match self {
            Self::Built | Self::Machine | Self::Resumed | Self::Virtme => &ROUND_TRIP,
            Self::Bare | Self::Debian => &ARCHITECTURE,
            Self::Log | Self::DiskLog => &BOOT_LOG,
        }
    }

    /// Whether it tells where its time went.
    pub fn has_phases(self) -> bool {
        !matches!(self, Self::Built | Self::Virtme)
    }

    /// The command for it; `None` where there is no such machine.
    pub fn command(self, repository: &Path, machines: &Machines, states: &Path) -> Option<Command> {
        match self {
            Self::Built => Some(self.built(repository)),
            Self::Machine | Self::Log => Some(self.machine(&machines.vm, Path::new(NO_STATE))),
            Self::Resumed => Some(self.machine(&machines.vm, states)),
            Self::Bare => {
                let mut command = Command::new(&machines.vm);
                command.arg("--no-module");
                Some(self.options(command, Path::new(NO_STATE)))
            }
            Self::Debian => Some(self.machine(machines.debian.as_ref()?, Path::new(NO_STATE))),
            Self::DiskLog => Some(self.machine(machines.disk.as_ref()?, Path::new(NO_STATE))),
            Self::Virtme => {
                let mut command = Command::new(machines.virtme.as_ref()?);
                let work = self.work().command.join(" ");
                command.args(["--script-sh", &format!("insmod /lib/modules/chardev.ko && {work}")]);
                command.stderr(Stdio::piped());
                Some(command)
            }
        }
    }

    fn built(self, repository: &Path) -> Command {
        let mut command = Command::new("./nixw");
        command.args(["run", ".#vm", "--"]).args(self.work().command).current_dir(repository).stderr(Stdio::piped());
        command
    }

    fn machine(self, vm: &Path, states: &Path) -> Command {
        self.options(Command::new(vm), states)
    }

    fn options(self, mut command: Command, states: &Path) -> Command {
        command.env("FERRITE_STATE", states).args(["--timings", "--"]).args(self.work().command);
        command.stderr(Stdio::piped());
        command
    }
}
