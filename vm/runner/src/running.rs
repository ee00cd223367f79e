// SPDX-License-Identifier: MIT OR Apache-2.0

//! A machine that runs, and the threads that serve it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

use vm_protocol::Request;

use crate::error::Error;
use crate::escape::Keys;
use crate::machine::{Machine, Start};
use crate::preparation::Preparation;
use crate::qemu::Qemu;
use crate::qmp::{self, Qmp};
use crate::threads::{self, News};
use crate::watcher::{Report, Watcher};

/// A running machine. Dropping it ends it.
pub struct Running {
    /// What happens.
    pub news: Receiver<News>,
    /// To the guest.
    pub requests: SyncSender<Request>,
    news_sender: Sender<News>,
    qemu: Qemu,
    monitor: UnixStream,
    qmp: Option<Qmp>,
    keyboard: UnixStream,
    console: JoinHandle<Watcher>,
    complaints: JoinHandle<String>,
}

/// What is left of a machine.
pub struct Remains {
    /// What its kernel reported, if it did.
    pub report: Option<Report>,
    /// The last lines of its console, many of them.
    pub lines: Vec<String>,
    /// What QEMU said.
    pub complaints: String,
}

/// What becomes of a console's output, besides being watched.
#[derive(Default)]
pub struct Console {
    /// What it showed before this machine was resumed.
    pub before: Vec<u8>,
    /// Where all of it is written to.
    pub log: Option<File>,
}

impl Running {
    /// Starts the machine.
    ///
    /// As with [`Qemu::start`], the calling thread must be the main one.
    pub fn start(qemu: &Path, machine: &Machine<'_>, start: Start<'_>, console: Console) -> Result<Self, Error> {
        let (qemu, streams) = Qemu::start(qemu, machine.debugger, |connections| machine.arguments(start, connections))
            .map_err(|reason| Error::Start { path: qemu.to_owned(), reason })?;
        let duplicate = |stream: &UnixStream| {
            stream.try_clone().map_err(|reason| Error::Host { doing: "duplicate a socket", reason })
        };
        let control = duplicate(&streams.control)?;
        let keyboard = duplicate(&streams.console)?;
        let (news_sender, news) = mpsc::channel();
        // Bounded: when the guest does not read, neither do we.
        let (requests, requests_receiver) = mpsc::sync_channel(4);
        let complaints = thread::spawn(|| streams.complaints.read());
        let console = threads::console(streams.console, console, news_sender.clone());
        threads::requests(control, requests_receiver, news_sender.clone());
        let is_to_be_saved = matches!(start, Start::BootWithMemory(_) | Start::ResumeToSave { .. });
        threads::events(streams.control, requests.clone(), news_sender.clone(), is_to_be_saved);
        let monitor = streams.monitor;
        let mut running = Self { news, requests, news_sender, qemu, monitor, qmp: None, keyboard, console, complaints };
        if let Start::Resume { devices, .. } | Start::ResumeToSave { devices, .. } = start {
            // Its guest has no reason of its own to say that it is up.
            running.requests.send(Request::Hello).expect("its receiver has just been made");
            // Why QEMU does not, it says when it ends.
            let _ = running.qmp().and_then(|qmp| qmp.resume(devices));
        }
        Ok(running)
    }

    /// Where news can be sent to, besides what comes from the machine itself.
    pub fn news_sender(&self) -> Sender<News> {
        self.news_sender.clone()
    }

    /// Tells the guest what to do, and then forwards standard input to it. With `keys`, that is a terminal.
    pub fn go_on(&self, preparation: Preparation, keys: Option<Keys>) {
        threads::input(preparation, keys, self.requests.clone(), self.news_sender.clone());
    }

    /// Types something on the console.
    pub fn type_on_console(&self, keys: &[u8]) -> io::Result<()> {
        (&self.keyboard).write_all(keys)
    }

    /// QEMU itself.
    pub fn qmp(&mut self) -> Result<&mut Qmp, qmp::Error> {
        match &mut self.qmp {
            Some(qmp) => Ok(qmp),
            none => Ok(none.insert(Qmp::connect(self.monitor.try_clone()?)?)),
        }
    }

    /// Ends it at once, if it has not ended by itself.
    pub fn end(mut self) -> Remains {
        self.qemu.kill();
        // Both end with QEMU, whose ends of the connections they read; neither panics.
        let (report, lines) = self.console.join().expect("the console is read without panic").finish();
        let complaints = self.complaints.join().expect("complaints are read without panic");
        Remains { report, lines, complaints }
    }
}
