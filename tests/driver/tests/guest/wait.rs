// SPDX-License-Identifier: MIT OR Apache-2.0

//! Waiting for a SET: poll, epoll and `WAIT_CHANGE`.

use std::fs::File;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use chardev_abi::{IoctlInfo, GET_DATA, WAIT_CHANGE, WAIT_NOTHING};
use nix::errno::Errno;
use nix::libc;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::signal::{sigaction, SaFlags, SigAction, SigHandler, SigSet, Signal};
use nix::sys::wait::WaitStatus;

use crate::support::child::Child;
use crate::support::device::{command_at, filled, get, history, open, open_with, sequence, set, wait_change};
use crate::support::module::fresh_driver;
use crate::support::often::often;

/// For ever, in milliseconds.
const EVER: i32 = -1;

/// Long enough to show that somebody waited, in milliseconds.
const WHILE: u64 = 100;

/// The longest that a kernel is configured for. The clock of ticks tells the time up to one of them.
const TICK: Duration = Duration::from_millis(10);

/// What poll says at once.
#[track_caller]
fn state(file: &File) -> PollFlags {
    let mut files = [PollFd::new(file.as_fd(), PollFlags::POLLIN | PollFlags::POLLOUT)];
    poll(&mut files, PollTimeout::ZERO).expect("poll");
    files[0].revents().expect("no unknown flags")
}

#[track_caller]
fn assert_news(file: &File) {
    assert_eq!(state(file), PollFlags::POLLIN | PollFlags::POLLOUT);
}

#[track_caller]
fn assert_no_news(file: &File) {
    assert_eq!(state(file), PollFlags::POLLOUT);
}

/// Waits with `wait`, while another thread sets device 0 after a while. Returns what `wait` did, which cannot have been earlier.
#[track_caller]
fn until_set<T>(wait: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let setter = thread::spawn(|| {
        thread::sleep(Duration::from_millis(WHILE));
        set(&open(0), &filled(1)).expect("set");
    });
    let result = wait();
    assert!(start.elapsed() >= Duration::from_millis(WHILE), "it did not wait: {:?}", start.elapsed());
    setter.join().expect("the setter ends");
    result
}

/// When the kernel's latest tick was. It counts timeouts in ticks, and one that comes late, since the host had other things to do,
/// makes up for those that are missing: then by any other clock a timeout that began before it is too short.
fn time_of_tick() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is there, and the pointer is that of a time.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &mut time) };
    Errno::result(result).expect("read the clock");
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// A signal does nothing but interrupt.
fn interrupt_with(signal: Signal, flags: SaFlags) {
    extern "C" fn ignore(_: libc::c_int) {}
    let action = SigAction::new(SigHandler::Handler(ignore), flags, SigSet::empty());
    // SAFETY: the handler does nothing.
    unsafe { sigaction(signal, &action) }.expect("set a signal handler");
}

#[test]
fn command_has_the_number_of_the_header() {
    assert_eq!(WAIT_CHANGE, 0xc010_4705);
}

#[test]
fn poll_tells_of_a_set_until_a_command_does() {
    fresh_driver();
    let (setter, file) = (open(0), open(0));
    assert_no_news(&file);
    let commands: [fn(&File) -> bool; 3] =
        [|file| get(file).is_ok(), |file| history(file).is_ok(), |file| wait_change(file, WAIT_NOTHING, 0).is_ok()];
    for command in commands {
        set(&setter, &filled(1)).expect("set");
        assert_news(&file);
        assert_news(&file);
        assert!(command(&file));
        assert_no_news(&file);
        // Each file has its own news, even the setter's.
        assert_news(&setter);
    }
}

#[test]
fn what_was_before_the_open_is_no_news() {
    fresh_driver();
    set(&open(0), &filled(1)).expect("set");
    assert_no_news(&open(0));
}

#[test]
fn news_is_that_of_the_device() {
    fresh_driver();
    let (file, other) = (open(0), open(1));
    set(&open(0), &filled(1)).expect("set");
    assert_news(&file);
    assert_no_news(&other);
}

#[test]
fn a_get_that_fails_leaves_the_news() {
    fresh_driver();
    let file = open(0);
    set(&open(0), &filled(1)).expect("set");
    assert_eq!(command_at(&file, GET_DATA, 0), Err(Errno::EFAULT));
    assert_news(&file);
}

#[test]
fn a_set_that_fails_is_no_news() {
    fresh_driver();
    let file = open(0);
    assert!(set(&file, &IoctlInfo { size: 129, ..filled(1) }).is_err());
    assert_no_news(&file);
    assert_eq!(wait_change(&file, 0, 0), Err(Errno::ETIMEDOUT));
}

#[test]
fn poll_sleeps_until_a_set() {
    fresh_driver();
    let file = open(0);
    let mut files = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
    assert_eq!(until_set(|| poll(&mut files, PollTimeout::NONE)), Ok(1));
    assert_eq!(files[0].revents(), Some(PollFlags::POLLIN));
    get(&file).expect("get");
    assert_eq!(poll(&mut files, 20_u8), Ok(0));
}

#[test]
fn epoll_sleeps_until_a_set() {
    fresh_driver();
    let file = open(0);
    let epoll = Epoll::new(EpollCreateFlags::empty()).expect("make an epoll");
    epoll.add(&file, EpollEvent::new(EpollFlags::EPOLLIN | EpollFlags::EPOLLET, 7)).expect("add the file");
    let mut events = [EpollEvent::empty(); 2];
    assert_eq!(epoll.wait(&mut events, 0_u8), Ok(0));
    assert_eq!(until_set(|| epoll.wait(&mut events, EpollTimeout::NONE)), Ok(1));
    assert_eq!((events[0].data(), events[0].events()), (7, EpollFlags::EPOLLIN));
    assert_eq!(epoll.wait(&mut events, 20_u8), Ok(0));
}

