// SPDX-License-Identifier: MIT OR Apache-2.0

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Any bytes: arguments, paths, input and output need not be UTF-8.
pub type Bytes = ByteBuf;

/// From the host to the guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// To a machine that was resumed: answer with [`Event::Up`].
    Hello,
    /// Get ready for a command; once per machine.
    Prepare(Setup),
    /// The next piece of the files of [`Setup::modules`], which follow each other.
    Piece(Bytes),
    /// Start the command; once per machine.
    Run(Command),
    /// Standard input of the command.
    Input(Bytes),
    /// Standard input is at its end.
    InputEnd,
    /// The terminal has another size now.
    Resize(WindowSize),
    /// Everything has arrived: power off.
    PowerOff,
}

/// What differs between machines that were one until they were resumed, and what to do before the command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The time of day, since 1970.
    pub time: Duration,
    /// Random bytes, of which the kernel makes all of its random numbers from here on.
    pub seed: Bytes,
    /// Mount the shared folder.
    pub share: bool,
    /// Load the modules that the guest comes with.
    pub own_modules: bool,
    /// Modules of the host's. One replaces that of the same name which the guest comes with.
    pub modules: Vec<Module>,
}

/// A kernel module that the host sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// `chardev`
    pub name: String,
    /// As insmod takes them: `devices=4 major=240`.
    pub parameters: String,
    /// The bytes of its file.
    pub length: u64,
}

/// What to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The program, looked up in `PATH` when it has no slash, and its arguments.
    pub argv: Vec<Bytes>,
    /// Variables added to init's own environment.
    pub environment: Vec<(Bytes, Bytes)>,
    /// With a size, the command gets a terminal of that size, and all its output is [`Stream::Stdout`]; else, three pipes.
    pub terminal: Option<WindowSize>,
}

/// A terminal's size in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSize {
    /// Height.
    pub rows: u16,
    /// Width.
    pub columns: u16,
}

/// From the guest to the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The guest has booted, or was resumed.
    Up {
        /// The guest's [`crate::VERSION`].
        version: u32,
    },
    /// The guest has done what [`Request::Prepare`] says, and will run what it is told.
    Ready,
    /// The guest cannot become ready, or cannot run the command. Nothing follows.
    Failed(Failure),
    /// The command wrote something.
    Output(Stream, Bytes),
    /// The command ended, and all its output has been sent.
    Ended(Ended),
}

/// Which output of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stream {
    /// Standard output, or the terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// What `wait` said.
    pub outcome: Outcome,
    /// What the kernel thinks of itself by now.
    pub taint: Taint,
}

/// What `wait` says of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It exited with this status.
    Exited(u8),
    /// This signal ended it.
    Signaled(u8),
}

impl Outcome {
    /// As a shell's `$?`: the status, or 128 and the signal's number.
    pub fn status(self) -> u8 {
        match self {
            Self::Exited(status) => status,
            Self::Signaled(signal) => 128 | signal,
        }
    }
}

/// `/proc/sys/kernel/tainted`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taint(pub u64);

impl Taint {
    /// The bits that say the kernel misbehaved, with their names from Documentation/admin-guide/tainted-kernels.rst.
    /// The others record what was loaded into it.
    const FAULTS: [(u32, &'static str); 4] =
        [(5, "bad page"), (7, "died: oops or BUG"), (9, "warning"), (14, "soft lockup")];

    /// The faults among the bits.
    pub fn faults(self) -> impl Iterator<Item = &'static str> {
        Self::FAULTS.into_iter().filter(move |(bit, _)| (self.0 >> bit) & 1 == 1).map(|(_, name)| name)
    }
}

/// Why the guest could not do its part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// It could not get ready.
    Setup {
        /// What was being done: `loading /lib/modules/chardev.ko`.
        doing: String,
        /// What went wrong.
        reason: String,
    },
    /// There is no such program.
    NotFound,
    /// The program is there but does not start.
    NotExecutable {
        /// The kernel's reason.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_that_of_a_shell() {
        assert_eq!(Outcome::Exited(3).status(), 3);
        assert_eq!(Outcome::Signaled(9).status(), 137);
    }

    #[test]
    fn an_out_of_tree_module_is_no_fault() {
        let out_of_tree_and_unsigned = Taint((1 << 12) | (1 << 13));
        assert_eq!(out_of_tree_and_unsigned.faults().count(), 0);
    }

    #[test]
    fn warnings_and_oopses_are_faults() {
        let taint = Taint((1 << 7) | (1 << 9) | (1 << 12));
        assert_eq!(taint.faults().collect::<Vec<_>>(), ["died: oops or BUG", "warning"]);
    }
}
