// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program that is started before anybody knows which of its tests is to run.
//!
//! To start a program is the larger part of a short test. So the harness saves a machine in which that is done: the program then
//! stands before its `main`, and is told the name of the test when the machine is resumed.

use std::ffi::{c_char, c_int, CStr};
use std::slice;

use nix::libc;

/// The argument in place of which a line of standard input comes is made of these. It has room for any test's name.
const ROOM: u8 = b'?';
const LEAST_ROOM: usize = 64;

/// C's runtime calls it before `main`, with the same arguments.
#[used]
#[link_section = ".init_array"]
static BEFORE_MAIN: unsafe extern "C" fn(c_int, *const *mut c_char, *const *const c_char) = take_from_input;

/// Says that it is here, by an empty line, and waits for the argument.
///
/// # Safety
///
/// The arguments are those of `main`, and there are no other threads.
unsafe extern "C" fn take_from_input(count: c_int, arguments: *const *mut c_char, _environment: *const *const c_char) {
    // SAFETY: there are so many arguments.
    let arguments = unsafe { slice::from_raw_parts(arguments, count.unsigned_abs() as usize) };
    for &argument in arguments {
        // SAFETY: arguments are strings that end with NUL.
        let length = unsafe { CStr::from_ptr(argument) }.count_bytes();
        // SAFETY: they are in memory that the program may write to, and nothing refers to it yet but as to C's strings.
        let room = unsafe { slice::from_raw_parts_mut(argument.cast::<u8>(), length) };
        if length >= LEAST_ROOM && room.iter().all(|&byte| byte == ROOM) && !fill(room) {
            // SAFETY: it always is safe to end a process. Rust's own runtime does not stand yet.
            unsafe { libc::_exit(1) };
        }
    }
}

/// Replaces what is in the room by a line, and a NUL. Whether all of it came and fits.
fn fill(room: &mut [u8]) -> bool {
    // SAFETY: the pointer and the length are those of a string.
    if unsafe { libc::write(libc::STDOUT_FILENO, c"\n".as_ptr().cast(), 1) } != 1 {
        return false;
    }
    for byte in room {
        // One by one: what follows the line is the test's own.
        // SAFETY: the pointer is that of one byte, which may be written to.
        if unsafe { libc::read(libc::STDIN_FILENO, std::ptr::from_mut(byte).cast(), 1) } != 1 {
            return false;
        }
        if *byte == b'\n' {
            *byte = 0;
            return true;
        }
    }
    false
}
