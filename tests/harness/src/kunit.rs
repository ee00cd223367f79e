// SPDX-License-Identifier: MIT OR Apache-2.0

//! KUnit's cases: tests in a module, which run when it is loaded.
//!
//! See the kernel's Documentation/dev-tools/kunit and, for what the results look like, Documentation/dev-tools/ktap.rst.

use std::ffi::OsStr;
use std::path::PathBuf;

use libtest_mimic::Failed;

use crate::group::Entry;
use crate::machine::{failure, Machine};
use crate::Error;

/// The module, by the name of its file.
const MODULE: &str = "ferrite_kunit.ko";

/// Loads the module with its cases narrowed down to one, and shows how that went.
const RUN: &str = r#"
echo "$2.$3" >/sys/module/kunit/parameters/filter_glob &&
insmod "$1" &&
cat "/sys/kernel/debug/kunit/$2/results""#;

/// Loads the module in a kernel that only tells the cases.
const LIST: &str = r#"insmod "$1" && dmesg"#;

/// The module among others.
pub fn module(modules: &[PathBuf]) -> Option<&PathBuf> {
    modules.iter().find(|module| module.file_name() == Some(OsStr::new(MODULE)))
}

/// The cases of the module, as `suite.case`.
pub fn list(machine: &Machine) -> Result<Vec<Entry>, Error> {
    let doing = "list the KUnit cases";
    let remedy = "run the tests with a kernel that has KUnit, and modules built for it";
    let output = machine
        .boot()
        .args(["--append", "kunit.action=list", "--", "sh", "-c", LIST, "sh", &machine.path_of(MODULE)])
        .output()
        .map_err(|error| Error::new(doing, error, remedy))?;
    let cases = cases(&String::from_utf8_lossy(&output.stdout));
    if !output.status.success() || cases.is_empty() {
        let said = failure(&output);
        return Err(Error::new(doing, said.message().unwrap_or_default(), remedy));
    }
    Ok(cases.into_iter().map(|name| Entry { name, is_ignored: false }).collect())
}

/// Runs one case.
///
/// # Errors
///
/// It failed, or was skipped, which tests nothing; what KUnit, kernel and `vm` said.
pub fn run(machine: &Machine, case: &str) -> Result<(), Failed> {
    let (suite, name) = case.split_once('.').ok_or("a case has a suite")?;
    let output =
        machine.command().args(["--", "sh", "-c", RUN, "sh", &machine.path_of(MODULE), suite, name]).output()?;
    if output.status.success() && passed(&String::from_utf8_lossy(&output.stdout), name) {
        return Ok(());
    }
    Err(failure(&output))
}

/// The cases in a log with a list of them, each a line like `[    0.9] ferrite_poll.masks_are_unions`.
fn cases(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| line.split_once("] ")).map(|(_, message)| message);
    // The list is the last thing in the log.
    let list: Vec<_> = lines.collect();
    let start = list.iter().rposition(|line| *line == "KTAP version 1").map_or(list.len(), |header| header + 1);
    list[start..].iter().filter(|line| is_case(line)).map(|line| (*line).to_owned()).collect()
}

fn is_case(line: &str) -> bool {
    line.split_once('.').is_some_and(|names| [names.0, names.1].iter().all(|name| is_name(name)))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether the results have a line like `    ok 1 case`, and it does not say `# SKIP`.
fn passed(results: &str, case: &str) -> bool {
    let mut lines = results.lines().filter_map(|line| line.trim().strip_prefix("ok "));
    lines.any(|line| line.split_once(' ').is_some_and(|(_number, rest)| rest == case))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "[    0.10] KTAP version 1
[    0.11] another.case
[    0.50] chardev: 2 devices with major 253
[    0.90] KTAP version 1
[    0.90] ferrite_poll
[    0.91] ferrite_poll.masks_are_unions
[    0.91] ferrite_class
[    0.91] ferrite_class.nodes_come_and_go
[    0.92] some other message. With a full stop";

    const RESULTS: &str = "KTAP version 1
1..1
    KTAP version 1
    # Subtest: ferrite_poll
    1..3
    ok 1 works
    not ok 2 fails
    ok 3 cannot # SKIP no such hardware
not ok 1 ferrite_poll";

    #[test]
    fn the_cases_are_those_of_the_last_list() {
        assert_eq!(cases(LOG), ["ferrite_poll.masks_are_unions", "ferrite_class.nodes_come_and_go"]);
        assert_eq!(cases("[    0.50] chardev: 2 devices with major 253"), [""; 0]);
    }

    #[test]
    fn a_case_passes_if_its_own_line_says_so() {
        assert!(passed(RESULTS, "works"));
        for case in ["fails", "cannot", "work", "missing"] {
            assert!(!passed(RESULTS, case), "{case}");
        }
    }
}
