// SPDX-License-Identifier: GPL-2.0

//! The latest SETs of a device.

use super::{
    caller::Caller,
    uapi::{
        HistoryEntry,
        IoctlInfo,
        CHARDEV_HISTORY_MAX, //
    },
};
use kernel::{
    list::{
        impl_list_arc_safe,
        impl_list_item,
        List,
        ListArc,
        ListLinks, //
    },
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
    time::{
        ClockSource,
        RealTime, //
    }, //
};

/// One SET: what was set, by whom and when.
#[pin_data]
pub(crate) struct Set {
    data: IoctlInfo,
    caller: Caller,
    /// Nanoseconds since 1970, by the clock that `CLOCK_REALTIME` is.
    time_ns: u64,
    #[pin]
    links: ListLinks,
}

impl_list_arc_safe! {
    impl ListArcSafe<0> for Set { untracked; }
}
impl_list_item! {
    impl ListItem<0> for Set { using ListLinks { self.links }; }
}

impl Set {
    /// Makes the record of a SET by the current process, now.
    fn now(data: &IoctlInfo) -> Result<ListArc<Self>> {
        ListArc::pin_init(
            try_pin_init!(Self {
                data: *data,
                caller: Caller::current(),
                time_ns: RealTime::ktime_get() as u64,
                links <- ListLinks::new(),
            }),
            GFP_KERNEL,
        )
    }

    /// Makes it the record of another SET by the current process, now.
    fn renew(self: Pin<&mut Self>, data: &IoctlInfo) {
        let this = self.project();
        *this.data = *data;
        *this.caller = Caller::current();
        *this.time_ns = RealTime::ktime_get() as u64;
    }

    /// Returns what was set.
    pub(crate) fn data(&self) -> &IoctlInfo {
        &self.data
    }

    /// Returns who set it.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Returns when it was set, in nanoseconds since 1970.
    pub(crate) fn time_ns(&self) -> u64 {
        self.time_ns
    }

    /// Returns the record as user space gets it.
    pub(crate) fn to_entry(&self, sequence: u64) -> HistoryEntry {
        HistoryEntry {
            sequence,
            time_ns: self.time_ns,
            pid: self.caller.pid,
            // A SET with a larger size is refused.
            size: self.data.size as u32,
            comm: self.caller.comm.to_bytes(),
            buf: self.data.buf,
        }
    }
}

/// The latest SETs, of which there are at most [`CHARDEV_HISTORY_MAX`].
///
/// Each has a sequence number: the first SET of the device has 1.
///
/// # Invariants
///
/// `sets` holds the SETs with the sequence numbers up to `sequence`, in ascending order without a
/// gap: all of them, or [`CHARDEV_HISTORY_MAX`] if there are more.
pub(crate) struct History {
    sets: List<Set>,
    sequence: u64,
}

impl History {
    /// Makes the history of a device that nobody has set.
    pub(crate) fn new() -> Self {
        // INVARIANT: There is no SET yet.
        Self {
            sets: List::new(),
            sequence: 0,
        }
    }

    /// Adds a SET by the current process, now. If there are too many, the oldest makes room for it.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory for one more. The history is as it was.
    pub(crate) fn push(&mut self, data: &IoctlInfo) -> Result {
        let set = match self.take_oldest() {
            Some(mut set) => {
                set.as_mut().renew(data);
                set.into()
            }
            None => Set::now(data)?,
        };

        // INVARIANT: The new one has the next number. If there were as many as there may be, the
        // oldest one is gone.
        self.sets.push_back(set);
        self.sequence += 1;
        Ok(())
    }

    /// Takes out the oldest SET, if there are as many as there may be.
    fn take_oldest(&mut self) -> Option<Pin<UniqueArc<Set>>> {
        if self.len() < CHARDEV_HISTORY_MAX {
            return None;
        }
        // The list has the only reference to it, so that it is not dropped.
        Arc::into_unique_or_drop(self.sets.pop_front()?.into_arc())
    }

    /// Returns the sequence number of the latest SET, or 0 if there is none.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Returns how many SETs are kept.
    pub(crate) fn len(&self) -> usize {
        self.sequence.min(CHARDEV_HISTORY_MAX as u64) as usize
    }

    /// Returns the SETs that are kept with their sequence numbers, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, ArcBorrow<'_, Set>)> {
        let first = self.sequence - self.len() as u64 + 1;
        (first..).zip(&self.sets)
    }

    /// Returns the latest SET.
    pub(crate) fn latest(&self) -> Option<ArcBorrow<'_, Set>> {
        self.sets.iter().last()
    }
}
