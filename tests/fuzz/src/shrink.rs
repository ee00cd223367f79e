// SPDX-License-Identifier: MIT OR Apache-2.0

//! Makes what fails as short and plain as it can be.

use quickcheck::{empty_shrinker, single_shrinker, Arbitrary, Gen};
use rand::rngs::SmallRng;
use rand::SeedableRng;

use crate::generate::operation;
use crate::operation::{Argument, Operation, Segment, Wait};

/// The last of a row of ever plainer values that fail: none of the values that it shrinks to does.
pub fn plainest<T: Arbitrary>(failing: T, mut fails: impl FnMut(&T) -> bool) -> T {
    let mut plainest = failing;
    while let Some(plainer) = plainest.shrink().find(&mut fails) {
        plainest = plainer;
    }
    plainest
}

impl Arbitrary for Operation {
    fn arbitrary(gen: &mut Gen) -> Self {
        operation(&mut SmallRng::seed_from_u64(u64::arbitrary(gen)))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        match self.clone() {
            Self::Fork { operations } => {
                Box::new(operations.shrink().map(|operations| Self::Fork { operations }).chain(operations.clone()))
            }
            Self::Read { slot, at, segments } => {
                Box::new((at, segments).shrink().map(move |(at, segments)| Self::Read { slot, at, segments }))
            }
            Self::Write { slot, at, segments, first } => {
                Box::new((at, segments).shrink().map(move |(at, segments)| Self::Write { slot, at, segments, first }))
            }
            Self::Seek { slot, offset, whence } => {
                Box::new(offset.shrink().map(move |offset| Self::Seek { slot, offset, whence }))
            }
            Self::Set { slot, size, argument, stamp } => {
                Box::new((size, argument).shrink().map(move |(size, argument)| Self::Set {
                    slot,
                    size,
                    argument,
                    stamp,
                }))
            }
            Self::Get { slot, argument } => {
                Box::new(argument.shrink().map(move |argument| Self::Get { slot, argument }))
            }
            Self::History { slot, flags, argument } => {
                Box::new((flags, argument).shrink().map(move |(flags, argument)| Self::History {
                    slot,
                    flags,
                    argument,
                }))
            }
            Self::Wait { slot, flags, wait, argument } => {
                Box::new((flags, wait, argument).shrink().map(move |(flags, wait, argument)| Self::Wait {
                    slot,
                    flags,
                    wait,
                    argument,
                }))
            }
            Self::Open { slot, minor, access, append, nonblock } => {
                Box::new((append, nonblock).shrink().map(move |(append, nonblock)| Self::Open {
                    slot,
                    minor,
                    access,
                    append,
                    nonblock,
                }))
            }
            _ => empty_shrinker(),
        }
    }
}

impl Arbitrary for Segment {
    fn arbitrary(gen: &mut Gen) -> Self {
        Self { length: u8::arbitrary(gen).into(), mapped: bool::arbitrary(gen) }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let mapped = self.mapped;
        Box::new(self.length.shrink().map(move |length| Self { length, mapped }))
    }
}

impl Arbitrary for Argument {
    fn arbitrary(gen: &mut Gen) -> Self {
        *gen.choose(&[Self::Whole, Self::ReadOnly, Self::Null]).expect("there are some")
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        match self {
            Self::Whole => empty_shrinker(),
            _ => single_shrinker(Self::Whole),
        }
    }
}

impl Arbitrary for Wait {
    fn arbitrary(gen: &mut Gen) -> Self {
        Self::Nothing { timeout_ms: i32::arbitrary(gen) }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        match *self {
            Self::Nothing { timeout_ms } => {
                Box::new(timeout_ms.shrink().map(|timeout_ms| Self::Nothing { timeout_ms }))
            }
            Self::OtherThan { sequence, timeout_ms } => Box::new(
                (sequence, timeout_ms).shrink().map(|(sequence, timeout_ms)| Self::OtherThan { sequence, timeout_ms }),
            ),
            Self::News { timeout_ms } => Box::new(timeout_ms.shrink().map(|timeout_ms| Self::News { timeout_ms })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(slot: usize) -> Operation {
        Operation::Poll { slot }
    }

    #[test]
    fn what_does_not_matter_goes() {
        let threads = vec![(0..50).map(poll).collect::<Vec<_>>()];
        let fails = |threads: &Vec<Vec<Operation>>| {
            let polls = threads.iter().flatten();
            polls.filter(|operation| matches!(operation, Operation::Poll { slot: 17 | 31 })).count() == 2
        };
        assert_eq!(plainest(threads, fails), [[poll(17), poll(31)]]);
    }

    #[test]
    fn fields_get_plainer() {
        let set = |size, argument| Operation::Set { slot: 0, size, argument, stamp: 1 };
        let fails = |operation: &Operation| matches!(operation, Operation::Set { size: 129.., .. });
        assert_eq!(plainest(set(u64::MAX, Argument::Kernel), fails), set(129, Argument::Whole));
    }

    #[test]
    fn a_child_becomes_what_it_does() {
        let fork = Operation::Fork { operations: vec![poll(1), poll(2), poll(3)] };
        let polls = |operation: &Operation| match operation {
            Operation::Fork { operations } => operations.contains(&poll(2)),
            operation => *operation == poll(2),
        };
        assert_eq!(plainest(fork, polls), poll(2));
    }
}
