// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command that the host asked for, and the ends of its pipes or terminal.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::process::{self, Stdio};

use nix::fcntl::{fcntl, FcntlArg, OFlag};
use nix::libc;
use nix::unistd::Pid;
use vm_protocol::{Command, Failure, Stream, WindowSize, MAX_CHUNK};

use crate::terminal;

nix::ioctl_read_bad!(bytes_to_read, libc::FIONREAD, libc::c_int);

/// Input beyond this waits at the host until the command reads.
const INPUT_LIMIT: usize = 2 * MAX_CHUNK;

/// A running command.
pub struct Job {
    /// The process that was started.
    pub pid: Pid,
    /// Its standard input.
    pub input: Input,
    /// What is still open of its outputs.
    pub outputs: Vec<Output>,
    terminal: Option<File>,
}

/// One output of the command.
pub struct Output {
    /// The end to read from.
    pub file: File,
    /// What the host is to take it for.
    pub stream: Stream,
    is_terminal: bool,
}

/// Standard input of the command, and what it has not read yet.
pub struct Input {
    /// The end to write to; `None` once it is closed.
    file: Option<File>,
    pending: VecDeque<u8>,
    ending: bool,
    is_terminal: bool,
}

impl Job {
    /// Starts the command.
    pub fn start(wanted: &Command) -> Result<Self, Failure> {
        let text = |bytes| OsStr::from_bytes(bytes);
        let (program, arguments) = wanted.argv.split_first().ok_or(Failure::NotFound)?;
        let mut command = process::Command::new(text(program));
        // Working directory and signal mask are init's own: so it is started without a copy of init being made first.
        command
            .args(arguments.iter().map(|argument| text(argument)))
            .envs(wanted.environment.iter().map(|(name, value)| (text(name), text(value))));
        let started = match wanted.terminal {
            Some(size) => Self::on_terminal(&mut command, size),
            None => Self::on_pipes(&mut command),
        };
        started.map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::NotFound,
            _ => Failure::NotExecutable { reason: error.to_string() },
        })
    }

    fn on_pipes(command: &mut process::Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let pipe = |end: Option<OwnedFd>| File::from(end.expect("the command was started with pipes"));
        let outputs = vec![
            Output { file: pipe(child.stdout.take().map(Into::into)), stream: Stream::Stdout, is_terminal: false },
            Output { file: pipe(child.stderr.take().map(Into::into)), stream: Stream::Stderr, is_terminal: false },
        ];
        let input = Input::new(pipe(child.stdin.take().map(Into::into)), false)?;
        Ok(Self { pid: pid(&child), input, outputs, terminal: None })
    }

    fn on_terminal(command: &mut process::Command, size: WindowSize) -> io::Result<Self> {
        let (ours, theirs) = terminal::open(size)?;
        terminal::attach(command, &theirs)?;
        let child = command.spawn()?;
        let outputs = vec![Output { file: ours.try_clone()?, stream: Stream::Stdout, is_terminal: true }];
        let input = Input::new(ours.try_clone()?, true)?;
        Ok(Self { pid: pid(&child), input, outputs, terminal: Some(ours) })
    }

    /// Changes the size of the command's terminal, if it has one.
    pub fn resize(&self, size: WindowSize) -> io::Result<()> {
        self.terminal.as_ref().map_or(Ok(()), |terminal| terminal::resize(terminal, size))
    }
}

fn pid(child: &process::Child) -> Pid {
    Pid::from_raw(child.id().try_into().expect("Linux keeps process ids below 2^22"))
}

impl Output {
    /// The next piece; empty at the end.
    pub fn read<'a>(&mut self, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
        match self.file.read(buffer) {
            Ok(length) => Ok(&buffer[..length]),
            // How a terminal says that nobody has its other side open any more.
            Err(error) if error.raw_os_error() == Some(libc::EIO) => Ok(&[]),
            Err(error) => Err(error),
        }
    }

    /// The most that is left to read once the command has ended.
    ///
    /// Whoever else has the other end of a pipe may write forever, so only what is there by now counts. A terminal was hung up
    /// as the leader of its session ended: nobody writes to it, and it has an end.
    pub fn left(&self) -> io::Result<usize> {
        if self.is_terminal {
            return Ok(usize::MAX);
        }
        let mut length = 0;
        // SAFETY: the descriptor is open, and FIONREAD writes one int to the pointer.
        unsafe { bytes_to_read(self.file.as_raw_fd(), &mut length) }?;
        Ok(length.unsigned_abs() as usize)
    }
}

impl Input {
    fn new(file: File, is_terminal: bool) -> io::Result<Self> {
        // A command that does not read must not keep init from everything else.
        fcntl(file.as_raw_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK | access_mode(&file)?))?;
        Ok(Self { file: Some(file), pending: VecDeque::new(), ending: false, is_terminal })
    }

    /// Queues input.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.file.is_some() {
            self.pending.extend(bytes);
        }
    }

    /// Closes it, or says end of file to the terminal, once everything queued is read.
    pub fn end(&mut self) {
        if self.is_terminal {
            const END_OF_FILE: u8 = 4;
            self.push(&[END_OF_FILE]);
        } else {
            self.ending = true;
        }
        self.close_if_done();
    }

    /// Whether more may be queued.
    pub fn has_room(&self) -> bool {
        self.pending.len() < INPUT_LIMIT
    }

    /// The end to write to, when there is something to write.
    pub fn wants_to_write(&self) -> Option<&File> {
        self.file.as_ref().filter(|_| !self.pending.is_empty())
    }

    /// Writes what the command takes now. One that closed its input loses the rest, as with any pipe.
    pub fn write(&mut self) {
        let Some(file) = &mut self.file else { return };
        match file.write(self.pending.as_slices().0) {
            Ok(length) => drop(self.pending.drain(..length)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => {
                self.file = None;
                self.pending.clear();
            }
        }
        self.close_if_done();
    }

    fn close_if_done(&mut self) {
        if self.ending && self.pending.is_empty() {
            self.file = None;
        }
    }
}

fn access_mode(file: &File) -> io::Result<OFlag> {
    Ok(OFlag::from_bits_truncate(fcntl(file.as_raw_fd(), FcntlArg::F_GETFL)?))
}
