// SPDX-License-Identifier: MIT OR Apache-2.0

//! Machines that were saved and are resumed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use ferrite_tests::{resumed, vm};
use predicates::prelude::*;
use predicates::str::contains;
use temporary::Directory;

/// A folder of states, and `vm` with it.
struct States(Directory);

impl States {
    fn new() -> Self {
        Self(Directory::new("ferrite").expect("make a temporary folder"))
    }

    fn vm(&self, options: &[&str]) -> assert_cmd::Command {
        let mut command = vm();
        command.arg("--state").arg(self.0.path()).arg("--timings").args(options).arg("--");
        command
    }

    fn list(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.path()).expect("list states").flatten().map(|entry| entry.path());
        entries.filter(|entry| entry.is_dir()).collect()
    }
}

/// What `--timings` says of a run that made a state, of one that found it, and of one that went without.
const SAVED: &str = " s: boot to save ";
const RESUMED: &str = " s: resume and module ";
const BOOTED: &str = " s: boot and module ";

#[test]
fn a_machine_is_booted_once_and_resumed_from_then_on() {
    let states = States::new();
    // What one of them wrote, the next one does not have.
    let line = "[ -e note ] && echo found; echo kept >note; cat note";
    for kind in [SAVED, RESUMED, RESUMED] {
        states.vm(&[]).args(["sh", "-c", line]).assert().success().stdout("kept\n").stderr(contains(kind));
    }
    assert_eq!(states.list().len(), 1);
}

/// The command's first line is from before the machine was saved, and so is the time that it took to come there.
#[track_caller]
fn assert_started_once(states: &States) {
    let line = "sleep 1; date +%s >/tmp/started; echo here; read -r word; echo \"$word\"; cat /tmp/started; exit 7";
    let run = |word: &str| {
        let mut vm = states.vm(&["--save-after-output"]);
        let ended = vm.args(["sh", "-c", line]).write_stdin(format!("{word}\n")).assert().code(7);
        let [stdout, stderr] = [&ended.get_output().stdout, &ended.get_output().stderr]
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let (told, started) = stdout.split_once('\n').expect("two lines");
        assert_eq!(told, word);
        (started.to_owned(), stderr)
    };
    let (first, stderr) = run("one");
    assert!(stderr.contains(SAVED), "{stderr}");
    for word in ["two", "three"] {
        let (started, stderr) = run(word);
        assert_eq!(started, first, "it was started again");
        assert!(stderr.contains(RESUMED), "{stderr}");
    }
}

#[test]
fn a_command_that_was_started_goes_on_with_each_runs_input() {
    let states = States::new();
    assert_started_once(&states);
    // It went on from one that had only booted.
    assert_eq!(states.list().len(), 2);
}

#[test]
fn one_that_was_started_in_a_saved_machine_does_too() {
    let states = States::new();
    states.vm(&[]).arg("true").assert().success().stderr(contains(SAVED));
    assert_started_once(&states);
    // The machine still serves those who start their command themselves.
    states.vm(&[]).arg("true").assert().success().stderr(contains(RESUMED));
    assert_eq!(states.list().len(), 2);
}

#[test]
fn a_command_that_ends_without_a_word_cannot_be_saved() {
    let states = States::new();
    states
        .vm(&["--save-after-output"])
        .arg("true")
        .assert()
        .success()
        .stderr(contains("the command did not write anything").and(contains(BOOTED)));
    assert_eq!(states.list(), [""; 0].map(PathBuf::from));
}

#[test]
fn resumed_machines_draw_different_random_numbers() {
    let draw = || {
        let mut vm = resumed();
        vm.args(["--timings", "--", "sh", "-c", "head -c 32 /dev/urandom | xxd -p -c 32"]);
        let ended = vm.assert().success().stderr(contains(BOOTED).not());
        String::from_utf8_lossy(&ended.get_output().stdout).into_owned()
    };
    let drawn = [draw(), draw(), draw()];
    assert!(drawn.iter().all(|number| number.trim().len() == 64), "{drawn:?}");
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2], "{drawn:?}");
}

#[test]
fn the_clock_is_right_however_old_the_state_is() {
    let states = States::new();
    states.vm(&[]).arg("true").assert().success().stderr(contains(SAVED));
    thread::sleep(Duration::from_secs(3));
    let now = || SystemTime::UNIX_EPOCH.elapsed().expect("is after 1970").as_secs();
    let before = now();
    let output = states.vm(&[]).args(["date", "+%s"]).output().expect("run vm");
    let told: u64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of seconds");
    assert!((before..=now()).contains(&told), "{before} {told}");
}

