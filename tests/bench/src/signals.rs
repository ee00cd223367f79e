// SPDX-License-Identifier: MIT OR Apache-2.0

//! The signals that end a run, taken one after the other where they can be answered.

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};

use crate::error::Error;

/// Those that ask us to end, and the one that says that a child has.
const SIGNALS: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGCHLD];

/// Keeps the signals for [`next`]. Before any other thread starts.
pub fn block() -> Result<(), Error> {
    SigSet::from_iter(SIGNALS).thread_block().map_err(refused)
}

/// Waits for a signal. [`Signal::SIGCHLD`] may come once for several children, or for one that is known to have ended.
pub fn next() -> Result<Signal, Error> {
    SigSet::from_iter(SIGNALS).wait().map_err(refused)
}

fn refused(cause: Errno) -> Error {
    Error::new("wait for signals", cause, "the host lacks something that bench needs: see sigwait(3)")
}
