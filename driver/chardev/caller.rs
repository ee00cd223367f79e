// SPDX-License-Identifier: GPL-2.0

//! Who calls the driver.

use super::abstractions::task_comm::TaskComm;
use kernel::{
    fmt,
    prelude::*,
    task::Pid, //
};

/// A process, as it was when it called.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    /// The process id, as the initial pid namespace has it.
    pub(crate) pid: Pid,
    /// The command, which is the name of the process's first thread.
    pub(crate) comm: TaskComm,
}

impl Caller {
    /// Returns the process whose system call this is.
    pub(crate) fn current() -> Self {
        let task = current!();
        Self {
            pid: task.group_leader().pid(),
            comm: TaskComm::of(task.group_leader()),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid={} comm=", self.pid)?;
        self.comm.fmt(f)
    }
}
