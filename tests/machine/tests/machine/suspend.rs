// SPDX-License-Identifier: MIT OR Apache-2.0

//! A machine that was suspended goes on where it was, with the host as before.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use ferrite_tests::vm_process;

/// Until the clock wakes it up. A wakeup that comes too soon makes the kernel refuse; then, once more, when virtio_console has set up its
/// ports again: until then, a suspend can hang the kernel.
const SUSPEND: &str = "cd /sys/power
until events=$(cat wakeup_count) && echo 0 >$alarm && echo +4 >$alarm && echo $events >wakeup_count && echo freeze >state
do sleep 2; done";

#[test]
fn input_and_output_outlast_it() {
    let script = format!("alarm=/sys/class/rtc/rtc0/wakealarm\n{SUSPEND}\necho awake; exec cat");
    let mut vm = vm_process()
        .args(["--", "sh", "-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start vm");
    let mut lines = BufReader::new(vm.stdout.take().expect("is a pipe")).lines();
    let mut line = || lines.next().transpose().expect("read vm's output");
    assert_eq!(line().as_deref(), Some("awake"));
    let mut input = vm.stdin.take().expect("is a pipe");
    writeln!(input, "hello").expect("write");
    assert_eq!(line().as_deref(), Some("hello"));
    drop(input);
    assert_eq!(line(), None);
    assert!(vm.wait().expect("wait for vm").success());
}
