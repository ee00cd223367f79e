// SPDX-License-Identifier: MIT OR Apache-2.0

//! The user's terminal.

use std::io::{self, IsTerminal};
use std::os::fd::AsRawFd;

use nix::libc;
use nix::pty::Winsize;
use nix::sys::termios::{cfmakeraw, tcgetattr, tcsetattr, SetArg, Termios};
use vm_protocol::WindowSize;

nix::ioctl_read_bad!(get_window_size, libc::TIOCGWINSZ, Winsize);

/// Its size, if standard input is a terminal.
pub fn size() -> Option<WindowSize> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let mut size = Winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: TIOCGWINSZ writes one `Winsize` to the pointer; a closed descriptor is an error, no more.
    unsafe { get_window_size(io::stdin().as_raw_fd(), &mut size) }.ok()?;
    Some(WindowSize { rows: size.ws_row, columns: size.ws_col })
}

/// While it lives, the terminal passes each key on as it is pressed, and acts on none.
pub struct Raw {
    before: Termios,
}

impl Raw {
    /// Standard input must be a terminal.
    pub fn enter() -> io::Result<Self> {
        let stdin = io::stdin();
        let before = tcgetattr(&stdin)?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(&stdin, SetArg::TCSADRAIN, &raw)?;
        Ok(Self { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.before);
    }
}
