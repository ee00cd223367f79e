// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kernel's log levels: `hello` writes with each of them; `/proc/sys/kernel/printk` says what the console shows of it.

use std::fs;

use ferrite_tests::{resumed, shell};
use predicates::str::contains;
use temporary::Directory;

/// What the guest runs: it loads and unloads `hello` with each level, then prints the log as the kernel keeps it.
const EVERY_LEVEL: &str = "for level in 0 1 2 3 4 5 6 7; do \
                           insmod /lib/modules/extra/hello.ko level=$level && rmmod hello || exit; done; dmesg -r";

/// What the console and the log have of `hello` when the console shows messages with levels below that.
fn console_and_log(console_level: u8) -> (Vec<String>, Vec<String>) {
    let folder = Directory::new("ferrite").expect("make a folder");
    let console = folder.path().join("console");
    let script = format!("echo {console_level} > /proc/sys/kernel/printk; {EVERY_LEVEL}");
    // That file gets what the console shows: all of the log only as long as nobody changes its level.
    let ended = resumed().arg("--kernel-log").arg(&console).args(["--", "sh", "-c", &script]).assert().success();
    let log = String::from_utf8_lossy(&ended.get_output().stdout).into_owned();
    (lines_of_hello(&fs::read_to_string(console).expect("read what the console showed")), lines_of_hello(&log))
}

/// Without their times.
fn lines_of_hello(text: &str) -> Vec<String> {
    let hello = text.lines().filter(|line| line.contains("] hello: "));
    hello
        .map(|line| {
            let (before, rest) = line.split_once('[').expect("a message has a time");
            let (_, message) = rest.split_once("] ").expect("a time has an end");
            format!("{before}{message}")
        })
        .collect()
}

#[test]
fn the_console_shows_what_is_more_urgent_than_its_level() {
    let every_line: Vec<_> =
        (0..=7).flat_map(|level| [format!("<{level}>hello: hello"), format!("<{level}>hello: goodbye")]).collect();
    // The least, what the boot shows, what the machine comes with, all.
    for console_level in [1, 5, 7, 8] {
        let (console, log) = console_and_log(console_level);
        let shown = ["hello: hello", "hello: goodbye"].repeat(console_level.into());
        assert_eq!(console, shown, "with {console_level} in /proc/sys/kernel/printk");
        // The log itself has all of them, whatever the console shows.
        assert_eq!(log, every_line, "with {console_level} in /proc/sys/kernel/printk");
    }
}

#[test]
fn the_machine_comes_with_a_console_that_leaves_debug_messages_out() {
    shell("cut -f 1 /proc/sys/kernel/printk").assert().success().stdout("7\n");
}

#[test]
fn a_level_that_there_is_not_is_refused_and_explained() {
    shell("insmod /lib/modules/extra/hello.ko level=8; dmesg | grep -o 'hello: .*'; lsmod | grep hello")
        .assert()
        .code(1)
        .stdout(contains("hello: cannot log with level 8: choose level=0 to level=7"))
        .stderr(contains("Invalid argument"));
}
