// SPDX-License-Identifier: MIT OR Apache-2.0

//! Several threads: what came of their calls has to be possible.
//!
//! Each thread has files of its own, so whatever concerns a file is known exactly. Of the one that they share, any answer can be that
//! it gives in some state: [`Model::can_be`]. The devices are everybody's; what calls tell of them is held against when each call started and ended, by a clock that all threads share. It has to fit to an order in
//! which the SETs happened one at a time, each somewhere between its start and its end:
//!
//! - What is got is what one SET set, on that device; the SET has started, and no other has come after it and ended before
//!   the GET started.
//! - A sequence number is at least the number of SETs that have ended before, and at most that of those that have started. So
//!   after all of them it is the number of SETs: none is lost, none counts twice.
//! - A call that starts after another has ended tells of no smaller sequence number.
//! - Histories have no gap, and agree about which SET has which number. Of two SETs of which one ended before the other started,
//!   it has the smaller number.

use std::collections::{BTreeMap, HashMap};

use chardev_abi::HISTORY_SIZE;
use nix::errno::Errno;

use crate::model::Model;
use crate::operation::{Argument, Operation, Slot, Wait, MINORS};
use crate::outcome::{Content, Entry, Outcome, System};

/// When something was: after `start` and before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: u64,
    pub end: u64,
}

/// An operation of a thread.
#[derive(Clone, Debug)]
pub struct Event {
    pub operation: Operation,
    pub outcome: Outcome,
    pub span: Span,
}

/// What the threads learned of a device.
#[derive(Default)]
struct Device {
    /// By stamp.
    sets: HashMap<u64, (Span, u64)>,
    /// What was got.
    gets: Vec<(Span, u64, Content)>,
    /// The number that the latest SET had some time in the span.
    sequences: Vec<(Span, u64)>,
    /// The stamps, by sequence number.
    order: BTreeMap<u64, u64>,
}

type Verdict<T = ()> = Result<T, String>;

/// Whether the threads' events, each thread's in their order, can be.
///
/// # Errors
///
/// Why they cannot.
pub fn judge<'a>(threads: impl IntoIterator<Item = &'a [Event]>) -> Verdict {
    let mut devices: [Device; MINORS] = Default::default();
    for events in threads {
        let mut thread = Thread { model: Model::sharing(), devices: &mut devices };
        for Event { operation, outcome, span } in events {
            thread.step(operation, outcome, *span).map_err(|why| format!("{operation:?}: {outcome:?}: {why}"))?;
        }
    }
    devices.iter().try_for_each(Device::judge)
}

/// A thread, of which the model knows the files but not what others do to the devices.
struct Thread<'a> {
    model: Model,
    devices: &'a mut [Device; MINORS],
}

