// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine is suspended in the middle of a call.
//!
//! Suspend to idle, with the clock's alarm to wake up: `Documentation/admin-guide/pm/sleep-states.rst` of the kernel.

use std::fs;

use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use std::os::fd::AsFd;

use crate::support::child::Child;
use crate::support::device::{filled, get, open, sequence, set, wait_change};
use crate::support::module::fresh_driver;

/// Suspends the machine. It wakes up after about a second, which is the clock's resolution.
#[track_caller]
fn suspend() {
    let wakes = suspends();
    fs::write("/sys/class/rtc/rtc0/wakealarm", "+2").expect("set the alarm");
    fs::write("/sys/power/state", "freeze").expect("suspend");
    assert_eq!(suspends(), wakes + 1);
}

/// How often the machine was suspended.
#[track_caller]
fn suspends() -> u64 {
    let text = fs::read_to_string("/sys/power/suspend_stats/success").expect("read the statistics of suspend");
    text.trim().parse().expect("a number")
}

#[test]
fn a_wait_without_a_timeout_goes_on() {
    fresh_driver();
    let file = open(0);
    let child = Child::start(|| wait_change(&file, 0, -1).map(drop));
    child.wait_until_asleep();
    suspend();
    child.wait_until_asleep();
    set(&file, &filled(1)).expect("set");
    assert_eq!(child.join(), Ok(()));
}

/// As epoll_wait(2) and others that have a timeout do: signal(7).
#[test]
fn a_wait_with_a_timeout_is_interrupted() {
    fresh_driver();
    let file = open(0);
    let child = Child::start(|| wait_change(&file, 0, i32::MAX).map(drop));
    child.wait_until_asleep();
    suspend();
    assert_eq!(child.join(), Err(Errno::EINTR));
    // Nothing is lost: the next call tells of what was set meanwhile.
    set(&file, &filled(1)).expect("set");
    assert_eq!(wait_change(&file, 0, i32::MAX), Ok(1));
}

#[test]
fn poll_goes_on() {
    fresh_driver();
    let file = open(0);
    let child = Child::start(|| poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).map(drop));
    child.wait_until_asleep();
    suspend();
    child.wait_until_asleep();
    set(&file, &filled(1)).expect("set");
    assert_eq!(child.join(), Ok(()));
}

#[test]
fn those_at_work_go_on() {
    const SETS: u64 = 200_000;
    fresh_driver();
    let file = open(0);
    let setter = Child::start(|| (0..SETS).try_for_each(|_| set(&file, &filled(1))));
    suspend();
    assert_eq!(setter.join(), Ok(()));
    assert_eq!(sequence(0), SETS);
    assert_eq!(get(&file), Ok(filled(1)));
}
