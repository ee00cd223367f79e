// SPDX-License-Identifier: MIT OR Apache-2.0

//! Does what the host asks, until it asks for the end.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::mem;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{waitpid, WaitPidFlag, WaitStatus};
use vm_protocol::{Bytes, Command, Ended, Event, Failure, Outcome, Request, Setup, MAX_CHUNK};

use crate::error::{Error, While};
use crate::job::Job;
use crate::kernel::{self, TaintFile};
use crate::port::Port;
use crate::preparation::Preparation;

const READING: &str = "reading the command's output";

/// Serves the host until it goes away; powers off when it asks for that. `booted` says whether the guest is good for anything.
pub fn serve(port: Port, booted: Result<(), Error>) -> Result<(), Error> {
    Session::new(port, booted)?.run()
}

fn child_ended() -> SigSet {
    SigSet::from_iter([Signal::SIGCHLD])
}

struct Session {
    port: Port,
    children: SignalFd,
    stage: Stage,
    /// Of a guest that has booted.
    taint: Option<TaintFile>,
    job: Option<Job>,
    buffer: Box<[u8]>,
}

/// How far the guest is.
enum Stage {
    /// Nothing is prepared yet.
    Booted,
    /// Modules are still to come.
    Receiving(Preparation),
    /// It runs what it is told.
    Ready,
    /// It cannot become ready, and why, while the host has not been told.
    Failed(Option<Error>),
}

/// What `poll` found.
struct Ready {
    port: bool,
    children: bool,
    input: bool,
    /// In the order of [`Job::outputs`].
    outputs: Vec<bool>,
}

impl Session {
    fn new(port: Port, booted: Result<(), Error>) -> Result<Self, Error> {
        let doing = || "asking to be told of children that end";
        let signals = child_ended();
        signals.thread_block().while_doing(doing)?;
        let children =
            SignalFd::with_flags(&signals, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC).while_doing(doing)?;
        let (stage, taint) = match booted.and_then(|()| TaintFile::open()) {
            Ok(taint) => (Stage::Booted, Some(taint)),
            Err(error) => (Stage::Failed(Some(error)), None),
        };
        Ok(Self { port, children, stage, taint, job: None, buffer: vec![0; MAX_CHUNK].into() })
    }

    fn run(&mut self) -> Result<(), Error> {
        // Without being asked: what the host sends to a machine that starts from a disk, its firmware may take for typing.
        self.say_up()?;
        let mut requests = VecDeque::new();
        loop {
            let ready = self.wait()?;
            if let (Some(job), true) = (&mut self.job, ready.input) {
                job.input.write();
            }
            self.forward(&ready.outputs)?;
            if ready.children {
                self.reap()?;
            }
            if ready.port && !self.port.receive(&mut requests)? {
                return Ok(());
            }
            for request in requests.drain(..) {
                match (request, &mut self.job) {
                    // At once: what is open need not be closed.
                    (Request::PowerOff, _) => kernel::power_off(),
                    (Request::Hello, _) => self.say_up()?,
                    (Request::Prepare(setup), _) => self.prepare(setup)?,
                    (Request::Piece(piece), _) => self.receive(&piece)?,
                    // The host asks without waiting, so it may learn too late that it should not have.
                    (Request::Run(_), None) if !matches!(self.stage, Stage::Ready) => {}
                    (Request::Run(command), None) => self.start(&command)?,
                    (Request::Input(bytes), Some(job)) => job.input.push(&bytes),
                    (Request::InputEnd, Some(job)) => job.input.end(),
                    (Request::Resize(size), Some(job)) => job.resize(size).while_doing(|| "resizing the terminal")?,
                    // Input that crossed the command's end on the way.
                    (Request::Input(_) | Request::InputEnd | Request::Resize(_), None) => {}
                    (Request::Run(_), Some(_)) => {
                        return Err(Error { doing: "running a command".into(), reason: "another one runs".into() })
                    }
                }
            }
        }
    }

    fn say_up(&mut self) -> Result<(), Error> {
        match &mut self.stage {
            Stage::Failed(error) => {
                let error = error.take();
                error.map_or(Ok(()), |error| self.fail(error))
            }
            _ => self.port.send(&Event::Up { version: vm_protocol::VERSION }),
        }
    }

    fn prepare(&mut self, setup: Setup) -> Result<(), Error> {
        let begun = Preparation::begin(setup);
        self.go_on(begun)
    }

    fn receive(&mut self, piece: &[u8]) -> Result<(), Error> {
        match mem::replace(&mut self.stage, Stage::Booted) {
            Stage::Receiving(mut preparation) => {
                preparation.receive(piece);
                self.go_on(Ok(preparation))
            }
            // What comes after a failure.
            stage => {
                self.stage = stage;
                Ok(())
            }
        }
    }

