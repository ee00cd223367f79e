// SPDX-License-Identifier: MIT OR Apache-2.0

//! The options of `vm`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use ferrite_tests::{resumed, shell, vm};
use predicates::prelude::*;
use predicates::str::contains;
use temporary::Directory;

#[test]
fn share_shows_a_folder_that_both_sides_write() {
    let folder = Directory::new("a, b").expect("make a folder");
    fs::write(folder.path().join("from host"), "hello\n").expect("write a file");
    vm().arg("--share")
        .arg(folder.path())
        .args(["--", "sh", "-c", "cat '/mnt/share/from host'; mkdir /mnt/share/d; echo back > /mnt/share/d/f"])
        .assert()
        .success()
        .stdout("hello\n")
        .stderr("");
    assert_eq!(fs::read_to_string(folder.path().join("d/f")).expect("read a file"), "back\n");
}

#[test]
fn a_program_from_the_share_runs() {
    let folder = Directory::new("ferrite").expect("make a folder");
    let script = folder.path().join("script");
    fs::write(&script, "#!/bin/sh\necho \"$0 $1\"\n").expect("write a file");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("make it executable");
    resumed()
        .arg("--share")
        .arg(folder.path())
        .args(["--", "/mnt/share/script", "x"])
        .assert()
        .success()
        .stdout("/mnt/share/script x\n");
}

#[test]
fn a_share_that_is_no_folder_is_explained() {
    vm().args(["--share", "/no/such/folder", "--", "true"])
        .assert()
        .code(125)
        .stderr(contains("/no/such/folder: No such file").and(contains("--share")));
}

#[test]
fn no_module_loads_none() {
    // Under a line of headings.
    shell("lsmod | wc -l").assert().success().stdout("2\n");
    resumed().args(["--no-module", "--", "sh", "-c", "lsmod | wc -l"]).assert().success().stdout("1\n");
}

#[test]
fn append_adds_kernel_parameters_that_count() {
    vm().args(["--append", "some.thing=1 loglevel=4", "--append", "more", "--", "cat", "/proc/cmdline"])
        .assert()
        .success()
        .stdout(predicate::str::ends_with(" some.thing=1 loglevel=4 more\n"));
}

#[test]
fn kernel_log_gets_all_of_it() {
    let folder = Directory::new("ferrite").expect("make a folder");
    let log = folder.path().join("log");
    let line = "echo '<7>a debug message' > /dev/kmsg";
    vm().arg("--kernel-log").arg(&log).args(["--", "sh", "-c", line]).assert().success().stdout("").stderr("");
    let log = fs::read_to_string(log).expect("read the log");
    for part in
        ["Booting Linux", "Linux version ", "loading out-of-tree module", "a debug message", "reboot: Power down"]
    {
        assert!(log.contains(part), "no {part:?} in:\n{log}");
    }
}

#[test]
fn a_machine_that_is_discarded_ends_with_its_command() {
    let folder = Directory::new("ferrite").expect("make a folder");
    let log = folder.path().join("log");
    resumed()
        .arg("--discard")
        .arg("--kernel-log")
        .arg(&log)
        .args(["--", "sh", "-c", "echo x; echo '<6>the last word' > /dev/kmsg; exit 3"])
        .assert()
        .code(3)
        .stdout("x\n")
        .stderr("");
    let log = fs::read_to_string(log).expect("read the log");
    assert!(log.ends_with("the last word\r\n"), "{log}");
}

#[test]
fn a_log_that_cannot_be_written_is_explained() {
    vm().args(["--kernel-log", "/no/such/folder/log", "--", "true"])
        .assert()
        .code(125)
        .stderr(contains("--kernel-log"));
}

#[test]
fn a_log_that_finds_no_room_fails_the_run() {
    vm().args(["--kernel-log", "/dev/full", "--", "true"])
        .assert()
        .code(125)
        .stderr(contains("cannot write the kernel log: No space left").and(contains("disk may be full")));
}

#[test]
fn smp_gives_processors() {
    vm().args(["--smp", "2", "--", "nproc"]).assert().success().stdout("2\n");
}

#[test]
fn memory_gives_memory() {
    let total = |size: &str| -> u32 {
        let output = vm().args(["--memory", size, "--", "awk", "/MemTotal/ {print $2}", "/proc/meminfo"]).output();
        let output = output.expect("run vm").stdout;
        String::from_utf8_lossy(&output).trim().parse().expect("a number of KiB")
    };
    assert!((100_000..131_072).contains(&total("128M")));
    assert!((900_000..1_048_576).contains(&total("1G")));
}

#[test]
fn timeout_ends_the_machine_and_shows_its_last_words() {
    // With all of its log, a kernel has last words even where a busy host did not let it come far.
    vm().args(["--timeout", "5", "--append", "loglevel=8", "--", "sleep", "1000"])
        .assert()
        .code(124)
        .stderr(contains("did not end within 5 s").and(contains("--timeout")).and(contains("console:\n[  ")));
}

#[test]
fn a_wrong_command_line_is_not_taken_for_the_commands_status() {
    vm().arg("--no-such-option").assert().code(125).stderr(contains("--no-such-option"));
    vm().args(["--memory", "1M", "true"]).assert().code(125).stderr(contains("at least 64M"));
}

#[test]
fn help_documents_the_exit_statuses() {
    vm().arg("--help").assert().success().stdout(contains("123").and(contains("127"))).stderr("");
}

#[test]
fn missing_parts_are_named() {
    for (option, variable) in [("--kernel", "FERRITE_KERNEL"), ("--initramfs", "FERRITE_INITRAMFS")] {
        vm().args([option, "/no/such/file", "true"])
            .assert()
            .code(125)
            .stderr(contains("/no/such/file: No such file").and(contains(variable)));
    }
    vm().args(["--qemu", "/no/such/file", "true"]).assert().code(125).stderr(contains("FERRITE_QEMU"));
}

#[test]
fn what_qemu_refuses_is_passed_on() {
    vm().args(["--smp", "60000", "true"]).assert().code(125).stdout("").stderr(contains("QEMU ended with"));
}

#[test]
fn timings_are_shown_apart_from_the_output() {
    vm().args(["--timings", "--", "echo", "x"]).assert().success().stdout("x\n").stderr(contains("power off"));
}

#[test]
fn the_environment_is_the_guests_own() {
    shell("echo $PATH $HOME $FERRITE_VM").assert().success().stdout("/bin:/sbin:/usr/bin:/usr/sbin /root\n");
}
