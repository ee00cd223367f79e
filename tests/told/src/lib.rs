// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program that is started before anybody knows which of its tests is to run.
//!
//! To start a program is the larger part of a short test. So the harness saves a machine in which that is done, and the program is told
//! the name of the test when the machine is resumed.
//!
//! Where a panic aborts, Rust's own harness starts its program anew for each test, with the test's name in the environment; then it
//! reads no command line, lists no tests and makes no report, which would be most of what QEMU has to translate. The program waits in
//! the moment in which it asks for that name: by then, Rust's runtime stands.
//!
//! A test program has nothing of this crate to call but [`was_told`], if it wants to know. It says that it takes it:
//!
//! ```
//! use told as _;
//! ```

use std::env;
use std::ffi::{c_char, CStr, CString};
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// The first argument of a program that is to be told.
const TOLD: &str = "--told";

/// The variable with the name: `SECONDARY_TEST_INVOKER_VAR` in Rust's `library/test/src/lib.rs`.
const TEST: &CStr = c"__RUST_TEST_INVOKE";

static WAS_TOLD: AtomicBool = AtomicBool::new(false);

/// Whether this program was told which of its tests to run: then that is the only one which the machine will ever see.
///
/// ```
/// # fn load_anew() {}
/// if !told::was_told() {
///     load_anew();
/// }
/// ```
pub fn was_told() -> bool {
    WAS_TOLD.load(Ordering::Relaxed)
}

unsafe extern "C" {
    /// environ(7)
    static environ: *const *const c_char;
}

/// getenv(3), in place of the C library's own; but in a program that is to be told, the name of the test is the next line of standard
/// input.
///
/// # Safety
///
/// `name` is a string that ends with NUL, and nobody changes the environment meanwhile.
#[no_mangle]
unsafe extern "C" fn getenv(name: *const c_char) -> *const c_char {
    // SAFETY: the caller promises that.
    let name = unsafe { CStr::from_ptr(name) };
    if name == TEST && env::args().nth(1).is_some_and(|argument| argument == TOLD) {
        return take_from_input().into_raw();
    }
    // SAFETY: nobody changes it, the caller promises.
    let mut entry = unsafe { environ };
    // SAFETY: it ends with a null pointer, if there is one at all, and all before that are strings.
    while let Some(variable) = unsafe { entry.as_ref() }.filter(|variable| !variable.is_null()) {
        // SAFETY: see above.
        let variable = unsafe { CStr::from_ptr(*variable) };
        let after_name = variable.to_bytes_with_nul().strip_prefix(name.to_bytes());
        if let Some(value) = after_name.and_then(|rest| rest.strip_prefix(b"=")) {
            return value.as_ptr().cast();
        }
        // SAFETY: this was not the last.
        entry = unsafe { entry.add(1) };
    }
    ptr::null()
}

/// Says that it is here, by an empty line, and waits for the name. None that comes to an end too soon is that of a test.
fn take_from_input() -> CString {
    println!();
    let mut name = String::new();
    io::stdin().read_line(&mut name).expect("read the name of a test");
    WAS_TOLD.store(true, Ordering::Relaxed);
    CString::new(name.trim_end()).expect("a name has no NUL")
}
