// SPDX-License-Identifier: MIT OR Apache-2.0

//! What debugfs tells about each process that has a device open.

use std::fs;
use std::os::fd::AsRawFd;
use std::process;
use std::thread;

use chardev_abi::{IoctlInfo, GET_DATA};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{pause, pipe, read, write};

use crate::support::child::{name_this_process, Child};
use crate::support::device::{command_at, filled, get, open, set};
use crate::support::module::fresh_driver;

#[track_caller]
fn lines() -> Vec<String> {
    let text = fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the statistics");
    text.lines().map(str::to_owned).collect()
}

/// The line of a process: the name that was given to it here, and the counts.
fn line(pid: impl std::fmt::Display, counts: &str) -> String {
    format!("pid={pid} comm=\"counted\" {counts}")
}

fn fresh() {
    fresh_driver();
    name_this_process(b"counted");
}

/// A process that opens a device and keeps it until it is killed.
fn keeper() -> Child {
    let (ready, tell) = pipe().expect("make a pipe");
    let child = Child::start(|| {
        name_this_process(b"counted");
        let _file = open(1);
        write(&tell, b"x")?;
        pause();
        Ok(())
    });
    assert_eq!(read(ready.as_raw_fd(), &mut [0]), Ok(1));
    child
}

#[test]
fn there_are_none_without_open_files() {
    fresh();
    assert_eq!(lines(), [""; 0]);
    drop(open(0));
    assert_eq!(lines(), [""; 0]);
}

#[test]
fn counts_what_succeeds() {
    fresh();
    let (one, other) = (open(0), open(1));
    assert_eq!(lines(), [line(process::id(), "files=2 opens=2 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
    for file in [&one, &other] {
        set(file, &filled(7)).expect("set");
    }
    get(&one).expect("get");
    assert_eq!(lines(), [line(process::id(), "files=2 opens=2 sets=2 gets=1 bytes_in=14 bytes_out=7")]);
    assert_eq!(read(one.as_raw_fd(), &mut [0; 300]), Ok(10));
    assert_eq!(write(&one, &[0; 300]), Ok(246));
    assert_eq!(lines(), [line(process::id(), "files=2 opens=2 sets=2 gets=1 bytes_in=260 bytes_out=17")]);
}

#[test]
fn does_not_count_what_fails() {
    fresh();
    let file = open(0);
    assert_eq!(set(&file, &IoctlInfo { size: 129, ..filled(1) }), Err(Errno::EINVAL));
    assert_eq!(command_at(&file, GET_DATA, 0), Err(Errno::EFAULT));
    assert_eq!(lines(), [line(process::id(), "files=1 opens=1 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
}

#[test]
fn threads_are_one_process() {
    fresh();
    let file = open(0);
    let other = thread::spawn(|| open(0)).join().expect("open in a thread");
    assert_eq!(lines(), [line(process::id(), "files=2 opens=2 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
    drop(other);
    assert_eq!(lines(), [line(process::id(), "files=1 opens=2 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
    drop(file);
}

#[test]
fn a_file_counts_for_who_opened_it() {
    fresh();
    let file = open(0);
    Child::start(|| set(&file, &filled(3))).join().expect("set in the child");
    assert_eq!(lines(), [line(process::id(), "files=1 opens=1 sets=1 gets=0 bytes_in=3 bytes_out=0")]);
}

#[test]
fn goes_with_the_last_descriptor() {
    fresh();
    let file = open(0);
    let other = file.try_clone().expect("duplicate");
    drop(file);
    assert_eq!(lines().len(), 1);
    drop(other);
    assert_eq!(lines(), [""; 0]);
    // Numbers start anew.
    let _file = open(0);
    assert_eq!(lines(), [line(process::id(), "files=1 opens=1 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
}

#[test]
fn goes_with_the_process() {
    fresh();
    let mut children: Vec<_> = (0..50).map(|_| keeper()).collect();
    let mut expected: Vec<_> = children
        .iter()
        .map(|child| line(child.pid(), "files=1 opens=1 sets=0 gets=0 bytes_in=0 bytes_out=0"))
        .collect();
    let mut found = lines();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);

    for child in &mut children {
        child.signal(Signal::SIGKILL);
        assert_eq!(child.reap(), WaitStatus::Signaled(child.pid(), Signal::SIGKILL, false));
    }
    assert_eq!(lines(), [""; 0]);
}

#[test]
fn one_process_goes_and_others_stay() {
    fresh();
    let (mut one, other) = (keeper(), keeper());
    one.signal(Signal::SIGKILL);
    one.reap();
    assert_eq!(lines(), [line(other.pid(), "files=1 opens=1 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
}

#[test]
fn names_are_escaped() {
    fresh_driver();
    name_this_process(b"a \"b\"\n");
    let _file = open(0);
    let lines = lines();
    assert!(lines[0].contains(r#" comm="a \"b\"\n" files=1 "#), "{lines:?}");
    assert_eq!(lines.len(), 1);
}

#[test]
fn a_thousand_files_are_one_line() {
    fresh();
    let files: Vec<_> = (0..1000).map(|index| open(index % 2)).collect();
    assert_eq!(lines(), [line(process::id(), "files=1000 opens=1000 sets=0 gets=0 bytes_in=0 bytes_out=0")]);
    drop(files);
    assert_eq!(lines(), [""; 0]);
}
