// SPDX-License-Identifier: MIT OR Apache-2.0

//! The commands of ioctl.

use chardev_abi::{History, IoctlInfo, MAGIC};
use nix::errno::Errno;
use nix::request_code_none;

use super::{Device, COPIES, COPIES_AND_ALLOCATES};
use crate::support::device::{self, command_at, filled, history, sequence};
use crate::support::fault::every_fault;

#[test]
#[ignore = "takes the debug kernel"]
pub fn set_data() {
    let device = Device::new();
    let mut expected = 2;
    let errors = every_fault(|fault| {
        let result = device.whole_or_not_at_all(|| fault.inject(|| device::set(&device.file, &filled(b'c'))));
        expected += u64::from(result.is_ok());
        assert_eq!(sequence(0), expected);
        result
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
    assert_eq!(device::get(&device.file), Ok(filled(b'c')));
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn get_data() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let mut data = IoctlInfo::default();
        let result = device.whole_or_not_at_all(|| fault.inject(|| device::get_into(&device.file, &mut data)));
        let expected = if result.is_ok() { filled(b'b') } else { IoctlInfo::default() };
        assert_eq!(data, expected);
        result
    });
    assert_eq!(errors, COPIES);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn get_history() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let mut found = History::default();
        let result = device.whole_or_not_at_all(|| fault.inject(|| device::history_into(&device.file, &mut found)));
        let expected =
            if result.is_ok() { history(&device.file).expect("get the history") } else { History::default() };
        assert_eq!(found, expected);
        result
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn wait_change() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let result = device.whole_or_not_at_all(|| fault.inject(|| device::wait_change(&device.file, 1, -1)));
        result.map(|sequence| assert_eq!(sequence, 2))
    });
    assert_eq!(errors, COPIES);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn an_unknown_command() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        let call = || fault.inject(|| command_at(&device.file, request_code_none!(MAGIC, 99), 0));
        assert_eq!(device.whole_or_not_at_all(call), Err(Errno::ENOTTY));
        Ok(())
    });
    assert_eq!(errors, []);
}
