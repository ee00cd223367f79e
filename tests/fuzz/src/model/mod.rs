// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the driver has to do, in ordinary Rust: `driver/include/uapi/chardev.h` once more.

mod file;
mod minor;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;

use chardev_abi::{History, IoctlInfo, Wait as Structure};
use nix::errno::Errno;

use crate::operation::{Access, Argument, Operation, Slot, Wait, MINORS, SHARED, SLOTS};
use crate::outcome::{Counters, Outcome, System};

pub use file::bytes_from;
use file::{File, Place};
use minor::Minor;

/// The device of the file that threads share.
pub const SHARED_MINOR: usize = 0;

/// The driver, just loaded, and the processes that use it.
#[derive(Default)]
pub struct Model {
    minors: [Minor; MINORS],
    statistics: BTreeMap<usize, Counters>,
    /// How many processes there have been besides the first.
    forks: usize,
    current: Process,
}

/// What a process has to itself.
#[derive(Clone, Default)]
struct Process {
    number: usize,
    slots: [Option<Rc<RefCell<File>>>; SLOTS + 1],
    /// The number of the latest SET that it learned of.
    learned: u64,
}

type Result<T> = std::result::Result<T, Errno>;

impl System for Model {
    fn perform(&mut self, operation: &Operation) -> Outcome {
        if let Operation::Fork { operations } = operation {
            let parent = self.begin_child();
            let outcomes = operations.iter().map(|operation| self.perform(operation)).collect();
            self.end_child(parent);
            return Outcome::Forked(outcomes);
        }
        self.call(operation).unwrap_or_else(Outcome::failed)
    }
}

/// The parent of the process that the model is in.
#[must_use]
pub struct Parent(Process);

impl Model {
    /// With a file that others use too.
    pub fn sharing() -> Self {
        let mut model = Self::default();
        let (slot, minor) = (SHARED, SHARED_MINOR);
        model.perform(&Operation::Open { slot, minor, access: Access::Both, append: false, nonblock: false });
        model.file(slot).expect("it was opened").borrow_mut().is_shared = true;
        model
    }

