// SPDX-License-Identifier: MIT OR Apache-2.0

//! One thread for each thing that can block; what they find, they tell the session.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::exit;
use std::sync::mpsc::{Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use nix::sys::signal::{SigSet, Signal};
use vm_protocol::{Bytes, Decoder, Encoder, Ended, Event, Failure, Request, Stream, MAX_CHUNK};

use crate::error::Error;
use crate::escape::Keys;
use crate::preparation::Preparation;
use crate::running::Console;
use crate::watcher::Watcher;

/// What the session is told.
pub enum News {
    /// The guest has booted.
    Up,
    /// The guest is ready for the command.
    Ready,
    /// The command wrote something, in a machine that is to be saved.
    Output,
    /// The command cannot be run.
    Failed(Failure),
    /// The command ended; all its output has been written.
    Ended(Ended),
    /// The kernel answers a magic key.
    Answer,
    /// There is no use in waiting for the command.
    Fault,
    /// The user is leaving.
    Leave,
    /// A signal for this process.
    Signal(Signal),
    /// Nobody reads our output any more.
    NobodyReads,
    /// This is not working.
    Broken(Error),
    /// QEMU has ended.
    Off,
}

/// Signals that end a run, or say that the terminal has another size.
pub const SIGNALS: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGWINCH];

/// Keeps the signals for [`signals`]. Before any other thread starts.
pub fn block_signals() -> nix::Result<()> {
    let mut set = SigSet::from_iter(SIGNALS);
    // Reading the terminal from the background is an error then, and does not stop the process.
    set.add(Signal::SIGTTIN);
    set.thread_block()
}

/// Where signals are reported to: the machine that runs. While there is none, they end this process.
#[derive(Clone, Default)]
pub struct Signals(Arc<Mutex<Option<Sender<News>>>>);

impl Signals {
    /// Waits for signals from now on.
    pub fn wait() -> Self {
        let signals = Self::default();
        let told = signals.clone();
        thread::spawn(move || {
            let set = SigSet::from_iter(SIGNALS);
            while let Ok(signal) = set.wait() {
                told.tell(signal);
            }
        });
        signals
    }

    /// From now on they are reported there.
    pub fn report_to(&self, news: Sender<News>) {
        *self.0.lock().expect("nobody panics with it") = Some(news);
    }

    fn tell(&self, signal: Signal) {
        let news = self.0.lock().expect("nobody panics with it");
        let told = news.as_ref().is_some_and(|news| news.send(News::Signal(signal)).is_ok());
        if !told && signal != Signal::SIGWINCH {
            exit(128 | signal as i32);
        }
    }
}

/// Reads the guest's console until QEMU ends.
pub fn console(mut stream: UnixStream, console: Console, news: Sender<News>) -> JoinHandle<Watcher> {
    thread::spawn(move || {
        let Console { before, mut log } = console;
        let mut watcher = Watcher::default();
        let mut is_final = false;
        let mut buffer = [0; 4096];
        let mut next = Some(&before[..]);
        while let Some(piece) = next {
            if let Some(Err(reason)) = log.as_mut().map(|log| log.write_all(piece)) {
                let _ = news.send(News::Broken(Error::Output { what: "the kernel log", reason }));
                log = None;
            }
            let answers = watcher.answers();
            if watcher.feed(piece) && !is_final {
                is_final = true;
                let _ = news.send(News::Fault);
            }
            for _ in answers..watcher.answers() {
                let _ = news.send(News::Answer);
            }
            next = read(&mut stream, &mut buffer);
        }
        let _ = news.send(News::Off);
        watcher
    })
}

/// Sends requests to the guest.
pub fn requests(mut control: UnixStream, requests: Receiver<Request>, news: Sender<News>) {
    thread::spawn(move || {
        let mut encoder = Encoder::new();
        for request in requests {
            match encoder.encode(&request) {
                // A guest that is gone is noticed elsewhere.
                Ok(frame) if control.write_all(frame).is_err() => break,
                Ok(_) => {}
                Err(error) => {
                    let _ = news.send(News::Broken(error.into()));
                }
            }
        }
    });
}

