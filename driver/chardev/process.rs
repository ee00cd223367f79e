// SPDX-License-Identifier: GPL-2.0

//! What each process does with the devices.

use super::{
    abstractions::{
        debugfs::Show,
        hash_table::HashTable, //
    },
    caller::Caller,
};
use core::num::Wrapping;
use kernel::{
    new_mutex,
    new_spinlock,
    prelude::*,
    seq_file::SeqFile,
    seq_print,
    sync::{
        Arc,
        Mutex,
        SpinLock, //
    },
    task::Pid, //
};

/// As many processes as there are buckets, 2 to the power of this, are found at once.
const TABLE_BITS: u32 = 6;

/// What was done through the files that a process opened.
///
/// A count that has no end starts over, as in C: it is no reason to stop the kernel.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counters {
    /// Successful opens.
    pub(crate) opens: Wrapping<u64>,
    /// Successful `SET_DATA`.
    pub(crate) sets: Wrapping<u64>,
    /// Successful `GET_DATA`.
    pub(crate) gets: Wrapping<u64>,
    /// Bytes that came in: the sizes of what was set, and what was written.
    pub(crate) bytes_in: Wrapping<u64>,
    /// Bytes that went out: the sizes of what was got, and what was read.
    pub(crate) bytes_out: Wrapping<u64>,
}

/// A process that has a device open.
#[pin_data]
struct Process {
    /// The process, as it was when it opened the first of its files.
    caller: Caller,
    #[pin]
    counters: SpinLock<Counters>,
}

/// A process in the table, which stays there as long as a file that it opened.
struct Tracked {
    process: Arc<Process>,
    files: usize,
}

/// The processes that have a device open.
#[pin_data]
pub(crate) struct Processes {
    #[pin]
    table: Mutex<HashTable<Pid, Tracked>>,
}

impl Processes {
    /// Makes an empty table.
    pub(crate) fn new() -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            table <- {
                let table = HashTable::new(TABLE_BITS)?;
                new_mutex!(table)
            },
        })
    }

    /// Counts an open file for the process that calls.
    ///
    /// What is done through the file counts for that process too, whichever process does it: after a
    /// fork, nobody tells the driver who has it.
    ///
    /// So a file may outlive the process that opened it. Should the kernel give the process id to
    /// another one meanwhile, that one is counted as the same process.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory.
    pub(crate) fn opened(self: &Arc<Self>, caller: Caller) -> Result<ProcessFile> {
        let mut table = self.table.lock();
        let process = match table.get_mut(&caller.pid) {
            Some(tracked) => {
                tracked.files += 1;
                tracked.process.clone()
            }
            None => {
                let process = Arc::pin_init(
                    pin_init!(Process {
                        caller,
                        counters <- new_spinlock!(Counters::default()),
                    }),
                    GFP_KERNEL_ACCOUNT,
                )?;
                let tracked = Tracked {
                    process: process.clone(),
                    files: 1,
                };
                table.insert(caller.pid, tracked, GFP_KERNEL_ACCOUNT)?;
                process
            }
        };
        drop(table);

        process.counters.lock().opens += 1;
        Ok(ProcessFile {
            caller,
            process,
            processes: self.clone(),
        })
    }
}

/// An open file of a process, which leaves the table when the last of them is dropped.
pub(crate) struct ProcessFile {
    caller: Caller,
    process: Arc<Process>,
    processes: Arc<Processes>,
}

impl ProcessFile {
    /// Returns the process, as it was when it opened the file.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Changes the counters of the process.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Counters)) {
        change(&mut self.process.counters.lock());
    }
}

impl Drop for ProcessFile {
    fn drop(&mut self) {
        let pid = self.caller.pid;
        let mut table = self.processes.table.lock();
        if let Some(tracked) = table.get_mut(&pid) {
            tracked.files -= 1;
            if tracked.files == 0 {
                table.remove(&pid);
            }
        }
    }
}

/// The debugfs file with the counters of all processes, one on a line.
pub(crate) struct ProcessesFile(pub(crate) Arc<Processes>);

#[vtable]
impl Show for ProcessesFile {
    fn show(&self, seq: &SeqFile) {
        let table = self.0.table.lock();
        for (_, Tracked { process, files }) in &*table {
            let counters = *process.counters.lock();
            seq_print!(
                seq,
                "{} files={files} opens={} sets={} gets={} bytes_in={} bytes_out={}\n",
                process.caller,
                counters.opens.0,
                counters.sets.0,
                counters.gets.0,
                counters.bytes_in.0,
                counters.bytes_out.0
            );
        }
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_process)]
mod tests {
    use super::*;

    fn table() -> Result<Arc<Processes>> {
        Arc::pin_init(Processes::new(), GFP_KERNEL)
    }

    fn other() -> Caller {
        let caller = Caller::current();
        Caller {
            pid: caller.pid + 1,
            ..caller
        }
    }

    /// How many processes there are, and how many files of the current one.
    fn counts(processes: &Processes) -> (usize, Option<usize>) {
        let mut table = processes.table.lock();
        let files = table
            .get_mut(&Caller::current().pid)
            .map(|tracked| tracked.files);
        (table.into_iter().count(), files)
    }

    #[test]
    fn a_process_stays_as_long_as_its_files() -> Result {
        let processes = table()?;
        let first = processes.opened(Caller::current())?;
        let second = processes.opened(Caller::current())?;
        assert_eq!(counts(&processes), (1, Some(2)));
        drop(first);
        assert_eq!(counts(&processes), (1, Some(1)));
        drop(second);
        assert_eq!(counts(&processes), (0, None));
        Ok(())
    }

    #[test]
    fn each_process_has_its_own_counters() -> Result {
        let processes = table()?;
        let mine = processes.opened(Caller::current())?;
        let theirs = processes.opened(other())?;
        mine.count(|counters| counters.sets += 1);
        assert_eq!(mine.process.counters.lock().sets.0, 1);
        assert_eq!(theirs.process.counters.lock().sets.0, 0);
        assert_eq!(theirs.process.counters.lock().opens.0, 1);
        Ok(())
    }

    #[test]
    fn a_count_starts_over() -> Result {
        let processes = table()?;
        let file = processes.opened(Caller::current())?;
        file.count(|counters| counters.bytes_in = Wrapping(u64::MAX));
        file.count(|counters| counters.bytes_in += 2);
        assert_eq!(file.process.counters.lock().bytes_in.0, 1);
        Ok(())
    }
}