    /// Whether this can come of a call, if that is up to others who use its file too: they move it, write to it and are told its
    /// news. Which bytes are read is not judged.
    pub fn can_be(&self, operation: &Operation, outcome: &Outcome) -> Option<bool> {
        let is_shared = |slot: Slot| self.file(slot).is_ok_and(|file| file.borrow().is_shared);
        let answer: Box<dyn Fn(Place) -> Result<i64> + '_> = match *operation {
            Operation::Read { slot, at, ref segments } if is_shared(slot) => {
                Box::new(move |place| check_offset(at).and(place.read(at, segments)).map(|bytes| bytes.len() as i64))
            }
            Operation::Write { slot, at, ref segments, .. } if is_shared(slot) => {
                Box::new(move |place| check_offset(at).and(place.write(at, segments)).map(|bytes| bytes.len() as i64))
            }
            Operation::Seek { slot, offset, whence } if is_shared(slot) => {
                Box::new(move |place| place.seek(offset, whence))
            }
            Operation::Poll { slot } if is_shared(slot) => {
                return Some(matches!(outcome, Outcome::Ready { writable: true, invalid: false, .. }));
            }
            _ => return None,
        };
        let answered = match outcome {
            Outcome::Bytes(bytes) => Ok(bytes.len() as i64),
            Outcome::Number(number) => Ok(*number),
            Outcome::Failed(errno) => Err(Errno::from_raw(*errno)),
            _ => return Some(false),
        };
        Some(Place::all().any(|place| answer(place) == answered))
    }

    /// What follows is done by a child, which has all that its parent has.
    pub fn begin_child(&mut self) -> Parent {
        self.forks += 1;
        let child = Process { number: self.forks, ..self.current.clone() };
        Parent(mem::replace(&mut self.current, child))
    }

    /// The child ends.
    pub fn end_child(&mut self, parent: Parent) {
        self.close_all();
        self.current = parent.0;
    }

    /// Goes on as another process.
    #[cfg(test)]
    pub fn change_to(&mut self, other: &mut Parent) {
        mem::swap(&mut self.current, &mut other.0);
    }

    /// The device that a descriptor is of.
    pub fn minor_of(&self, slot: Slot) -> Option<usize> {
        Some(self.file(slot).ok()?.borrow().minor)
    }

    /// What `WAIT_CHANGE` waits for: another number than this.
    pub fn known(&self, wait: Wait) -> u64 {
        match wait {
            Wait::News { .. } => self.current.learned,
            Wait::OtherThan { sequence, .. } => sequence,
            Wait::Nothing { .. } => chardev_abi::WAIT_NOTHING,
        }
    }

    /// The current process learns this number in a way that the model does not know of, and the file tells no more news.
    pub fn learn(&mut self, slot: Slot, sequence: u64) {
        self.current.learned = sequence;
        if let Ok(file) = self.file(slot) {
            let minor = file.borrow().minor;
            file.borrow_mut().told = self.minors[minor].sequence();
        }
    }

    /// Refuses what `WAIT_CHANGE` refuses before it waits.
    pub fn check_wait(&self, slot: Slot, flags: u32, argument: Argument) -> Result<()> {
        self.file(slot)?;
        readable::<Structure>(argument)?;
        if flags == 0 {
            Ok(())
        } else {
            Err(Errno::EINVAL)
        }
    }

    fn call(&mut self, operation: &Operation) -> Result<Outcome> {
        match *operation {
            Operation::Open { slot, minor, access, append, nonblock } => {
                self.close(slot).ok();
                let told = self.minors.get(minor).ok_or(Errno::ENOENT)?.sequence();
                let mut file = File::new(minor, self.current.number, access, told);
                (file.append, file.nonblock) = (append, nonblock);
                let counters = self.statistics.entry(self.current.number).or_default();
                counters.files += 1;
                counters.opens += 1;
                self.current.slots[slot] = Some(Rc::new(RefCell::new(file)));
            }
            Operation::Close { slot } => self.close(slot)?,
            Operation::CloseAll => self.close_all(),
            Operation::Duplicate { slot, to } => {
                let file = self.file(slot)?.clone();
                self.close(to).ok();
                self.current.slots[to] = Some(file);
            }
            Operation::Flags { slot, append, nonblock } => {
                let mut file = self.file(slot)?.borrow_mut();
                (file.append, file.nonblock) = (append, nonblock);
            }
            Operation::Read { slot, at, ref segments } => {
                check_offset(at)?;
                let bytes = self.file(slot)?.borrow_mut().read(at, segments)?;
                self.counters(slot).bytes_out += bytes.len() as u64;
                return Ok(Outcome::Bytes(bytes));
            }
            Operation::Write { slot, at, ref segments, first } => {
                check_offset(at)?;
                let count = self.file(slot)?.borrow_mut().write(at, segments, first)?;
                self.counters(slot).bytes_in += count as u64;
                return Ok(Outcome::Number(count as i64));
            }
            Operation::Seek { slot, offset, whence } => {
                return self.file(slot)?.borrow_mut().seek(offset, whence).map(Outcome::Number);
            }
            Operation::Truncate { slot, length } => {
                check_offset(Some(length))?;
                self.file(slot)?;
                return Err(Errno::EINVAL);
            }
            Operation::Poll { slot } => return Ok(self.poll(slot)),
            Operation::Set { slot, size, argument, stamp } => {
                let minor = self.file(slot)?.borrow().minor;
                readable::<IoctlInfo>(argument)?;
                self.minors[minor].set(stamp, size, self.current.number)?;
                let counters = self.counters(slot);
                counters.sets += 1;
                counters.bytes_in += size;
            }
            Operation::Get { slot, argument } => return self.get(slot, argument),
            Operation::History { slot, flags, argument } => return self.history(slot, flags, argument),
            Operation::Wait { slot, flags, wait, argument } => return self.wait(slot, flags, wait, argument),
            Operation::Unknown { slot, .. } => {
                self.file(slot)?;
                return Err(Errno::ENOTTY);
            }
            Operation::Statistics => return Ok(self.statistics()),
            Operation::Fork { .. } => unreachable!("forks are for the caller"),
        }
        Ok(Outcome::Done)
    }

    fn file(&self, slot: Slot) -> Result<&Rc<RefCell<File>>> {
        self.current.slots[slot].as_ref().ok_or(Errno::EBADF)
    }

    fn close(&mut self, slot: Slot) -> Result<()> {
        let file = self.current.slots[slot].take().ok_or(Errno::EBADF)?;
        let Some(file) = Rc::into_inner(file) else { return Ok(()) };
        let opener = file.into_inner().opener;
        let counters = self.statistics.entry(opener).or_default();
        counters.files -= 1;
        if counters.files == 0 {
            self.statistics.remove(&opener);
        }
        Ok(())
    }

    fn close_all(&mut self) {
        for slot in 0..SLOTS {
            self.close(slot).ok();
        }
    }

    /// The counters of the process that opened the file.
    fn counters(&mut self, slot: Slot) -> &mut Counters {
        let opener = self.file(slot).expect("the caller has seen the file").borrow().opener;
        self.statistics.get_mut(&opener).expect("a process with a file is counted")
    }

    fn poll(&self, slot: Slot) -> Outcome {
        let Ok(file) = self.file(slot) else {
            return Outcome::Ready { readable: false, writable: false, invalid: true };
        };
        let file = file.borrow();
        let readable = file.told != self.minors[file.minor].sequence();
        Outcome::Ready { readable, writable: true, invalid: false }
    }

    fn get(&mut self, slot: Slot, argument: Argument) -> Result<Outcome> {
        let mut file = self.file(slot)?.borrow_mut();
        writable::<IoctlInfo>(argument)?;
        let minor = &self.minors[file.minor];
        file.told = minor.sequence();
        let (size, content) = minor.get();
        drop(file);
        let counters = self.counters(slot);
        counters.gets += 1;
        counters.bytes_out += size;
        Ok(Outcome::Data { size, content })
    }

    fn history(&mut self, slot: Slot, flags: u32, argument: Argument) -> Result<Outcome> {
        let mut file = self.file(slot)?.borrow_mut();
        if argument.readable(size_of_val(&flags)) < size_of_val(&flags) {
            return Err(Errno::EFAULT);
        }
        if flags != 0 {
            return Err(Errno::EINVAL);
        }
        writable::<History>(argument)?;
        let minor = &self.minors[file.minor];
        file.told = minor.sequence();
        drop(file);
        self.current.learned = minor.sequence();
        Ok(minor.history())
    }

    fn wait(&mut self, slot: Slot, flags: u32, wait: Wait, argument: Argument) -> Result<Outcome> {
        self.check_wait(slot, flags, argument)?;
        let mut file = self.file(slot)?.borrow_mut();
        let sequence = self.minors[file.minor].sequence();
        if sequence == self.known(wait) {
            return Err(if file.nonblock { Errno::EAGAIN } else { Errno::ETIMEDOUT });
        }
        writable::<Structure>(argument)?;
        file.told = sequence;
        drop(file);
        self.current.learned = sequence;
        Ok(Outcome::Sequence { flags: 0, sequence })
    }

    fn statistics(&self) -> Outcome {
        let line = |(number, counters): (&usize, &Counters)| Counters { process: Some(*number), ..counters.clone() };
        Outcome::Statistics(self.statistics.iter().map(line).collect())
    }
}

