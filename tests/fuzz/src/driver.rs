// SPDX-License-Identifier: MIT OR Apache-2.0

//! The driver itself, by system calls.

use std::ffi::{c_int, c_long, CString};
use std::fs::File;
use std::io::{Read, Write};
use std::iter;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::path::Path;

use chardev_abi::{History, HistoryEntry, IoctlInfo, Wait as Structure};
use chardev_client::statistics::{self, Process};
use nix::errno::Errno;
use nix::libc::{self, c_ulong, iovec};
use nix::sys::wait::{waitpid, WaitStatus};
use nix::unistd::{fork, pipe, ForkResult, Pid};

use crate::memory::Memory;
use crate::model::{bytes_from, SHARED_MINOR};
use crate::operation::{data, Access, Argument, Operation, Segment, Slot, Wait, SHARED, SLOTS};
use crate::outcome::{Content, Counters, Entry, Outcome, System};

/// A descriptor that no process has.
const NOBODYS: RawFd = RawFd::MAX;

/// What no byte that the driver writes is by accident.
const UNTOUCHED: u8 = 0xa5;

/// The name that the fuzzer gives itself, so that it is the same wherever it is installed.
pub const COMMAND: &[u8] = b"fuzz";

/// The driver, and this process with its descriptors.
pub struct Driver {
    slots: [Option<OwnedFd>; SLOTS + 1],
    /// The first process and its children, in the order of their forks.
    processes: Vec<i32>,
    /// The number of the latest SET that this process learned of.
    learned: u64,
    memory: Memory,
    buffer: Vec<u8>,
}

type Result<T> = nix::Result<T>;

impl System for Driver {
    fn perform(&mut self, operation: &Operation) -> Outcome {
        if let Operation::Fork { operations } = operation {
            return self.fork(operations);
        }
        self.call(operation).unwrap_or_else(Outcome::failed)
    }
}

impl Driver {
    /// For the process that calls this, without a descriptor.
    ///
    /// # Errors
    ///
    /// Those of [`Memory::new`].
    pub fn new() -> Result<Self> {
        Ok(Self {
            slots: Default::default(),
            processes: vec![Pid::this().as_raw()],
            learned: 0,
            memory: Memory::new()?,
            buffer: vec![],
        })
    }

    /// The same, with a descriptor of the file that threads share.
    ///
    /// # Errors
    ///
    /// Those of [`Memory::new`].
    pub fn sharing(shared: OwnedFd) -> Result<Self> {
        let mut driver = Self::new()?;
        driver.slots[SHARED] = Some(shared);
        Ok(driver)
    }

    fn call(&mut self, operation: &Operation) -> Result<Outcome> {
        match *operation {
            Operation::Open { slot, minor, access, append, nonblock } => {
                self.slots[slot] = None;
                self.slots[slot] = Some(open(minor, access, append, nonblock)?);
            }
            Operation::Close { slot } => drop(self.slots[slot].take().ok_or(Errno::EBADF)?),
            Operation::CloseAll => self.slots[..SLOTS].fill_with(|| None),
            Operation::Duplicate { slot, to } => self.slots[to] = Some(duplicate(self.descriptor(slot))?),
            Operation::Flags { slot, append, nonblock } => {
                // SAFETY: the flags of the fuzzer's own files are its own affair.
                Errno::result(unsafe { libc::fcntl(self.descriptor(slot), libc::F_SETFL, flags(append, nonblock)) })?;
            }
            Operation::Read { slot, at, ref segments } => return self.read(slot, at, segments),
            Operation::Write { slot, at, ref segments, first } => return self.write(slot, at, segments, first),
            Operation::Seek { slot, offset, whence } => {
                // SAFETY: seeking is always safe.
                return number(unsafe { libc::lseek(self.descriptor(slot), offset, whence) });
            }
            Operation::Truncate { slot, length } => {
                // SAFETY: the files are the fuzzer's own.
                Errno::result(unsafe { libc::ftruncate(self.descriptor(slot), length) })?;
            }
            Operation::Poll { slot } => return self.poll(slot),
            Operation::Set { slot, size, argument, stamp } => {
                self.command(slot, chardev_abi::SET_DATA, argument, &data(stamp, size))?;
            }
            Operation::Get { slot, argument } => {
                let structure = IoctlInfo { size: u64::MAX, buf: [UNTOUCHED; chardev_abi::BUF_SIZE] };
                let info = self.command(slot, chardev_abi::GET_DATA, argument, &structure)?;
                return Ok(Outcome::Data { size: info.size, content: Content::of(&info.buf) });
            }
            Operation::History { slot, flags, argument } => return self.history(slot, flags, argument),
            Operation::Wait { slot, flags, wait, argument } => return self.wait(slot, flags, wait, argument),
            Operation::Unknown { slot, number, argument } => {
                // SAFETY: the kernel checks the address.
                unsafe { self.ioctl(slot, number.into(), argument, &[UNTOUCHED; 64]) }?;
            }
            Operation::Statistics => return self.statistics(),
            Operation::Fork { .. } => unreachable!("forks are for the caller"),
        }
        Ok(Outcome::Done)
    }

