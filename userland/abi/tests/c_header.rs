// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate against the C header that the driver is built with, as clang for aarch64 sees it.
//!
//! Environment: `CLANG` names the compiler (default `clang`), `CFLAGS` gives it further arguments, separated by spaces, for
//! example where it finds the kernel's `<asm/ioctl.h>` for arm64.

use std::env;
use std::io::Write;
use std::mem::{align_of, offset_of, size_of, size_of_val};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use chardev_abi::{
    History, HistoryEntry, IoctlInfo, Wait, BUF_SIZE, COMM_SIZE, FILE_SIZE, GET_DATA, GET_HISTORY, HISTORY_SIZE, MAGIC,
    SET_DATA, UNKNOWN, WAIT_CHANGE, WAIT_NOTHING,
};

/// Has clang check C assertions beside the header, without writing a file.
fn compile(assertions: &[(String, u64)]) -> Output {
    // Tests run in the folder of their package.
    let header = Path::new("../../driver/include/uapi/chardev.h");
    let mut program = String::from("#include <stddef.h>\n");
    for (expression, value) in assertions {
        program += &format!("_Static_assert({expression} == {value:#x}, \"the crate says {value:#x}\");\n");
    }
    let clang = env::var_os("CLANG").unwrap_or_else(|| "clang".into());
    let flags = env::var("CFLAGS").unwrap_or_default();
    let mut child = Command::new(&clang)
        .args(["--target=aarch64-linux-gnu", "-Wall", "-Werror", "-fsyntax-only", "-x", "c"])
        .args(flags.split_whitespace())
        .arg("-include")
        .arg(header)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "cannot check the ABI against its C header: starting {}: {error}; install clang, or name one with CLANG",
                clang.to_string_lossy()
            )
        });
    child.stdin.take().expect("stdin is a pipe").write_all(program.as_bytes()).expect("clang reads its program");
    child.wait_with_output().expect("clang ends")
}

/// The assertions for one structure: its size and alignment, and the place and size of each field.
///
/// Fields that are too few, in the crate or in the list, show in the sum of their sizes, since no structure has holes.
macro_rules! layout {
    ($c:literal, $rust:ty, [$($field:ident),+]) => {{
        let value = <$rust>::zero();
        let sizes = [$(size_of_val(&value.$field)),+];
        assert_eq!(sizes.iter().sum::<usize>(), size_of::<$rust>(), "{} has a hole, or a field is missing here", $c);
        vec![
            (format!("sizeof({})", $c), size_of::<$rust>() as u64),
            (format!("_Alignof({})", $c), align_of::<$rust>() as u64),
            $(
                (format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field) as u64),
                (format!("sizeof((({} *)0)->{})", $c, stringify!($field)), size_of_val(&value.$field) as u64),
            )+
        ]
    }};
}

/// A value, to take the sizes of its fields.
trait Zero {
    fn zero() -> Self;
}

impl Zero for IoctlInfo {
    fn zero() -> Self {
        Self::default()
    }
}

impl Zero for History {
    fn zero() -> Self {
        Self::default()
    }
}

impl Zero for HistoryEntry {
    fn zero() -> Self {
        History::default().entries[0]
    }
}

impl Zero for Wait {
    fn zero() -> Self {
        Self { flags: 0, timeout_ms: 0, sequence: 0 }
    }
}

#[track_caller]
fn check(assertions: &[(String, u64)]) {
    let output = compile(assertions);
    assert!(
        output.status.success(),
        "the C header and the crate disagree, or clang lacks the kernel's headers (say where with CFLAGS):\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn layouts_are_those_of_the_header() {
    check(
        &[
            layout!("struct ioctl_info", IoctlInfo, [size, buf]),
            layout!("struct chardev_history_entry", HistoryEntry, [sequence, time_ns, pid, size, comm, buf]),
            layout!("struct chardev_history", History, [flags, count, sequence, entries]),
            layout!("struct chardev_wait", Wait, [flags, timeout_ms, sequence]),
        ]
        .concat(),
    );
}

#[test]
fn numbers_are_those_of_the_header() {
    check(
        &[
            ("CHARDEV_DATA_MAX", BUF_SIZE as u64),
            ("CHARDEV_BUFFER_MAX", FILE_SIZE as u64),
            ("CHARDEV_HISTORY_MAX", HISTORY_SIZE as u64),
            ("CHARDEV_COMM_LEN", COMM_SIZE as u64),
            ("CHARDEV_WAIT_NOTHING", WAIT_NOTHING),
            ("CHARDEV_IOC_MAGIC", u64::from(MAGIC)),
            ("SET_DATA", SET_DATA),
            ("GET_DATA", GET_DATA),
            ("GET_HISTORY", GET_HISTORY),
            ("WAIT_CHANGE", WAIT_CHANGE),
            ("_IO(CHARDEV_IOC_MAGIC, 0)", UNKNOWN),
        ]
        .map(|(expression, value)| (expression.into(), value)),
    );
}

#[test]
fn a_difference_is_noticed() {
    let output = compile(&[("sizeof(struct ioctl_info)".into(), size_of::<IoctlInfo>() as u64 + 8)]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(errors.contains("the crate says"), "clang failed for another reason:\n{errors}");
}
