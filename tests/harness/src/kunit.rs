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

/// Loads the module with its cases narrowed down to one, and shows how that went. (For `cat` the shell would start a process, which
/// takes longer than most cases.)
const RUN: &str = r#"
printf %s "$2.$3" >/sys/module/kunit/parameters/filter_glob &&
insmod "$1" &&
while read -r line; do echo "$line"; done <"/sys/kernel/debug/kunit/$2/results""#;

/// Loads the module with all of its cases to be skipped, and shows the results. (That the kernel tells its cases and runs none is
/// something to boot with, and a boot with every checker on takes many times as long as this.)
const LIST: &str = r#"
cd /sys/kernel/debug/kunit &&
before=" $(echo *) " &&
printf speed=very_slow >/sys/module/kunit/parameters/filter &&
printf skip >/sys/module/kunit/parameters/filter_action &&
insmod "$1" &&
for suite in *; do
	case $before in *" $suite "*) ;; *) cat "$suite/results" ;; esac
done"#;

/// The module among others.
pub fn module(modules: &[PathBuf]) -> Option<&PathBuf> {
    modules.iter().find(|module| module.file_name() == Some(OsStr::new(MODULE)))
}

/// The cases of the module, as `suite.case`.
pub fn list(machine: &Machine) -> Result<Vec<Entry>, Error> {
    let doing = "list the KUnit cases";
    let remedy = "run the tests with a kernel that has KUnit, and modules built for it";
    let output = machine
        .command()
        .args(["--", "sh", "-c", LIST, "sh", &machine.path_of(MODULE)])
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

/// The cases in the results of suites, each a line like `    ok 1 case # SKIP filtered`.
fn cases(results: &str) -> Vec<String> {
    let mut suite = "";
    let mut cases = Vec::new();
    for line in results.lines().filter_map(|line| line.strip_prefix("    ")) {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["#", "Subtest:", name] => suite = name,
            ["ok", _, case, ..] | ["not", "ok", _, case, ..] => cases.push(format!("{suite}.{case}")),
            _ => {}
        }
    }
    cases
}

/// Whether the results have a line like `    ok 1 case`, and it does not say `# SKIP`.
fn passed(results: &str, case: &str) -> bool {
    let mut lines = results.lines().filter_map(|line| line.trim().strip_prefix("ok "));
    lines.any(|line| line.split_once(' ').is_some_and(|(_number, rest)| rest == case))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULTS: &str = "KTAP version 1
1..1
    KTAP version 1
    # Subtest: ferrite_poll
    1..3
    ok 1 works
    not ok 2 fails
    ok 3 cannot # SKIP no such hardware
not ok 1 ferrite_poll";

    const SKIPPED: &str = "KTAP version 1
1..1
    KTAP version 1
    # Subtest: ferrite_poll
    # module: ferrite_kunit
    1..2
    ok 1 masks_are_unions # SKIP filtered
    ok 2 works
# ferrite_poll: pass:1 fail:0 skip:1 total:2
ok 1 ferrite_poll
KTAP version 1
1..1
    KTAP version 1
    # Subtest: ferrite_class
    1..1
    not ok 1 nodes_come_and_go
not ok 1 ferrite_class";

    #[test]
    fn the_cases_are_those_of_every_suite() {
        let expected = ["ferrite_poll.masks_are_unions", "ferrite_poll.works", "ferrite_class.nodes_come_and_go"];
        assert_eq!(cases(SKIPPED), expected);
        assert_eq!(cases("KTAP version 1\n1..0\nok 1 none"), [""; 0]);
    }

    #[test]
    fn a_case_passes_if_its_own_line_says_so() {
        assert!(passed(RESULTS, "works"));
        for case in ["fails", "cannot", "work", "missing"] {
            assert!(!passed(RESULTS, case), "{case}");
        }
    }
}