    fn descriptor(&self, slot: Slot) -> RawFd {
        self.slots[slot].as_ref().map_or(NOBODYS, AsRawFd::as_raw_fd)
    }

    fn read(&mut self, slot: Slot, at: Option<i64>, segments: &[Segment]) -> Result<Outcome> {
        let descriptor = self.descriptor(slot);
        let vector = self.vector(segments, iter::repeat(UNTOUCHED));
        // SAFETY: the vector points to the buffer, or to a hole that nothing can be read to.
        let Outcome::Number(count) = number(unsafe {
            match (&vector[..], at) {
                ([one], None) => libc::read(descriptor, one.iov_base, one.iov_len),
                ([one], Some(at)) => libc::pread(descriptor, one.iov_base, one.iov_len, at),
                (all, None) => libc::readv(descriptor, all.as_ptr(), all.len() as c_int),
                (all, Some(at)) => libc::preadv(descriptor, all.as_ptr(), all.len() as c_int, at),
            }
        } as i64)?
        else {
            unreachable!("a number is one")
        };
        // The buffer has a place for every segment, mapped or not, so that they follow each other.
        let bytes = self.buffer.get(..count as usize).ok_or(Errno::EOVERFLOW)?;
        Ok(Outcome::Bytes(bytes.to_vec()))
    }

    fn write(&mut self, slot: Slot, at: Option<i64>, segments: &[Segment], first: u8) -> Result<Outcome> {
        let descriptor = self.descriptor(slot);
        let vector = self.vector(segments, bytes_from(first));
        // SAFETY: the kernel only reads, and it checks the addresses.
        number(unsafe {
            match (&vector[..], at) {
                ([one], None) => libc::write(descriptor, one.iov_base, one.iov_len),
                ([one], Some(at)) => libc::pwrite(descriptor, one.iov_base, one.iov_len, at),
                (all, None) => libc::writev(descriptor, all.as_ptr(), all.len() as c_int),
                (all, Some(at)) => libc::pwritev(descriptor, all.as_ptr(), all.len() as c_int, at),
            }
        } as i64)
    }

    /// The segments, those that are mapped in the buffer, which is filled.
    fn vector(&mut self, segments: &[Segment], fill: impl Iterator<Item = u8>) -> Vec<iovec> {
        let length = segments.iter().map(|segment| segment.length).sum();
        self.buffer.clear();
        self.buffer.extend(fill.take(length));
        let mut rest = &mut self.buffer[..];
        let mut vector = vec![];
        for segment in segments {
            let (piece, others) = rest.split_at_mut(segment.length);
            let base = if segment.mapped { piece.as_mut_ptr().cast() } else { self.memory.hole() as *mut _ };
            vector.push(iovec { iov_base: base, iov_len: segment.length });
            rest = others;
        }
        vector
    }

