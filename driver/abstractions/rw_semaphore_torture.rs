// SPDX-License-Identifier: GPL-2.0

//! A load for [`RwSemaphore`], as `kernel/locking/locktorture.c` puts on the kernel's own locks: many
//! threads take it in every way there is, and see whether they are alone where they ought to be.

use super::{
    kthread::KThread,
    rw_semaphore::{
        new_rw_semaphore,
        RwSemaphore, //
    }, //
};
use kernel::{
    prelude::*,
    processor::cpu_relax,
    sync::{
        atomic::{
            Atomic,
            Full,
            Relaxed, //
        },
        Arc, //
    },
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

/// One of these in so many rounds sleeps with the lock, so that others come to wait for it.
const SLEEPS: u64 = 16;

/// What the lock protects: all words are the same, unless a writer is at work.
type Words = [u64; 32];

/// The lock, and who has it by its holders' account.
#[pin_data]
struct Torture {
    #[pin]
    words: RwSemaphore<Words>,
    readers: Atomic<i32>,
    writers: Atomic<i32>,
    /// The most readers there were at once.
    most_readers: Atomic<i32>,
    /// How often somebody was not alone, or met words that differ.
    violations: Atomic<u64>,
    /// How often the lock was taken in each way.
    rounds: [Atomic<u64>; WAYS],
}

/// How many ways there are to take the lock.
const WAYS: usize = 5;

/// Those that wait until they have it.
const PATIENT_WAYS: [usize; 3] = [0, 1, 4];

impl Torture {
    fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            words <- new_rw_semaphore!([0; 32], "torture"),
            readers: Atomic::new(0),
            writers: Atomic::new(0),
            most_readers: Atomic::new(0),
            violations: Atomic::new(0),
            rounds: [const { Atomic::new(0) }; WAYS],
        })
    }

    /// Takes the lock once, in one of the ways.
    fn take(&self, way: usize) {
        let round = self.rounds[way].load(Relaxed);
        // Without the lock too, or there would never be a moment when nobody has it.
        linger(round + 1);
        match way {
            0 => self.look(&self.words.read(), round),
            1 => self.change(&mut self.words.write(), round),
            2 => match self.words.try_read() {
                Some(guard) => self.look(&guard, round),
                None => return rest(),
            },
            3 => match self.words.try_write() {
                Some(mut guard) => self.change(&mut guard, round),
                None => return rest(),
            },
            _ => {
                let mut guard = self.words.write();
                self.change(&mut guard, round);
                let written = guard[0];
                let guard = guard.downgrade();
                self.expect(guard[0] == written);
                self.look(&guard, round);
            }
        }
        self.rounds[way].fetch_add(1, Relaxed);
    }

    /// What a reader does with the lock.
    fn look(&self, words: &Words, round: u64) {
        let readers = self.readers.fetch_add(1, Full) + 1;
        if readers > self.most_readers.load(Relaxed) {
            self.most_readers.store(readers, Relaxed);
        }
        self.expect(self.writers.load(Relaxed) == 0);
        let first = words[0];
        linger(round);
        self.expect(words.iter().all(|word| *word == first));
        self.readers.fetch_sub(1, Full);
    }

    /// What a writer does with the lock.
    fn change(&self, words: &mut Words, round: u64) {
        self.expect(self.writers.fetch_add(1, Full) == 0);
        self.expect(self.readers.load(Relaxed) == 0);
        let next = words[0] + 1;
        for word in words.iter_mut() {
            self.expect(*word == next - 1);
            *word = next;
            cpu_relax();
        }
        linger(round);
        self.expect(self.readers.load(Relaxed) == 0);
        self.writers.fetch_sub(1, Full);
    }

    fn expect(&self, condition: bool) {
        if !condition {
            self.violations.fetch_add(1, Relaxed);
        }
    }
}

/// Sleeps now and then.
fn linger(round: u64) {
    if round % SLEEPS == 0 {
        rest();
    }
}

fn rest() {
    fsleep(Delta::from_micros(50));
}

#[kernel::macros::kunit_tests(ferrite_rw_semaphore_torture)]
mod tests {
    use super::*;

    /// How often each way that waits is taken, at least.
    const ROUNDS: u64 = 100;

    /// The threads, by the way in which they take the lock: more readers than writers.
    const THREADS: [usize; 12] = [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4];

    #[test]
    fn exclusion_holds_under_load() -> Result {
        let torture = Arc::pin_init(Torture::new(), GFP_KERNEL)?;
        let mut threads = KVec::new();
        for way in THREADS {
            let torture = torture.clone();
            let thread = KThread::start(c"torture", move || torture.take(way))?;
            threads.push(thread, GFP_KERNEL)?;
        }
        while PATIENT_WAYS
            .iter()
            .any(|way| torture.rounds[*way].load(Relaxed) < ROUNDS)
        {
            fsleep(Delta::from_millis(1));
        }
        drop(threads);

        assert_eq!(torture.violations.load(Relaxed), 0);
        assert_eq!(torture.readers.load(Relaxed), 0);
        assert_eq!(torture.writers.load(Relaxed), 0);
        // Readers were let in together.
        assert!(torture.most_readers.load(Relaxed) > 1);
        // No change was lost: each way that changes the words did so once a round.
        let changes = [1, 3, 4].map(|way: usize| torture.rounds[way].load(Relaxed));
        assert_eq!(torture.words.read()[0], changes.iter().sum::<u64>());
        Ok(())
    }
}
