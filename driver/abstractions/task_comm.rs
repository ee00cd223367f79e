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
        // SAFETY: A `Task` is valid, so this is in bounds.
        let comm = unsafe { &raw const (*task.as_ptr()).comm }.cast::<u8>();
        let mut name = [0; TASK_COMM_LEN];

        // INVARIANT: The last byte is left NUL, and so are those after the first NUL.
        for (index, byte) in name[..TASK_COMM_LEN - 1].iter_mut().enumerate() {
            // SAFETY: `index` is within `comm`, which is valid for as long as the task is. Whoever
            // changes it meanwhile does so byte by byte or word by word, and every value is a `u8`.
            *byte = unsafe { comm.add(index).read_volatile() };
            if *byte == 0 {
                break;
            }
        }
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
