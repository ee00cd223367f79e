// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules by the programs that everybody has for modules: modinfo, insmod, modprobe, lsmod, rmmod, dmesg.

use ferrite_tests::shell;
use predicates::str::contains;

#[test]
fn modinfo_shows_who_made_them_and_what_they_are() {
    let line = "for module in hello chardev; do \
                for field in author description license version; do modinfo -F $field $module; done; done";
    shell(line)
        .assert()
        .success()
        .stdout(
            "The ferrite authors\nA line in the kernel log when it comes, and one when it goes\nGPL\n0.1.0\n\
             The ferrite authors\nCharacter devices whose data is set and got by ioctl\nGPL\n0.1.0\n",
        )
        .stderr("");
}

#[test]
fn modinfo_shows_the_parameters() {
    shell("modinfo -F parm hello; modinfo -F parm chardev")
        .assert()
        .success()
        .stdout(
            "level:Log level of the lines (0: emergency to 7: debug, default 6: info)\n\
             major:Major number of the devices (1 to 511, default 0: one that is free)\n\
             devices:Number of devices (1 to 256, default 2)\n",
        )
        .stderr("");
}

#[test]
fn hello_comes_and_goes() {
    // Of lsmod's columns: the name, and how many use it.
    let line = "listed() { lsmod | awk '$1 == \"hello\" { print $1, $3 }'; }; \
                listed; insmod /lib/modules/extra/hello.ko && listed; rmmod hello && listed; dmesg | grep -o 'hello: .*'";
    shell(line).assert().success().stdout("hello 0\nhello: hello\nhello: goodbye\n").stderr("");
}

#[test]
fn modprobe_knows_them_by_name() {
    shell("modprobe hello level=5 && dmesg -r | grep -o '^<5>.*hello: hello' | wc -l; modprobe -r hello; lsmod | grep hello")
        .assert()
        .code(1)
        .stdout("1\n")
        .stderr("");
}

#[test]
fn a_module_in_use_stays() {
    shell("exec 3<>/dev/chardev0; rmmod chardev; echo $?; exec 3>&-; rmmod chardev; echo $?")
        .assert()
        .success()
        .stdout("1\n0\n")
        .stderr(contains("can't unload module 'chardev': Resource temporarily unavailable"));
}
