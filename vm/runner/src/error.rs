// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vm_protocol::{Corrupt, TooLong};

use crate::watcher::Report;

const LOG: &str = "see the kernel's whole log with --kernel-log FILE";

/// Why there is no status of the command to pass on.
///
/// Its text says what was being done, what went wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder that the user named, or the installation.
    #[error("cannot use {what} {}: {reason}\n{advice}", path.display())]
    File {
        /// `the kernel`
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
        /// What to do.
        advice: &'static str,
    },
    /// QEMU did not start.
    #[error("cannot start QEMU as {}: {reason}\ninstall qemu-system-aarch64, or name it with --qemu or FERRITE_QEMU", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// No saved state can be used.
    #[error("cannot use a saved state of {}: {reason}\nthe machine boots instead, which takes longer; if that stays so, name another folder with --state or FERRITE_STATE", folder.display())]
    State {
        /// The folder of states.
        folder: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// QEMU ended without the guest having been heard of.
    #[error("cannot run the machine: QEMU ended with\n{}\ncheck the options given to vm; the rest is QEMU's to explain", .0.trim_end())]
    Qemu(String),
    /// The guest was there, and ended, but not because the host asked.
    #[error(
        "cannot tell how the command ended: the machine powered off before it did{0}\nif it was not meant to, {LOG}"
    )]
    PoweredOff(Tail),
    /// The kernel reported a fault.
    #[error("the run failed: the kernel reported {}\n{}{}\nfor what came before it, {LOG}", .0.fault, .0.lines.join("\n"), Omitted(.0.omitted))]
    Fault(Report),
    /// The kernel reported nothing that was seen, but is tainted.
    #[error("the run failed: the kernel says that it is tainted by: {faults}{tail}\nfor more, {LOG}")]
    Tainted {
        /// Which faults.
        faults: String,
        /// The last lines of the console.
        tail: Tail,
    },
    /// The time was up.
    #[error("the run failed: the command did not end within {} s{hang}{tail}\nallow more with --timeout SECONDS, 0 for no limit", limit.as_secs_f64())]
    Timeout {
        /// The limit.
        limit: Duration,
        /// What it does instead.
        hang: Stacks,
        /// The last lines of the console.
        tail: Tail,
    },
    /// The guest does not end.
    #[error("the run failed: the machine did not {doing} within {} s{hang}{tail}\nits kernel may hang: {LOG}", limit.as_secs())]
    Stuck {
        /// `boot`
        doing: &'static str,
        /// What it had.
        limit: Duration,
        /// What it does instead.
        hang: Stacks,
        /// The last lines of the console.
        tail: Tail,
    },
    /// Init could not do its part.
    #[error("cannot prepare the guest: {doing}: {reason}{tail}\nthe module must be built for this very kernel; --no-module starts without it")]
    Setup {
        /// What init was doing.
        doing: String,
        /// Its reason.
        reason: String,
        /// The last lines of the console.
        tail: Tail,
    },
    /// There is no such program in the guest.
    #[error("cannot run {0}: there is no such program in the guest\nsee what there is: vm -- ls /bin; bring your own with --share DIR")]
    NotFound(String),
    /// The program does not start.
    #[error(
        "cannot run {program}: {reason}\nit must be an executable file, for aarch64 and linked statically, or a script"
    )]
    NotExecutable {
        /// The program.
        program: String,
        /// The guest kernel's reason.
        reason: String,
    },
    /// The command line does not fit in a message.
    #[error(
        "cannot run the command: its arguments are too long: {0}\nput them in a file and bring it with --share DIR"
    )]
    Arguments(#[from] TooLong),
    /// Init is of another build.
    #[error("cannot talk to the guest: {0}\nuse an initramfs and a vm of the same build")]
    Protocol(String),
    /// Something cannot be written where the user wants it.
    #[error("cannot write {what}: {reason}\ncheck where it goes: the disk may be full")]
    Output {
        /// `the kernel log`
        what: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
    /// Something else that the host refused.
    #[error("cannot {doing}: {reason}\nthe host lacks something that vm needs")]
    Host {
        /// What was being done.
        doing: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
}

/// The last lines of the console, to be added to a message.
#[derive(Debug)]
pub struct Tail(pub Vec<String>);

/// What a machine that does not end does, to be added to a message.
#[derive(Debug)]
pub struct Stacks(pub Vec<String>);

struct Omitted(usize);

impl Error {
    /// The exit status, as the help says it.
    pub fn status(&self) -> u8 {
        match self {
            Self::Fault(_) | Self::Tainted { .. } | Self::Stuck { .. } => 123,
            Self::Timeout { .. } => 124,
            Self::NotExecutable { .. } => 126,
            Self::NotFound(_) => 127,
            _ => 125,
        }
    }

    /// For a file that cannot be used.
    pub fn file(what: &'static str, path: &Path, reason: io::Error, advice: &'static str) -> Self {
        Self::File { what, path: path.to_owned(), reason, advice }
    }
}

impl From<Corrupt> for Error {
    fn from(corrupt: Corrupt) -> Self {
        Self::Protocol(corrupt.to_string())
    }
}

impl Display for Tail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("\nits console showed nothing");
        }
        write!(f, "\nthe last lines of its console:\n{}", self.0.join("\n"))
    }
}

impl Display for Stacks {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "\nwhere its processors and programs are:\n{}", self.0.join("\n"))
    }
}

impl Display for Omitted {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            lines => write!(f, "\n({lines} more lines)"),
        }
    }
}
