// SPDX-License-Identifier: MIT OR Apache-2.0

//! Random operations: mostly ones that make sense, with values near the limits.

use chardev_abi::{BUF_SIZE, FILE_SIZE};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::Rng;

use crate::operation::{Access, Argument, Operation, Segment, Slot, Wait, MINORS, SLOTS};

/// How many operations a sequence has at first.
const LENGTH: usize = 40;

/// How many operations a child does at most.
const CHILD_LENGTH: usize = 6;

/// One of this many operations is the slow one: it starts a process, or sleeps.
const SLOW: u32 = 1000;

/// A sequence of operations. It starts with files to work on.
pub fn sequence(rng: &mut SmallRng) -> Vec<Operation> {
    let opens: Vec<_> = (0..SLOTS / 2).map(|slot| open(rng, slot)).collect();
    opens.into_iter().chain((0..LENGTH).map(|_| operation(rng)).collect::<Vec<_>>()).collect()
}

/// Changes a sequence a little.
pub fn mutate(sequence: &mut Vec<Operation>, rng: &mut SmallRng) {
    let place = rng.gen_range(0..=sequence.len());
    match rng.gen_range(0..5) {
        0 => {
            let end = sequence.len().min(place + rng.gen_range(1..8));
            sequence.drain(place..end);
        }
        1 => sequence.truncate(place),
        2 => {
            let Some(again) = sequence.choose(rng).cloned() else { return };
            sequence.insert(place, again);
        }
        3 => {
            let other = rng.gen_range(0..=sequence.len());
            if let (Some(_), Some(_)) = (sequence.get(place), sequence.get(other)) {
                sequence.swap(place, other);
            }
        }
        _ => {
            let new: Vec<_> = (0..rng.gen_range(1..8)).map(|_| operation(rng)).collect();
            sequence.splice(place..place, new);
        }
    }
}

/// An operation.
pub fn operation(rng: &mut SmallRng) -> Operation {
    if rng.gen_ratio(1, SLOW) {
        let operations = (0..rng.gen_range(1..=CHILD_LENGTH)).map(|_| call(rng)).collect();
        return Operation::Fork { operations };
    }
    call(rng)
}

/// An operation of one process.
fn call(rng: &mut SmallRng) -> Operation {
    let slot = slot(rng);
    match rng.gen_range(0..100) {
        0..8 => open(rng, slot),
        8..12 => Operation::Close { slot },
        12..16 => Operation::Duplicate { slot, to: self::slot(rng) },
        16..19 => Operation::Flags { slot, append: rng.gen(), nonblock: rng.gen() },
        19..32 => Operation::Read { slot, at: offset(rng), segments: segments(rng) },
        32..45 => Operation::Write { slot, at: offset(rng), segments: segments(rng), first: rng.gen() },
        45..54 => Operation::Seek { slot, offset: position(rng), whence: rng.gen_range(-1..7) },
        54..55 => Operation::Truncate { slot, length: position(rng) },
        55..62 => Operation::Poll { slot },
        62..74 => Operation::Set { slot, size: size(rng), argument: argument(rng), stamp: 0 },
        74..82 => Operation::Get { slot, argument: argument(rng) },
        82..88 => Operation::History { slot, flags: flags(rng), argument: argument(rng) },
        88..95 => Operation::Wait { slot, flags: flags(rng), wait: wait(rng), argument: argument(rng) },
        95..98 => Operation::Unknown { slot, number: unknown(rng), argument: argument(rng) },
        98..99 => Operation::Statistics,
        _ => Operation::CloseAll,
    }
}

fn open(rng: &mut SmallRng, slot: Slot) -> Operation {
    let access = *[Access::Both, Access::Both, Access::Read, Access::Write].choose(rng).expect("there are some");
    let minor = if rng.gen_ratio(1, 40) { MINORS } else { rng.gen_range(0..MINORS) };
    Operation::Open { slot, minor, access, append: rng.gen_ratio(1, 4), nonblock: rng.gen_ratio(1, 4) }
}

fn slot(rng: &mut SmallRng) -> Slot {
    rng.gen_range(0..SLOTS)
}

