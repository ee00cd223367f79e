// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate against the C header that the driver is built with, as clang for aarch64 sees it.
//!
//! Environment: `CLANG` names the compiler (default `clang`), `CFLAGS` gives it further arguments, separated by spaces, for
//! example where it finds the kernel's `<asm/ioctl.h>` for arm64.

use std::env;
use std::io::Write;
use std::mem::{align_of, offset_of, size_of};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use chardev_abi::{IoctlInfo, BUF_SIZE, GET_DATA, MAGIC, SET_DATA};

/// Has clang check C assertions beside the header, without writing a file.
fn compile(assertions: &[(&str, u64)]) -> Output {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../driver/include/uapi/chardev.h");
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

#[test]
fn layout_and_numbers_are_those_of_the_header() {
    let output = compile(&[
        ("sizeof(struct ioctl_info)", size_of::<IoctlInfo>() as u64),
        ("_Alignof(struct ioctl_info)", align_of::<IoctlInfo>() as u64),
        ("offsetof(struct ioctl_info, size)", offset_of!(IoctlInfo, size) as u64),
        ("offsetof(struct ioctl_info, buf)", offset_of!(IoctlInfo, buf) as u64),
        ("sizeof(((struct ioctl_info *)0)->buf)", BUF_SIZE as u64),
        ("CHARDEV_DATA_MAX", BUF_SIZE as u64),
        ("CHARDEV_IOC_MAGIC", u64::from(MAGIC)),
        ("SET_DATA", SET_DATA),
        ("GET_DATA", GET_DATA),
    ]);
    assert!(
        output.status.success(),
        "the C header and the crate disagree, or clang lacks the kernel's headers (say where with CFLAGS):\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_difference_is_noticed() {
    let output = compile(&[("sizeof(struct ioctl_info)", size_of::<IoctlInfo>() as u64 + 8)]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(errors.contains("the crate says"), "clang failed for another reason:\n{errors}");
}
