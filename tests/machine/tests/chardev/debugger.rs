// SPDX-License-Identifier: MIT OR Apache-2.0

//! gdb, attached to a machine that waits for it.

use std::env;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ferrite_tests::{vm, vm_process};
use predicates::prelude::*;
use predicates::str::contains;
use temporary::Directory;

/// How long gdb may take; it reads all of the kernel's debug information.
const PATIENCE: Duration = Duration::from_secs(90);

/// A machine that waits for a debugger, and then sets and gets.
struct Waiting {
    vm: Child,
    socket: PathBuf,
    _folder: Directory,
}

impl Waiting {
    fn start() -> Self {
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        let socket = folder.join("socket");
        let vm = vm_process()
            .args(["--gdb", "--gdb-socket"])
            .arg(&socket)
            .args(["--", "sh", "-c", "chardevctl set hello && chardevctl get"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start vm");
        let mut waiting = Self { vm, socket, _folder: folder };
        let deadline = Instant::now() + PATIENCE;
        while !waiting.socket.metadata().is_ok_and(|data| data.file_type().is_socket()) {
            let is_running = waiting.vm.try_wait().expect("look at vm").is_none();
            assert!(is_running && Instant::now() < deadline, "vm does not wait");
            thread::sleep(Duration::from_millis(10));
        }
        waiting
    }

    /// Its output and its complaints, once it has ended well.
    fn output(&mut self) -> (String, String) {
        let stdout = io::read_to_string(self.vm.stdout.take().expect("is a pipe")).expect("read vm's output");
        let stderr = io::read_to_string(self.vm.stderr.take().expect("is a pipe")).expect("read vm's complaints");
        assert!(self.vm.wait().expect("wait for vm").success(), "{stdout}{stderr}");
        (stdout, stderr)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It waits for ever if the test failed.
        let _ = self.vm.kill();
        let _ = self.vm.wait();
    }
}

/// `vm-gdb`, named by the environment variable `FERRITE_GDB`, without the settings of whoever runs the tests.
fn gdb(socket: &Path) -> assert_cmd::Command {
    let program = env::var_os("FERRITE_GDB").expect(
        "FERRITE_GDB is not set, so there is no debugger to test. Name one: \
         FERRITE_GDB=$(nix build --no-link --print-out-paths .#gdb)/bin/vm-gdb",
    );
    let mut command = assert_cmd::Command::new(program);
    command.env("FERRITE_GDB_SOCKET", socket).env_remove("FERRITE_SYMBOLS").args(["-nx", "-batch"]).timeout(PATIENCE);
    command
}

/// The frames of a backtrace, each by its number, that name all of these.
fn frames(wanted: &'static [&'static [&'static str]]) -> impl Predicate<str> {
    predicate::function(move |text: &str| {
        let mut frames = text.lines().filter(|line| line.starts_with('#'));
        wanted.iter().all(|parts| frames.any(|frame| parts.iter().all(|part| frame.contains(part))))
    })
}

#[test]
fn a_breakpoint_in_the_drivers_ioctl_stops_it_there() {
    let mut waiting = Waiting::start();
    gdb(&waiting.socket)
        .args(["-ex", "break chardev::file::ChardevFile::set_data", "-ex", "continue", "-ex", "backtrace"])
        .args(["-ex", "delete", "-ex", "detach"])
        .assert()
        .success()
        .stdout(frames(&[
            &["chardev::file::ChardevFile::set_data", " at chardev/file.rs:"],
            &["::ioctl (", " at chardev/file.rs:"],
            &["FileOperationsVTable<chardev::file::ChardevFile>::ioctl", "abstractions/file_operations.rs:"],
            &["vfs_ioctl (", " at ./fs/ioctl.c:"],
            &["el0t_64_sync ("],
        ]))
        // The source, too, is there.
        .stdout(contains("let data = arg.read("));
    let (stdout, stderr) = waiting.output();
    assert_eq!(stdout, "size 5, buf hello\n");
    assert!(stderr.contains("waiting for a debugger at "), "{stderr}");
    assert!(!waiting.socket.exists());
}

#[test]
fn a_second_machine_does_not_take_the_socket_of_the_first() {
    let waiting = Waiting::start();
    vm().args(["--gdb", "--gdb-socket"]).arg(&waiting.socket).arg("true").assert().code(125).stderr(
        contains("cannot use the socket for a debugger ")
            .and(contains("Address already in use"))
            .and(contains("--gdb-socket")),
    );
    assert!(waiting.socket.exists());
}

#[test]
fn gdb_without_a_machine_says_how_to_start_one() {
    gdb(Path::new("/no/such/socket"))
        .assert()
        .code(1)
        .stderr(contains("none waits at /no/such/socket").and(contains("nix run .#vm -- --gdb")));
}
