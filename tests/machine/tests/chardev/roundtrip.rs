// SPDX-License-Identifier: MIT OR Apache-2.0

//! SET_DATA and GET_DATA through `/dev/chardev0`, by `chardevctl`.

use ferrite_tests::{resumed, shell, vm};
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn roundtrip_prints_what_came_back() {
    vm().args(["--", "chardevctl", "roundtrip"])
        .assert()
        .success()
        .stdout("size 100, buf lazenca.0x0\n")
        .stderr("set size 100, buf lazenca.0x0\n");
}

#[test]
fn what_one_process_sets_another_gets() {
    shell("chardevctl set --size 100 lazenca.0x0 && chardevctl --json get")
        .assert()
        .success()
        .stdout("{\"size\":100,\"buf\":\"lazenca.0x0\"}\n")
        .stderr("");
}

#[test]
fn a_fresh_device_holds_nothing() {
    resumed().args(["--", "chardevctl", "get"]).assert().success().stdout("size 0, buf \n");
}

#[test]
fn each_minor_has_data_of_its_own() {
    let line = "chardevctl set one && chardevctl --device /dev/chardev1 set other && \
                chardevctl get && chardevctl --device /dev/chardev1 get";
    shell(line).assert().success().stdout("size 3, buf one\nsize 5, buf other\n");
}

#[test]
fn text_that_fills_the_buffer_is_not_read_past_its_end() {
    let text = "x".repeat(128);
    shell(&format!("chardevctl set {text} && chardevctl get"))
        .assert()
        .success()
        .stdout(format!("size 128, buf {text}\n"));
}

#[test]
fn bytes_that_cannot_be_printed_are_escaped() {
    shell(r#"chardevctl set "$(printf 'a\033[2J\377\\')" && chardevctl get && chardevctl get --json"#)
        .assert()
        .success()
        .stdout("size 7, buf a\\x1b[2J\\xff\\\\\n{\"size\":7,\"buf\":\"a\\\\x1b[2J\\\\xff\\\\\\\\\"}\n");
}

#[test]
fn a_size_that_the_driver_refuses_changes_nothing() {
    for size in ["129", "4294967296", "18446744073709551615"] {
        shell(&format!("chardevctl set before; chardevctl set --size {size} after; echo $?; chardevctl get"))
            .assert()
            .success()
            .stdout("3\nsize 6, buf before\n")
            .stderr(contains("cannot set the data of /dev/chardev0: EINVAL").and(contains("at most 128")));
    }
}

#[test]
fn text_too_long_is_refused_with_the_limit() {
    shell(&format!("chardevctl set {}", "x".repeat(129))).assert().code(2).stderr(contains("the device holds 128"));
}

#[test]
fn a_device_of_another_kind_is_refused() {
    resumed()
        .args(["--", "chardevctl", "--device", "/dev/null", "get"])
        .assert()
        .code(3)
        .stderr(contains("ENOTTY").and(contains("not a chardev device")));
}

#[test]
fn a_missing_device_is_explained() {
    resumed()
        .args(["--no-module", "--", "chardevctl", "get"])
        .assert()
        .code(3)
        .stderr(contains("cannot open /dev/chardev0").and(contains("load the module")));
}
