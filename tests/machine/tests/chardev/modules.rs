// SPDX-License-Identifier: MIT OR Apache-2.0

//! Modules that the host brings, and the one that the guest has.

use std::fs;
use std::path::{Path, PathBuf};

use ferrite_tests::{resumed, vm};
use predicates::prelude::*;
use predicates::str::contains;
use temporary::Directory;

/// A folder with the modules that the guest has, for the host to bring them back.
struct Modules(Directory);

impl Modules {
    fn new() -> Self {
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        resumed()
            .arg("--share")
            .arg(folder.path())
            .args(["--", "sh", "-c", "cp /lib/modules/chardev.ko /lib/modules/extra/hello.ko /mnt/share"])
            .assert()
            .success();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

fn option(file: &Path, parameters: &str) -> String {
    format!("--module={}{parameters}", file.display())
}

#[test]
fn one_is_loaded_in_place_of_the_guests() {
    let modules = Modules::new();
    let other = modules.path("other");
    fs::create_dir(&other).expect("make a folder");
    let replacement = other.join("chardev.ko");
    fs::copy(modules.path("hello.ko"), &replacement).expect("copy a file");
    resumed()
        .arg(option(&replacement, ""))
        .args(["--", "sh", "-c", "lsmod | cut -d ' ' -f 1"])
        .assert()
        .success()
        .stdout("Module\nhello\n");
}

#[test]
fn it_may_have_parameters() {
    let modules = Modules::new();
    vm().arg(option(&modules.path("chardev.ko"), ",devices=4,major=240"))
        .args(["--", "sh", "-c", "ls /dev/chardev*; grep chardev /proc/devices"])
        .assert()
        .success()
        .stdout("/dev/chardev0\n/dev/chardev1\n/dev/chardev2\n/dev/chardev3\n240 chardev\n");
}

#[test]
fn another_one_is_loaded_besides() {
    let modules = Modules::new();
    resumed()
        .arg(option(&modules.path("hello.ko"), ""))
        .args(["--", "sh", "-c", "lsmod | cut -d ' ' -f 1"])
        .assert()
        .success()
        .stdout("Module\nhello\nchardev\n");
}

#[test]
fn without_the_guests_it_is_alone() {
    let modules = Modules::new();
    resumed()
        .arg("--no-module")
        .arg(option(&modules.path("hello.ko"), ""))
        .args(["--", "sh", "-c", "lsmod | cut -d ' ' -f 1"])
        .assert()
        .success()
        .stdout("Module\nhello\n");
}

#[test]
fn a_resumed_machine_loads_it_too() {
    let modules = Modules::new();
    let states = Directory::new("ferrite").expect("make a temporary folder");
    for devices in [3, 5] {
        vm().arg("--state")
            .arg(states.path())
            .arg(option(&modules.path("chardev.ko"), &format!(",devices={devices}")))
            .args(["--", "sh", "-c", "ls /dev/chardev* | wc -l"])
            .assert()
            .success()
            .stdout(format!("{devices}\n"));
    }
    let made = fs::read_dir(states.path()).expect("list states").flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(made.count(), 1);
}

#[test]
fn one_that_does_not_load_is_explained() {
    let folder = Directory::new("ferrite").expect("make a temporary folder");
    let file = folder.join("chardev.ko");
    fs::write(&file, "no module").expect("write a file");
    resumed()
        .arg(option(&file, ",a=1"))
        .args(["--", "true"])
        .assert()
        .code(125)
        .stderr(contains("loading the host's chardev.ko a=1: ENOEXEC").and(contains("built for this very kernel")));
}

#[test]
fn one_that_is_not_there_is_explained() {
    vm().args(["--module", "/no/such/file.ko", "--", "true"])
        .assert()
        .code(125)
        .stderr(contains("/no/such/file.ko: No such file").and(contains("--module")));
}

#[test]
fn the_guests_own_that_does_not_load_is_explained() {
    vm().args(["--symbols=", "--append", "sysctl.kernel.modules_disabled=1", "--", "true"])
        .assert()
        .code(125)
        .stderr(contains("loading /lib/modules/chardev.ko: EPERM").and(contains("--no-module")));
}
