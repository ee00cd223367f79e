// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loading and unloading the driver: what fails half way is undone.

use nix::errno::Errno;

use crate::modules::assert_nothing_left;
use crate::support::device::{filled, get, open, set};
use crate::support::fault::{every_fault, every_fault_from, last_fault_seen};
use crate::support::leaks;
use crate::support::module::{no_driver, CHARDEV};

/// The driver does what it is for. (It goes without what it has in debugfs, and the kernel may lack a file in sysfs.)
fn assert_works() {
    set(&open(0), &filled(1)).expect("set");
    assert_eq!(get(&open(0)), Ok(filled(1)));
}

#[test]
#[ignore = "takes the debug kernel"]
fn load() {
    no_driver();
    let module = CHARDEV.open();
    // What the kernel does before it calls the driver is not the driver's. A load that the driver refuses at once comes to that
    // point, and then is undone: a fault from there on does not change the answer, and one right before does.
    let before = last_fault_seen(|| module.load(c"devices=0"), |result| result != Err(Errno::EINVAL));
    let errors = every_fault_from(before, |fault| {
        let result = fault.inject(|| module.load(c"devices=1"));
        if result.is_ok() {
            assert_works();
            assert_eq!(CHARDEV.unload(), Ok(()));
        }
        assert!(!CHARDEV.is_loaded());
        assert_nothing_left();
        result
    });
    assert!(errors.contains(&Errno::ENOMEM), "{errors:?}");
    assert!(errors.iter().all(|error| [Errno::ENOMEM, Errno::EFAULT].contains(error)), "{errors:?}");
    leaks::assert_none();
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn unload() {
    no_driver();
    let errors = every_fault(|fault| {
        if !CHARDEV.is_loaded() {
            CHARDEV.load("devices=1").expect("load");
        }
        CHARDEV.save_coverage();
        let result = fault.inject(|| CHARDEV.delete());
        if result.is_ok() {
            assert_nothing_left();
        } else {
            assert_works();
        }
        result
    });
    // That of the module's name.
    assert_eq!(errors, [Errno::EFAULT]);
}