impl Thread<'_> {
    fn step(&mut self, operation: &Operation, outcome: &Outcome, span: Span) -> Verdict {
        match (operation, outcome) {
            (Operation::Fork { operations }, Outcome::Forked(outcomes)) => {
                let parent = self.model.begin_child();
                operations
                    .iter()
                    .zip(outcomes)
                    .try_for_each(|(operation, outcome)| self.step(operation, outcome, span))?;
                self.model.end_child(parent);
                Ok(())
            }
            (Operation::Wait { slot, flags, wait, argument }, outcome) => {
                self.wait(*slot, *flags, *wait, *argument, outcome, span)
            }
            // Of all threads together.
            (Operation::Statistics, Outcome::Statistics(_)) => Ok(()),
            _ => match self.model.can_be(operation, outcome) {
                Some(true) => Ok(()),
                Some(false) => Err("it cannot be, whatever others do to the file".into()),
                None => self.compare(operation, outcome, span),
            },
        }
    }

    fn compare(&mut self, operation: &Operation, outcome: &Outcome, span: Span) -> Verdict {
        let expected = self.model.perform(operation);
        match (operation, &expected, outcome) {
            (&Operation::Set { slot, size, stamp, .. }, Outcome::Done, Outcome::Done) => {
                self.device(slot).sets.insert(stamp, (span, size));
            }
            (&Operation::Get { slot, .. }, Outcome::Data { .. }, Outcome::Data { size, content }) => {
                self.device(slot).gets.push((span, *size, content.clone()));
            }
            (&Operation::History { slot, .. }, Outcome::History { .. }, Outcome::History { sequence, entries, .. }) => {
                let Outcome::History { flags: 0, rest_is_zero: true, .. } = outcome else {
                    return Err("what is not in use is not zero".into());
                };
                self.device(slot).note_history(*sequence, entries, span)?;
                self.model.learn(slot, *sequence);
            }
            // Others may have set, so that there may be more news.
            (
                _,
                Outcome::Ready { readable: false, writable, invalid: false },
                Outcome::Ready { writable: also, invalid: false, .. },
            ) if writable == also => {}
            _ if expected == *outcome => {}
            _ => return Err(format!("it has to be {expected:?}")),
        }
        Ok(())
    }

    fn wait(
        &mut self,
        slot: Slot,
        flags: u32,
        wait: Wait,
        argument: Argument,
        outcome: &Outcome,
        span: Span,
    ) -> Verdict {
        if let Err(errno) = self.model.check_wait(slot, flags, argument) {
            let expected = Outcome::failed(errno);
            return (*outcome == expected).then_some(()).ok_or_else(|| format!("it has to be {expected:?}"));
        }
        let known = self.model.known(wait);
        match *outcome {
            Outcome::Sequence { flags: 0, sequence } if sequence != known => {
                self.device(slot).sequences.push((span, sequence));
                self.model.learn(slot, sequence);
            }
            Outcome::Failed(errno) if [Errno::ETIMEDOUT as i32, Errno::EAGAIN as i32].contains(&errno) => {
                self.device(slot).sequences.push((span, known));
            }
            // The structure is in memory that cannot be written.
            Outcome::Failed(errno) if errno == Errno::EFAULT as i32 && argument == Argument::ReadOnly => {}
            _ => return Err(format!("it has to be another number than {known}, or that the time is over")),
        }
        Ok(())
    }

    fn device(&mut self, slot: Slot) -> &mut Device {
        &mut self.devices[self.model.minor_of(slot).expect("the call was successful, so there is a file")]
    }
}

impl Device {
    fn note_history(&mut self, sequence: u64, entries: &[Entry], span: Span) -> Verdict {
        let count = sequence.min(HISTORY_SIZE as u64);
        let expected = sequence - count + 1..=sequence;
        if !entries.iter().map(|entry| entry.sequence).eq(expected) {
            return Err("it has a gap".into());
        }
        self.sequences.push((span, sequence));
        for Entry { sequence, size, content, .. } in entries {
            // It is in there as if it had been got while it was the latest.
            let Content::Stamp(stamp) = *content else { return Err("it has what nobody set".into()) };
            if *self.order.entry(*sequence).or_insert(stamp) != stamp {
                return Err(format!("the SET with the number {sequence} was another one before"));
            }
            self.gets.push((Span { start: 0, end: span.end }, (*size).into(), content.clone()));
        }
        Ok(())
    }

    fn judge(&self) -> Verdict {
        let past = Past::new(self.sets.values().map(|(span, _)| *span));
        self.gets.iter().try_for_each(|(span, size, content)| self.judge_get(&past, *span, *size, content))?;
        self.judge_sequences(&past)?;
        self.judge_order()
    }

    fn judge_get(&self, past: &Past, span: Span, size: u64, content: &Content) -> Verdict {
        let set = match content {
            Content::Zero if size == 0 => Span { start: 0, end: 0 },
            Content::Stamp(stamp) => match self.sets.get(stamp) {
                Some((set, set_size)) if *set_size == size && set.start < span.end => *set,
                Some(_) => return Err(format!("SET {stamp} was got before it was made, or with another size: {size}")),
                None => return Err(format!("SET {stamp} was got, which was not of this device")),
            },
            _ => return Err(format!("got what nobody set: size {size}, {content:?}")),
        };
        match past.latest_start_before(span.start) {
            Some(start) if start > set.end => Err(format!("got {content:?}, when a later SET had ended already")),
            _ => Ok(()),
        }
    }

