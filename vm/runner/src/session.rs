// SPDX-License-Identifier: MIT OR Apache-2.0

//! One run, from the start of QEMU to its end.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use vm_protocol::{Bytes, Command, Ended, Failure, Request, WindowSize};

use crate::cli::{Options, Parts};
use crate::debugger;
use crate::error::{Error, Stacks, Tail};
use crate::escape::Keys;
use crate::hang;
use crate::machine::{Accelerator, Disk, Machine, Start};
use crate::preparation::Preparation;
use crate::processors::Processor;
use crate::running::{Console, Remains, Running};
use crate::state::{Source, State};
use crate::symbols::Symbols;
use crate::terminal::{self, Raw};
use crate::threads::{self, News, Signals};
use crate::timings::{Phases, Timings};
use crate::watcher::Report;

/// How long the guest may take until it is ready. A hundred times what it takes.
const BOOT: Duration = Duration::from_secs(60);

/// The same with firmware, from a disk.
const BOOT_FROM_DISK: Duration = Duration::from_secs(200);

/// How long one that is resumed may take until it answers. Also a hundred times what it takes; then, it is booted.
const RESUME: Duration = Duration::from_secs(15);

/// How long it may take to power off. A hundred times what it takes, too, with every checker on.
const POWER_OFF: Duration = Duration::from_secs(60);

/// How long a kernel may take to finish its last words.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Lines of the console that are shown with a failure.
const TAIL: usize = 30;

/// How a run ended, if not with an [`Error`].
pub struct Outcome {
    /// The exit status to pass on.
    pub status: u8,
    /// How long it took; not known of a run that was broken off.
    pub phases: Option<Phases>,
}

/// Why the machine is being waited for no longer.
enum End {
    Off,
    Leave,
    NobodyReads,
    Signal(Signal),
    TimeUp(Wait),
    Broken(Error),
}

impl End {
    /// Whether nobody knows what the machine does. One that went wrong has said.
    fn is_hang(&self) -> bool {
        matches!(self, Self::TimeUp(Wait::Boot | Wait::Command | Wait::PowerOff))
    }
}

/// What the machine is being waited for.
#[derive(Clone, Copy)]
enum Wait {
    Boot,
    Command,
    LastWords,
    PowerOff,
}

/// What is known of the run so far.
struct Progress {
    wait: Wait,
    /// When the current wait is over, other than by the user's limit.
    deadline: Option<Instant>,
    /// When the user's limit is reached.
    time_up: Option<Instant>,
    /// A debugger stops the machine for as long as it likes.
    is_debugged: bool,
    /// The command's end is the machine's.
    is_discarded: bool,
    was_up: bool,
    failure: Option<Failure>,
    ended: Option<Ended>,
    timings: Timings,
    /// Present while the guest has the terminal.
    raw: Option<Raw>,
}

/// Runs the command.
///
/// # Errors
///
/// See [`Error`].
pub fn run(options: &Options) -> Result<Outcome, Error> {
    let terminal = if options.command.is_empty() { terminal::size() } else { None };
    let socket = options.gdb.as_deref().map(debugger::Socket::listen).transpose()?;
    let machine = Machine { debugger: socket.as_ref().map(AsFd::as_fd), ..machine(options)? };
    let preparation = Preparation::new(options, command(options, terminal))?;
    threads::block_signals().map_err(|errno| Error::Host { doing: "block signals", reason: errno.into() })?;
    let session = Session { options, machine, preparation, interactive: terminal.is_some(), signals: Signals::wait() };
    if let Some(socket) = &options.gdb {
        eprintln!("vm: waiting for a debugger at {}: attach one with `nix run .#gdb`", socket.display());
    }
    match session.resume() {
        Some(Err(error @ Error::State { .. })) => {
            eprintln!("vm: {error}");
            session.boot()
        }
        Some(outcome) => outcome,
        None => session.boot(),
    }
}

/// What to run, and how.
struct Session<'a> {
    options: &'a Options,
    machine: Machine<'a>,
    preparation: Preparation,
    interactive: bool,
    signals: Signals,
}

