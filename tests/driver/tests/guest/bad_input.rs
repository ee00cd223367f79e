// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the commands refuse, and that nothing changes by it.

use std::fs::File;
use std::mem::size_of;

use chardev_abi::{History, IoctlInfo, Wait, GET_DATA, GET_HISTORY, MAGIC, SET_DATA, WAIT_CHANGE, WAIT_NOTHING};
use nix::errno::Errno;
use nix::sys::ioctl::ioctl_num_type;
use nix::{request_code_none, request_code_read, request_code_readwrite, request_code_write};

use crate::support::device::{command, command_at, filled, get, history, open, set};
use crate::support::memory::{Page, WILD};
use crate::support::module::fresh_driver;

/// The commands and the lengths of their structures.
const COMMANDS: [(ioctl_num_type, usize); 4] = [
    (SET_DATA, size_of::<IoctlInfo>()),
    (GET_DATA, size_of::<IoctlInfo>()),
    (GET_HISTORY, size_of::<History>()),
    (WAIT_CHANGE, size_of::<Wait>()),
];

/// A device that was set, and one that was not.
struct Devices {
    set: File,
    unset: File,
    history: History,
}

impl Devices {
    fn new() -> Self {
        fresh_driver();
        let devices = Self { set: open(0), unset: open(1), history: History::default() };
        set(&devices.set, &filled(b'a')).expect("set");
        set(&devices.set, &filled(b'b')).expect("set");
        let history = history(&devices.set).expect("get the history");
        assert_eq!(history.sequence, 2);
        Self { history, ..devices }
    }

    #[track_caller]
    fn refuse(&self, expected: Errno, attempt: impl FnOnce(&File) -> nix::Result<()>) {
        assert_eq!(attempt(&self.set), Err(expected));
        assert_eq!(get(&self.set), Ok(filled(b'b')));
        assert_eq!(history(&self.set), Ok(self.history));
        assert_eq!(get(&self.unset), Ok(IoctlInfo::default()));
        assert_eq!(history(&self.unset), Ok(History::default()));
    }
}

#[test]
fn sizes_above_the_limit() {
    let devices = Devices::new();
    for size in [129, 136, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, (1 << 32) + 128, 1 << 63, u64::MAX] {
        devices.refuse(Errno::EINVAL, |file| set(file, &IoctlInfo { size, ..filled(b'c') }));
    }
}

#[test]
fn addresses_where_nothing_is() {
    let devices = Devices::new();
    for (number, _) in COMMANDS {
        for address in WILD {
            devices.refuse(Errno::EFAULT, |file| command_at(file, number, address));
        }
    }
}

#[test]
fn structures_that_end_in_a_hole() {
    let devices = Devices::new();
    for (number, length) in COMMANDS {
        let page = Page::writable();
        for inside in [0, 1, 8, length - 1] {
            devices.refuse(Errno::EFAULT, |file| command_at(file, number, page.end() - inside));
        }
    }
}

#[test]
fn structures_to_fill_that_are_read_only() {
    let devices = Devices::new();
    let page = Page::read_only();
    for (number, _) in COMMANDS.into_iter().filter(|&(number, _)| number != SET_DATA) {
        devices.refuse(Errno::EFAULT, |file| command_at(file, number, page.start()));
    }
}

#[test]
fn flags() {
    let devices = Devices::new();
    for flags in [1, 1 << 31, u32::MAX] {
        devices.refuse(Errno::EINVAL, |file| command(file, GET_HISTORY, &mut History { flags, ..History::default() }));
        let mut wait = Wait { flags, timeout_ms: 0, sequence: WAIT_NOTHING };
        devices.refuse(Errno::EINVAL, |file| command(file, WAIT_CHANGE, &mut wait));
    }
}

#[test]
fn numbers_of_other_structures() {
    let devices = Devices::new();
    let mut room = History::default();
    let length = size_of::<IoctlInfo>();
    for number in [
        request_code_write!(MAGIC, 2, length - 1),
        request_code_write!(MAGIC, 2, length + 1),
        request_code_write!(MAGIC, 2, 132),
        request_code_write!(MAGIC, 2, 0),
        request_code_read!(MAGIC, 3, length - 1),
        request_code_read!(MAGIC, 3, length + 1),
        request_code_read!(MAGIC, 3, 132),
        request_code_readwrite!(MAGIC, 4, size_of::<History>() - 8),
        request_code_readwrite!(MAGIC, 5, 4),
    ] {
        devices.refuse(Errno::ENOTTY, |file| command(file, number, &mut room));
    }
    assert_eq!(room, History::default());
}

#[test]
fn numbers_of_the_other_direction() {
    let devices = Devices::new();
    let mut room = filled(b'c');
    let length = size_of::<IoctlInfo>();
    for number in [
        request_code_read!(MAGIC, 2, length),
        request_code_readwrite!(MAGIC, 2, length),
        request_code_none!(MAGIC, 2),
        request_code_write!(MAGIC, 3, length),
        request_code_readwrite!(MAGIC, 3, length),
        request_code_none!(MAGIC, 3),
        request_code_write!(MAGIC, 5, size_of::<Wait>()),
    ] {
        devices.refuse(Errno::ENOTTY, |file| command(file, number, &mut room));
    }
    assert_eq!(room, filled(b'c'));
}

#[test]
fn numbers_of_other_drivers() {
    let devices = Devices::new();
    let mut room = filled(b'c');
    let length = size_of::<IoctlInfo>();
    for number in [
        0,
        1,
        request_code_write!(b'H', 2, length),
        request_code_write!(b'g', 2, length),
        request_code_write!(MAGIC, 0, length),
        request_code_write!(MAGIC, 1, length),
        request_code_read!(MAGIC, 4, length),
        request_code_none!(MAGIC, 99),
        u32::MAX.into(),
    ] {
        devices.refuse(Errno::ENOTTY, |file| command(file, number, &mut room));
    }
    assert_eq!(room, filled(b'c'));
}
