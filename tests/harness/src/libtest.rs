// SPDX-License-Identifier: MIT OR Apache-2.0

//! Programs for the guest that Rust's own harness, libtest, is in.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use libtest_mimic::Failed;

use crate::group::Entry;
use crate::initramfs::PROGRAMS;
use crate::machine::{failure, Machine};
use crate::Error;

/// The argument of a program that takes the name of a test from its standard input, and runs that.
const TOLD: &str = "--told";

/// The status of such a program when the test has passed: `TR_OK` in Rust's `library/test/src/test_result.rs`. One that is ended by
/// its test has another.
const PASSED: i32 = 50;

/// Lists all of a program's tests, and those of them that are ignored.
const LIST: &str = r#""$0" --list --format terse && echo && "$0" --list --format terse --ignored"#;

/// The tests of a program.
pub fn list(machine: &Machine, program: &str) -> Result<Vec<Entry>, Error> {
    let doing = format!("list the tests of {program}");
    let remedy = "see whether the machine runs: vm -- chardevctl roundtrip";
    let output = machine
        .command()
        .args(["--", "sh", "-c", LIST, &path(program)])
        .output()
        .map_err(|error| Error::new(&doing, format!("{}: {error}", machine.vm.display()), remedy))?;
    let lists = String::from_utf8_lossy(&output.stdout);
    match lists.split_once("\n\n") {
        Some((all, ignored)) if output.status.success() => Ok(tests(all, ignored)),
        _ => Err(Error::new(&doing, failure(&output).message().unwrap_or_default(), remedy)),
    }
}

/// Runs one test of a program. If possible, in a machine that was saved with the program started, for any test.
///
/// # Errors
///
/// The test failed, or took its machine down.
pub fn run(machine: &Machine, program: &str, test: &str) -> Result<(), Failed> {
    let output = tell(machine.started().unwrap_or_else(|| machine.command()), program, test)?;
    if output.status.code() == Some(PASSED) {
        return Ok(());
    }
    Err(failure(&output))
}

fn tell(mut vm: Command, program: &str, test: &str) -> io::Result<Output> {
    vm.args(["--", &path(program), TOLD]);
    let mut vm = vm.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut stdin = vm.stdin.take().expect("it was started with a pipe");
    match writeln!(stdin, "{test}") {
        // One that ended before says why.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        told => told?,
    }
    drop(stdin);
    vm.wait_with_output()
}

fn path(program: &str) -> String {
    format!("{PROGRAMS}/{program}")
}

/// Lists have a line like `history::keeps_sixteen: test` for each.
fn tests(all: &str, ignored: &str) -> Vec<Entry> {
    let names = |list: &'_ str| -> Vec<String> {
        list.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
    };
    let ignored = names(ignored);
    let test = |name| Entry { is_ignored: ignored.contains(&name), name };
    names(all).into_iter().map(test).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_listed_with_whether_they_are_ignored() {
        let listed = tests("a::one: test\na::two: test\nb: benchmark\n", "a::two: test\n");
        let expected = [("a::one", false), ("a::two", true)];
        assert_eq!(listed, expected.map(|(name, is_ignored)| Entry { name: name.to_owned(), is_ignored }));
    }
}
