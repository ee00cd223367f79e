// SPDX-License-Identifier: MIT OR Apache-2.0

//! A device: its data and its latest SETs.

use std::collections::VecDeque;

use chardev_abi::{BUF_SIZE, HISTORY_SIZE};
use nix::errno::Errno;

use crate::outcome::{Content, Entry, Outcome};

/// A device.
#[derive(Default)]
pub struct Minor {
    sequence: u64,
    /// Oldest first.
    sets: VecDeque<Entry>,
}

impl Minor {
    /// Replaces the data.
    pub fn set(&mut self, stamp: u64, size: u64, process: usize) -> Result<(), Errno> {
        if size > BUF_SIZE as u64 {
            return Err(Errno::EINVAL);
        }
        self.sequence += 1;
        self.sets.push_back(Entry {
            sequence: self.sequence,
            process: Some(process),
            size: size as u32,
            content: Content::Stamp(stamp),
        });
        if self.sets.len() > HISTORY_SIZE {
            self.sets.pop_front();
        }
        Ok(())
    }

    /// The size and what was set.
    pub fn get(&self) -> (u64, Content) {
        self.sets.back().map_or((0, Content::Zero), |latest| (latest.size.into(), latest.content.clone()))
    }

    /// The number of the latest SET.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The latest SETs.
    pub fn history(&self) -> Outcome {
        Outcome::History {
            flags: 0,
            sequence: self.sequence,
            entries: self.sets.iter().cloned().collect(),
            rest_is_zero: true,
            times_ascend: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_latest_sixteen() {
        let mut minor = Minor::default();
        for stamp in 1..=20 {
            assert_eq!(minor.set(stamp, 128, 0), Ok(()));
        }
        assert_eq!(minor.get(), (128, Content::Stamp(20)));
        let Outcome::History { sequence: 20, entries, .. } = minor.history() else { panic!("another sequence") };
        let stamps: Vec<_> = entries.iter().map(|entry| entry.content.clone()).collect();
        assert_eq!(stamps, (5..=20).map(Content::Stamp).collect::<Vec<_>>());
        assert_eq!((entries[0].sequence, entries[15].sequence), (5, 20));
    }

    #[test]
    fn a_set_that_is_refused_changes_nothing() {
        let mut minor = Minor::default();
        assert_eq!(minor.set(1, 129, 0), Err(Errno::EINVAL));
        assert_eq!((minor.get(), minor.sequence()), ((0, Content::Zero), 0));
    }
}
