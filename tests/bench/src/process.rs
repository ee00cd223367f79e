// SPDX-License-Identifier: MIT OR Apache-2.0

//! A process, with the time that it takes.

use std::io::{self, Read};
use std::os::unix::process::{parent_id, CommandExt};
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{killpg, SigSet, Signal};
use nix::unistd::Pid;

use crate::error::Error;
use crate::signals;

/// A process that has ended.
pub struct Ended {
    /// From its start to its end.
    pub took: Duration,
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote.
    pub stdout: String,
    /// The same, if `command` has a pipe for it.
    pub stderr: String,
}

/// Runs a command that reads nothing to its end. When the user ends us meanwhile, `stop` goes to all of its process group.
///
/// The calling thread must be the main one: the kernel ends the process with the thread that started it.
pub fn run(mut command: Command, stop: Signal) -> Result<Ended, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |cause| Error::new(format!("run {program}"), cause, "check that it is there and may be executed");

    // Ctrl-C on the terminal is for us alone, who then stop it.
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped());
    let bench = process::id();
    let in_child = move || {
        // We block those that we wait for; it is to die of them as usual.
        SigSet::empty().thread_set_mask()?;
        // Even if we are killed it ends.
        set_pdeathsig(stop)?;
        if parent_id() != bench {
            return Err(Errno::ESRCH.into());
        }
        Ok(())
    };
    // SAFETY: between fork and exec, the closure makes system calls and allocates nothing.
    unsafe { command.pre_exec(in_child) };

    let started = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(|| read(stdout));
        let stderr = scope.spawn(|| read(stderr));
        let status = wait(&mut child, stop);
        let took = started.elapsed();
        let [stdout, stderr] = [stdout, stderr].map(|thread| thread.join().expect("reading does not panic"));
        Ok(Ended { took, status: status?, stdout: stdout.map_err(failed)?, stderr: stderr.map_err(failed)? })
    })
}

/// The child is gone after that, whatever the result.
fn wait(child: &mut Child, stop: Signal) -> Result<ExitStatus, Error> {
    let group = Pid::from_raw(child.id().try_into().expect("the kernel's numbers are signed"));
    let mut ended_by = None;
    loop {
        let status = child
            .try_wait()
            .map_err(|cause| Error::new("wait for a command", cause, "see what still runs, and end it by hand"))?;
        match (status, ended_by) {
            (Some(_), Some(signal)) => return Err(Error::Ended(signal)),
            (Some(status), None) => return Ok(status),
            (None, _) => {}
        }
        match signals::next()? {
            Signal::SIGCHLD => {}
            signal => {
                ended_by = Some(signal);
                // It may have ended just now.
                let _ = killpg(group, stop);
            }
        }
    }
}

fn read(stream: Option<impl Read>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
