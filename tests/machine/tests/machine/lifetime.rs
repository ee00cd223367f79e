// SPDX-License-Identifier: MIT OR Apache-2.0

//! Machines end with the `vm` process, leave nothing behind, and do not disturb each other.

use std::io::Read;
use std::process::Stdio;
use std::thread;

use ferrite_tests::{resumed_process, vm, Running};
use nix::sys::signal::Signal;

fn ends_by(signal: Signal) {
    let mut running = Running::start();
    assert!(running.processes().len() >= 2, "vm and QEMU: {:?}", running.processes());
    running.signal(signal);
    let status = running.vm.wait().expect("wait for vm");
    assert_eq!(status.code(), Some(128 + signal as i32));
    running.assert_gone();
}

#[test]
fn an_interrupt_ends_it() {
    ends_by(Signal::SIGINT);
}

#[test]
fn so_does_a_request_to_terminate() {
    ends_by(Signal::SIGTERM);
}

#[test]
fn so_does_a_terminal_that_goes_away() {
    ends_by(Signal::SIGHUP);
}

#[test]
fn even_when_killed_it_leaves_nothing() {
    let mut running = Running::start();
    running.signal(Signal::SIGKILL);
    running.vm.wait().expect("wait for vm");
    running.assert_gone();
}

#[test]
fn it_ends_when_nobody_reads_its_output() {
    let mut vm = resumed_process()
        .args(["--", "yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start vm");
    let mut line = [0; 2];
    vm.stdout.take().expect("is a pipe").read_exact(&mut line).expect("read a line");
    let output = vm.wait_with_output().expect("wait for vm");
    assert_eq!(output.status.code(), Some(128 + Signal::SIGPIPE as i32));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn it_can_be_interrupted_while_nobody_reads_its_output() {
    let mut vm = resumed_process()
        .args(["--timeout", "0", "--", "yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start vm");
    let mut line = [0; 2];
    vm.stdout.as_mut().expect("is a pipe").read_exact(&mut line).expect("read a line");
    let pid = nix::unistd::Pid::from_raw(vm.id().try_into().expect("fits"));
    nix::sys::signal::kill(pid, Signal::SIGINT).expect("signal vm");
    assert_eq!(vm.wait().expect("wait for vm").code(), Some(128 + Signal::SIGINT as i32));
}

#[test]
fn two_at_once_do_not_disturb_each_other() {
    let machines: Vec<_> = (0..2)
        .map(|number| {
            thread::spawn(move || {
                let line = format!("echo {number} >number && sleep 0.5 && cat number");
                vm().args(["--", "sh", "-c", &line]).assert().success().stdout(format!("{number}\n"));
            })
        })
        .collect();
    for machine in machines {
        machine.join().expect("this machine gave what it was given");
    }
}
