// SPDX-License-Identifier: MIT OR Apache-2.0

//! The machine is suspended in the middle of a call.
//!
//! Suspend to idle, with the clock's alarm to wake up: `Documentation/admin-guide/pm/sleep-states.rst` of the kernel.

use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::thread::sleep;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};

use crate::support::child::Child;
use crate::support::device::{filled, get, open, sequence, set, wait_change};
use crate::support::module::fresh_driver;
use crate::support::often::is_debug_kernel;

/// Suspends the machine, until the clock wakes it up after some seconds.
#[track_caller]
fn suspend() {
    let before = suspends();
    // The clock may be faster than a machine that has much to do. Then the suspend is refused.
    let first = if is_debug_kernel() { 16 } else { 4 };
    let is_suspended = [first, 2 * first, 4 * first].into_iter().any(|seconds| {
        let result = try_suspend(seconds);
        if result.is_err() {
            // Time for virtio_console to set up its ports again. `virtcons_freeze` resets the device, and then waits for what waits
            // for the device to answer: a suspend that comes before that is over can hang the kernel.
            sleep(Duration::from_secs(seconds.into()));
        }
        result.is_ok()
    });
    assert!(is_suspended, "the machine does not come to sleep");
    assert_eq!(suspends(), before + 1);
}

/// How `Documentation/ABI/testing/sysfs-power` says that no wakeup is missed: events since the count was read end the suspend.
fn try_suspend(seconds: u32) -> io::Result<()> {
    const COUNT: &str = "/sys/power/wakeup_count";
    const ALARM: &str = "/sys/class/rtc/rtc0/wakealarm";
    let events = fs::read(COUNT)?;
    fs::write(ALARM, "0")?;
    fs::write(ALARM, format!("+{seconds}"))?;
    fs::write(COUNT, events)?;
    fs::write("/sys/power/state", "freeze")
}

/// How often the machine was suspended.
#[track_caller]
fn suspends() -> u64 {
    let text = fs::read_to_string("/sys/power/suspend_stats/success").expect("read the statistics of suspend");
    text.trim().parse().expect("is a number")
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
    fresh_driver();
    let (file, end) = (open(0), open(1));
    let setter = Child::start(|| {
        while get(&end)? != filled(1) {
            set(&file, &filled(2))?;
        }
        Ok(())
    });
    assert!(wait_change(&file, 0, -1).is_ok());
    suspend();
    assert!(wait_change(&file, sequence(0), -1).is_ok());
    set(&end, &filled(1)).expect("set");
    assert_eq!(setter.join(), Ok(()));
    assert_eq!(get(&file), Ok(filled(2)));
}
