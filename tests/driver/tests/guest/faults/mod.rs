// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every allocation and every copy between user space and the kernel fails once, in turn: each time the right error and nothing
//! half done.

mod commands;
mod files;
mod modules;
mod text;
mod transfers;

use std::fs::{self, File};
use std::os::fd::AsRawFd;

use chardev_abi::IoctlInfo;
use nix::errno::Errno;
use nix::sys::uio::pread;

use crate::support::device::{filled, get, open, set};
use crate::support::module::fresh_driver;

/// All of them, for who looks for what they leave behind.
pub const ALL: [(&str, fn()); 22] = [
    ("SET_DATA", commands::set_data),
    ("GET_DATA", commands::get_data),
    ("GET_HISTORY", commands::get_history),
    ("WAIT_CHANGE", commands::wait_change),
    ("an unknown command", commands::an_unknown_command),
    ("open", files::open),
    ("the first open of a process", files::first_open),
    ("close", files::close),
    ("lseek", files::lseek),
    ("poll", files::poll),
    ("epoll", files::epoll),
    ("reading the history in debugfs", text::history),
    ("reading the processes in debugfs", text::processes),
    ("reading fdinfo", text::fdinfo),
    ("read", transfers::read),
    ("readv", transfers::readv),
    ("write", transfers::write),
    ("writev", transfers::writev),
    ("splice from the device", transfers::splice_from_the_device),
    ("splice to the device", transfers::splice_to_the_device),
    ("sendfile", transfers::sendfile),
    ("delete_module", modules::unload),
];

/// Device 0, which was set twice, and an open file of it, in the middle of its buffer.
struct Device {
    file: File,
}

/// What can be seen without being counted.
#[derive(Debug, PartialEq, Eq)]
struct Quiet {
    processes: String,
    history: String,
    fdinfo: String,
    references: String,
}

/// What can be seen by calls that the statistics count.
#[derive(Debug, PartialEq, Eq)]
struct Loud {
    data: nix::Result<IoctlInfo>,
    content: Vec<u8>,
}

impl Device {
    fn new() -> Self {
        fresh_driver();
        let file = open(0);
        set(&file, &filled(b'a')).expect("set");
        set(&file, &filled(b'b')).expect("set");
        Self { file }
    }

    #[track_caller]
    fn quiet(&self) -> Quiet {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_else(|error| panic!("read {path}: {error}"));
        Quiet {
            processes: read("/sys/kernel/debug/chardev/processes"),
            history: read("/sys/kernel/debug/chardev/chardev0/history"),
            fdinfo: read(&format!("/proc/self/fdinfo/{}", self.file.as_raw_fd())),
            references: read("/sys/module/chardev/refcnt"),
        }
    }

    fn loud(&self) -> Loud {
        let mut content = [0xaa; 512];
        let length = pread(&self.file, &mut content, 0).expect("read the buffer");
        Loud { data: get(&self.file), content: content[..length].to_vec() }
    }

    /// Makes a call, and checks that nothing has changed if it fails.
    #[track_caller]
    fn whole_or_not_at_all<T>(&self, call: impl FnOnce() -> nix::Result<T>) -> nix::Result<T> {
        let (loud, quiet) = (self.loud(), self.quiet());
        let result = call();
        if let Err(error) = &result {
            assert_eq!(self.quiet(), quiet, "after {error}");
            assert_eq!(self.loud(), loud, "after {error}");
        }
        result
    }
}

/// A call that does nothing but copy can only fail to do so; one that allocates besides may lack the memory.
const COPIES: [Errno; 1] = [Errno::EFAULT];
const COPIES_AND_ALLOCATES: [Errno; 2] = [Errno::ENOMEM, Errno::EFAULT];
