// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the driver tells as text, in debugfs and in fdinfo.

use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::fcntl::{open, OFlag};
use nix::sys::stat::Mode;
use nix::unistd;

use super::{Device, COPIES_AND_ALLOCATES};
use crate::support::fault::{every_fault, Fault};

/// Opens and reads the file, with faults first in the one and then in the other.
#[track_caller]
fn check(device: &Device, path: &str) {
    let path = CString::new(path).expect("has no NUL");
    let opened = || open(path.as_c_str(), OFlag::O_RDONLY, Mode::empty());
    let owned = |number| {
        // SAFETY: it was opened just now, for nobody else.
        unsafe { OwnedFd::from_raw_fd(number) }
    };
    let attempt = |fault: &Fault| device.whole_or_not_at_all(|| fault.inject(opened)).map(|number| drop(owned(number)));
    assert_eq!(every_fault(attempt), COPIES_AND_ALLOCATES, "opening");

    let attempt = |fault: &Fault| {
        let file = owned(opened().expect("open"));
        let mut buffer = [0; 4096];
        let result = fault.inject(|| unistd::read(file.as_raw_fd(), &mut buffer));
        // The file is as good as before.
        let expected = unistd::read(owned(opened().expect("open")).as_raw_fd(), &mut [0; 4096]);
        if result.is_err() {
            assert_eq!(unistd::read(file.as_raw_fd(), &mut buffer), expected, "after {result:?}");
        }
        result.map(|length| assert_eq!(Ok(length), expected))
    };
    assert_eq!(every_fault(attempt), COPIES_AND_ALLOCATES, "reading");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn history() {
    check(&Device::new(), "/sys/kernel/debug/chardev/chardev0/history");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn processes() {
    check(&Device::new(), "/sys/kernel/debug/chardev/processes");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn fdinfo() {
    let device = Device::new();
    check(&device, &format!("/proc/self/fdinfo/{}", device.file.as_raw_fd()));
}