impl Session<'_> {
    fn boot(&self) -> Result<Outcome, Error> {
        self.run(Start::Boot, Vec::new(), Timings::start(None))
    }

    /// In a saved machine. `None` if none is wanted.
    fn resume(&self) -> Option<Result<Outcome, Error>> {
        let states = self.options.state.as_deref()?;
        let state = match self.state(states) {
            Ok(state) => state,
            Err(error) => return Some(Err(error)),
        };
        let (memory, devices) = state.paths();
        let start = Start::Resume { memory: &memory, devices: &devices };
        let outcome = match state.console() {
            Ok(before) => self.run(start, before, Timings::start(Some(&state))),
            Err(reason) => Err(self.unusable(&reason)),
        };
        if matches!(outcome, Err(Error::State { .. })) {
            state.remove();
        }
        Some(outcome)
    }

    fn state(&self, states: &Path) -> Result<State, Error> {
        let source = Source { states, qemu: &self.options.parts.qemu, machine: &self.machine, limit: BOOT };
        if self.options.save_after_output {
            State::started(&source, &self.preparation)
        } else {
            State::booted(&source, &self.preparation)
        }
    }

    /// [`Error::State`] if the machine was resumed, and not a word came from its guest.
    fn run(&self, start: Start<'_>, before: Vec<u8>, timings: Timings) -> Result<Outcome, Error> {
        let log = open_log(self.options.kernel_log.as_deref())?;
        let mut running = Running::start(&self.options.parts.qemu, &self.machine, start, Console { before, log })?;
        self.signals.report_to(running.news_sender());
        let is_resumed = matches!(start, Start::Resume { .. });
        let mut progress = Progress {
            wait: Wait::Boot,
            deadline: None,
            time_up: self.options.timeout.map(|limit| Instant::now() + limit),
            is_debugged: self.options.gdb.is_some(),
            is_discarded: self.options.discard,
            was_up: false,
            failure: None,
            ended: None,
            timings,
            raw: None,
        };
        progress.limit(Some(if is_resumed { RESUME } else { boot_limit(self.options) }));
        let preparation = match (is_resumed, self.options.save_after_output) {
            (false, _) => self.preparation.clone(),
            (true, false) => self.preparation.after_saving(),
            (true, true) => self.preparation.after_output(),
        };
        let end = progress.follow(preparation, self.interactive, &running);
        drop(progress.raw.take());
        if is_resumed && !progress.was_up && matches!(end, End::Off | End::TimeUp(Wait::Boot) | End::Broken(_)) {
            let complaints = running.end().complaints;
            return Err(self.unusable(&format!("the guest does not answer {complaints}").trim_end()));
        }
        // If it cannot be looked into, there is no more to tell.
        let processors = if end.is_hang() { hang::ask(&mut running).unwrap_or_default() } else { Vec::new() };
        progress.judge(end, self.options, running.end(), &processors)
    }

    fn unusable(&self, reason: &dyn ToString) -> Error {
        Error::State { folder: self.options.state.clone().unwrap_or_default(), reason: reason.to_string() }
    }
}

fn boot_limit(options: &Options) -> Duration {
    options.parts.disk.as_ref().map_or(BOOT, |_| BOOT_FROM_DISK)
}

fn command(options: &Options, terminal: Option<WindowSize>) -> Command {
    let shell = [OsString::from("/bin/sh")];
    let argv = if options.command.is_empty() { &shell[..] } else { &options.command };
    let kind = std::env::var_os("TERM").filter(|_| terminal.is_some());
    Command {
        argv: argv.iter().cloned().map(bytes).collect(),
        environment: kind.into_iter().map(|kind| (Bytes::from("TERM"), bytes(kind))).collect(),
        terminal,
    }
}

fn bytes(text: OsString) -> Bytes {
    Bytes::from(text.into_vec())
}

fn open_log(path: Option<&Path>) -> Result<Option<File>, Error> {
    let Some(path) = path else { return Ok(None) };
    let advice = "name a file that you may write with --kernel-log";
    File::create(path).map(Some).map_err(|reason| Error::file("the kernel log", path, reason, advice))
}

/// Checks what would otherwise only be seen in QEMU's complaints.
fn machine(options: &Options) -> Result<Machine<'_>, Error> {
    let Parts { qemu_data, kernel, initramfs, disk, .. } = &options.parts;
    let readable = |what, path, advice| match File::open(path) {
        Ok(_) => Ok(()),
        Err(reason) => Err(Error::file(what, path, reason, advice)),
    };
    readable("the kernel", kernel, "name a readable Image with --kernel or FERRITE_KERNEL")?;
    readable("the initramfs", initramfs, "name a readable archive with --initramfs or FERRITE_INITRAMFS")?;
    if let Some(Disk { image, firmware }) = disk {
        readable("the disk", image, "name a readable image with --disk or FERRITE_DISK")?;
        readable("the firmware", firmware, "name a readable image with --firmware or FERRITE_FIRMWARE")?;
    }
    let share = options.share.as_deref().map(shared_folder).transpose()?;
    Ok(Machine {
        qemu_data: qemu_data.as_deref(),
        kernel,
        initramfs,
        disk: disk.as_ref(),
        accelerator: Accelerator::detect(),
        memory: options.memory,
        processors: options.processors,
        share,
        whole_log: options.kernel_log.is_some(),
        append: &options.append,
        debugger: None,
    })
}

