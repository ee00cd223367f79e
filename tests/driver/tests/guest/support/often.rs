// SPDX-License-Identifier: MIT OR Apache-2.0

//! How often something is done that goes wrong by chance only.

use std::path::Path;

/// So many times; on the debug kernel, where each takes ten times as long and a checker sees what else takes luck, a tenth of that.
pub fn often(times: u64) -> u64 {
    let is_debug = Path::new("/sys/kernel/debug/kmemleak").exists();
    if is_debug {
        times / 10
    } else {
        times
    }
}
