// SPDX-License-Identifier: GPL-2.0

//! One of the devices.

use super::{
    abstractions::{
        debugfs::Show,
        quoted::Quoted,
        rw_semaphore::{
            new_rw_semaphore,
            RwSemaphore, //
        },
    },
    history::{
        History,
        Set, //
    },
    uapi::{
        ChardevHistory,
        IoctlInfo,
        CHARDEV_DATA_MAX, //
    },
};
use kernel::{
    prelude::*,
    seq_file::SeqFile,
    seq_print,
    sync::Arc, //
};
use zerocopy::FromZeros;

/// What belongs to a minor number, whoever has it open.
#[pin_data]
pub(crate) struct Minor {
    index: usize,
    #[pin]
    state: RwSemaphore<State>,
}

/// What a SET changes as a whole.
struct State {
    data: IoctlInfo,
    history: History,
}

impl Minor {
    /// Makes the device with this index. Its data is all zero.
    pub(crate) fn new(index: usize) -> impl PinInit<Self> {
        pin_init!(Self {
            index,
            state <- new_rw_semaphore!(State {
                data: IoctlInfo::new_zeroed(),
                history: History::new(),
            }),
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
    pub(crate) fn set(&self, data: IoctlInfo) -> Result {
        if data.size > CHARDEV_DATA_MAX {
            return Err(EINVAL);
        }

        let set = Set::now(data)?;
        let mut state = self.state.write();
        state.data = data;
        let forgotten = state.history.push(set);
        drop(state);

        // Memory is freed when nobody has to wait for it.
        drop(forgotten);
        Ok(())
    }

    /// Returns the data, as one [`set`](Self::set) stored it.
    pub(crate) fn get(&self) -> IoctlInfo {
        self.state.read().data
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
