// SPDX-License-Identifier: MIT OR Apache-2.0

//! Terminals: the command's, or the console.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::fcntl::{fcntl, FcntlArg, FdFlag};
use nix::libc;
use nix::pty::{openpty, OpenptyResult, Winsize};
use nix::unistd::setsid;
use vm_protocol::WindowSize;

nix::ioctl_write_int_bad!(set_controlling_terminal, libc::TIOCSCTTY);
nix::ioctl_write_ptr_bad!(set_window_size, libc::TIOCSWINSZ, Winsize);

/// Our side of a new terminal, and the command's.
pub fn open(size: WindowSize) -> io::Result<(File, File)> {
    let OpenptyResult { master, slave } = openpty(&winsize(size), None)?;
    for fd in [&master, &slave] {
        // The command gets duplicates of its side, and nothing else.
        fcntl(fd.as_raw_fd(), FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    Ok((File::from(master), File::from(slave)))
}

/// Changes the size; the kernel tells the processes in front.
pub fn resize(terminal: &File, size: WindowSize) -> io::Result<()> {
    // SAFETY: the descriptor is open, and TIOCSWINSZ reads one `Winsize` from the pointer.
    unsafe { set_window_size(terminal.as_raw_fd(), &winsize(size)) }?;
    Ok(())
}

fn winsize(size: WindowSize) -> Winsize {
    Winsize { ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0 }
}

/// Starts the command with `terminal` as its input, output and controlling terminal, so that job control works in it.
pub fn attach(command: &mut Command, terminal: &File) -> io::Result<()> {
    let duplicate = || terminal.as_fd().try_clone_to_owned();
    command.stdin(duplicate()?).stdout(duplicate()?).stderr(duplicate()?);
    let lead_session = || {
        setsid()?;
        // SAFETY: the child's standard input is the terminal by now; the argument is a plain number.
        unsafe { set_controlling_terminal(libc::STDIN_FILENO, 0) }?;
        Ok(())
    };
    // SAFETY: between fork and exec, the closure makes two system calls and allocates nothing.
    unsafe { command.pre_exec(lead_session) };
    Ok(())
}
