// SPDX-License-Identifier: MIT OR Apache-2.0

//! How often something is done that goes wrong by chance only.

use std::env;
use std::path::Path;

/// How many times as often, if the environment says so: the check `soak` has it twenty.
pub fn factor() -> u32 {
    env::var("FERRITE_OFTEN").map_or(1, |text| text.parse().expect("FERRITE_OFTEN is a number"))
}

/// So many times, or that factor as many; on the debug kernel, where each takes ten times as long and a checker sees what else takes
/// luck, a tenth of that, but three times at least.
pub fn often(times: u64) -> u64 {
    let times = times * u64::from(factor());
    if is_debug_kernel() {
        (times / 10).max(3)
    } else {
        times
    }
}

/// Whether this is the kernel with all checkers.
pub fn is_debug_kernel() -> bool {
    Path::new("/sys/kernel/debug/kmemleak").exists()
}