    fn go_on(&mut self, preparation: Result<Preparation, Error>) -> Result<(), Error> {
        match preparation.and_then(Preparation::try_finish) {
            Ok(None) => {
                self.stage = Stage::Ready;
                self.port.send(&Event::Ready)
            }
            Ok(Some(unfinished)) => {
                self.stage = Stage::Receiving(unfinished);
                Ok(())
            }
            Err(error) => self.fail(error),
        }
    }

    fn fail(&mut self, Error { doing, reason }: Error) -> Result<(), Error> {
        self.stage = Stage::Failed(None);
        self.port.send(&Event::Failed(Failure::Setup { doing, reason }))
    }

    fn start(&mut self, command: &Command) -> Result<(), Error> {
        let doing = || "unblocking signals for the command";
        // It inherits which are blocked.
        child_ended().thread_unblock().while_doing(doing)?;
        let started = Job::start(command);
        child_ended().thread_block().while_doing(doing)?;
        match started {
            Ok(job) => {
                self.job = Some(job);
                // Whoever ended meanwhile, it may be, was told of to nobody.
                self.reap()
            }
            Err(failure) => self.port.send(&Event::Failed(failure)),
        }
    }

    /// Waits until something can be done.
    fn wait(&self) -> Result<Ready, Error> {
        let on = |fd, flags| PollFd::new(fd, flags);
        let mut port = None;
        let mut input = None;
        let mut fds = vec![on(self.children.as_fd(), PollFlags::POLLIN)];
        if let Some(job) = &self.job {
            fds.extend(job.outputs.iter().map(|output| on(output.file.as_fd(), PollFlags::POLLIN)));
            if let Some(file) = job.input.wants_to_write() {
                input = Some(fds.len());
                fds.push(on(file.as_fd(), PollFlags::POLLOUT));
            }
        }
        if self.job.as_ref().is_none_or(|job| job.input.has_room()) {
            port = Some(fds.len());
            fds.push(on(self.port.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno).while_doing(|| "waiting for something to do"),
        }
        let is_ready = |index: usize| fds[index].any().unwrap_or(true);
        let outputs = self.job.as_ref().map_or(0, |job| job.outputs.len());
        Ok(Ready {
            port: port.is_some_and(is_ready),
            children: is_ready(0),
            input: input.is_some_and(is_ready),
            outputs: (1..=outputs).map(is_ready).collect(),
        })
    }

    /// Sends what the ready outputs hold, and closes those at their end.
    fn forward(&mut self, ready: &[bool]) -> Result<(), Error> {
        let Some(job) = &mut self.job else { return Ok(()) };
        for (mut output, &ready) in mem::take(&mut job.outputs).into_iter().zip(ready) {
            if ready {
                let piece = output.read(&mut self.buffer).while_doing(|| READING)?;
                if piece.is_empty() {
                    continue;
                }
                self.port.send(&Event::Output(output.stream, Bytes::from(piece)))?;
            }
            job.outputs.push(output);
        }
        Ok(())
    }

    /// Takes the status of every child that has ended: the command, or an orphan that PID 1 inherited.
    fn reap(&mut self) -> Result<(), Error> {
        while let Ok(Some(_)) = self.children.read_signal() {}
        loop {
            let (pid, outcome) = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, status)) => (pid, Outcome::Exited(status as u8)),
                Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, Outcome::Signaled(signal as u8)),
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return Ok(()),
                Ok(_) | Err(Errno::EINTR) => continue,
                Err(errno) => return Err(errno).while_doing(|| "reaping children"),
            };
            if let Some(mut job) = self.job.take_if(|job| job.pid == pid) {
                self.finish(&mut job, outcome)?;
            }
        }
    }

    /// The command ended: sends what it left in its pipes, and no more, for a child of it may go on writing.
    fn finish(&mut self, job: &mut Job, outcome: Outcome) -> Result<(), Error> {
        for output in &mut job.outputs {
            let mut left = output.left().while_doing(|| READING)?;
            while left > 0 {
                let most = left.min(self.buffer.len());
                let piece = match output.read(&mut self.buffer[..most]) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    piece => piece.while_doing(|| READING)?,
                };
                if piece.is_empty() {
                    break;
                }
                left -= piece.len();
                self.port.send(&Event::Output(output.stream, Bytes::from(piece)))?;
            }
        }
        let taint = self.taint.as_ref().expect("what has not booted runs no command").read()?;
        self.port.send(&Event::Ended(Ended { outcome, taint }))
    }
}
