// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the suites share: the `vm` command as a user has it.
//!
//! Each test has machines of its own, so that nothing it does reaches another test.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{kill, Signal};
use nix::unistd::Pid;
use predicates::prelude::*;
use temporary::Directory;

/// A test that takes longer than this has failed. `vm` itself gives a command a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// The `vm` command, named by the environment variable `FERRITE_VM`. It boots the machine.
///
/// # Panics
///
/// Without that variable: a suite that tests nothing must not pass.
pub fn vm() -> assert_cmd::Command {
    limited(vm_process())
}

/// The same, to be started and met while it runs.
pub fn vm_process() -> Command {
    let path = env::var_os("FERRITE_VM").expect(
        "FERRITE_VM is not set, so there is no vm to test. Name one that finds its parts: \
         FERRITE_VM=$(nix build --no-link --print-out-paths .#vm)/bin/vm",
    );
    let mut command = Command::new(path);
    command.env_remove("FERRITE_STATE");
    command
}

/// `vm`, where it is of no interest how the machine begins: one is booted for all tests, and resumed for each.
pub fn resumed() -> assert_cmd::Command {
    limited(resumed_process())
}

/// The same, to be started and met while it runs.
pub fn resumed_process() -> Command {
    let mut command = vm_process();
    // Tests run in the folder of their package; some run `vm` in another.
    command.env("FERRITE_STATE", path::absolute("../../target/tmp/states").expect("there is a current folder"));
    command
}

fn limited(command: Command) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::from_std(command);
    command.timeout(PATIENCE);
    command
}

/// Runs a line of shell in a machine that was resumed.
pub fn shell(line: &str) -> assert_cmd::Command {
    let mut command = resumed();
    command.args(["--", "sh", "-c", line]);
    command
}

/// A line with all of these, one after the other.
pub fn line(parts: &'static [&'static str]) -> impl Predicate<str> {
    let fits = |line: &str| parts.iter().try_fold(line, |rest, part| Some(rest.split_once(part)?.1)).is_some();
    predicate::function(move |text: &str| text.lines().any(fits))
}

/// A machine that runs while the test does something to it.
pub struct Running {
    /// The `vm` process.
    pub vm: Child,
    mark: String,
    folder: Directory,
}

impl Running {
    /// Starts a machine that does nothing for an hour, and waits until it does.
    pub fn start() -> Self {
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        let mark = format!("ferrite.test={}", folder.path().display());
        let mut vm = vm_process()
            .args(["--timeout", "0", "--append", &mark, "--", "sh", "-c", "echo started; sleep 3600"])
            // Wherever a program might leave a file.
            .envs(["TMPDIR", "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"].map(|name| (name, folder.path())))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start vm");
        let mut line = String::new();
        let stdout = vm.stdout.as_mut().expect("is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("read vm's output");
        assert_eq!(line, "started\n");
        Self { vm, mark, folder }
    }

    /// Sends the `vm` process a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.vm.id().try_into().expect("fits"));
        kill(pid, signal).expect("signal vm");
    }

    /// The processes of this machine that there are, `vm` among them: those with its mark in their arguments.
    pub fn processes(&self) -> Vec<String> {
        let processes = fs::read_dir("/proc").expect("list processes").flatten();
        // One that ends meanwhile has no command line any more.
        let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
        let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
        lines.filter(|line| line.contains(&self.mark)).collect()
    }

    /// Waits until no process of this machine is left, and checks that no file is either.
    pub fn assert_gone(&self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline && !self.processes().is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(self.processes(), [""; 0]);
        let files: Vec<_> = fs::read_dir(self.folder.path()).expect("list files").flatten().collect();
        assert!(files.is_empty(), "left behind: {files:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed half-way leaves nothing behind either.
        let _ = self.vm.kill();
        let _ = self.vm.wait();
    }
}
