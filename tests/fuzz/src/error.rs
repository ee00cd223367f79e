// SPDX-License-Identifier: MIT OR Apache-2.0

use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

/// Why the driver cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The module cannot be loaded.
    #[error("loading {}: {reason}; run this as root in the machine, with the module that belongs to its kernel", path.display())]
    Load { path: PathBuf, reason: io::Error },
    /// The module cannot be unloaded.
    #[error("unloading chardev: {0}; run this as root in the machine, and close all of its devices before")]
    Unload(Errno),
    /// The fuzzer itself lacks something.
    #[error("preparing to call the driver: {0}; give the machine more memory")]
    Prepare(Errno),
    /// The kernel has KCOV, but it cannot be used.
    #[error("using /sys/kernel/debug/kcov: {0}; run this as root, once at a time")]
    Coverage(io::Error),
    /// What the driver counts cannot be saved.
    #[error(transparent)]
    Counters(#[from] coverage::Error),
    /// There is nothing to replay.
    #[error("reading {}: {reason}; name a file with the operations that fuzz printed", path.display())]
    Replay { path: PathBuf, reason: io::Error },
    /// What is to be replayed are no operations.
    #[error("reading {}, line {line}: {reason}; give one operation a line, as fuzz prints them", path.display())]
    Operation { path: PathBuf, line: usize, reason: serde_json::Error },
}
