// SPDX-License-Identifier: MIT OR Apache-2.0

//! KUnit's cases: tests in a module, which run when it is loaded.
//!
//! See the kernel's Documentation/dev-tools/kunit and, for what the results look like, Documentation/dev-tools/ktap.rst.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use libtest_mimic::Failed;
use serde::{Deserialize, Serialize};

use crate::group::Entry;
use crate::machine::{failure, Machine};
use crate::{once, Error};

/// The module, by the name of its file.
const MODULE: &str = "ferrite_kunit.ko";

/// Has all cases be skipped. (That the kernel tells its cases and runs none is something to boot with, and a boot with every checker on
/// takes many times as long as this.)
const SKIP: &str = r#"
printf speed=very_slow >/sys/module/kunit/parameters/filter &&
printf skip >/sys/module/kunit/parameters/filter_action &&"#;

/// Loads the module, and shows the results of its suites.
const RUN_ALL: &str = r#"
cd /sys/kernel/debug/kunit &&
before=" $(echo *) " &&
insmod "$1" &&
for suite in *; do
	case $before in *" $suite "*) ;; *) cat "$suite/results" ;; esac
done"#;

/// Loads the module with its cases narrowed down to one, and shows how that went. (For `cat` the shell would start a process, which
/// takes longer than most cases.)
const RUN_ONE: &str = r#"
printf %s "$2.$3" >/sys/module/kunit/parameters/filter_glob &&
insmod "$1" &&
while IFS= read -r line; do echo "$line"; done <"/sys/kernel/debug/kunit/$2/results""#;

/// How a case went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Case {
    /// Suite and case.
    name: String,
    passed: bool,
}

/// The module among others.
pub fn module(modules: &[PathBuf]) -> Option<&PathBuf> {
    modules.iter().find(|module| module.file_name() == Some(OsStr::new(MODULE)))
}

/// The cases of the module, as `suite.case`.
pub fn list(machine: &Machine) -> Result<Vec<Entry>, Error> {
    let doing = "list the KUnit cases";
    let remedy = "run the tests with a kernel that has KUnit, and modules built for it";
    let output = shell(machine, &[SKIP, RUN_ALL].concat(), &[]).map_err(|error| Error::new(doing, error, remedy))?;
    let cases = cases(&output);
    if !output.status.success() || cases.is_empty() {
        let said = failure(&output);
        return Err(Error::new(doing, said.message().unwrap_or_default(), remedy));
    }
    Ok(cases.into_iter().map(|Case { name, .. }| Entry { name, is_ignored: false }).collect())
}

/// Runs one case. If there is a file for it, the first case of a run that is asked for runs them all, in one machine: that takes little
/// longer than one does.
///
/// # Errors
///
/// It failed, or was skipped, which tests nothing; what KUnit, kernel and `vm` said.
pub fn run(machine: &Machine, together: Option<&Path>, case: &str) -> Result<(), Failed> {
    let Some(file) = together else { return run_alone(machine, case) };
    let all = once::a_run(file, |_| run_all(machine)).map_err(|error| error.to_string())?;
    judge(all.as_deref(), case, || run_alone(machine, case))
}

/// What counts. Where the machine did not outlast all cases, each of them is to be seen alone, and so is one that failed among them.
fn judge(together: Option<&[Case]>, case: &str, alone: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    let passed = together.map(|cases| cases.iter().any(|one| one.name == case && one.passed));
    match passed {
        Some(true) => Ok(()),
        Some(false) => alone().and(Err("it passes alone, but not after the other cases of its module".into())),
        None => alone(),
    }
}

/// How all of them went, if their machine outlasted them.
fn run_all(machine: &Machine) -> Result<Option<Vec<Case>>, Error> {
    let output = shell(machine, RUN_ALL, &[])
        .map_err(|error| Error::new("run the KUnit cases", error, "see whether the machine runs: vm -- true"))?;
    Ok(output.status.success().then(|| cases(&output)))
}

fn run_alone(machine: &Machine, case: &str) -> Result<(), Failed> {
    let (suite, name) = case.split_once('.').ok_or("a case has a suite")?;
    let output = shell(machine, RUN_ONE, &[suite, name])?;
    let passed = cases(&output).iter().any(|one| one.name == case && one.passed);
    if output.status.success() && passed {
        return Ok(());
    }
    Err(failure(&output))
}

/// Has the guest's shell run lines that are given the module, and more arguments.
fn shell(machine: &Machine, lines: &str, arguments: &[&str]) -> io::Result<Output> {
    machine.command().args(["--", "sh", "-c", lines, "sh", &machine.path_of(MODULE)]).args(arguments).output()
}

fn cases(output: &Output) -> Vec<Case> {
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// The cases in the results of suites, each a line like `    ok 1 case`. One with `# SKIP` in it did not run.
fn parse(results: &str) -> Vec<Case> {
    let mut suite = "";
    let mut cases = Vec::new();
    for line in results.lines().filter_map(|line| line.strip_prefix("    ")) {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["#", "Subtest:", name] => suite = name,
            ["ok", _, case, ref rest @ ..] => {
                cases.push(Case { name: format!("{suite}.{case}"), passed: rest.is_empty() });
            }
            ["not", "ok", _, case, ..] => cases.push(Case { name: format!("{suite}.{case}"), passed: false }),
            _ => {}
        }
    }
    cases
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

    fn case(name: &str, passed: bool) -> Case {
        Case { name: name.to_owned(), passed }
    }

    #[test]
    fn the_cases_are_those_of_every_suite() {
        let expected = [
            case("ferrite_poll.masks_are_unions", false),
            case("ferrite_poll.works", true),
            case("ferrite_class.nodes_come_and_go", false),
        ];
        assert_eq!(parse(SKIPPED), expected);
        assert_eq!(parse("KTAP version 1\n1..0\nok 1 none"), []);
    }

    #[test]
    fn a_case_passes_if_its_own_line_says_so() {
        let expected = [("works", true), ("fails", false), ("cannot", false)];
        assert_eq!(parse(RESULTS), expected.map(|(name, passed)| case(&format!("ferrite_poll.{name}"), passed)));
    }

    #[test]
    fn a_case_that_passed_with_the_others_is_not_run_again() {
        let together = [case("ferrite_poll.works", true)];
        assert!(judge(Some(&together), "ferrite_poll.works", || panic!("it has run")).is_ok());
    }

    #[test]
    fn a_case_that_did_not_is_shown_alone_and_fails_in_any_case() {
        let together = [case("ferrite_poll.fails", false)];
        for name in ["ferrite_poll.fails", "ferrite_poll.missing"] {
            let failed = judge(Some(&together), name, || Err("what it says".into())).expect_err("it failed");
            assert_eq!(failed.message(), Some("what it says"));
            assert!(judge(Some(&together), name, || Ok(())).is_err());
        }
    }

    #[test]
    fn where_the_machine_did_not_outlast_them_each_is_judged_alone() {
        assert!(judge(None, "ferrite_poll.works", || Ok(())).is_ok());
        assert!(judge(None, "ferrite_poll.panics", || Err("its report".into())).is_err());
    }
}