    fn poll(&self, slot: Slot) -> Result<Outcome> {
        let mut entry = libc::pollfd { fd: self.descriptor(slot), events: libc::POLLIN | libc::POLLOUT, revents: 0 };
        // SAFETY: there is one entry.
        Errno::result(unsafe { libc::poll(&raw mut entry, 1, 0) })?;
        let is = |flag| entry.revents & flag != 0;
        Ok(Outcome::Ready { readable: is(libc::POLLIN), writable: is(libc::POLLOUT), invalid: is(libc::POLLNVAL) })
    }

    fn history(&mut self, slot: Slot, flags: u32, argument: Argument) -> Result<Outcome> {
        let mut structure = History { flags, count: u32::MAX, sequence: u64::MAX, ..History::default() };
        for entry in &mut structure.entries {
            entry.buf.fill(UNTOUCHED);
            entry.comm.fill(UNTOUCHED);
        }
        let history = self.command(slot, chardev_abi::GET_HISTORY, argument, &structure)?;
        self.learned = history.sequence;
        let rest = &history.entries[history.used().len()..];
        Ok(Outcome::History {
            flags: history.flags,
            sequence: history.sequence,
            entries: history.used().iter().map(|entry| self.entry(entry)).collect(),
            rest_is_zero: history.count as usize <= history.entries.len()
                && rest.iter().all(|entry| *entry == History::default().entries[0]),
            times_ascend: history.used().is_sorted_by_key(|entry| entry.time_ns),
        })
    }

    fn entry(&self, entry: &HistoryEntry) -> Entry {
        Entry {
            sequence: entry.sequence,
            process: self.number_of(entry.pid, entry.command()),
            size: entry.size,
            content: Content::of(&entry.buf),
        }
    }

    fn wait(&mut self, slot: Slot, flags: u32, wait: Wait, argument: Argument) -> Result<Outcome> {
        let (sequence, timeout_ms) = match wait {
            Wait::News { timeout_ms } => (self.learned, timeout_ms.into()),
            Wait::OtherThan { sequence, timeout_ms } => (sequence, timeout_ms.into()),
            Wait::Nothing { timeout_ms } => (chardev_abi::WAIT_NOTHING, timeout_ms),
        };
        let structure = Structure { flags, timeout_ms, sequence };
        let answer = self.command(slot, chardev_abi::WAIT_CHANGE, argument, &structure)?;
        self.learned = answer.sequence;
        Ok(Outcome::Sequence { flags: answer.flags, sequence: answer.sequence })
    }

    /// A command of the driver's, and what it left of its structure.
    fn command<T: Structured>(&mut self, slot: Slot, number: c_ulong, argument: Argument, structure: &T) -> Result<T> {
        // SAFETY: the structure is the command's.
        unsafe { self.ioctl(slot, number, argument, structure) }?;
        // SAFETY: any bytes are a valid structure.
        Ok(unsafe { self.memory.take() })
    }

    /// # Safety
    ///
    /// If `number` is one of the driver's, the structure has to be that command's.
    unsafe fn ioctl<T: Copy>(&mut self, slot: Slot, number: c_ulong, argument: Argument, structure: &T) -> Result<()> {
        let address = self.memory.put(argument, structure);
        // SAFETY: the kernel checks the address. As the caller vouches, there is room if there is any memory at all.
        match Errno::result(unsafe { libc::ioctl(self.descriptor(slot), number as _, address) })? {
            0 => Ok(()),
            _ => Err(Errno::UnknownErrno),
        }
    }

    fn statistics(&self) -> Result<Outcome> {
        let lines = statistics::processes(Path::new(statistics::PROCESSES)).map_err(|_| Errno::EBADMSG)?;
        let mut counters: Vec<_> = lines.iter().map(|process| self.counters(process)).collect();
        counters.sort();
        Ok(Outcome::Statistics(counters))
    }

