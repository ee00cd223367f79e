// SPDX-License-Identifier: MIT OR Apache-2.0

//! A kernel that goes wrong fails the run, whatever the command returns, and shows its own words.
//!
//! LKDTM makes the kernel go wrong for real (Documentation/fault-injection/provoke-crashes.rst). It is in the guest's
//! `/lib/modules/kernel`, where init does not load it.

use assert_cmd::Command;
use ferrite_tests::{resumed, vm};
use predicates::prelude::*;
use predicates::str::contains;

const FAULT: i32 = 123;

/// In place of the folders with debug information, which takes long to read: `stacks.rs` is about that.
const NO_SYMBOLS: &str = "--symbols=";

/// Runs a line of shell in the guest.
fn shell(line: &str) -> Command {
    let mut command = resumed();
    command.args([NO_SYMBOLS, "--", "sh", "-c", line]);
    command
}

/// A line of shell that makes the kernel do this to itself.
fn provoke(what: &str) -> String {
    format!("insmod /lib/modules/kernel/lkdtm.ko && echo {what} > /sys/kernel/debug/provoke-crash/DIRECT")
}

#[test]
fn a_warning() {
    shell(&format!("{}; echo survived", provoke("WARNING")))
        .assert()
        .code(FAULT)
        .stdout("survived\n")
        .stderr(contains("the kernel reported a warning").and(contains("] WARNING: ")).and(contains("lkdtm_WARNING")));
}

#[test]
fn a_warning_of_a_machine_that_is_discarded() {
    let mut command = resumed();
    command.args([NO_SYMBOLS, "--discard", "--", "sh", "-c", &provoke("WARNING")]);
    command.assert().code(FAULT).stderr(contains("the kernel reported a warning").and(contains("lkdtm_WARNING")));
}

#[test]
fn a_warning_that_the_console_does_not_show() {
    shell(&format!("dmesg -n 1; {}", provoke("WARNING"))).assert().code(FAULT).stderr(contains("tainted by: warning"));
}

#[test]
fn a_bug() {
    shell(&provoke("BUG")).assert().code(FAULT).stderr(contains("kernel BUG at ").and(contains("Call trace:")));
}

#[test]
fn an_oops() {
    shell(&provoke("EXCEPTION"))
        .assert()
        .code(FAULT)
        .stderr(contains("Unable to handle kernel").and(contains("lkdtm_EXCEPTION")));
}

#[test]
fn a_panic() {
    shell("echo c > /proc/sysrq-trigger")
        .assert()
        .code(FAULT)
        .stderr(contains("Kernel panic - not syncing: sysrq triggered crash"));
}

#[test]
fn a_panic_while_booting() {
    vm().args([NO_SYMBOLS, "--append", "rdinit=/no/such/init", "--", "true"])
        .assert()
        .code(FAULT)
        .stdout("")
        .stderr(contains("Kernel panic - not syncing"));
}

#[test]
fn a_task_that_hangs() {
    vm().args([
        NO_SYMBOLS,
        "--append",
        "sysctl.kernel.hung_task_timeout_secs=1",
        "--",
        "sh",
        "-c",
        &provoke("HUNG_TASK"),
    ])
    .assert()
    .code(FAULT)
    .stderr(contains("blocked for more than 1 seconds").and(contains("lkdtm_HUNG_TASK")));
}

#[test]
fn a_processor_that_hangs() {
    vm().args([NO_SYMBOLS, "--append", "sysctl.kernel.watchdog_thresh=1", "--", "sh", "-c", &provoke("SOFTLOCKUP")])
        .assert()
        .code(FAULT)
        .stderr(contains("soft lockup").and(contains("lkdtm_SOFTLOCKUP")));
}

#[test]
fn a_machine_that_powers_off_by_itself() {
    shell("poweroff -f; sleep 10").assert().code(125).stderr(contains("powered off before"));
}

#[test]
fn words_of_a_program_are_no_fault() {
    let line = "echo 'WARNING: this is not the kernel' > /dev/console; echo 'BUG: nor this'; echo 'WARNING: x' >&2";
    shell(line).assert().success().stdout("BUG: nor this\n").stderr("WARNING: x\n");
}
