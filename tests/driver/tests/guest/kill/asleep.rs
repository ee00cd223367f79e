// SPDX-License-Identifier: MIT OR Apache-2.0

//! A process that sleeps in a call.

use std::fs::File;
use std::os::fd::AsFd;

use nix::fcntl::{splice, SpliceFFlags};
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::unistd::{pause, pipe};

use super::{assert_all_is_free, kill};
use crate::support::child::Child;
use crate::support::device::{filled, open, set, wait_change};
use crate::support::module::fresh_driver;

/// Kills a process that sleeps in the call.
#[track_caller]
fn kill_asleep(call: impl FnOnce(&File) -> nix::Result<()>) {
    fresh_driver();
    let child = Child::start(|| call(&open(0)));
    child.wait_until_asleep();
    kill(child);
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