fn shared_folder(path: &Path) -> Result<std::path::PathBuf, Error> {
    let folder = path.canonicalize().and_then(|folder| {
        if folder.is_dir() {
            Ok(folder)
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    });
    folder.map_err(|reason| Error::file("the shared folder", path, reason, "name an existing folder with --share"))
}

impl Progress {
    /// Follows the news until there is nothing left to wait for.
    fn follow(&mut self, preparation: Preparation, interactive: bool, running: &Running) -> End {
        loop {
            let deadline = [self.deadline, self.time_up].into_iter().flatten().min();
            let patience =
                deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
            let told = match running.news.recv_timeout(patience) {
                Ok(told) => told,
                Err(RecvTimeoutError::Timeout) if self.time_up == deadline => return End::TimeUp(Wait::Command),
                Err(RecvTimeoutError::Timeout) => return End::TimeUp(self.wait),
                // Its senders end with QEMU, and the last thing that one of them says is that it did.
                Err(RecvTimeoutError::Disconnected) => return End::Off,
            };
            match told {
                News::Up => {
                    self.was_up = true;
                    // Before the guest is told anything: its prompt comes at any time after that.
                    if interactive {
                        self.hand_over_terminal();
                    }
                    running.go_on(preparation.clone(), interactive.then(Keys::default));
                }
                News::Ready => {
                    self.timings.ready();
                    self.enter(Wait::Command, None);
                }
                News::Failed(failure) => {
                    self.failure = Some(failure);
                    self.enter(Wait::PowerOff, Some(POWER_OFF));
                }
                News::Ended(ended) => {
                    self.timings.ended();
                    self.ended = Some(ended);
                    if self.is_discarded {
                        return End::Off;
                    }
                    self.enter(Wait::PowerOff, Some(POWER_OFF));
                }
                News::Fault => self.enter(Wait::LastWords, Some(LAST_WORDS)),
                News::Signal(Signal::SIGWINCH) => {
                    if let (true, Some(size)) = (interactive, terminal::size()) {
                        // A queue that is full is full of what is typed; the guest may learn the size another time.
                        let _ = running.requests.try_send(Request::Resize(size));
                    }
                }
                // To the command's own use of them. Output is no news of a machine that is used.
                News::Answer | News::Output => {}
                News::Leave => return End::Leave,
                News::NobodyReads => return End::NobodyReads,
                News::Signal(signal) => return End::Signal(signal),
                News::Broken(error) => return End::Broken(error),
                News::Off => return End::Off,
            }
        }
    }

    fn enter(&mut self, wait: Wait, limit: Option<Duration>) {
        self.wait = wait;
        self.limit(limit);
        if !matches!(wait, Wait::Command) {
            // From here on, it is not the command that takes the time.
            self.time_up = None;
        }
    }

    fn limit(&mut self, limit: Option<Duration>) {
        self.deadline = limit.filter(|_| !self.is_debugged).map(|limit| Instant::now() + limit);
    }

    fn hand_over_terminal(&mut self) {
        eprintln!("vm: a shell in the guest. Leave with `exit` or Ctrl-D; Ctrl-A X ends the machine at once.");
        // A terminal that cannot be raw is still good for whole lines.
        self.raw = Raw::enter().ok();
    }

    fn judge(self, end: End, options: &Options, remains: Remains, processors: &[Processor]) -> Result<Outcome, Error> {
        let Remains { report, lines, complaints } = remains;
        let mut symbols = Symbols::new(&options.symbols);
        if let Some(Report { fault, lines, omitted }) = report {
            let lines = lines.into_iter().map(|line| symbols.annotate(line)).collect();
            return Err(Error::Fault(Report { fault, lines, omitted }));
        }
        let end_of_tail = hang::before(&lines);
        let tail = Tail(lines[end_of_tail.saturating_sub(TAIL)..end_of_tail].to_vec());
        let hang = Stacks(if end.is_hang() { hang::stacks(processors, &lines, &mut symbols) } else { Vec::new() });
        let broken_off = |status| Ok(Outcome { status, phases: None });
        match end {
            End::Broken(error) => return Err(error),
            End::Signal(signal) => return broken_off(128 | signal as u8),
            End::NobodyReads => return broken_off(128 | Signal::SIGPIPE as u8),
            End::Leave => return broken_off(0),
            End::TimeUp(Wait::Command) => {
                let limit = options.timeout.unwrap_or_default();
                return Err(Error::Timeout { limit, hang, tail });
            }
            End::TimeUp(Wait::Boot) => {
                return Err(Error::Stuck { doing: "boot", limit: boot_limit(options), hang, tail })
            }
            End::TimeUp(Wait::PowerOff) => {
                return Err(Error::Stuck { doing: "power off", limit: POWER_OFF, hang, tail })
            }
            End::TimeUp(Wait::LastWords) => return Err(Error::Stuck { doing: "end", limit: LAST_WORDS, hang, tail }),
            End::Off => {}
        }
        let program =
            || options.command.first().map_or("/bin/sh".into(), |program| program.to_string_lossy().into_owned());
        match (self.failure, self.ended) {
            (Some(Failure::Setup { doing, reason }), _) => Err(Error::Setup { doing, reason, tail }),
            (Some(Failure::NotFound), _) => Err(Error::NotFound(program())),
            (Some(Failure::NotExecutable { reason }), _) => Err(Error::NotExecutable { program: program(), reason }),
            (None, Some(Ended { outcome, taint })) => {
                let faults: Vec<_> = taint.faults().collect();
                if faults.is_empty() {
                    return Ok(Outcome { status: outcome.status(), phases: self.timings.off() });
                }
                Err(Error::Tainted { faults: faults.join(", "), tail })
            }
            (None, None) if matches!(self.wait, Wait::Boot) && !complaints.is_empty() => Err(Error::Qemu(complaints)),
            (None, None) => Err(Error::PoweredOff(tail)),
        }
    }
}
