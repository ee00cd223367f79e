// SPDX-License-Identifier: MIT OR Apache-2.0

//! Changes of a device, as they come.

use std::num::NonZeroU64;
use std::time::Duration;

use chardev_client::{Device, History, HistoryEntry};

use crate::output::{print, Entry};
use crate::{Failure, Outcome};

/// Prints each SET after number `after`, or after the latest; ends after `count`, or when none comes for `timeout`.
pub fn watch(
    device: &Device,
    json: bool,
    after: Option<u64>,
    count: Option<NonZeroU64>,
    timeout: Option<Duration>,
) -> Result<Outcome, Failure> {
    let mut left = count.map(NonZeroU64::get);
    let mut known = match after {
        Some(after) => after,
        None => device.sequence()?,
    };
    loop {
        if device.wait(known, timeout)?.is_none() {
            eprintln!("chardevctl: {} did not change in time", device.path().display());
            return Ok(Outcome::Unfinished);
        }
        let history = device.history()?;
        let news = News::after(known, &history);
        if news.forgotten > 0 {
            eprintln!("chardevctl: {} changes came too fast to be shown", news.forgotten);
        }
        for entry in news.entries {
            print(&Entry::from(entry), json)?;
            left = left.map(|left| left - 1);
            if left == Some(0) {
                return Ok(Outcome::Done);
            }
        }
        known = history.sequence;
    }
}

/// What a history tells to somebody who knows of the SETs up to a number.
#[derive(Debug, PartialEq, Eq)]
struct News<'a> {
    /// How many there were besides that the driver has forgotten.
    forgotten: u64,
    entries: &'a [HistoryEntry],
}

impl<'a> News<'a> {
    /// None, if the number is one that is still to come.
    fn after(known: u64, history: &'a History) -> Self {
        let entries = history.used();
        let first = entries.partition_point(|entry| entry.sequence <= known);
        let entries = &entries[first..];
        let forgotten = entries.first().map_or(0, |entry| entry.sequence - known - 1);
        Self { forgotten, entries }
    }
}

#[cfg(test)]
mod tests {
    use chardev_client::HISTORY_SIZE;

    use super::*;

    /// Of a device that was set so often.
    fn history(sequence: u64) -> History {
        let count = sequence.min(HISTORY_SIZE as u64);
        let mut history = History { count: count as u32, sequence, ..History::default() };
        for (entry, number) in history.entries.iter_mut().zip(sequence - count + 1..=sequence) {
            entry.sequence = number;
        }
        history
    }

    #[track_caller]
    fn check(known: u64, sequence: u64, forgotten: u64, numbers: &[u64]) {
        let history = history(sequence);
        let news = News::after(known, &history);
        assert_eq!(news.forgotten, forgotten);
        assert_eq!(news.entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), numbers);
    }

    #[test]
    fn only_what_is_not_known_is_news() {
        check(0, 2, 0, &[1, 2]);
        check(1, 2, 0, &[2]);
        check(2, 2, 0, &[]);
    }

    #[test]
    fn what_the_driver_forgot_is_counted() {
        check(2, 20, 2, &[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
        check(4, 20, 0, &[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    }

    #[test]
    fn a_number_still_to_come_is_no_loss() {
        check(9, 2, 0, &[]);
        check(9, 0, 0, &[]);
    }
}
