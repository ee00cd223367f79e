// SPDX-License-Identifier: MIT OR Apache-2.0

//! `kill -9` of a process in every state that it can be in with a device: all that it held is free afterwards.

use std::fs::{self, File};
use std::os::fd::{AsFd, AsRawFd};
use std::thread::sleep;
use std::time::Duration;

use chardev_abi::WAIT_NOTHING;
use nix::fcntl::{splice, SpliceFFlags};
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::signal::Signal;
use nix::sys::uio::{pread, pwrite};
use nix::sys::wait::WaitStatus;
use nix::unistd::{pause, pipe, write};

use crate::support::child::Child;
use crate::support::device::{filled, get, history, open, sequence, set, wait_change};
use crate::support::module::{fresh_driver, no_driver};
use crate::support::often::often;

/// How many processes are killed, each at another moment, where the moment matters.
const MOMENTS: u64 = 30;

/// Kills the process.
#[track_caller]
fn kill(mut child: Child) {
    child.signal(Signal::SIGKILL);
    assert_eq!(child.reap(), WaitStatus::Signaled(child.pid(), Signal::SIGKILL, false));
}

/// Nobody has a device open, no lock is held, and the driver can go.
#[track_caller]
fn assert_all_is_free() {
    let processes = fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the statistics");
    assert_eq!(processes, "");
    let (file, before) = (open(0), sequence(0));
    set(&file, &filled(9)).expect("set");
    assert_eq!(get(&file), Ok(filled(9)));
    assert_eq!(history(&file).expect("get the history").sequence, before + 1);
    drop(file);
    no_driver();
}

/// Kills a process that sleeps in the call.
#[track_caller]
fn kill_asleep(call: impl FnOnce(&File) -> nix::Result<()>) {
    fresh_driver();
    let child = Child::start(|| call(&open(0)));
    child.wait_until_asleep();
    kill(child);
    assert_all_is_free();
}

/// Kills processes that make the call over and over, at different moments of it.
#[track_caller]
fn kill_at_work(call: impl Fn(&File) -> nix::Result<()>) {
    fresh_driver();
    for moment in 0..often(MOMENTS) {
        let child = Child::start(|| {
            let file = open(0);
            loop {
                call(&file)?;
            }
        });
        sleep(Duration::from_micros(5000 + 137 * moment));
        kill(child);
    }
    assert_all_is_free();
}

#[test]
fn waiting_for_ever() {
    kill_asleep(|file| wait_change(file, 0, -1).map(drop));
}

#[test]
fn waiting_for_a_time() {
    kill_asleep(|file| wait_change(file, 0, i32::MAX).map(drop));
}

#[test]
fn polling() {
    kill_asleep(|file| poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).map(drop));
}

#[test]
fn in_epoll() {
    kill_asleep(|file| {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        epoll.add(file, EpollEvent::new(EpollFlags::EPOLLIN, 0))?;
        epoll.wait(&mut [EpollEvent::empty()], EpollTimeout::NONE).map(drop)
    });
}

#[test]
fn in_splice_to_a_full_pipe() {
    kill_asleep(|file| {
        let (_from, to) = pipe()?;
        loop {
            let mut start = 0;
            splice(file, Some(&mut start), &to, None, 10, SpliceFFlags::empty())?;
        }
    });
}

#[test]
fn in_splice_from_an_empty_pipe() {
    kill_asleep(|file| {
        let (from, _to) = pipe()?;
        splice(&from, None, file, None, 10, SpliceFFlags::empty()).map(drop)
    });
}

#[test]
fn between_calls() {
    kill_asleep(|file| {
        set(file, &filled(1))?;
        let _duplicate = file.try_clone();
        pause();
        Ok(())
    });
}

#[test]
fn one_of_two_that_share_a_file() {
    fresh_driver();
    let file = open(0);
    let child = Child::start(|| wait_change(&file, 0, -1).map(drop));
    child.wait_until_asleep();
    kill(child);
    set(&file, &filled(1)).expect("set");
    assert_eq!(wait_change(&file, 0, -1), Ok(1));
    drop(file);
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
