// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which run of the tests this process belongs to.

use std::fs;
use std::io;
use std::os::unix::process::parent_id;

use serde::{Deserialize, Serialize};

/// The process that runs tests and started this one. cargo-nextest starts the test program once for the list of its tests, and again
/// for each of them; what the first brings up to date stays as it is for the others, whatever is edited meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pid: u32,
    /// Since a number comes back: in clock ticks after boot.
    started: String,
}

impl Run {
    /// This process's.
    pub fn current() -> io::Result<Self> {
        let pid = parent_id();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        Ok(Self { pid, started: start_time(&stat).unwrap_or_default().to_owned() })
    }
}

/// Field 22 of `proc_pid_stat(5)`. The second, a command in parentheses, may hold anything.
fn start_time(stat: &str) -> Option<&str> {
    stat.rsplit_once(") ")?.1.split(' ').nth(19)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_found_behind_any_command() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 5351 1000 200";
        assert_eq!(start_time(stat), Some("5351"));
    }

    #[test]
    fn a_run_is_the_same_as_long_as_it_lasts() {
        assert_eq!(Run::current().expect("has a parent"), Run::current().expect("has a parent"));
    }
}