#[test]
fn wait_change_returns_at_once_what_the_caller_does_not_know() {
    fresh_driver();
    let file = open(0);
    assert_eq!(wait_change(&file, WAIT_NOTHING, EVER), Ok(0));
    for _ in 0..3 {
        set(&open(0), &filled(1)).expect("set");
    }
    for known in [0, 1, 2, 4, WAIT_NOTHING] {
        assert_eq!(wait_change(&file, known, EVER), Ok(3), "knowing {known}");
    }
}

#[test]
fn wait_change_sleeps_until_a_set() {
    fresh_driver();
    let file = open(0);
    assert_eq!(until_set(|| wait_change(&file, 0, EVER)), Ok(1));
    assert_eq!(until_set(|| wait_change(&file, 1, 30_000)), Ok(2));
    assert_eq!(until_set(|| wait_change(&file, 2, i32::MIN)), Ok(3));
    assert_eq!(until_set(|| wait_change(&file, 3, i32::MAX)), Ok(4));
}

#[test]
fn wait_change_ends_with_the_time() {
    fresh_driver();
    let file = open(0);
    assert_eq!(wait_change(&file, 0, 0), Err(Errno::ETIMEDOUT));
    let start = time_of_tick();
    assert_eq!(wait_change(&file, 0, 150), Err(Errno::ETIMEDOUT));
    let elapsed = time_of_tick() - start;
    assert!(elapsed + TICK >= Duration::from_millis(150), "after {elapsed:?}");
}

#[test]
fn a_set_of_another_device_wakes_nobody() {
    fresh_driver();
    let file = open(0);
    let setter = thread::spawn(|| {
        thread::sleep(Duration::from_millis(20));
        set(&open(1), &filled(1)).expect("set");
    });
    assert_eq!(wait_change(&file, 0, 200), Err(Errno::ETIMEDOUT));
    setter.join().expect("the setter ends");
}

#[test]
fn wait_change_does_not_block_with_o_nonblock() {
    fresh_driver();
    let file = open_with(0, libc::O_NONBLOCK);
    assert_eq!(wait_change(&file, 0, EVER), Err(Errno::EAGAIN));
    assert_eq!(wait_change(&file, 0, 1000), Err(Errno::EAGAIN));
    set(&file, &filled(1)).expect("set");
    assert_eq!(wait_change(&file, 0, EVER), Ok(1));
    assert_eq!(wait_change(&file, 1, EVER), Err(Errno::EAGAIN));
}

#[test]
fn a_signal_interrupts() {
    fresh_driver();
    interrupt_with(Signal::SIGUSR1, SaFlags::empty());
    for timeout in [EVER, 30_000] {
        let file = open(0);
        let child = Child::start(|| wait_change(&file, 0, timeout).map(drop));
        child.wait_until_asleep();
        child.signal(Signal::SIGUSR1);
        assert_eq!(child.join(), Err(Errno::EINTR), "with a timeout of {timeout}");
    }
}

#[test]
fn a_signal_with_restart_does_not_interrupt() {
    fresh_driver();
    interrupt_with(Signal::SIGUSR1, SaFlags::SA_RESTART);
    let file = open(0);
    let child = Child::start(|| wait_change(&file, 0, EVER).map(drop));
    for _ in 0..5 {
        child.wait_until_asleep();
        child.signal(Signal::SIGUSR1);
        thread::sleep(Duration::from_millis(5));
    }
    child.wait_until_asleep();
    set(&file, &filled(1)).expect("set");
    assert_eq!(child.join(), Ok(()));
}

#[test]
fn a_waiter_can_be_killed() {
    fresh_driver();
    let mut child = {
        let file = open(0);
        Child::start(|| wait_change(&file, 0, EVER).map(drop))
    };
    child.wait_until_asleep();
    child.signal(Signal::SIGKILL);
    assert_eq!(child.reap(), WaitStatus::Signaled(child.pid(), Signal::SIGKILL, false));
    // It holds nothing any more: the driver can be unloaded.
    fresh_driver();
}

#[test]
fn all_waiters_wake() {
    fresh_driver();
    let file = open(0);
    let waiters: Vec<_> = (0..20)
        .map(|index| {
            Child::start(|| match index % 3 {
                // The same file, one of its own, poll. (That with one of its own: the news of the same one are for one to get.)
                0 => wait_change(&file, 0, EVER).map(drop),
                1 => wait_change(&open(0), 0, EVER).map(drop),
                _ => poll(&mut [PollFd::new(open(0).as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).map(drop),
            })
        })
        .collect();
    for waiter in &waiters {
        waiter.wait_until_asleep();
    }
    // One that is awake already does not take it from the others.
    set(&file, &filled(1)).expect("set");
    for waiter in waiters {
        assert_eq!(waiter.join(), Ok(()));
    }
}

#[test]
fn no_set_is_missed() {
    let sets = often(2000);
    fresh_driver();
    let file = open(0);
    let setter = Child::start(|| {
        let file = open(0);
        (0..sets).try_for_each(|_| set(&file, &filled(1)))
    });
    let mut known = 0;
    while known < sets {
        let latest = wait_change(&file, known, 30_000).expect("wait");
        assert!(latest > known, "{latest} after {known}");
        known = latest;
    }
    assert_eq!(known, sets);
    setter.join().expect("set in the child");
    assert_eq!(sequence(0), sets);
}
