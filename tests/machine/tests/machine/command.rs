// SPDX-License-Identifier: MIT OR Apache-2.0

//! What passes between the command in the guest and the user of `vm`.

use ferrite_tests::{resumed, shell};
use predicates::prelude::*;
use predicates::str::contains;

/// Every byte value, many times over, in no regular order.
fn any_bytes(length: usize) -> Vec<u8> {
    let next = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 24) as u8)
    };
    let mut state = 1;
    std::iter::from_fn(|| next(&mut state)).take(length).collect()
}

#[test]
fn exit_status_is_the_commands() {
    for status in [0, 1, 42, 255] {
        shell(&format!("exit {status}")).assert().code(status);
    }
}

#[test]
fn death_by_signal_is_told_as_a_shell_does() {
    shell("kill -KILL $$").assert().code(128 + 9);
}

#[test]
fn stdout_and_stderr_stay_apart() {
    shell("echo out; echo err >&2").assert().success().stdout("out\n").stderr("err\n");
}

#[test]
fn stdin_reaches_the_command_and_its_bytes_come_back() {
    let bytes = any_bytes(300_000);
    resumed().args(["--", "cat"]).write_stdin(bytes.clone()).assert().success().stdout(bytes);
}

#[test]
fn stderr_carries_any_bytes_too() {
    let bytes = any_bytes(100_000);
    shell("cat >&2").write_stdin(bytes.clone()).assert().success().stdout("").stderr(bytes);
}

#[test]
fn a_command_that_does_not_read_its_input_does_not_hang() {
    resumed().args(["--", "true"]).write_stdin(any_bytes(1_000_000)).assert().success();
}

#[test]
fn the_end_of_the_input_is_passed_on() {
    resumed().args(["--", "wc", "-c"]).write_stdin("12345").assert().success().stdout("5\n");
}

#[test]
fn much_output_arrives_whole() {
    let expected = predicate::function(|output: &[u8]| output.len() == 4 << 20 && output.iter().all(|&byte| byte == 0));
    shell("head -c 4194304 /dev/zero").assert().success().stdout(expected);
}

#[test]
fn output_just_before_the_end_arrives() {
    shell("head -c 60000 /dev/zero; exit 3").assert().code(3).stdout(vec![0; 60_000]);
}

#[test]
fn an_orphan_that_keeps_stdout_open_does_not_hold_up_the_end() {
    shell("sleep 1000 & echo done").assert().success().stdout("done\n");
}

#[test]
fn an_orphan_that_writes_forever_does_not_either() {
    shell("yes & sleep 0.2; exit 5").assert().code(5);
}

#[test]
fn arguments_reach_the_command_as_they_are() {
    resumed()
        .args(["--", "printf", "%s|", "", "a b", "$HOME", "--", "*", "'\""])
        .assert()
        .success()
        .stdout("|a b|$HOME|--|*|'\"|");
}

#[test]
fn arguments_may_be_long_but_not_too_long() {
    let long = "x".repeat(100_000);
    resumed().args(["--", "sh", "-c", "echo ${#0}", &long]).assert().success().stdout("100000\n");
    resumed()
        .args(["--", "true", &long, &long, &long])
        .assert()
        .code(125)
        .stderr(contains("arguments are too long").and(contains("--share")));
}

#[test]
fn a_command_has_no_descriptors_but_its_own() {
    // The fourth is the folder that ls reads.
    resumed().args(["--", "ls", "/proc/self/fd"]).assert().success().stdout("0\n1\n2\n3\n");
}

#[test]
fn a_command_blocks_no_signal() {
    resumed()
        .args(["--", "grep", "SigBlk", "/proc/self/status"])
        .assert()
        .success()
        .stdout("SigBlk:\t0000000000000000\n");
}

#[test]
fn orphans_are_reaped() {
    shell("(sleep 0.1 &); sleep 0.3; ps -o stat,comm | grep -c '^Z'").assert().code(1).stdout("0\n");
}

#[test]
fn a_missing_program_is_127_and_explained() {
    resumed()
        .args(["--", "no-such-program"])
        .assert()
        .code(127)
        .stdout("")
        .stderr(contains("cannot run no-such-program").and(contains("--share")));
}

#[test]
fn a_file_that_is_no_program_is_126_and_explained() {
    resumed().args(["--", "/etc/passwd"]).assert().code(126).stdout("").stderr(contains("Permission denied"));
}

#[test]
fn a_shell_reads_its_commands_from_stdin() {
    resumed().write_stdin("echo one\necho two\nexit 9\n").assert().code(9).stdout("one\ntwo\n").stderr("");
}