    fn counters(&self, process: &Process) -> Counters {
        let Process { files, opens, sets, gets, bytes_in, bytes_out, .. } = *process;
        let number = self.number_of(process.pid, &process.command);
        Counters { process: number, files, opens, sets, gets, bytes_in, bytes_out }
    }

    fn number_of(&self, pid: i32, command: &[u8]) -> Option<usize> {
        self.processes.iter().position(|process| *process == pid).filter(|_| command == COMMAND)
    }

    fn fork(&mut self, operations: &[Operation]) -> Outcome {
        let done = pipe().and_then(|(from, to)| {
            // SAFETY: the child makes system calls, allocates at most (which glibc allows after fork) and ends without unwinding.
            match unsafe { fork() }? {
                ForkResult::Child => self.live_as_child(operations, to.into()),
                ForkResult::Parent { child } => {
                    drop(to);
                    Ok((child, File::from(from)))
                }
            }
        });
        match done {
            Ok((child, report)) => self.report_of(child, report),
            Err(errno) => Outcome::failed(errno),
        }
    }

    /// Does the operations, reports to the parent and ends.
    fn live_as_child(&mut self, operations: &[Operation], mut report: File) -> ! {
        self.processes.push(Pid::this().as_raw());
        let outcomes: Vec<_> = operations.iter().map(|operation| self.perform(operation)).collect();
        let told = serde_json::to_vec(&(outcomes, &self.processes)).is_ok_and(|bytes| report.write_all(&bytes).is_ok());
        // SAFETY: it always is safe to end a process. Not by exit(3), which would run the endings of the parent.
        unsafe { libc::_exit(if told { 0 } else { 1 }) }
    }

    fn report_of(&mut self, child: Pid, mut report: File) -> Outcome {
        let mut bytes = vec![];
        let read = report.read_to_end(&mut bytes);
        let status = waitpid(child, None);
        if read.is_err() || status != Ok(WaitStatus::Exited(child, 0)) {
            return Outcome::Died(format!("{status:?}"));
        }
        match serde_json::from_slice(&bytes) {
            Ok((outcomes, processes)) => {
                self.processes = processes;
                Outcome::Forked(outcomes)
            }
            Err(error) => Outcome::Died(error.to_string()),
        }
    }
}

/// The structures of the commands: any bytes are a valid one.
trait Structured: Copy {}
impl Structured for IoctlInfo {}
impl Structured for History {}
impl Structured for Structure {}

/// A file for so many threads to share, as a descriptor for each.
///
/// # Errors
///
/// Those of open(2) and dup(2).
pub fn open_shared(threads: usize) -> Result<Vec<OwnedFd>> {
    let file = open(SHARED_MINOR, Access::Both, false, false)?;
    (0..threads).map(|_| duplicate(file.as_raw_fd())).collect()
}

fn open(minor: usize, access: Access, append: bool, nonblock: bool) -> Result<OwnedFd> {
    let path = CString::new(format!("/dev/chardev{minor}")).expect("there is no NUL");
    let access = match access {
        Access::Read => libc::O_RDONLY,
        Access::Write => libc::O_WRONLY,
        Access::Both => libc::O_RDWR,
    };
    // SAFETY: the path is a string.
    let opened = unsafe { libc::open(path.as_ptr(), access | flags(append, nonblock)) };
    // SAFETY: the descriptor was made just now.
    Errno::result(opened).map(|descriptor| unsafe { OwnedFd::from_raw_fd(descriptor) })
}

fn duplicate(descriptor: RawFd) -> Result<OwnedFd> {
    // SAFETY: duplicating is always safe.
    let duplicate = Errno::result(unsafe { libc::dup(descriptor) })?;
    // SAFETY: the descriptor was made just now.
    Ok(unsafe { OwnedFd::from_raw_fd(duplicate) })
}

fn flags(append: bool, nonblock: bool) -> c_int {
    (if append { libc::O_APPEND } else { 0 }) | (if nonblock { libc::O_NONBLOCK } else { 0 })
}

fn number(result: c_long) -> Result<Outcome> {
    Errno::result(result).map(Outcome::Number)
}
