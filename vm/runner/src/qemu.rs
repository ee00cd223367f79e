// SPDX-License-Identifier: MIT OR Apache-2.0

//! The QEMU process.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{parent_id, CommandExt};
use std::path::Path;
use std::process::{self, Child, ChildStderr, Command, Stdio};

use nix::errno::Errno;
use nix::fcntl::{fcntl, FcntlArg, FdFlag};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, Signal};

use crate::machine::Connections;

/// A running QEMU. Dropping it ends it.
pub struct Qemu {
    child: Child,
}

/// Our ends of the connections to it.
pub struct Streams {
    /// What the guest's serial console writes.
    pub console: UnixStream,
    /// The control port.
    pub control: UnixStream,
    /// QEMU's own monitor.
    pub monitor: UnixStream,
    /// QEMU's own complaints.
    pub complaints: Complaints,
}

/// QEMU's standard error.
pub struct Complaints(ChildStderr);

impl Qemu {
    /// Starts QEMU. Nothing of it has a name on the host: the connections are unnamed sockets, inherited, as `debugger` is.
    ///
    /// The calling thread must be the main one: the kernel ends QEMU with the thread that started it.
    pub fn start(
        program: &Path,
        debugger: Option<BorrowedFd<'_>>,
        arguments: impl FnOnce(Connections) -> Vec<OsString>,
    ) -> io::Result<(Self, Streams)> {
        let (console, qemu_console) = UnixStream::pair()?;
        let (control, qemu_control) = UnixStream::pair()?;
        let (monitor, qemu_monitor) = UnixStream::pair()?;
        let connections = Connections {
            console: qemu_console.as_raw_fd(),
            control: qemu_control.as_raw_fd(),
            monitor: qemu_monitor.as_raw_fd(),
        };
        let debugger = debugger.map(|socket| socket.as_raw_fd());
        let runner = process::id();
        let in_child = move || {
            let own = [connections.console, connections.control, connections.monitor];
            for fd in own.into_iter().chain(debugger) {
                inherit(fd)?;
            }
            // The runner blocks those that it waits for; QEMU is to die of them as usual.
            SigSet::empty().thread_set_mask()?;
            // Even a runner that is killed leaves no QEMU behind.
            set_pdeathsig(Signal::SIGKILL)?;
            if parent_id() != runner {
                return Err(Errno::ESRCH.into());
            }
            Ok(())
        };

        let mut command = Command::new(program);
        command
            .args(arguments(connections))
            // Ctrl-C on the terminal is for the runner alone, which then ends QEMU.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // SAFETY: between fork and exec, the closure makes system calls and allocates nothing.
        unsafe { command.pre_exec(in_child) };
        let mut child = command.spawn()?;
        let complaints = Complaints(child.stderr.take().expect("it was started with a pipe"));
        Ok((Self { child }, Streams { console, control, monitor, complaints }))
    }

    /// Ends it at once, and waits until it is gone.
    pub fn kill(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Complaints {
    /// Everything that QEMU says until it ends.
    pub fn read(mut self) -> String {
        let mut text = Vec::new();
        // What was read before an error is all that there is to tell.
        let _ = self.0.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }
}

fn inherit(fd: RawFd) -> io::Result<()> {
    fcntl(fd, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(())
}
