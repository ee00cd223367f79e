// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where a debugger connects to QEMU: a UNIX socket, for whoever can connect has the guest and what is shared with it.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};

use crate::error::Error;

const ADVICE: &str =
    "if it is in use, end the machine that waits there; or name another with --gdb-socket or FERRITE_GDB_SOCKET";

/// A socket that is listened at, and that only this user can connect to. Dropping it removes it.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Makes it.
    pub fn listen(path: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::file("the socket for a debugger", path, reason, ADVICE);
        if is_left_over(path) {
            fs::remove_file(path).map_err(failed)?;
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        let socket = Self { listener, path: path.to_owned() };
        // The usual umask lets nobody else connect as it is.
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(socket)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Whoever wants it next knows a socket that is left over.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether nobody listens any more, for vm was killed. Asked with a socket of another kind, of which one who listens notices nothing:
/// QEMU would stop the machine.
fn is_left_over(path: &Path) -> bool {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_socket());
    let connected = UnixDatagram::unbound().and_then(|socket| socket.connect(path));
    is_socket && connected.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use temporary::Directory;

    use super::*;

    fn folder() -> Directory {
        Directory::new("ferrite").expect("make a temporary folder")
    }

    #[test]
    fn it_is_the_users_alone_and_gone_afterwards() {
        let folder = folder();
        let path = folder.join("socket");
        let socket = Socket::listen(&path).expect("is made");
        assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn one_that_is_left_over_is_replaced() {
        let folder = folder();
        let path = folder.join("socket");
        drop(UnixListener::bind(&path).expect("is made"));
        assert!(path.exists());
        Socket::listen(&path).expect("is made");
    }

    #[test]
    fn one_in_use_is_left_alone_and_so_is_a_file() {
        let folder = folder();
        let path = folder.join("socket");
        let first = Socket::listen(&path).expect("is made");
        let error = Socket::listen(&path).map(|_| ()).expect_err("is in use").to_string();
        assert!(error.contains("socket: Address already in use") && error.contains("--gdb-socket"), "{error}");
        first.listener.set_nonblocking(true).expect("is a socket");
        assert_eq!(first.listener.accept().map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));

        let file = folder.join("file");
        fs::write(&file, "").expect("write a file");
        assert!(Socket::listen(&file).is_err());
        assert!(file.exists());
    }
}
