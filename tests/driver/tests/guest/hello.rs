// SPDX-License-Identifier: MIT OR Apache-2.0

//! The smallest module, and the log levels that it can use.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;

use nix::errno::Errno;
use nix::libc;

use crate::support::module::HELLO;

/// What the kernel logs from now on: a record for a read (Documentation/ABI/testing/dev-kmsg).
struct Log(File);

impl Log {
    fn from_now() -> Self {
        let mut file =
            OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open("/dev/kmsg").expect("open the log");
        file.seek(SeekFrom::End(0)).expect("go to the end of the log");
        Self(file)
    }

    /// The level and text of each message so far.
    fn messages(&mut self) -> Vec<(u8, String)> {
        let mut record = [0; 8192];
        let mut messages = Vec::new();
        while let Ok(length) = self.0.read(&mut record) {
            let record = String::from_utf8_lossy(&record[..length]);
            let (prefix, message) = record.split_once(';').expect("a record has a prefix");
            let priority: u8 = prefix.split(',').next().expect("has a priority").parse().expect("is a number");
            messages.push((priority & 7, message.lines().next().unwrap_or_default().to_owned()));
        }
        messages
    }
}

/// What it logs when it is loaded so, and unloaded.
#[track_caller]
fn log_of(parameters: &str) -> Vec<(u8, String)> {
    let mut log = Log::from_now();
    HELLO.load(parameters).expect("load hello");
    assert!(HELLO.is_loaded());
    HELLO.unload().expect("unload hello");
    assert!(!HELLO.is_loaded());
    log.messages()
}

fn lines_with(level: u8) -> Vec<(u8, String)> {
    vec![(level, "hello: hello".to_owned()), (level, "hello: goodbye".to_owned())]
}

#[test]
fn says_so_when_it_comes_and_when_it_goes() {
    assert_eq!(log_of(""), lines_with(6));
}

#[test]
fn says_it_with_the_level_that_it_is_given() {
    for level in 0..=7 {
        assert_eq!(log_of(&format!("level={level}")), lines_with(level));
    }
}

#[test]
fn refuses_other_levels() {
    for level in ["8", "255", "six"] {
        assert_eq!(HELLO.load(&format!("level={level}")), Err(Errno::EINVAL), "{level}");
        assert!(!HELLO.is_loaded());
    }
}
