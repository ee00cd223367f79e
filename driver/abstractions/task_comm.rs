// SPDX-License-Identifier: GPL-2.0

//! Command names of tasks.
//!
//! C header: [`include/linux/sched.h`](srctree/include/linux/sched.h)

use super::quoted::Quoted;
use kernel::{
    bindings,
    fmt,
    task::Task, //
};

/// How many bytes a command name has, with the NUL that ends it.
pub const TASK_COMM_LEN: usize = bindings::TASK_COMM_LEN as usize;

/// The command name of a task, as it was at one moment.
///
/// Programs choose it themselves: it may hold any byte but NUL, and need not tell the truth.
///
/// # Invariants
///
/// There is at least one NUL, and all bytes after the first are NUL.
///
/// # Examples
///
/// ```
/// let comm = TaskComm::of(current!());
///
/// assert!(comm.name().len() < TASK_COMM_LEN);
/// pr_info!("called by {comm}\n");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskComm([u8; TASK_COMM_LEN]);

impl TaskComm {
    /// Takes a copy of the name of `task`.
    ///
    /// A name that changes meanwhile may come out as the start of one and the rest of the other, as
    /// in C.
    pub fn of(task: &Task) -> Self {
        let mut name = [0; TASK_COMM_LEN];

        // The same as `get_task_comm`.
        // SAFETY: Source and destination are valid for `TASK_COMM_LEN` bytes: a `Task` is valid, and
        // so is its name, whatever it is changed to meanwhile.
        unsafe {
            bindings::sized_strscpy(
                name.as_mut_ptr(),
                (&raw const (*task.as_ptr()).comm).cast(),
                TASK_COMM_LEN,
            )
        };

        // INVARIANT: `sized_strscpy` ends what it copies with NUL, and what comes after that it
        // leaves NUL.
        Self(name)
    }

    /// Returns the name without the NUL.
    pub fn name(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// Returns the name with the NUL, and NUL up to [`TASK_COMM_LEN`].
    pub fn to_bytes(self) -> [u8; TASK_COMM_LEN] {
        self.0
    }
}

/// Shows the name in quotes, with what cannot be printed escaped.
impl fmt::Display for TaskComm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Quoted(self.name()).fmt(f)
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_task_comm)]
mod tests {
    use super::*;
    use kernel::prelude::*;

    #[test]
    fn a_name_ends() {
        let comm = TaskComm::of(current!());
        assert!(!comm.name().is_empty());
        assert!(!comm.name().contains(&0));
        assert!(comm.to_bytes().starts_with(comm.name()));
        assert!(comm.to_bytes()[comm.name().len()..]
            .iter()
            .all(|byte| *byte == 0));
    }
}
