// SPDX-License-Identifier: MIT OR Apache-2.0

//! Processes that share their files with the test.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{kill, Signal};
use nix::sys::wait::{waitpid, WaitStatus};
use nix::unistd::{fork, ForkResult, Pid};

/// How long a process may take to get somewhere.
const PATIENCE: Duration = Duration::from_secs(20);

/// A forked process. Killed when dropped.
pub struct Child {
    pid: Pid,
    is_reaped: bool,
}

impl Child {
    /// Forks. The child does this and ends: with the status 0, or the error's number.
    ///
    /// `body` is to make system calls, and to return what fails instead of panicking.
    pub fn start(body: impl FnOnce() -> nix::Result<()>) -> Self {
        // SAFETY: the child only makes system calls, allocates at most (which glibc allows after fork) and ends without unwinding.
        match unsafe { fork() }.expect("fork") {
            ForkResult::Parent { child } => Self { pid: child, is_reaped: false },
            ForkResult::Child => {
                let status = body().map_or_else(|error| error as i32, |()| 0);
                // SAFETY: it always is safe to end a process. Not by exit(3), which would run the test program's own endings.
                unsafe { libc::_exit(status) }
            }
        }
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits until it has ended by itself, and tells what failed in it.
    #[track_caller]
    pub fn join(mut self) -> nix::Result<()> {
        match self.reap() {
            WaitStatus::Exited(_, 0) => Ok(()),
            WaitStatus::Exited(_, status) => Err(Errno::from_raw(status)),
            other => panic!("the child ended otherwise: {other:?}"),
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(self.pid, signal).expect("signal the child");
    }

    /// Waits until it has ended, however.
    pub fn reap(&mut self) -> WaitStatus {
        let status = waitpid(self.pid, None).expect("wait for the child");
        self.is_reaped = true;
        status
    }

    /// Waits until it sleeps in a system call that a signal would end.
    #[track_caller]
    pub fn wait_until_asleep(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.state() {
                Some('S') => return,
                Some('Z') => panic!("the child has ended instead of sleeping"),
                other => assert!(Instant::now() < deadline, "the child does not sleep: {other:?}"),
            }
            sleep(Duration::from_millis(1));
        }
    }

    /// The letter that proc_pid_stat(5) has.
    fn state(&self) -> Option<char> {
        let line = fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        line.rsplit_once(") ")?.1.chars().next()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.is_reaped {
            // It may have ended; that is as well.
            let _ = kill(self.pid, Signal::SIGKILL);
            let _ = waitpid(self.pid, None);
        }
    }
}

/// Changes the command of this process, at most 15 bytes, as others see it.
pub fn name_this_process(name: &[u8]) {
    fs::write("/proc/self/comm", name).expect("change the name of the process");
}
