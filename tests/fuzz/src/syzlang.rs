// SPDX-License-Identifier: MIT OR Apache-2.0

//! The description for syzkaller against the crate, which has a test of its own against the C header.
//!
//! syzkaller itself checks its syntax; this knows no more of it than the description uses.

use std::collections::HashMap;

use chardev_abi::{
    History, HistoryEntry, IoctlInfo, Wait, BUF_SIZE, COMM_SIZE, FILE_SIZE, GET_DATA, GET_HISTORY, HISTORY_SIZE,
    SET_DATA, WAIT_CHANGE, WAIT_NOTHING,
};

const DESCRIPTION: &str = include_str!("../chardev.txt");
const NUMBERS: &str = include_str!("../chardev.txt.const");

/// The ABI's numbers. (The others are the kernel's, and every one of its interfaces has them.)
fn numbers() -> [(&'static str, u64); 9] {
    [
        ("CHARDEV_BUFFER_MAX", FILE_SIZE as u64),
        ("CHARDEV_COMM_LEN", COMM_SIZE as u64),
        ("CHARDEV_DATA_MAX", BUF_SIZE as u64),
        ("CHARDEV_HISTORY_MAX", HISTORY_SIZE as u64),
        ("CHARDEV_WAIT_NOTHING", WAIT_NOTHING),
        ("GET_DATA", GET_DATA),
        ("GET_HISTORY", GET_HISTORY),
        ("SET_DATA", SET_DATA),
        ("WAIT_CHANGE", WAIT_CHANGE),
    ]
}

/// The numbers of `chardev.txt.const`, as they are written there.
fn written_numbers() -> HashMap<&'static str, &'static str> {
    NUMBERS.lines().filter_map(|line| line.split_once(" = ")).collect()
}

/// Each structure's fields, with their types.
fn structures() -> HashMap<&'static str, Vec<&'static str>> {
    let mut structures = HashMap::new();
    let mut lines = DESCRIPTION.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_suffix(" {") {
            let fields = lines.by_ref().take_while(|line| *line != "}");
            let types = fields.map(|field| field.trim().split_once('\t').expect("a name and a type").1.trim());
            structures.insert(name, types.collect());
        }
    }
    structures
}

/// Bytes of a type.
fn size(name: &str) -> usize {
    let (base, options) = name.strip_suffix(']').and_then(|name| name.split_once('[')).unwrap_or((name, ""));
    match base {
        "int8" => 1,
        "int32" => 4,
        "int64" | "intptr" => 8,
        "const" | "flags" => size(options.split_once(", ").expect("a value and a type").1),
        "array" => {
            let (element, count) = options.split_once(", ").expect("a type and a count");
            size(element) * written_numbers()[count].parse::<usize>().expect("a number")
        }
        structure => structures()[structure].iter().map(|field| size(field)).sum(),
    }
}

#[test]
fn numbers_are_those_of_the_abi() {
    let written = written_numbers();
    for (name, number) in numbers() {
        assert_eq!(written.get(name), Some(&number.to_string().as_str()), "{name}");
    }
}

#[test]
fn structures_are_as_long_as_those_of_the_abi() {
    assert_eq!(size("ioctl_info"), size_of::<IoctlInfo>());
    assert_eq!(size("chardev_history_entry"), size_of::<HistoryEntry>());
    assert_eq!(size("chardev_history"), size_of::<History>());
    assert_eq!(size("chardev_wait"), size_of::<Wait>());
}

/// A command's number has the size of its structure, and which way it goes: `_IOW` is in, `_IOR` out, `_IOWR` both.
#[test]
fn commands_take_the_structures_of_their_numbers() {
    let mut commands = vec![];
    for line in DESCRIPTION.lines().filter(|line| line.starts_with("ioctl$")) {
        let (_, rest) = line.split_once("const[").expect("a command");
        let (command, rest) = rest.split_once("], arg ptr[").expect("a pointer");
        let (direction, structure) = rest.strip_suffix("])").and_then(|rest| rest.split_once(", ")).expect("a type");
        let (_, number) = numbers().into_iter().find(|(name, _)| *name == command).expect("a number of the ABI");
        assert_eq!((number as usize >> 16) & 0x3fff, size(structure), "{command}");
        assert_eq!(
            number >> 30,
            ["", "in", "out", "inout"].iter().position(|name| *name == direction).unwrap_or(0) as u64
        );
        commands.push(command);
    }
    assert_eq!(commands, ["SET_DATA", "GET_DATA", "GET_HISTORY", "WAIT_CHANGE"]);
}

/// Whatever the description names has a number.
#[test]
fn no_number_is_missing() {
    let written = written_numbers();
    let words = DESCRIPTION
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '$'));
    let constants = words
        .filter(|word| word.contains('_') && word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'));
    for constant in constants {
        assert!(written.contains_key(constant), "{constant} has no number");
    }
    for call in DESCRIPTION.lines().filter_map(|line| line.split_once('$')).map(|(call, _)| call) {
        assert!(
            call.starts_with("syz_") || written.contains_key(format!("__NR_{call}").as_str()),
            "{call} has no number"
        );
    }
}