/// Reads what the guest sends. The command's output is written here, so that whoever does not read it holds up the command and
/// nothing else; that of a machine which is only to be saved is news.
pub fn events(mut control: UnixStream, requests: SyncSender<Request>, news: Sender<News>, is_to_be_saved: bool) {
    thread::spawn(move || {
        let mut decoder = Decoder::new();
        let mut buffer = vec![0; MAX_CHUNK];
        let mut events = Vec::new();
        while let Some(piece) = read(&mut control, &mut buffer) {
            let decoded = decoder.feed(piece, &mut events);
            for event in events.drain(..) {
                let is_end = matches!(event, Event::Ended(_) | Event::Failed(_));
                let told = match event {
                    Event::Output(..) if is_to_be_saved => Some(News::Output),
                    event => act(event),
                };
                if let Some(told) = told {
                    let _ = news.send(told);
                }
                if is_end {
                    // After the news, so that it is known why the machine goes off. If the writing thread is gone, so is the guest.
                    let _ = requests.send(Request::PowerOff);
                }
            }
            if let Err(corrupt) = decoded {
                let _ = news.send(News::Broken(corrupt.into()));
                break;
            }
        }
    });
}

fn act(event: Event) -> Option<News> {
    match event {
        Event::Up { version: vm_protocol::VERSION } => Some(News::Up),
        Event::Up { version } => {
            let ours = vm_protocol::VERSION;
            let reason = format!("it speaks version {version} of the protocol, and vm {ours}");
            Some(News::Broken(Error::Protocol(reason)))
        }
        Event::Ready => Some(News::Ready),
        Event::Failed(failure) => Some(News::Failed(failure)),
        Event::Output(stream, bytes) => match write(stream, &bytes) {
            Ok(()) => None,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Some(News::NobodyReads),
            Err(reason) => Some(News::Broken(Error::Output { what: "the command's output", reason })),
        },
        Event::Ended(ended) => Some(News::Ended(ended)),
    }
}

fn write(stream: Stream, bytes: &[u8]) -> io::Result<()> {
    match stream {
        Stream::Stdout => {
            let mut stdout = io::stdout();
            stdout.write_all(bytes)?;
            stdout.flush()
        }
        Stream::Stderr => io::stderr().write_all(bytes),
    }
}

/// Sends what prepares the guest, then standard input. With `keys`, that is a terminal.
pub fn input(preparation: Preparation, mut keys: Option<Keys>, requests: SyncSender<Request>, news: Sender<News>) {
    thread::spawn(move || {
        match preparation.requests() {
            Ok(first) => {
                if first.into_iter().any(|request| requests.send(request).is_err()) {
                    return;
                }
            }
            Err(error) => {
                let _ = news.send(News::Broken(error));
                return;
            }
        }
        let mut buffer = vec![0; MAX_CHUNK];
        let mut stdin = io::stdin();
        // Whatever else keeps us from reading it, that is the end of the input.
        while let Some(piece) = read(&mut stdin, &mut buffer) {
            let mut bytes = Vec::new();
            let leaves = match &mut keys {
                Some(keys) => keys.feed(piece, &mut bytes),
                None => {
                    bytes.extend_from_slice(piece);
                    false
                }
            };
            if leaves {
                let _ = news.send(News::Leave);
                return;
            }
            if requests.send(Request::Input(Bytes::from(bytes))).is_err() {
                return;
            }
        }
        let _ = requests.send(Request::InputEnd);
    });
}

/// The next piece; `None` at the end, or when there is no reading on.
fn read<'a>(from: &mut impl Read, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    loop {
        match from.read(buffer) {
            Ok(0) => return None,
            Ok(length) => return Some(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