/// Refuses what the kernel refuses before it looks at the descriptor.
fn check_offset(offset: Option<i64>) -> Result<()> {
    match offset {
        Some(..0) => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

fn readable<T>(argument: Argument) -> Result<()> {
    match argument.readable(size_of::<T>()) {
        room if room == size_of::<T>() => Ok(()),
        _ => Err(Errno::EFAULT),
    }
}

fn writable<T>(argument: Argument) -> Result<()> {
    argument.is_writable(size_of::<T>()).then_some(()).ok_or(Errno::EFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{Access, Segment};
    use crate::outcome::Content;

    fn open(slot: Slot) -> Operation {
        Operation::Open { slot, minor: 0, access: Access::Both, append: false, nonblock: false }
    }

    fn set(slot: Slot, stamp: u64) -> Operation {
        Operation::Set { slot, size: stamp, argument: Argument::Whole, stamp }
    }

    fn get(slot: Slot) -> Operation {
        Operation::Get { slot, argument: Argument::Whole }
    }

    fn read(slot: Slot, length: usize) -> Operation {
        Operation::Read { slot, at: None, segments: vec![Segment { length, mapped: true }] }
    }

    fn news(slot: Slot) -> Operation {
        Operation::Wait { slot, flags: 0, wait: Wait::News { timeout_ms: 0 }, argument: Argument::Whole }
    }

    fn ready(readable: bool) -> Outcome {
        Outcome::Ready { readable, writable: true, invalid: false }
    }

    /// What comes of all of them, of which the last matters.
    fn last(operations: &[Operation]) -> Outcome {
        let mut model = Model::default();
        operations.iter().map(|operation| model.perform(operation)).last().expect("there is one")
    }

    #[test]
    fn nothing_can_be_done_without_a_descriptor() {
        for operation in [get(0), set(0, 1), news(0), read(0, 1), Operation::Close { slot: 0 }] {
            assert_eq!(last(&[operation.clone()]), Outcome::failed(Errno::EBADF), "{operation:?}");
        }
        assert_eq!(
            last(&[Operation::Poll { slot: 0 }]),
            Outcome::Ready { readable: false, writable: false, invalid: true }
        );
    }

    #[test]
    fn what_one_file_sets_another_gets() {
        assert_eq!(last(&[open(0), get(0)]), Outcome::Data { size: 0, content: Content::Zero });
        assert_eq!(last(&[open(0), open(1), set(1, 7), get(0)]), Outcome::Data { size: 7, content: Content::Stamp(7) });
    }

    #[test]
    fn a_set_is_news_until_told() {
        let poll = Operation::Poll { slot: 0 };
        assert_eq!(last(&[open(0), poll.clone()]), ready(false));
        assert_eq!(last(&[open(0), set(0, 1), poll.clone()]), ready(true));
        assert_eq!(last(&[open(0), set(0, 1), get(0), poll.clone()]), ready(false));
        assert_eq!(last(&[open(1), set(1, 1), open(0), poll.clone()]), ready(false));
        assert_eq!(last(&[open(0), set(0, 1), news(0), poll]), ready(false));
    }

    #[test]
    fn a_wait_ends_with_news_or_time() {
        assert_eq!(last(&[open(0), news(0)]), Outcome::failed(Errno::ETIMEDOUT));
        assert_eq!(last(&[open(0), set(0, 1), news(0)]), Outcome::Sequence { flags: 0, sequence: 1 });
        let flags = Operation::Flags { slot: 0, append: false, nonblock: true };
        assert_eq!(last(&[open(0), set(0, 1), news(0), flags, news(0)]), Outcome::failed(Errno::EAGAIN));
    }

    #[test]
    fn what_is_refused_first() {
        let history = |flags, argument| last(&[open(0), Operation::History { slot: 0, flags, argument }]);
        assert_eq!(history(1, Argument::Cut(3)), Outcome::failed(Errno::EFAULT));
        assert_eq!(history(1, Argument::Cut(4)), Outcome::failed(Errno::EINVAL));
        assert_eq!(history(0, Argument::Cut(4)), Outcome::failed(Errno::EFAULT));
        assert_eq!(history(0, Argument::ReadOnly), Outcome::failed(Errno::EFAULT));

        let wait = |argument| {
            let wait = Wait::OtherThan { sequence: 0, timeout_ms: 0 };
            last(&[open(0), Operation::Wait { slot: 0, flags: 0, wait, argument }])
        };
        assert_eq!(wait(Argument::ReadOnly), Outcome::failed(Errno::ETIMEDOUT));
        assert_eq!(wait(Argument::Cut(15)), Outcome::failed(Errno::EFAULT));

        let at = Some(-1);
        assert_eq!(last(&[Operation::Read { slot: 0, at, segments: vec![] }]), Outcome::failed(Errno::EINVAL));
    }

    #[test]
    fn a_child_shares_files_and_not_descriptors() {
        let operations = vec![read(0, 5), open(1), Operation::Close { slot: 0 }, set(1, 3)];
        let fork = Operation::Fork { operations };
        assert_eq!(last(&[open(0), fork.clone(), read(0, 9)]), Outcome::Bytes(b"world".to_vec()));
        assert_eq!(last(&[open(0), fork.clone(), read(1, 9)]), Outcome::failed(Errno::EBADF));
        let history = Operation::History { slot: 0, flags: 0, argument: Argument::Whole };
        let Outcome::History { entries, .. } = last(&[open(0), fork, history]) else { panic!("another outcome") };
        assert_eq!(entries[0].process, Some(1));
    }

    #[test]
    fn counts_for_who_opened_as_long_as_the_file_is() {
        let duplicate = Operation::Duplicate { slot: 0, to: 1 };
        let close = |slot| Operation::Close { slot };
        let counters = |operations: &[Operation]| match last(&[operations, &[Operation::Statistics]].concat()) {
            Outcome::Statistics(counters) => counters,
            other => panic!("{other:?}"),
        };
        let expected =
            Counters { process: Some(0), files: 1, opens: 1, sets: 1, gets: 1, bytes_in: 9, bytes_out: 9 + 5 };
        let child = Operation::Fork { operations: vec![set(0, 9), get(0)] };
        assert_eq!(counters(&[open(0), duplicate.clone(), child, read(0, 5), close(0)]), [expected]);
        assert_eq!(counters(&[open(0), duplicate, close(0), close(1)]), []);
    }
}
