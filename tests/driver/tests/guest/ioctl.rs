// SPDX-License-Identifier: MIT OR Apache-2.0

//! `SET_DATA` and `GET_DATA` as they are meant.

use chardev_abi::{IoctlInfo, BUF_SIZE, GET_DATA, SET_DATA};

use crate::support::device::{command_at, filled, get, open, set};
use crate::support::memory::Page;
use crate::support::module::fresh_driver;

#[test]
fn numbers_are_those_of_the_header() {
    assert_eq!(SET_DATA, 0x4088_4702);
    assert_eq!(GET_DATA, 0x8088_4703);
}

#[test]
fn data_is_zero_before_the_first_set() {
    fresh_driver();
    assert_eq!(get(&open(0)), Ok(IoctlInfo::default()));
}

#[test]
fn what_one_file_sets_another_gets() {
    fresh_driver();
    let (one, other) = (open(0), open(0));
    let data = IoctlInfo::new(100, b"lazenca.0x0").expect("fits");
    set(&one, &data).expect("set");
    assert_eq!(get(&other), Ok(data));
    assert_eq!(get(&one), Ok(data));
}

#[test]
fn data_outlives_the_file() {
    fresh_driver();
    set(&open(0), &filled(7)).expect("set");
    assert_eq!(get(&open(0)), Ok(filled(7)));
}

#[test]
fn every_size_up_to_the_limit_is_taken() {
    fresh_driver();
    let file = open(0);
    for size in 0..=BUF_SIZE {
        let data = filled(size.try_into().expect("fits"));
        set(&file, &data).expect("set");
        assert_eq!(get(&file), Ok(data));
    }
}

#[test]
fn bytes_beyond_size_are_kept_too() {
    fresh_driver();
    let file = open(0);
    let data = IoctlInfo { size: 1, ..filled(0xee) };
    set(&file, &data).expect("set");
    assert_eq!(get(&file), Ok(data));
}

#[test]
fn text_needs_no_terminator() {
    fresh_driver();
    let file = open(0);
    let data = IoctlInfo::new(128, &[b'x'; BUF_SIZE]).expect("fits");
    set(&file, &data).expect("set");
    assert_eq!(get(&file).expect("get").buf, [b'x'; BUF_SIZE]);
}

#[test]
fn text_may_have_nul_bytes() {
    fresh_driver();
    let file = open(0);
    let data = IoctlInfo::new(7, b"\0a\0\0b\0c").expect("fits");
    set(&file, &data).expect("set");
    assert_eq!(get(&file), Ok(data));
}

#[test]
fn a_structure_may_end_with_its_page() {
    fresh_driver();
    let (file, page) = (open(0), Page::writable());
    set(&file, &filled(9)).expect("set");
    let address = page.end() - size_of::<IoctlInfo>();
    command_at(&file, GET_DATA, address).expect("get");
    set(&file, &filled(8)).expect("set");
    command_at(&file, SET_DATA, address).expect("set");
    assert_eq!(get(&file), Ok(filled(9)));
}

#[test]
fn a_structure_may_be_unaligned() {
    fresh_driver();
    let (file, page) = (open(0), Page::writable());
    set(&file, &filled(9)).expect("set");
    command_at(&file, GET_DATA, page.start() + 3).expect("get");
    set(&file, &filled(8)).expect("set");
    command_at(&file, SET_DATA, page.start() + 3).expect("set");
    assert_eq!(get(&file), Ok(filled(9)));
}

#[test]
fn a_structure_to_set_may_be_read_only() {
    fresh_driver();
    let (file, page) = (open(0), Page::read_only());
    set(&file, &filled(9)).expect("set");
    command_at(&file, SET_DATA, page.start()).expect("set");
    assert_eq!(get(&file), Ok(IoctlInfo::default()));
}
