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

/// By whom and when something was set.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    caller: Caller,
    /// Nanoseconds since 1970, by the clock that `CLOCK_REALTIME` is.
    time_ns: u64,
}

impl Origin {
    /// Returns the current process, and now.
    pub(crate) fn current() -> Self {
        Self {
            caller: Caller::current(),
            time_ns: RealTime::ktime_get() as u64,
        }
    }
}

/// One SET: what was set, by whom and when.
#[pin_data]
pub(crate) struct Set {
    data: IoctlInfo,
    origin: Origin,
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
    /// Makes the record of a SET.
    fn new(data: &IoctlInfo, origin: &Origin) -> Result<ListArc<Self>> {
        ListArc::pin_init(
            try_pin_init!(Self {
                data: *data,
                origin: *origin,
                links <- ListLinks::new(),
            }),
            GFP_KERNEL,
        )
    }

    /// Makes it the record of another SET.
    fn renew(self: Pin<&mut Self>, data: &IoctlInfo, origin: &Origin) {
        let this = self.project();
        *this.data = *data;
        *this.origin = *origin;
    }

    /// Returns what was set.
    pub(crate) fn data(&self) -> &IoctlInfo {
        &self.data
    }

    /// Returns who set it.
    pub(crate) fn caller(&self) -> &Caller {
        &self.origin.caller
    }

    /// Returns when it was set, in nanoseconds since 1970.
    pub(crate) fn time_ns(&self) -> u64 {
        self.origin.time_ns
    }

    /// Returns the record as user space gets it.
    pub(crate) fn to_entry(&self, sequence: u64) -> HistoryEntry {
        HistoryEntry {
            sequence,
            time_ns: self.origin.time_ns,
            pid: self.origin.caller.pid,
            // A SET with a larger size is refused.
            size: self.data.size as u32,
            comm: self.origin.caller.comm.to_bytes(),
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

    /// Adds a SET. If there are too many, the oldest makes room for it.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory for one more. The history is as it was.
    pub(crate) fn push(&mut self, data: &IoctlInfo, origin: &Origin) -> Result {
        let set = match self.take_oldest() {
            Some(mut set) => {
                set.as_mut().renew(data, origin);
                set.into()
            }
            None => Set::new(data, origin)?,
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

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_history)]
mod tests {
    use super::*;
    use zerocopy::FromZeros;

    /// What the SET with this number sets.
    fn data(number: u64) -> IoctlInfo {
        IoctlInfo {
            size: number as usize,
            ..IoctlInfo::new_zeroed()
        }
    }

    /// The history after so many SETs.
    fn after(sets: u64) -> Result<History> {
        let mut history = History::new();
        let origin = Origin::current();
        for number in 1..=sets {
            history.push(&data(number), &origin)?;
        }
        Ok(history)
    }

    #[test]
    fn is_empty_before_the_first_set() {
        let history = History::new();
        assert_eq!(history.sequence(), 0);
        assert_eq!(history.len(), 0);
        assert!(history.latest().is_none());
        assert!(history.iter().next().is_none());
    }

    #[test]
    fn keeps_all_while_there_is_room() -> Result {
        let history = after(CHARDEV_HISTORY_MAX as u64)?;
        assert_eq!(history.len(), CHARDEV_HISTORY_MAX);
        assert!(history
            .iter()
            .map(|(sequence, set)| (sequence, set.data().size as u64))
            .eq((1..=CHARDEV_HISTORY_MAX as u64).map(|number| (number, number))));
        Ok(())
    }

    #[test]
    fn the_oldest_makes_room() -> Result {
        let sets = 2 * CHARDEV_HISTORY_MAX as u64 + 1;
        let history = after(sets)?;
        assert_eq!(history.sequence(), sets);
        assert_eq!(history.len(), CHARDEV_HISTORY_MAX);
        assert!(history
            .iter()
            .map(|(sequence, set)| (sequence, set.data().size as u64))
            .eq((CHARDEV_HISTORY_MAX as u64 + 2..=sets).map(|number| (number, number))));
        assert_eq!(
            history.latest().map(|set| set.data().size as u64),
            Some(sets)
        );
        Ok(())
    }

    #[test]
    fn an_entry_is_what_user_space_gets() -> Result {
        let before = RealTime::ktime_get() as u64;
        let history = after(3)?;
        let set = history.latest().ok_or(EINVAL)?;
        let entry = set.to_entry(3);
        assert_eq!((entry.sequence, entry.size), (3, 3));
        assert_eq!(entry.pid, Caller::current().pid);
        assert_eq!(entry.comm, Caller::current().comm.to_bytes());
        assert!((before..=RealTime::ktime_get() as u64).contains(&entry.time_ns));
        Ok(())
    }
}