    fn judge_sequences(&self, past: &Past) -> Verdict {
        let seen = Past::of_values(&self.sequences);
        for &(span, sequence) in &self.sequences {
            let bounds = past.ended_before(span.start)..=past.started_before(span.end);
            if !bounds.contains(&sequence) {
                return Err(format!("the number is {sequence}, with {bounds:?} SETs made"));
            }
            if seen.largest_before(span.start) > Some(sequence) {
                return Err(format!("the number is {sequence}, and was larger before"));
            }
        }
        Ok(())
    }

    fn judge_order(&self) -> Verdict {
        let mut latest_start = 0;
        for (sequence, stamp) in &self.order {
            let Some((span, _)) = self.sets.get(stamp) else {
                return Err(format!("SET {stamp} was not of this device"));
            };
            if span.end < latest_start {
                return Err(format!(
                    "SET {stamp} has the number {sequence}, but ended before one with a smaller number started"
                ));
            }
            latest_start = latest_start.max(span.start);
        }
        let mut stamps: Vec<_> = self.order.values().collect();
        stamps.sort();
        stamps.dedup();
        (stamps.len() == self.order.len()).then_some(()).ok_or_else(|| "a SET has two numbers".into())
    }
}

/// Spans, to be asked what was when.
struct Past {
    /// Ascending.
    starts: Vec<u64>,
    /// The ends, ascending, each with the largest value of those up to it: the starts unless said otherwise.
    ends: Vec<(u64, u64)>,
}

impl Past {
    fn new(spans: impl Iterator<Item = Span>) -> Self {
        Self::of_values(&spans.map(|span| (span, span.start)).collect::<Vec<_>>())
    }

    fn of_values(values: &[(Span, u64)]) -> Self {
        let mut starts: Vec<_> = values.iter().map(|(span, _)| span.start).collect();
        starts.sort_unstable();
        let mut ends: Vec<_> = values.iter().map(|(span, value)| (span.end, *value)).collect();
        ends.sort_unstable();
        let mut largest = 0;
        for (_, value) in &mut ends {
            largest = largest.max(*value);
            *value = largest;
        }
        Self { starts, ends }
    }

    fn started_before(&self, time: u64) -> u64 {
        self.starts.partition_point(|start| *start < time) as u64
    }

    fn ended_before(&self, time: u64) -> u64 {
        self.ends.partition_point(|(end, _)| *end < time) as u64
    }

    /// The largest value of those that ended before.
    fn largest_before(&self, time: u64) -> Option<u64> {
        let count = self.ends.partition_point(|(end, _)| *end < time);
        Some(self.ends.get(count.checked_sub(1)?)?.1)
    }