#[test]
fn options_have_their_effect() {
    let states = States::new();
    let line = "nproc; awk '/MemTotal/ { print ($2 < 131072) }' /proc/meminfo; lsmod | wc -l; \
                grep -c some.thing /proc/cmdline; true";
    let others = ["--smp", "2", "--memory", "128M", "--no-module", "--append", "some.thing=1"];
    for kind in [SAVED, RESUMED] {
        for (options, told) in [(&[][..], "1\n0\n2\n0\n"), (&others[..], "2\n1\n1\n1\n")] {
            states.vm(options).args(["sh", "-c", line]).assert().success().stdout(told).stderr(contains(kind));
        }
    }
    assert_eq!(states.list().len(), 2);
}

#[test]
fn each_shares_the_folder_that_it_is_given() {
    let states = States::new();
    for (name, kind) in [("first", SAVED), ("second", RESUMED)] {
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        fs::write(folder.join(name), "").expect("write a file");
        let share = folder.path().to_str().expect("is text");
        let mut vm = states.vm(&["--share", share]);
        vm.args(["sh", "-c", "ls /mnt/share; echo back > /mnt/share/new"])
            .assert()
            .success()
            .stdout(format!("{name}\n"))
            .stderr(contains(kind));
        assert_eq!(fs::read_to_string(folder.join("new")).expect("read a file"), "back\n");
    }
}

#[test]
fn many_at_once_make_one_and_do_not_disturb_each_other() {
    let states = States::new();
    thread::scope(|scope| {
        for number in 0..4 {
            let mut vm = states.vm(&[]);
            vm.args(["sh", "-c", &format!("echo {number} >number && sleep 0.3 && cat number")]);
            scope.spawn(move || vm.assert().success().stdout(format!("{number}\n")));
        }
    });
    assert_eq!(states.list().len(), 1);
}

#[test]
fn a_fault_in_one_fails_the_run() {
    let states = States::new();
    let line = "insmod /lib/modules/kernel/lkdtm.ko && echo WARNING > /sys/kernel/debug/provoke-crash/DIRECT";
    for _ in 0..2 {
        let mut vm = states.vm(&["--symbols="]);
        vm.args(["sh", "-c", line])
            .assert()
            .code(123)
            .stderr(contains("the kernel reported a warning").and(contains("lkdtm_WARNING")));
    }
    assert_eq!(states.list().len(), 1, "the state is not to blame");
}

#[test]
fn the_kernel_log_begins_with_the_boot() {
    let states = States::new();
    let folder = Directory::new("ferrite").expect("make a temporary folder");
    let log = folder.join("log");
    for kind in [SAVED, RESUMED] {
        let mut vm = states.vm(&["--kernel-log", log.to_str().expect("is text")]);
        vm.args(["sh", "-c", "echo '<6>from the run' > /dev/kmsg"]).assert().success().stderr(contains(kind));
        let log = fs::read_to_string(&log).expect("read the log");
        for part in ["Booting Linux", "loading out-of-tree module", "from the run", "reboot: Power down"] {
            assert_eq!(log.matches(part).count(), 1, "{part:?} in:\n{log}");
        }
    }
}

/// Saves a machine, which was not there before or is of no use, and spoils a file of it. The next run does without, and what is typed
/// for its command is not lost.
#[track_caller]
fn assert_replaced(states: &States, file: &str, spoil: impl FnOnce(&Path) -> io::Result<()>) {
    states.vm(&[]).arg("true").assert().success().stderr(contains(SAVED));
    spoil(&states.list()[0].join(file)).expect("spoil a file");
    states
        .vm(&[])
        .arg("cat")
        .write_stdin("all of it")
        .assert()
        .success()
        .stdout("all of it")
        .stderr(contains("cannot use a saved state").and(contains("--state")).and(contains(BOOTED)));
}

#[test]
fn a_state_that_is_of_no_use_is_replaced() {
    let states = States::new();
    assert_replaced(&states, "devices", |file| fs::write(file, "no state"));
    assert_replaced(&states, "console", |file| fs::remove_file(file));
    assert_eq!(states.list(), [""; 0].map(PathBuf::from));
}

#[test]
#[ignore = "keeps a processor busy for 15 s"]
fn a_memory_that_holds_nothing_is_found_out() {
    let states = States::new();
    assert_replaced(&states, "memory", |file| {
        let size = file.metadata()?.len();
        File::create(file)?.set_len(size)
    });
    assert_eq!(states.list(), [""; 0].map(PathBuf::from));
}

#[test]
fn one_without_its_memory_is_made_anew() {
    let states = States::new();
    for _ in 0..2 {
        states.vm(&[]).arg("true").assert().success().stderr(contains(SAVED));
        fs::remove_file(states.list()[0].join("memory")).expect("remove the memory");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_explained() {
    vm().args(["--state", "/proc/no/such", "--", "echo", "x"])
        .assert()
        .success()
        .stdout("x\n")
        .stderr(contains("/proc/no/such: ").and(contains("the machine boots instead")));
}
