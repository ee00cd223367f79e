// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where a machine hangs, and where it went wrong: stacks, with files and lines of the source. These take symbols: those of the
//! checks' `vm`, or of the development shell's `FERRITE_SYMBOLS`.

use ferrite_tests::{line, resumed, shell};
use predicates::prelude::*;
use predicates::str::contains;

/// Long enough for a machine that is resumed to come so far, on a busy host too.
const LIMIT: &str = "10";

#[test]
fn a_program_that_sleeps_is_shown_where_it_does() {
    resumed().args(["--timeout", LIMIT, "--", "sleep", "1000"]).assert().code(124).stderr(
        contains("did not end within 10 s")
            .and(contains("sysrq: Show backtrace of all active CPUs"))
            .and(contains("task:sleep "))
            .and(line(&["do_nanosleep+0x", "/0x", " (", "kernel/time/hrtimer.c:"]))
            .and(contains("task:kthreadd").not())
            .and(contains("--timeout")),
    );
}

#[test]
#[ignore = "keeps a processor busy for 10 s"]
fn a_processor_that_takes_no_interrupts_is_shown_by_its_registers() {
    let provoke = "insmod /lib/modules/kernel/lkdtm.ko && echo HARDLOCKUP > /sys/kernel/debug/provoke-crash/DIRECT";
    resumed()
        .args(["--timeout", LIMIT, "--", "sh", "-c", provoke])
        .assert()
        .code(124)
        .stderr(contains("CPU 0, as QEMU sees it").and(line(&[" vfs_write+0x", "/0x", " (fs/read_write.c:"])));
}

#[test]
#[ignore = "keeps a processor busy for 10 s"]
fn so_are_all_beside_one_that_takes_none() {
    let provoke = "insmod /lib/modules/kernel/lkdtm.ko
        taskset 2 sh -c 'echo HARDLOCKUP > /sys/kernel/debug/provoke-crash/DIRECT' & sleep 1000";
    resumed()
        .args(["--timeout", LIMIT, "--smp", "2", "--append", "rcupdate.rcu_cpu_stall_suppress=1"])
        .args(["--", "sh", "-c", provoke])
        .assert()
        .code(124)
        .stderr(contains("CPU 0, as QEMU sees it").and(contains("CPU 1, as QEMU sees it")));
}

#[test]
fn an_oops_names_files_and_lines() {
    shell("echo c > /proc/sysrq-trigger").assert().code(123).stderr(line(&[
        " vfs_write+0x",
        "/0x",
        " (fs/read_write.c:",
    ]));
}