/// A place in a file, mostly in or near the buffer.
fn position(rng: &mut SmallRng) -> i64 {
    let limit = FILE_SIZE as i64;
    match rng.gen_range(0..20) {
        0 => *[i64::MIN, i64::MAX, i64::MAX - 1, 1 << 32, limit - 1, limit + 1].choose(rng).expect("there are some"),
        1..4 => -rng.gen_range(0..=limit),
        4..12 => rng.gen_range(0..16),
        _ => rng.gen_range(0..=limit),
    }
}

fn offset(rng: &mut SmallRng) -> Option<i64> {
    rng.gen_ratio(1, 4).then(|| position(rng))
}

fn segments(rng: &mut SmallRng) -> Vec<Segment> {
    let count = if rng.gen_ratio(3, 4) { 1 } else { rng.gen_range(0..4) };
    (0..count).map(|_| Segment { length: length(rng), mapped: rng.gen_ratio(9, 10) }).collect()
}

fn length(rng: &mut SmallRng) -> usize {
    match rng.gen_range(0..8) {
        0 => 0,
        1 => rng.gen_range(0..2 * FILE_SIZE),
        _ => rng.gen_range(0..16),
    }
}

fn size(rng: &mut SmallRng) -> u64 {
    let limit = BUF_SIZE as u64;
    match rng.gen_range(0..12) {
        0 => *[limit + 1, 1 << 32, u64::MAX, limit << 32].choose(rng).expect("there are some"),
        _ => rng.gen_range(0..=limit),
    }
}

fn flags(rng: &mut SmallRng) -> u32 {
    if rng.gen_ratio(1, 12) {
        1 << rng.gen_range(0..32)
    } else {
        0
    }
}

fn wait(rng: &mut SmallRng) -> Wait {
    let timeout_ms = rng.gen_ratio(1, SLOW / 25).into();
    match rng.gen_range(0..4) {
        0 => Wait::Nothing { timeout_ms: *[i32::MIN, -1, 0, 1, i32::MAX].choose(rng).expect("there are some") },
        1 => Wait::OtherThan { sequence: rng.gen_range(0..40), timeout_ms },
        _ => Wait::News { timeout_ms },
    }
}

fn argument(rng: &mut SmallRng) -> Argument {
    if rng.gen_ratio(8, 9) {
        return Argument::Whole;
    }
    let cut = Argument::Cut(*[0, 1, 3, 4, 8, 15, 16, 64, 135, 136, 2831].choose(rng).expect("there are some"));
    *[cut, Argument::ReadOnly, Argument::Null, Argument::Hole, Argument::Kernel].choose(rng).expect("there are some")
}

/// A number that is none of the driver's, most often almost one. Of type 'G', as it is not the kernel's to answer.
fn unknown(rng: &mut SmallRng) -> u32 {
    const KNOWN: [u32; 4] = [
        chardev_abi::SET_DATA as u32,
        chardev_abi::GET_DATA as u32,
        chardev_abi::GET_HISTORY as u32,
        chardev_abi::WAIT_CHANGE as u32,
    ];
    const TYPE: u32 = 0xff << 8;
    let known = KNOWN.choose(rng).expect("there are some");
    let bit: u32 = (1 << rng.gen_range(0..32)) & !TYPE;
    let number = known ^ bit;
    if KNOWN.contains(&number) {
        chardev_abi::UNKNOWN as u32
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_same_seed_gives_the_same() {
        let sequence = |seed| sequence(&mut SmallRng::seed_from_u64(seed));
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
    }

    #[test]
    fn no_number_is_known() {
        let mut rng = SmallRng::seed_from_u64(0);
        for _ in 0..10_000 {
            let number = unknown(&mut rng);
            assert_eq!((number >> 8) & 0xff, u32::from(chardev_abi::MAGIC));
            let known =
                [chardev_abi::SET_DATA, chardev_abi::GET_DATA, chardev_abi::GET_HISTORY, chardev_abi::WAIT_CHANGE];
            assert!(!known.contains(&number.into()), "{number:#x}");
        }
    }

    #[test]
    fn there_is_every_operation() {
        let mut rng = SmallRng::seed_from_u64(0);
        let kinds: std::collections::HashSet<_> =
            (0..100_000).map(|_| std::mem::discriminant(&operation(&mut rng))).collect();
        assert_eq!(kinds.len(), 17);
    }
}
