// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many at once: threads that set while others get, on all processors.

use std::array;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use chardev_abi::{History, IoctlInfo, BUF_SIZE, HISTORY_SIZE};
use nix::sched::{sched_setaffinity, CpuSet};
use nix::unistd::{pause, pipe, read, write, Pid};

use crate::support::child::Child;
use crate::support::device::{get, history, open, sequence, set, wait_change};
use crate::support::module::fresh_driver;
use crate::support::often::{factor, often};

const SETTERS: usize = 2;
const GETTERS: usize = 4;

/// How long they go on, if each has by then done what it does so many times; else until it has. On a host with much else to do,
/// processors of the guest spin for a lock whose holder the host does not run: then each call takes ten milliseconds.
const DURATION: Duration = Duration::from_millis(200);
const AT_LEAST: u64 = 300;

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

/// Sets as fast as it can, and counts.
fn keep_setting(setter: usize, stop: &AtomicBool, count: &AtomicU64) {
    let file = open(0);
    while !stop.load(Ordering::Relaxed) {
        let number = count.load(Ordering::Relaxed) + 1;
        set(&file, &Stamp { setter, number }.data()).expect("set");
        count.store(number, Ordering::Relaxed);
    }
}

/// Calls `look` as fast as it can, and counts.
fn keep_looking(stop: &AtomicBool, count: &AtomicU64, mut look: impl FnMut(&File)) {
    let file = open(0);
    while !stop.load(Ordering::Relaxed) {
        look(&file);
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs the setters together with what `getter` makes for each getter. Returns how many SETs of each setter there were.
fn run<L: FnMut(&File) + Send>(getter: impl Fn() -> L) -> [u64; SETTERS] {
    fresh_driver();
    let stop = AtomicBool::new(false);
    let sets: [_; SETTERS] = array::from_fn(|_| AtomicU64::new(0));
    let looks: [_; GETTERS] = array::from_fn(|_| AtomicU64::new(0));
    thread::scope(|scope| {
        let stop = &stop;
        let mut threads = vec![];
        for (setter, count) in sets.iter().enumerate() {
            threads.push(scope.spawn(move || keep_setting(setter, stop, count)));
        }
        for count in &looks {
            let look = getter();
            threads.push(scope.spawn(move || keep_looking(stop, count, look)));
        }
        thread::sleep(DURATION * factor());
        let at_least = often(AT_LEAST);
        let are_behind = || sets.iter().chain(&looks).any(|count| count.load(Ordering::Relaxed) < at_least);
        // One that ended so soon has failed.
        while are_behind() && !threads.iter().any(|thread| thread.is_finished()) {
            thread::sleep(Duration::from_millis(1));
        }
        stop.store(true, Ordering::Relaxed);
    });
    sets.map(AtomicU64::into_inner)
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

/// Has the calling thread run on that processor alone.
fn stay_on(processor: usize) {
    let mut processors = CpuSet::new();
    processors.set(processor).expect("the number is small");
    sched_setaffinity(Pid::from_raw(0), &processors).expect("choose a processor");
}

/// Sets that many times, on that processor, through a file of its own, which it keeps.
fn set_often(processor: usize, sets: u64) -> File {
    stay_on(processor);
    let file = open(0);
    for number in 1..=sets {
        set(&file, &Stamp { setter: processor % SETTERS, number }.data()).expect("set");
    }
    file
}

/// Each SET counts once: in the numbers, for those who wait, in the history and in the statistics.
#[test]
fn each_set_counts_once_on_every_processor() {
    let sets = often(1000);
    fresh_driver();
    let processors = thread::available_parallelism().expect("there are processors").get();
    let total = sets * processors as u64;
    let watcher = thread::spawn(move || {
        let (file, mut known) = (open(0), 0);
        while known < total {
            let latest = wait_change(&file, known, 30_000).expect("wait");
            assert!(latest > known, "{latest} after {known}");
            known = latest;
        }
        known
    });
    let setters: Vec<_> = (0..processors).map(|processor| thread::spawn(move || set_often(processor, sets))).collect();
    let files: Vec<_> = setters.into_iter().map(|setter| setter.join().expect("no setter fails")).collect();

    assert_eq!(watcher.join().expect("the watcher does not fail"), total);
    let history = history(&files[0]).expect("get the history");
    assert_eq!(history.sequence, total);
    let last = history.used().last().expect("there were some");
    assert_eq!(Ok(IoctlInfo { size: last.size.into(), buf: last.buf }), get(&files[0]));

    let bytes: u64 = (1..=sets).map(|number| Stamp { setter: 0, number }.data().size).sum::<u64>() * processors as u64;
    let statistics = fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the statistics");
    assert!(statistics.contains(&format!(" sets={total} ")), "{statistics}");
    assert!(statistics.contains(&format!(" bytes_in={bytes} ")), "{statistics}");
}

/// Processes have a line each, with their own SETs and nobody else's.
#[test]
fn each_process_has_its_own_count() {
    let sets = often(500);
    fresh_driver();
    let processors = thread::available_parallelism().expect("there are processors").get();
    let (done, tell) = pipe().expect("make a pipe");
    let children: Vec<_> = (0..processors)
        .map(|processor| {
            Child::start(|| {
                let _file = set_often(processor, sets + processor as u64);
                write(&tell, b"x")?;
                pause();
                Ok(())
            })
        })
        .collect();
    for _ in &children {
        assert_eq!(read(done.as_raw_fd(), &mut [0]), Ok(1));
    }
    let statistics = fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the statistics");
    for (processor, child) in (0..).zip(&children) {
        let process = format!("pid={} ", child.pid());
        let line = statistics.lines().find(|line| line.starts_with(&process)).expect("it is counted");
        assert!(line.contains(&format!(" sets={} ", sets + processor)), "{line}");
    }
}