    /// The latest start of those that ended before.
    fn latest_start_before(&self, time: u64) -> Option<u64> {
        self.largest_before(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;
    use crate::operation::{number_sets, share, Access, Segment, SHARED};
    use nix::libc::{SEEK_CUR, SEEK_END, SEEK_SET};
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    fn event(operation: Operation, outcome: Outcome, start: u64, end: u64) -> Event {
        Event { operation, outcome, span: Span { start, end } }
    }

    fn open() -> Event {
        let operation = Operation::Open { slot: 0, minor: 0, access: Access::Both, append: false, nonblock: false };
        event(operation, Outcome::Done, 0, 0)
    }

    fn set(stamp: u64, start: u64, end: u64) -> Event {
        let operation = Operation::Set { slot: 0, size: stamp, argument: Argument::Whole, stamp };
        event(operation, Outcome::Done, start, end)
    }

    fn get(content: Content, size: u64, start: u64, end: u64) -> Event {
        event(Operation::Get { slot: 0, argument: Argument::Whole }, Outcome::Data { size, content }, start, end)
    }

    fn got(stamp: u64, start: u64, end: u64) -> Event {
        get(Content::Stamp(stamp), stamp, start, end)
    }

    fn waited(outcome: Outcome, start: u64, end: u64) -> Event {
        let wait = Wait::OtherThan { sequence: 0, timeout_ms: 0 };
        event(Operation::Wait { slot: 0, flags: 0, wait, argument: Argument::Whole }, outcome, start, end)
    }

    fn number(sequence: u64, start: u64, end: u64) -> Event {
        waited(Outcome::Sequence { flags: 0, sequence }, start, end)
    }

    fn history(stamps: &[u64], start: u64, end: u64) -> Event {
        let entries: Vec<_> = (1..)
            .zip(stamps)
            .map(|(sequence, &stamp)| Entry {
                sequence,
                process: None,
                size: stamp as u32,
                content: Content::Stamp(stamp),
            })
            .collect();
        let sequence = entries.len() as u64;
        let outcome = Outcome::History { flags: 0, sequence, entries, rest_is_zero: true, times_ascend: true };
        event(Operation::History { slot: 0, flags: 0, argument: Argument::Whole }, outcome, start, end)
    }

    /// Whether these can be, each list by a thread.
    fn can_be(threads: &[&[Event]]) -> bool {
        let threads: Vec<_> = threads.iter().map(|events| [&[open()], *events].concat()).collect();
        judge(threads.iter().map(Vec::as_slice)).is_ok()
    }

    #[test]
    fn a_get_during_a_set_gets_either() {
        let set = set(1, 2, 5);
        assert!(can_be(&[&[set.clone()], &[get(Content::Zero, 0, 3, 4), got(1, 6, 7)]]));
        assert!(can_be(&[&[set.clone()], &[got(1, 3, 4), got(1, 6, 7)]]));
        assert!(!can_be(&[&[set], &[get(Content::Zero, 0, 6, 7)]]));
    }

    #[test]
    fn what_is_torn_cannot_be() {
        assert!(!can_be(&[&[set(1, 1, 2)], &[get(Content::Torn(vec![1]), 1, 3, 4)]]));
        assert!(!can_be(&[&[set(1, 1, 2)], &[get(Content::Stamp(1), 2, 3, 4)]]));
        assert!(!can_be(&[&[set(1, 1, 2)], &[got(2, 3, 4)]]));
        assert!(!can_be(&[&[set(1, 3, 4)], &[got(1, 1, 2)]]));
    }

    #[test]
    fn what_is_replaced_is_not_got() {
        assert!(can_be(&[&[set(1, 1, 3)], &[set(2, 2, 4)], &[got(1, 5, 6)]]));
        assert!(!can_be(&[&[set(1, 1, 2)], &[set(2, 3, 4)], &[got(1, 5, 6)]]));
    }

    #[test]
    fn a_lost_set_is_missed() {
        assert!(can_be(&[&[set(1, 1, 3)], &[set(2, 2, 4)], &[number(2, 5, 6)]]));
        assert!(!can_be(&[&[set(1, 1, 3)], &[set(2, 2, 4)], &[number(1, 5, 6)]]));
        assert!(!can_be(&[&[set(1, 1, 3)], &[set(2, 2, 4)], &[number(3, 5, 6)]]));
        assert!(can_be(&[&[set(1, 1, 3)], &[waited(Outcome::failed(Errno::ETIMEDOUT), 2, 4)]]));
        assert!(!can_be(&[&[set(1, 1, 3)], &[waited(Outcome::failed(Errno::ETIMEDOUT), 4, 5)]]));
    }

    #[test]
    fn numbers_do_not_go_back() {
        let sets = [set(1, 1, 20)];
        let others = [set(2, 2, 21)];
        assert!(can_be(&[&sets, &others, &[number(1, 3, 4)], &[number(2, 5, 6)]]));
        assert!(!can_be(&[&sets, &others, &[number(2, 3, 4)], &[number(1, 5, 6)]]));
    }

    #[test]
    fn histories_agree() {
        let sets = [set(1, 1, 8)];
        let others = [set(2, 2, 9)];
        assert!(can_be(&[&sets, &others, &[history(&[1, 2], 10, 11)], &[history(&[1], 3, 4)]]));
        assert!(!can_be(&[&sets, &others, &[history(&[1, 2], 10, 11)], &[history(&[2], 3, 4)]]));
        assert!(!can_be(&[&sets, &others, &[history(&[1, 1], 10, 11)]]));
    }

    #[test]
    fn histories_have_the_order_of_time() {
        assert!(can_be(&[&[set(1, 1, 2), set(2, 3, 4), history(&[1, 2], 5, 6)]]));
        assert!(!can_be(&[&[set(1, 1, 2), set(2, 3, 4), history(&[2, 1], 5, 6)]]));
    }

    #[test]
    fn a_shared_file_can_be_anywhere_in_its_limits() {
        let segments = vec![Segment { length: 300, mapped: true }];
        let read = |count, at| {
            let operation = Operation::Read { slot: SHARED, at, segments: segments.clone() };
            event(operation, Outcome::Bytes(vec![0; count]), 1, 2)
        };
        assert!(can_be(&[&[read(0, None), read(256, None), read(156, Some(100))]]));
        assert!(!can_be(&[&[read(257, None)]]));
        assert!(!can_be(&[&[read(157, Some(100))]]));
        assert!(!can_be(&[&[read(9, Some(0))]]));

        let seek = |offset, whence, outcome| {
            can_be(&[&[event(Operation::Seek { slot: SHARED, offset, whence }, outcome, 1, 2)]])
        };
        assert!(seek(1, SEEK_CUR, Outcome::Number(256)));
        assert!(seek(1, SEEK_CUR, Outcome::failed(Errno::EINVAL)));
        assert!(!seek(1, SEEK_CUR, Outcome::Number(0)));
        assert!(!seek(0, SEEK_END, Outcome::Number(9)));
        assert!(!seek(3, SEEK_SET, Outcome::Number(4)));
    }

    #[test]
    fn a_copy_of_a_shared_file_is_shared() {
        let copy = event(Operation::Duplicate { slot: SHARED, to: 1 }, Outcome::Done, 1, 2);
        let seek = |slot| event(Operation::Seek { slot, offset: 0, whence: SEEK_CUR }, Outcome::Number(7), 3, 4);
        assert!(can_be(&[&[copy.clone(), seek(1)]]));
        assert!(!can_be(&[&[copy, seek(0)]]));
    }

    /// Threads that take turns at one model are possible, whatever they do.
    #[test]
    fn turns_can_be() {
        for seed in 0..100 {
            let mut rng = SmallRng::seed_from_u64(seed);
            let threads = take_turns(&mut rng);
            assert_eq!(judge(threads.iter().map(Vec::as_slice)), Ok(()), "seed {seed}");
        }
    }

    /// Each thread with files of its own, at devices and one file that all share.
    fn take_turns(rng: &mut SmallRng) -> [Vec<Event>; 2] {
        let mut stamps = 1..;
        let mut sequences: [_; 2] = std::array::from_fn(|_| {
            let mut operations = generate::sequence(rng);
            // There is one process, so that a child would close the files of both.
            operations.retain(|operation| !matches!(operation, Operation::Fork { .. } | Operation::CloseAll));
            operations.iter_mut().filter(|_| rng.gen_ratio(1, 4)).for_each(share);
            number_sets(&mut operations, &mut stamps);
            operations.into_iter()
        });
        let mut model = Model::sharing();
        let mut others = model.begin_child();
        let mut threads = [vec![], vec![]];
        let mut clock = 1;
        let mut turn = 0;
        // Whose turn it is changes on the way.
        #[expect(clippy::while_let_on_iterator)]
        while let Some(operation) = sequences[turn].next() {
            let outcome = model.perform(&operation);
            let start = clock - rng.gen_range(0..=1);
            clock += 2;
            threads[turn].push(event(operation, outcome, start, clock - 1));
            if rng.gen() {
                turn = 1 - turn;
                model.change_to(&mut others);
            }
        }
        threads
    }
}
