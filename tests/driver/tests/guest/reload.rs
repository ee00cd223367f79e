// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loading and unloading the driver again and again, while others use it.

use std::fs::{self, File, OpenOptions};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use chardev_abi::{IoctlInfo, WAIT_NOTHING};
use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::uio::{pread, pwrite};

use crate::support::device::{filled, get, history, path, set, wait_change};
use crate::support::module::{fresh_driver, no_driver, CHARDEV};
use crate::support::often::often;

const USERS: usize = 3;

/// How often each of these is to have happened.
const UNLOADED: u64 = 10;
const REFUSED: u64 = 10;
const OPENED: u64 = 30;

/// Twice what users sleep between one open and the next.
const PAUSE: Duration = Duration::from_millis(2);

/// Opens a device, unless the driver is just coming or going.
fn try_open() -> Option<File> {
    match OpenOptions::new().read(true).write(true).open(path(1)) {
        Ok(file) => Some(file),
        Err(error) => {
            let errno = error.raw_os_error().map(Errno::from_raw);
            // The node is not there, or nobody is there to serve it.
            assert!(matches!(errno, Some(Errno::ENOENT | Errno::ENXIO)), "open: {error}");
            None
        }
    }
}

/// All that can be done with a file works, whatever happens to others.
fn use_fully(file: &File) {
    set(file, &filled(7)).expect("set");
    assert_eq!(get(file), Ok(filled(7)));
    let latest = history(file).expect("get the history").sequence;
    assert!(latest > 0);
    wait_change(file, WAIT_NOTHING, -1).expect("wait for nothing");
    let mut files = [PollFd::new(file.as_fd(), PollFlags::POLLIN | PollFlags::POLLOUT)];
    assert_eq!(poll(&mut files, PollTimeout::ZERO), Ok(1));
    assert_eq!(pwrite(file, b"H", 0), Ok(1));
    assert_eq!(pread(file, &mut [0; 300], 0), Ok(10));
}

/// Opens and uses the device until told to stop.
fn keep_using(stop: &AtomicBool, opened: &AtomicU64) {
    while !stop.load(Ordering::Relaxed) {
        if let Some(file) = try_open() {
            opened.fetch_add(1, Ordering::Relaxed);
            use_fully(&file);
        }
        thread::sleep(PAUSE / 2);
    }
}

/// Looks at what the kernel tells of the driver until told to stop. Whether it is there to tell is chance.
///
/// Not in debugfs: that has a race of its own. It warns of an owner that did not clean up if a file is opened just when the
/// last reference to the module is gone, and the kernel has not noted yet that it is going (full_proxy_open_regular).
fn keep_asking(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        for file in ["/proc/devices", "/sys/class/chardev/chardev1/dev", "/sys/module/chardev/refcnt"] {
            let _ = fs::read(file);
        }
    }
}

/// Unloads and loads until enough of everything has happened.
fn keep_reloading(opened: &AtomicU64) {
    let [unload, refuse, open] = [UNLOADED, REFUSED, OPENED].map(often);
    let (mut unloaded, mut refused) = (0, 0);
    while unloaded < unload || refused < refuse || opened.load(Ordering::Relaxed) < open {
        match CHARDEV.unload() {
            Ok(()) => {
                unloaded += 1;
                CHARDEV.load("").expect("load after an unload");
                // Every other time it is there for long enough that the users, who sleep in between, find it.
                if unloaded % 2 == 0 {
                    thread::sleep(PAUSE);
                }
            }
            Err(Errno::EWOULDBLOCK) => refused += 1,
            Err(error) => panic!("unload: {error}"),
        }
    }
}

#[test]
fn under_load() {
    fresh_driver();
    let stop = AtomicBool::new(false);
    let opened = AtomicU64::new(0);
    thread::scope(|scope| {
        let users: Vec<_> = (0..USERS).map(|_| scope.spawn(|| keep_using(&stop, &opened))).collect();
        let asker = scope.spawn(|| keep_asking(&stop));
        // What fails in it has to stop the others, too.
        let reloader = scope.spawn(|| keep_reloading(&opened));
        let result = reloader.join();
        stop.store(true, Ordering::Relaxed);
        for user in users {
            user.join().expect("no user fails");
        }
        asker.join().expect("the asker does not fail");
        result.expect("the driver comes and goes");
    });
    // Nobody holds it any more, and what comes then is as after boot.
    no_driver();
    fresh_driver();
    assert_eq!(get(&try_open().expect("it is there")), Ok(IoctlInfo::default()));
}

#[test]
fn a_file_that_is_open_keeps_its_driver() {
    fresh_driver();
    let file = try_open().expect("it is there");
    for _ in 0..often(50) {
        assert_eq!(CHARDEV.unload(), Err(Errno::EWOULDBLOCK));
        use_fully(&file);
    }
    drop(file);
    assert_eq!(CHARDEV.unload(), Ok(()));
}
