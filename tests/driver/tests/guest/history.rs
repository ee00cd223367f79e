// SPDX-License-Identifier: MIT OR Apache-2.0

//! The latest SETs of a device: `GET_HISTORY`, debugfs and fdinfo.

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use chardev_abi::{History, HistoryEntry, IoctlInfo, BUF_SIZE, GET_HISTORY};
use nix::errno::Errno;

use crate::support::child::{self, Child};
use crate::support::device::{command_at, filled, history, open, set};
use crate::support::memory::Page;
use crate::support::module::fresh_driver;

/// By the clock that the driver uses.
fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    since.as_nanos().try_into().expect("it is before 2554")
}

/// The lines that debugfs has for a device.
#[track_caller]
fn lines(index: usize) -> Vec<String> {
    let path = format!("/sys/kernel/debug/chardev/chardev{index}/history");
    fs::read_to_string(path).expect("read the history").lines().map(str::to_owned).collect()
}

/// The lines of the driver in fdinfo.
#[track_caller]
fn info(file: &File) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", file.as_raw_fd())).expect("read fdinfo");
    text.lines().filter(|line| line.starts_with("chardev-")).map(str::to_owned).collect()
}

#[test]
fn command_has_the_number_of_the_header() {
    assert_eq!(GET_HISTORY, 0xca90_4704);
}

#[test]
fn is_empty_before_the_first_set() {
    fresh_driver();
    assert_eq!(history(&open(0)), Ok(History::default()));
    assert_eq!(lines(0), [""; 0]);
}

#[test]
fn has_every_set_oldest_first() {
    fresh_driver();
    child::name_this_process(b"setter");
    let file = open(0);
    let before = now_ns();
    for number in 1..=5 {
        set(&file, &IoctlInfo { size: number, ..filled(b'a' + number as u8) }).expect("set");
    }
    let after = now_ns();

    let history = history(&open(0)).expect("get the history");
    assert_eq!((history.flags, history.count, history.sequence), (0, 5, 5));
    let mut time = before;
    for (entry, number) in history.used().iter().zip(1..) {
        let expected = HistoryEntry {
            sequence: number,
            time_ns: entry.time_ns,
            pid: process::id().try_into().expect("fits"),
            size: number as u32,
            comm: *b"setter\0\0\0\0\0\0\0\0\0\0",
            buf: [b'a' + number as u8; BUF_SIZE],
        };
        assert_eq!(*entry, expected);
        assert!((time..=after).contains(&entry.time_ns), "{} is not from {time} to {after}", entry.time_ns);
        time = entry.time_ns;
    }
    assert_eq!(history.entries[5..], History::default().entries[5..]);
}

#[test]
fn forgets_the_oldest_first() {
    fresh_driver();
    let file = open(0);
    for number in 1..=40_u8 {
        set(&file, &filled(number)).expect("set");
        let history = history(&file).expect("get the history");
        let first = number.saturating_sub(16) + 1;
        let expected: Vec<_> = (first..=number).map(|number| (number.into(), filled(number).buf)).collect();
        let found: Vec<_> = history.used().iter().map(|entry| (entry.sequence, entry.buf)).collect();
        assert_eq!(found, expected);
        assert_eq!(history.sequence, number.into());
    }
    assert_eq!(lines(0).len(), 16);
}

#[test]
fn has_no_set_that_failed() {
    fresh_driver();
    let file = open(0);
    assert_eq!(set(&file, &IoctlInfo { size: 129, ..filled(1) }), Err(Errno::EINVAL));
    assert_eq!(history(&file), Ok(History::default()));
}

#[test]
fn is_that_of_the_device() {
    fresh_driver();
    set(&open(0), &filled(1)).expect("set");
    assert_eq!(history(&open(1)), Ok(History::default()));
    assert_eq!(history(&open(0)).expect("get the history").count, 1);
}

#[test]
fn tells_which_process_it_was() {
    fresh_driver();
    child::name_this_process(b"parent");
    let file = open(0);
    let child = Child::start(|| {
        child::name_this_process(b"kid");
        set(&file, &filled(1))
    });
    let pid = child.pid().as_raw();
    child.join().expect("set in the child");
    let history = history(&file).expect("get the history");
    assert_eq!(history.entries[0].pid, pid);
    assert_eq!(&history.entries[0].comm, b"kid\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let found = info(&file);
    assert!(found.contains(&format!("chardev-set-by:\tpid={pid} comm=\"kid\"")), "{found:?}");
}

#[test]
fn may_be_got_at_the_end_of_a_page() {
    fresh_driver();
    let (file, page) = (open(0), Page::writable());
    let address = page.end() - size_of::<History>();
    assert_eq!(command_at(&file, GET_HISTORY, address), Ok(()));
    assert_eq!(command_at(&file, GET_HISTORY, address + 8), Err(Errno::EFAULT));
}

#[test]
fn debugfs_escapes_what_is_not_text() {
    fresh_driver();
    child::name_this_process(b"a \"b\"\n\xff");
    let file = open(0);
    set(&file, &IoctlInfo::new(5, b"\"\\\n\x01z").expect("fits")).expect("set");
    let lines = lines(0);
    let [line] = &lines[..] else { panic!("one SET gave {lines:?}") };
    let time = history(&file).expect("get the history").entries[0].time_ns;
    let head =
        format!(r#"sequence=1 time_ns={time} pid={} comm="a \"b\"\n\xff" size=5 data="\"\\\n\x01z"#, process::id());
    assert!(line.starts_with(&head), "{line}\nis not\n{head}");
}

#[test]
fn debugfs_is_for_root() {
    fresh_driver();
    for path in ["chardev0/history", "chardev1/history", "processes"] {
        let file = fs::metadata(format!("/sys/kernel/debug/chardev/{path}")).expect("look at the file");
        assert_eq!((file.mode() & 0o077, file.uid()), (0, 0), "{path}");
    }
}

#[test]
fn fdinfo_tells_of_device_and_processes() {
    fresh_driver();
    child::name_this_process(b"opener");
    let file = open(1);
    let pid = process::id();
    let opened_by = format!("chardev-opened-by:\tpid={pid} comm=\"opener\"");
    assert_eq!(info(&file), ["chardev-index:\t1", "chardev-sequence:\t0", &opened_by]);

    child::name_this_process(b"setter");
    set(&file, &filled(1)).expect("set");
    set(&file, &filled(2)).expect("set");
    let set_by = format!("chardev-set-by:\tpid={pid} comm=\"setter\"");
    assert_eq!(info(&file), ["chardev-index:\t1", "chardev-sequence:\t2", &set_by, &opened_by]);
}
