// SPDX-License-Identifier: GPL-2.0

//! One of the devices.

use super::{
    abstractions::{
        compat::PollCondVarBox,
        debugfs::Show,
        quoted::Quoted,
        rw_semaphore::{
            new_rw_semaphore,
            RwSemaphore, //
        },
    },
    history::{
        History,
        Origin, //
    },
    uapi::{
        ChardevHistory,
        IoctlInfo,
        CHARDEV_DATA_MAX, //
    },
};
use kernel::{
    fs::File,
    new_spinlock,
    prelude::*,
    seq_file::SeqFile,
    seq_print,
    static_lock_class,
    sync::{
        poll::PollTable,
        Arc,
        CondVarTimeoutResult,
        SpinLock, //
    },
    time::Jiffies, //
};
use zerocopy::FromZeros;

/// What belongs to a minor number, whoever has it open.
#[pin_data]
pub(crate) struct Minor {
    index: usize,
    #[pin]
    state: RwSemaphore<State>,
    /// The number of the latest SET, as the history has it, for those who wait for it to change.
    /// Written only with `state` held for writing.
    #[pin]
    sequence: SpinLock<u64>,
    /// Notified after `sequence` changed.
    changed: PollCondVarBox,
}

/// What a SET changes as a whole.
struct State {
    data: IoctlInfo,
    history: History,
}

impl Minor {
    /// Makes the device with this index. Its data is all zero.
    pub(crate) fn new(index: usize) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            index,
            state <- new_rw_semaphore!(State {
                data: IoctlInfo::new_zeroed(),
                history: History::new(),
            }),
            sequence <- new_spinlock!(0),
            changed: PollCondVarBox::new(c"chardev_changed", static_lock_class!())?,
        })
    }

    /// Replaces the data, on behalf of the current process.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`] if the size is more than there is room for.
    /// - [`ENOMEM`] if there is no memory to remember the SET in.
    ///
    /// The data stays as it was.
    pub(crate) fn set(&self, data: &IoctlInfo) -> Result {
        if data.size > CHARDEV_DATA_MAX {
            return Err(EINVAL);
        }

        let origin = Origin::current();
        let mut state = self.state.write();
        state.history.push(data, &origin)?;
        state.data = *data;
        *self.sequence.lock() = state.history.sequence();
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Copies the data, as one [`set`](Self::set) stored it, and returns the number of that SET.
    pub(crate) fn get(&self, data: &mut IoctlInfo) -> u64 {
        let state = self.state.read();
        *data = state.data;
        state.history.sequence()
    }

    /// Returns the number of the latest SET, or 0 if there is none.
    pub(crate) fn sequence(&self) -> u64 {
        *self.sequence.lock()
    }

    /// Waits until the number of the latest SET is another than `known`, and returns it.
    ///
    /// # Errors
    ///
    /// - [`ETIMEDOUT`] if it was the same for as long as `timeout`.
    /// - [`ERESTARTSYS`] or, with a timeout, [`EINTR`] if the process gets a signal.
    pub(crate) fn wait(&self, known: u64, timeout: Option<Jiffies>) -> Result<u64> {
        let mut remaining = timeout;
        let mut interrupted = None;
        let mut sequence = self.sequence.lock();

        while *sequence == known {
            if let Some(err) = interrupted {
                return Err(err);
            }
            match remaining.as_mut() {
                None => {
                    if self.changed.wait_interruptible(&mut sequence) {
                        interrupted = Some(ERESTARTSYS);
                    }
                }
                Some(0) => return Err(ETIMEDOUT),
                Some(remaining) => {
                    match self
                        .changed
                        .wait_interruptible_timeout(&mut sequence, *remaining)
                    {
                        CondVarTimeoutResult::Woken { jiffies } => *remaining = jiffies,
                        CondVarTimeoutResult::Timeout => *remaining = 0,
                        // Starting anew would start the time anew.
                        CondVarTimeoutResult::Signal { .. } => interrupted = Some(EINTR),
                    }
                }
            }
        }
        Ok(*sequence)
    }

    /// Has those who poll `file` told of the next SET.
    pub(crate) fn register_wait(&self, file: &File, table: &PollTable<'_>) {
        table.register_wait(file, &self.changed);
    }

    /// Returns the latest SETs.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory.
    pub(crate) fn history(&self) -> Result<KBox<ChardevHistory>> {
        let mut history = KBox::<ChardevHistory>::init(pin_init::init_zeroed(), GFP_KERNEL)?;

        let state = self.state.read();
        history.sequence = state.history.sequence();
        history.count = state.history.len() as u32;
        for (entry, (sequence, set)) in history.entries.iter_mut().zip(state.history.iter()) {
            *entry = set.to_entry(sequence);
        }
        drop(state);
        Ok(history)
    }

    /// Writes what `/proc/PID/fdinfo/FD` says about the device.
    pub(crate) fn show_fdinfo(&self, seq: &SeqFile) {
        let state = self.state.read();
        seq_print!(seq, "chardev-index:\t{}\n", self.index);
        seq_print!(seq, "chardev-sequence:\t{}\n", state.history.sequence());
        if let Some(latest) = state.history.latest() {
            seq_print!(seq, "chardev-set-by:\t{}\n", latest.caller());
        }
    }
}

/// The debugfs file with the latest SETs of a device, one on a line, oldest first.
pub(crate) struct HistoryFile(pub(crate) Arc<Minor>);

#[vtable]
impl Show for HistoryFile {
    fn show(&self, seq: &SeqFile) {
        let state = self.0.state.read();
        for (sequence, set) in state.history.iter() {
            let data = set.data();
            seq_print!(
                seq,
                "sequence={sequence} time_ns={} {} size={} data={}\n",
                set.time_ns(),
                set.caller(),
                data.size,
                Quoted(&data.buf[..data.size])
            );
        }
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_minor)]
mod tests {
    use super::*;

    fn device() -> Result<Arc<Minor>> {
        Arc::pin_init(Minor::new(0), GFP_KERNEL)
    }

    fn data(size: usize, byte: u8) -> IoctlInfo {
        IoctlInfo {
            size,
            buf: [byte; CHARDEV_DATA_MAX],
        }
    }

    fn got(device: &Minor) -> (u64, usize, u8) {
        let mut data = data(0, 0);
        let sequence = device.get(&mut data);
        (sequence, data.size, data.buf[CHARDEV_DATA_MAX - 1])
    }

    #[test]
    fn gets_what_was_set() -> Result {
        let device = device()?;
        assert_eq!(got(&device), (0, 0, 0));
        device.set(&data(CHARDEV_DATA_MAX, 7))?;
        assert_eq!(got(&device), (1, CHARDEV_DATA_MAX, 7));
        Ok(())
    }

    #[test]
    fn a_size_without_room_changes_nothing() -> Result {
        let device = device()?;
        device.set(&data(1, 7))?;
        let refused = device.set(&data(CHARDEV_DATA_MAX + 1, 8));
        assert_eq!(refused.err(), Some(EINVAL));
        assert_eq!(got(&device), (1, 1, 7));
        assert_eq!(device.history()?.count, 1);
        Ok(())
    }

    #[test]
    fn waits_for_what_is_not_known_yet() -> Result {
        let device = device()?;
        device.set(&data(1, 7))?;
        assert_eq!(device.wait(0, None)?, 1);
        assert_eq!(device.wait(1, Some(1)).err(), Some(ETIMEDOUT));
        assert_eq!(device.wait(1, Some(0)).err(), Some(ETIMEDOUT));
        Ok(())
    }
}
