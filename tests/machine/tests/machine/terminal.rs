// SPDX-License-Identifier: MIT OR Apache-2.0

//! The interactive shell, on a terminal.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};

use ferrite_tests::{resumed_process, vm_process};
use nix::fcntl::{fcntl, FcntlArg, FdFlag};
use nix::libc;
use nix::pty::{openpty, Winsize};
use nix::sys::termios::{tcgetattr, LocalFlags};
use nix::unistd::setsid;

mod request {
    use super::{libc, Winsize};

    nix::ioctl_write_int_bad!(set_controlling_terminal, libc::TIOCSCTTY);
    nix::ioctl_write_ptr_bad!(set_window_size, libc::TIOCSWINSZ, Winsize);
}

/// `vm` on a terminal, and somebody who types.
struct Shell {
    vm: Child,
    keyboard: File,
    terminal: OwnedFd,
    screen: String,
}

const SIZE: Winsize = Winsize { ws_row: 33, ws_col: 101, ws_xpixel: 0, ws_ypixel: 0 };

impl Shell {
    fn start() -> Self {
        Self::start_by(resumed_process(), &[])
    }

    fn start_by(mut vm: Command, command: &[&str]) -> Self {
        let pty = openpty(&SIZE, None).expect("make a terminal");
        // Other tests of this process start programs too.
        for fd in [&pty.master, &pty.slave] {
            fcntl(fd.as_raw_fd(), FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("keep it to ourselves");
        }
        let end = || pty.slave.try_clone().expect("duplicate a descriptor");
        vm.args(["--timeout", "60", "--"]).args(command);
        vm.env("TERM", "vt100").stdin(end()).stdout(end()).stderr(end());
        let lead_session = || {
            setsid()?;
            // SAFETY: standard input is the terminal, and the argument a plain number.
            unsafe { request::set_controlling_terminal(0, 0) }?;
            Ok(())
        };
        // SAFETY: between fork and exec, the closure makes two system calls and allocates nothing.
        unsafe { vm.pre_exec(lead_session) };
        let vm = vm.spawn().expect("start vm");
        Self { vm, keyboard: File::from(pty.master), terminal: pty.slave, screen: String::new() }
    }

    fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("type");
    }

    /// Reads on until that appears after what was waited for before.
    fn wait_for(&mut self, text: &str) {
        let mut buffer = [0; 1024];
        loop {
            if let Some((_, rest)) = self.screen.split_once(text) {
                self.screen = rest.to_owned();
                return;
            }
            match self.keyboard.read(&mut buffer) {
                Ok(length) => self.screen += &String::from_utf8_lossy(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("no {text:?}, but {error}, after:\n{}", self.screen),
            }
        }
    }

    fn end(mut self) -> ExitStatus {
        let status = self.vm.wait().expect("wait for vm");
        let settings = tcgetattr(&self.terminal).expect("read the settings of the terminal");
        assert!(
            settings.local_flags.contains(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG),
            "the terminal is not as it was"
        );
        status
    }
}

#[test]
fn a_shell_says_how_to_leave_and_passes_its_status_on() {
    let mut shell = Shell::start_by(vm_process(), &[]);
    shell.wait_for("Leave with `exit`");
    shell.wait_for("# ");
    shell.type_in("echo $((6 * 7))\r");
    shell.wait_for("\n42\r\n");
    shell.type_in("exit 6\r");
    assert_eq!(shell.end().code(), Some(6));
}

#[test]
fn the_guests_terminal_has_the_size_of_the_users() {
    let mut shell = Shell::start();
    shell.wait_for("# ");
    shell.type_in("stty size; echo $TERM\r");
    shell.wait_for("\n33 101\r\nvt100\r\n");

    let larger = Winsize { ws_row: 44, ..SIZE };
    // SAFETY: the descriptor is open, and TIOCSWINSZ reads one `Winsize` from the pointer.
    unsafe { request::set_window_size(shell.keyboard.as_raw_fd(), &larger) }.expect("resize");
    shell.type_in("until stty size | grep 44; do sleep 0.1; done\r");
    shell.wait_for("\n44 101\r\n");
    shell.type_in("exit\r");
    assert_eq!(shell.end().code(), Some(0));
}

#[test]
fn ctrl_c_is_for_the_program_in_the_guest() {
    let mut shell = Shell::start();
    shell.wait_for("# ");
    shell.type_in("sh -c 'echo begun; sleep 1000'\r");
    shell.wait_for("\nbegun\r\n");
    shell.type_in("\x03");
    shell.wait_for("# ");
    shell.type_in("exit $?\r");
    assert_eq!(shell.end().code(), Some(130));
}

#[test]
fn the_shell_has_only_its_side_of_the_terminal() {
    let mut shell = Shell::start();
    shell.wait_for("# ");
    shell.type_in("ls -l /proc/$$/fd | grep -c ptmx; exit\r");
    shell.wait_for("\n0\r\n");
    assert_eq!(shell.end().code(), Some(1));
}

#[test]
fn ctrl_c_ends_a_machine_that_runs_a_command() {
    let mut shell = Shell::start_by(resumed_process(), &["sh", "-c", "echo begun; sleep 1000"]);
    shell.wait_for("begun\r\n");
    shell.type_in("\x03");
    assert_eq!(shell.end().code(), Some(130));
}

#[test]
fn ctrl_d_leaves() {
    let mut shell = Shell::start();
    shell.wait_for("# ");
    shell.type_in("\x04");
    assert_eq!(shell.end().code(), Some(0));
}

#[test]
fn ctrl_a_x_ends_the_machine_at_once() {
    let mut shell = Shell::start();
    shell.wait_for("# ");
    shell.type_in("sleep 1000\r\x01x");
    assert_eq!(shell.end().code(), Some(0));
}
