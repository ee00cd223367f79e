// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command, with a real Nix and a real diffoscope, on a store of its own: `FERRITE_REPRODUCE`, `FERRITE_NIX` and a shell to build
//! with, `FERRITE_BUSYBOX`, are in the environment.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use temporary::Directory;

/// A store with nothing in it.
struct Store {
    folder: Directory,
}

impl Store {
    fn new() -> Self {
        Self { folder: Directory::new("reproduce").expect("make a temporary folder") }
    }

    fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        for (variable, name) in
            [("NIX_STORE_DIR", "store"), ("NIX_STATE_DIR", "state"), ("NIX_LOG_DIR", "log"), ("HOME", "home")]
        {
            command.env(variable, self.folder.join(name));
        }
        // A build cannot make namespaces, and so no sandbox, within a build.
        command.env("NIX_CONFIG", "sandbox = false\nbuild-users-group =\nsubstituters =");
        command
    }

    /// A derivation that runs this line of shell.
    fn derivation(&self, script: &str) -> String {
        self.instantiate(&expression(script, "null"))
    }

    fn instantiate(&self, expression: &str) -> String {
        let instantiate = variable("FERRITE_NIX").with_file_name("nix-instantiate");
        let output = self.command(instantiate).args(["--expr", expression]).output().expect("start nix-instantiate");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn reproduce(&self, arguments: &[&str]) -> Output {
        self.command(variable("FERRITE_REPRODUCE")).args(arguments).output().expect("start reproduce")
    }
}

/// Of a derivation that runs this line of shell, with the value of that expression in the variable `input`.
fn expression(script: &str, input: &str) -> String {
    let busybox = variable("FERRITE_BUSYBOX");
    format!(
        r#"derivation {{
            name = "subject"; system = builtins.currentSystem; builder = {busybox:?};
            args = [ "sh" "-euc" {script:?} ]; PATH = "/no/path"; busybox = {busybox:?}; input = {input};
        }}"#
    )
}

/// Nix makes what it stores read-only.
impl Drop for Store {
    fn drop(&mut self) {
        let _ = Command::new("chmod").args(["-R", "u+w"]).arg(self.folder.path()).status();
    }
}

fn variable(name: &str) -> PathBuf {
    PathBuf::from(
        env::var_os(name)
            .unwrap_or_else(|| panic!("{name} is not set: run this with nix build .#checks.SYSTEM.reproduce")),
    )
}

/// The rows of a circumstance.
fn rows<'a>(text: &'a str, circumstance: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.trim_start().starts_with(circumstance)).collect()
}

#[test]
fn what_is_the_same_each_time_is_said_to_be() {
    let store = Store::new();
    let output = store.reproduce(&[&store.derivation("echo the same >$out")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let rows = rows(&text, "all at once ");
    assert!(rows.len() == 1 && rows[0].contains(" sha256-") && rows[0].ends_with(" subject same"), "{text}");
    assert_eq!(text.lines().count(), 3, "one build is enough: {text}");
}

#[test]
fn each_circumstance_can_be_asked_for() {
    let store = Store::new();
    let output = store.reproduce(&["--each", &store.derivation("echo the same >$out")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for circumstance in ["all at once ", "1 core ", "2 cores ", "another folder ", "another locale "] {
        let rows = rows(&text, circumstance);
        assert!(rows.len() == 1 && rows[0].ends_with(" subject same"), "{circumstance}: {text}");
    }
}

#[test]
fn what_differs_is_shown() {
    let store = Store::new();
    let derivation = store.derivation("read -r line </proc/sys/kernel/random/uuid; echo $line >$out");
    let output = store.reproduce(&[&derivation]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for circumstance in ["all at once ", "1 core "] {
        assert!(rows(&text, circumstance)[0].ends_with(" subject.check DIFFERENT"), "{text}");
    }
    let folder = fs::read_dir(store.folder.join("store")).expect("read the store");
    let first = folder
        .map(|entry| entry.expect("read the store").path())
        .find(|path| path.to_string_lossy().ends_with("-subject"));
    let first = fs::read_to_string(first.expect("it was built")).expect("read the first");
    assert!(text.contains(&format!("\n-{first}+")), "diffoscope shows what was there, {first}: {text}");
}

#[test]
fn the_circumstance_to_blame_is_named() {
    let store = Store::new();
    let output = store.reproduce(&[&store.derivation("echo $NIX_BUILD_CORES >$out")]);
    let text = String::from_utf8_lossy(&output.stdout);
    let differs = |circumstance: &str| rows(&text, circumstance)[0].ends_with("DIFFERENT");
    assert!(differs("all at once ") && (differs("1 core ") || differs("2 cores ")), "{text}");
    assert!(!differs("another locale ") && !differs("another folder "), "{text}");
}

#[test]
fn several_are_built_at_once_and_each_is_told_of() {
    let store = Store::new();
    let same = store.derivation("echo the same >$out");
    let other = store.derivation("read -r line </proc/sys/kernel/random/uuid; echo $line >$out");
    let failing = store.derivation("exit 7");
    let output = store.reproduce(&[&failing, &same, &other]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "the worst counts: {output:?}");
    assert_eq!(rows(&text, "all at once ").len(), 2, "{text}");
    assert!(text.lines().any(|line| line == same) && text.lines().any(|line| line == other), "{text}");
}

#[test]
fn what_it_is_built_from_can_be_built_again_too() {
    let store = Store::new();
    let input = expression("read -r line </proc/sys/kernel/random/uuid; echo $line >$out", "null");
    let derivation = store.instantiate(&expression("[ -s $input ]; echo the same >$out", &format!("({input})")));
    let input = store.instantiate(&input);
    assert_eq!(store.reproduce(&[&derivation]).status.code(), Some(0));
    let output = store.reproduce(&["--deep", &derivation]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text.lines().any(|line| line == input) && text.lines().any(|line| line == derivation), "{text}");
    let output = store.reproduce(&["--deep", "--except", "subject", &derivation]);
    assert!(output.status.success() && output.stdout.is_empty(), "both have that name: {output:?}");
}

#[test]
fn what_does_not_build_is_no_difference() {
    let store = Store::new();
    let output = store.reproduce(&[&store.derivation("exit 7")]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(complaint.contains("cannot build ") && complaint.contains("\n  do this: "), "{complaint}");
}
