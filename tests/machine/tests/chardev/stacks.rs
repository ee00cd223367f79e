// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where a machine hangs, if that is in the driver: with files and lines of its source. This takes symbols: those of the checks' `vm`,
//! or of the development shell's `FERRITE_SYMBOLS`.

use ferrite_tests::{line, resumed};

#[test]
fn a_program_that_waits_in_the_module_is_shown_where_it_does() {
    // Long enough for a machine that is resumed to come so far, on a busy host too.
    resumed().args(["--timeout", "10", "--", "chardevctl", "watch"]).assert().code(124).stderr(line(&[
        "+0x",
        "/0x",
        " [chardev] (",
        " at ",
        "chardev/",
        ".rs:",
    ]));
}
