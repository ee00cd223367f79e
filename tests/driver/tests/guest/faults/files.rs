// SPDX-License-Identifier: MIT OR Apache-2.0

//! Open files: their beginning and end, their position, waiting for them.

use std::fs;
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::fcntl::{self, OFlag};
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use nix::sys::stat::Mode;
use nix::unistd::{self, Whence};

use super::{Device, COPIES, COPIES_AND_ALLOCATES};
use crate::support::device;
use crate::support::fault::every_fault;
use crate::support::module::fresh_driver;

#[test]
#[ignore = "takes the debug kernel"]
pub fn open() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let call = || fault.inject(|| fcntl::open(c"/dev/chardev0", OFlag::O_RDWR, Mode::empty()));
        device.whole_or_not_at_all(call).and_then(unistd::close)
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
}

/// The driver learns of the process by that, and does not if it fails.
#[test]
#[ignore = "takes the debug kernel"]
pub fn first_open() {
    fresh_driver();
    let processes = || fs::read_to_string("/sys/kernel/debug/chardev/processes").expect("read the processes");
    let errors = every_fault(|fault| {
        let result = fault.inject(|| fcntl::open(c"/dev/chardev0", OFlag::O_RDWR, Mode::empty()));
        assert_eq!(processes().lines().count(), usize::from(result.is_ok()), "after {result:?}");
        result.and_then(unistd::close)
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
    assert_eq!(processes(), "");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn close() {
    let device = Device::new();
    let before = device.quiet();
    let errors = every_fault(|fault| {
        let number = unistd::dup(device::open(0).as_raw_fd()).expect("duplicate");
        let result = fault.inject(|| unistd::close(number));
        assert_eq!(unistd::close(number), Err(Errno::EBADF));
        result
    });
    assert_eq!(errors, []);
    // Opens are counted for as long as the process has a file.
    let after = device.quiet();
    assert!(after.processes.contains(" files=1 "), "{}", after.processes);
    assert_eq!(after.references, before.references);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn lseek() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let result = fault.inject(|| unistd::lseek(device.file.as_raw_fd(), -1, Whence::SeekEnd));
        result.map(|position| assert_eq!(position, 9))
    });
    assert_eq!(errors, []);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn poll() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let mut files = [PollFd::new(device.file.as_fd(), PollFlags::POLLOUT)];
        let result = device.whole_or_not_at_all(|| fault.inject(|| nix::poll::poll(&mut files, PollTimeout::NONE)));
        result.map(|ready| assert_eq!(ready, 1))
    });
    // How poll(2) copies is not the driver's business.
    assert!(errors.iter().all(|error| COPIES.contains(error)), "{errors:?}");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn epoll() {
    let device = Device::new();
    let epoll = Epoll::new(EpollCreateFlags::empty()).expect("make an epoll");
    let errors = every_fault(|fault| {
        let interest = EpollEvent::new(EpollFlags::EPOLLIN, 1);
        let result = device.whole_or_not_at_all(|| fault.inject(|| epoll.add(&device.file, interest)));
        // It waits for the file, or does not know it.
        let expected = if result.is_ok() { Ok(()) } else { Err(Errno::ENOENT) };
        assert_eq!(epoll.delete(&device.file), expected);
        result
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
}
