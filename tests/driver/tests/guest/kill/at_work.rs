// SPDX-License-Identifier: MIT OR Apache-2.0

//! Processes that make a call over and over, each killed at another moment of it.

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::thread::sleep;
use std::time::Duration;

use chardev_abi::WAIT_NOTHING;
use nix::fcntl::{splice, SpliceFFlags};
use nix::sys::uio::{pread, pwrite};
use nix::unistd::{lseek, pipe, read, write, Whence};

use super::{assert_all_is_free, kill};
use crate::support::child::Child;
use crate::support::device::{filled, get, history, open, set, wait_change};
use crate::support::module::fresh_driver;
use crate::support::often::often;

/// How many of them.
const MOMENTS: u64 = 10;

/// Kills processes that make the call over and over, at different moments of it.
#[track_caller]
fn kill_at_work(call: impl Fn(&File) -> nix::Result<()>) {
    fresh_driver();
    for moment in 0..often(MOMENTS) {
        let (working, tell) = pipe().expect("make a pipe");
        let child = Child::start(|| {
            let file = open(0);
            call(&file)?;
            write(&tell, b"x")?;
            loop {
                call(&file)?;
            }
        });
        drop(tell);
        assert_eq!(read(working.as_raw_fd(), &mut [0]), Ok(1), "the call fails");
        sleep(Duration::from_micros(137 * moment));
        kill(child);
    }
    assert_all_is_free();
}

#[test]
fn setting() {
    kill_at_work(|file| set(file, &filled(1)));
}

#[test]
fn getting() {
    kill_at_work(|file| get(file).map(drop));
}

#[test]
fn getting_the_history() {
    kill_at_work(|file| history(file).map(drop));
}

#[test]
fn not_waiting() {
    kill_at_work(|file| wait_change(file, WAIT_NOTHING, -1).map(drop));
}

#[test]
fn reading() {
    kill_at_work(|file| pread(file, &mut [0; 300], 0).map(drop));
}

#[test]
fn writing() {
    kill_at_work(|file| pwrite(file, &[7; 256], 0).map(drop));
}

#[test]
fn splicing() {
    kill_at_work(|file| {
        let (from, to) = pipe()?;
        write(&to, b"splice")?;
        splice(&from, None, file, Some(&mut 0), 6, SpliceFFlags::empty())?;
        splice(file, Some(&mut 0), &to, None, 6, SpliceFFlags::empty()).map(drop)
    });
}

#[test]
fn opening() {
    kill_at_work(|file| {
        let others: Vec<_> = (0..5).map(|_| open(1)).collect();
        assert!(others.iter().all(|other| other.as_raw_fd() != file.as_raw_fd()));
        Ok(())
    });
}

#[test]
fn seeking() {
    kill_at_work(|file| lseek(file.as_raw_fd(), -1, Whence::SeekEnd).map(drop));
}

#[test]
fn reading_the_statistics() {
    kill_at_work(|file| {
        let fdinfo = format!("/proc/self/fdinfo/{}", file.as_raw_fd());
        let files = [&*fdinfo, "/sys/kernel/debug/chardev/processes", "/sys/kernel/debug/chardev/chardev0/history"];
        assert!(files.iter().all(|path| fs::read(path).is_ok()));
        Ok(())
    });
}
