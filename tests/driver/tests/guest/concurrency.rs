// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many at once: two threads set while four get.

use std::array;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use chardev_abi::{History, IoctlInfo, BUF_SIZE, HISTORY_SIZE};

use crate::support::device::{get, history, open, sequence, set};
use crate::support::module::fresh_driver;

const SETTERS: usize = 2;
const GETTERS: usize = 4;
const DURATION: Duration = Duration::from_secs(2);

/// A SET that can be told from every other: who made it, and the how many-th of theirs it is, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    setter: usize,
    number: u64,
}

impl Stamp {
    /// The stamp over and over, up to the last byte, and a size that follows from it.
    fn data(self) -> IoctlInfo {
        let word = ((self.number << 1) | self.setter as u64).to_ne_bytes();
        IoctlInfo { size: self.number % (BUF_SIZE as u64 + 1), buf: array::from_fn(|index| word[index % word.len()]) }
    }

    /// Whose data it is; `None` before the first SET.
    #[track_caller]
    fn of(data: &IoctlInfo) -> Option<Self> {
        let word = u64::from_ne_bytes(data.buf[..8].try_into().expect("eight bytes"));
        let stamp = Self { setter: (word & 1) as usize, number: word >> 1 };
        if word == 0 {
            assert_eq!(*data, IoctlInfo::default(), "torn");
            return None;
        }
        assert_eq!(*data, stamp.data(), "torn");
        Some(stamp)
    }
}

/// Sets as fast as it can. Returns how often.
fn keep_setting(setter: usize, stop: &AtomicBool) -> u64 {
    let file = open(0);
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        set(&file, &Stamp { setter, number }.data()).expect("set");
    }
    number
}

/// Calls `look` as fast as it can. Returns how often.
fn keep_looking(stop: &AtomicBool, mut look: impl FnMut(&File)) -> u64 {
    let file = open(0);
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        look(&file);
        count += 1;
    }
    count
}

/// Runs the setters together with what `getter` makes for each getter. Returns how many SETs of each setter there were.
fn run<L: FnMut(&File) + Send>(getter: impl Fn() -> L) -> [u64; SETTERS] {
    fresh_driver();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let stop = &stop;
        let setters: [_; SETTERS] = array::from_fn(|setter| scope.spawn(move || keep_setting(setter, stop)));
        let getters: [_; GETTERS] = array::from_fn(|_| {
            let look = getter();
            scope.spawn(move || keep_looking(stop, look))
        });
        thread::sleep(DURATION);
        stop.store(true, Ordering::Relaxed);
        for getter in getters {
            assert!(getter.join().expect("no getter fails") > 100, "a getter hardly came to anything");
        }
        setters.map(|setter| setter.join().expect("no setter fails"))
    })
}

#[test]
fn no_get_is_torn_and_no_set_is_lost() {
    let sets = run(|| {
        let mut latest = [0; SETTERS];
        move |file| {
            let Some(stamp) = Stamp::of(&get(file).expect("get")) else { return };
            let latest = &mut latest[stamp.setter];
            assert!(stamp.number >= *latest, "back from {latest} to {stamp:?}");
            *latest = stamp.number;
        }
    });
    assert!(sets.iter().all(|&sets| sets > 100), "a setter hardly came to anything: {sets:?}");
    assert_eq!(sequence(0), sets.iter().sum::<u64>());
    let last = Stamp::of(&get(&open(0)).expect("get")).expect("was set");
    assert_eq!(last.number, sets[last.setter]);
}

/// The history is one of a single moment: without a gap, every SET whole, each setter's in their order.
fn check_history(history: &History) {
    let first = history.sequence - u64::from(history.count) + 1;
    assert_eq!(u64::from(history.count), history.sequence.min(HISTORY_SIZE as u64));
    let mut latest = [0; SETTERS];
    for (entry, sequence) in history.used().iter().zip(first..) {
        assert_eq!(entry.sequence, sequence);
        let data = IoctlInfo { size: entry.size.into(), buf: entry.buf };
        let stamp = Stamp::of(&data).expect("was set");
        let latest = &mut latest[stamp.setter];
        assert!(*latest == 0 || stamp.number == *latest + 1, "{stamp:?} after {latest}");
        *latest = stamp.number;
    }
}

#[test]
fn no_history_is_torn() {
    let sets = run(|| |file: &File| check_history(&history(file).expect("get the history")));
    assert_eq!(sequence(0), sets.iter().sum::<u64>());
}
