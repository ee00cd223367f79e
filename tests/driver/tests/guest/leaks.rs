// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is left in memory when the driver is gone: nothing.

use std::collections::BTreeMap;
use std::env;
use std::thread::sleep;
use std::time::Duration;

use chardev_abi::BUF_SIZE;
use nix::unistd::write;

use crate::faults;
use crate::support::device::{filled, get, history, open, set, wait_change};
use crate::support::leaks;
use crate::support::module::{fresh_driver, no_driver, CHARDEV};
use crate::support::slab::{self, Counts};

/// How often the driver is loaded, unless the environment says otherwise: the check `leaks` has it a thousand times. Each time
/// costs a tenth of a second, and what is left each time is seen after a few.
const LOADS: u32 = 10;

fn loads() -> u32 {
    env::var("FERRITE_LOADS").map_or(LOADS, |text| text.parse().expect("FERRITE_LOADS is a number"))
}

/// Loads the driver, has it allocate all that it ever does, and unloads it.
fn cycle() {
    CHARDEV.load("").expect("load");
    let files = [open(0), open(1), open(0)];
    for file in &files {
        // More than are remembered.
        (0..=16).for_each(|byte| set(file, &filled(byte)).expect("set"));
        assert_eq!(get(file), Ok(filled(16)));
        assert_eq!(history(file).expect("get the history").used().len(), 16);
        assert!(wait_change(file, 0, -1).is_ok());
        assert_eq!(write(file, &[1; BUF_SIZE]), Ok(BUF_SIZE));
    }
    drop(files);
    assert_eq!(CHARDEV.unload(), Ok(()));
}

/// The counts that are higher after so many loads than before, and by how much.
fn growth() -> BTreeMap<String, u64> {
    let before = slab::counts();
    (0..loads()).for_each(|_| cycle());
    // What is freed after a grace period, or by a work item, is freed soon. What is leaked is not.
    let mut grown = BTreeMap::new();
    for _ in 0..20 {
        grown = more(slab::counts(), &before);
        if grown.is_empty() {
            break;
        }
        sleep(Duration::from_millis(200));
    }
    grown
}

fn more(counts: Counts, before: &Counts) -> BTreeMap<String, u64> {
    let grown = |(name, count): (String, u64)| {
        let more = count.saturating_sub(before.get(&name).copied().unwrap_or(0));
        (more > 0).then_some((name, more))
    };
    counts.into_iter().filter_map(grown).collect()
}

#[test]
#[ignore = "takes the debug kernel"]
fn loading_and_unloading_leaves_nothing() {
    no_driver();
    // What the kernel sets up on first use stays.
    cycle();
    // What it sets up for itself meanwhile, such as one more thread for its work, stays too; but that is not so each time.
    let grown: Vec<_> = (0..3).map(|_| growth()).take_while(|grown| !grown.is_empty()).collect();
    leaks::assert_none();
    assert!(grown.len() < 3, "objects in use, more than before: {grown:?}");
}

#[test]
#[ignore = "takes the debug kernel"]
fn no_fault_leaves_anything() {
    for (call, with_faults) in faults::ALL {
        println!("{call}");
        with_faults();
    }
    fresh_driver();
    no_driver();
    leaks::assert_none();
}
