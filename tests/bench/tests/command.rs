// SPDX-License-Identifier: MIT OR Apache-2.0

//! The bench command, on a repository and a machine that are shell scripts.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{kill, Signal};
use nix::unistd::Pid;
use temporary::Directory;

const HELD: &str = "echo 'size 100, buf lazenca.0x0'";
const TIMINGS: &str = "echo 'vm: machine 0.3 s: boot 0.2, command 0.1' >&2";

/// Says where the repository's source is: here.
const METADATA: &str = r#"[ "$1" != flake ] || { printf '{"path":"%s"}' "$PWD"; exit; }"#;

/// Answers each of the commands that a guest is asked to run.
const VM: &str = "case $* in
*uname*) echo aarch64 ;;
*--list*) printf '%s: test\\n' ioctl::one ioctl::two ;;
*--told) read -r name; echo \"running $name\"; exit 50 ;;
*dmesg) printf '[ %s ] %s\\n' 0.1 'Run /init as init process' 0.2 'loading out-of-tree module' 0.3 'chardev: 2 devices' ;;
*) echo 'size 100, buf lazenca.0x0' ;;
esac
echo 'vm: machine 0.5 s: boot and module 0.4, command 0.1' >&2";

/// The command, in the folder above that of this test, as cargo puts them, wherever that is now.
fn program() -> PathBuf {
    env::current_exe().expect("it has a path").with_file_name("../bench")
}

/// A repository whose nixw is a script, and a vm that is another.
struct Scene {
    folder: Directory,
}

impl Scene {
    fn new(nixw: &str, vm: &str) -> Self {
        let scene = Self { folder: Directory::new("bench").expect("make a temporary folder") };
        scene.write("flake.nix", "");
        fs::create_dir_all(scene.folder.join("driver/chardev")).expect("make a folder");
        scene.write("driver/chardev/chardev.rs", "");
        scene.script("nixw", &format!("{METADATA}\n{nixw}"));
        scene.script("vm", vm);
        scene
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("write a file");
    }

    /// Made by another process: a file that any child of ours still has open for writing cannot be executed.
    fn script(&self, name: &str, text: &str) {
        let source = format!("{name}.sh");
        self.write(&source, &format!("#!{}\n{text}\n", env::var("SHELL").unwrap_or("/bin/sh".to_owned())));
        let status = Command::new("install").args([&source, name]).current_dir(self.folder.path()).status();
        assert!(status.expect("start install").success());
    }

    fn bench(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.arg("--repository").arg(self.folder.path()).arg("--vm").arg(self.folder.join("vm")).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.bench(arguments).output().expect("start bench")
    }

    /// Waits until a script has written a file.
    fn wait_for(&self, name: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            match fs::read_to_string(self.folder.join(name)) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => sleep(Duration::from_millis(10)),
            }
        }
        panic!("{name} was not written");
    }
}

#[track_caller]
fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().try_into().expect("fits")), signal).expect("signal bench");
}

#[test]
fn what_is_timed_is_the_command_and_nothing_else() {
    let scene = Scene::new(&format!("sleep 0.2; {HELD}"), &format!("sleep 0.1; {VM}"));
    let json = scene.folder.join("report.json");
    let output = scene.output(&["--runs", "2", "--json", &json.to_string_lossy()]);
    assert!(output.status.success(), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(json).expect("was written")).expect("is JSON");
    let wait = |subject: &str| {
        let waits = json["waits"].as_array().expect("is a list");
        waits.iter().find(|wait| wait["subject"] == subject).expect("was measured").clone()
    };
    let min = |subject: &str| wait(subject)["seconds"]["min"].as_f64().expect("is a number");
    assert!(min("built") >= 0.2 && min("machine") >= 0.1 && min("bare") >= 0.1, "{json}");
    assert_eq!(wait("machine")["phases"][1]["name"], "command");
    assert_eq!(wait("machine")["phases"][1]["seconds"]["max"], 0.1);
    assert_eq!(json["boots"]["direct"]["kernel"]["median"], 0.1);
    assert_eq!(json["runs"], 2);
}

#[test]
fn they_take_turns_after_a_warm_up() {
    let say = "echo \"${0##*/}\" \"$@\" ${FERRITE_STATE:+resumed} >>\"${0%/*}/log\"";
    let vm = format!("{say}; {VM}");
    let scene = Scene::new(&format!("echo nixw \"$@\" >>log; {HELD}"), &vm);
    scene.script("virtme", &format!("{say}; {HELD}"));
    let virtme = scene.folder.join("virtme");
    assert!(scene.output(&["--runs=2", "--virtme", &virtme.to_string_lossy()]).status.success());
    let round_trip = "--timings -- chardevctl roundtrip";
    let turn = [
        "nixw run .#vm -- chardevctl roundtrip",
        &format!("vm {round_trip}"),
        &format!("vm {round_trip} resumed"),
        "virtme --script-sh insmod /lib/modules/chardev.ko && chardevctl roundtrip",
        "vm --no-module --timings -- uname -m",
        "vm --timings -- dmesg",
    ];
    let build = [
        "nixw build --no-link .#tools",
        "nixw build --no-link .#kernel",
        "nixw build --no-link .#driver",
        "nixw run .#vm -- chardevctl roundtrip",
    ];
    let log = fs::read_to_string(scene.folder.join("log")).expect("was written");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines, [turn.repeat(3), build.repeat(3)].concat());
}

#[test]
fn tests_are_told_to_machines_that_wait_for_them() {
    let vm = VM.replace("read -r name;", "read -r name; echo \"$name $*\" >>\"${0%/*}/log\";");
    let scene = Scene::new(HELD, &vm);
    let json = scene.folder.join("report.json");
    let output = scene.output(&["--runs=1", "--tests", "tests.cpio", "--json", &json.to_string_lossy()]);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\n4 at once "), "{output:?}");
    let log = fs::read_to_string(scene.folder.join("log")).expect("was written");
    // One to save the machine, and both by three turns of one to four at once.
    assert_eq!(log.lines().filter(|line| line.starts_with("ioctl::one ")).count(), 1 + 3 * 4, "{log}");
    assert_eq!(log.lines().filter(|line| line.starts_with("ioctl::two ")).count(), 3 * 4, "{log}");
    for line in log.lines() {
        let parts = ["--initramfs tests.cpio --smp 1", " --save-after-output -- guest --told"];
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    }
    let json: serde_json::Value = serde_json::from_slice(&fs::read(json).expect("was written")).expect("is JSON");
    assert_eq!(json["rates"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_test_that_does_not_run_is_no_figure() {
    let scene = Scene::new(HELD, &VM.replace("exit 50", "exit 0"));
    let complaint = complaint(&scene.output(&["--runs=1", "--tests", "tests.cpio"]));
    assert!(
        complaint.contains("cannot run 1 tests, 1 at a time") && complaint.contains("running ioctl::one"),
        "{complaint}"
    );
}

#[test]
fn an_edit_is_made_in_a_copy() {
    let see = "[ -e driver/chardev/chardev.rs ] && wc -l <driver/chardev/chardev.rs >>\"$LOG\"";
    let scene = Scene::new(&format!("{see}; {HELD}"), VM);
    let log = scene.folder.join("log");
    let output = scene.bench(&["--runs=1"]).env("LOG", &log).output().expect("start bench");
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(log).expect("was written");
    let lines: Vec<usize> = text.lines().map(|line| line.trim().parse().expect("is a number")).collect();
    let copies = [[0; 4], [1; 4], [2; 4], [3; 4]].concat();
    assert!(lines.ends_with(&copies), "{lines:?}");
    assert!(lines[..lines.len() - copies.len()].iter().all(|&count| count == 0), "{lines:?}");
    assert_eq!(fs::read_to_string(scene.folder.join("driver/chardev/chardev.rs")).expect("is there"), "");
}

#[test]
fn a_picture_and_a_line_of_history_come_of_the_same_figures() {
    let scene = Scene::new(HELD, VM);
    fs::create_dir_all(scene.folder.join("docs")).expect("make a folder");
    scene.write("sizes", "6291456 5242880 Image\n");
    // A repository with one commit, whatever git's settings are here.
    scene.script("git", "case $1 in rev-parse) echo abc ;; show) echo 2026-11-22 ;; esac");
    let path = [scene.folder.path(), Path::new(&env::var("PATH").expect("is set"))]
        .map(Path::display)
        .map(|part| part.to_string());
    let svg = scene.folder.join("report.svg");
    let mut bench = scene.bench(&["--runs=1", "--record", "--svg", &svg.to_string_lossy()]);
    bench.arg("--sizes").arg(scene.folder.join("sizes")).env("PATH", path.join(":"));
    let output = bench.output().expect("start bench");
    assert!(output.status.success(), "{output:?}");
    let history = fs::read_to_string(scene.folder.join("docs/bench-history.csv")).expect("was written");
    assert!(history.starts_with("commit,date,Image,") && history.contains("\nabc,2026-11-22,6291456,"), "{history}");
    let svg = fs::read_to_string(svg).expect("was written");
    assert!(svg.contains("6.00 of 5.0 MiB") && svg.contains("abc to abc"), "{svg}");
}

#[test]
fn a_log_without_the_boot_is_refused() {
    let scene = Scene::new(HELD, &VM.replace("as init process", "later"));
    assert!(complaint(&scene.output(&[])).contains("cannot tell the phases of the boot"));
}

#[test]
fn another_line_is_no_round_trip() {
    let scene = Scene::new("echo size 100, buf lazenca.0x1", &format!("{HELD}; {TIMINGS}"));
    let complaint = complaint(&scene.output(&[]));
    assert!(complaint.contains("cannot measure `./nixw run .#vm -- chardevctl roundtrip`"), "{complaint}");
    assert!(complaint.contains("but:\nsize 100, buf lazenca.0x1\n"), "{complaint}");
}

#[test]
fn the_line_does_not_make_up_for_a_failure() {
    let scene = Scene::new(HELD, &format!("{HELD}; {TIMINGS}; echo reason >&2; exit 3"));
    let complaint = complaint(&scene.output(&[]));
    assert!(complaint.contains("it ended with exit status: 3"), "{complaint}");
    assert!(complaint.contains("reason\n  do this: "), "{complaint}");
}

#[test]
fn a_machine_without_timings_is_refused() {
    let complaint = complaint(&Scene::new(HELD, HELD).output(&[]));
    assert!(complaint.contains("cannot tell the phases"), "{complaint}");
}

#[test]
fn much_output_does_not_hold_up_a_command() {
    let much = "i=0; while [ $i -lt 8000 ]; do echo 0123456789; echo 0123456789 >&2; i=$((i + 1)); done";
    let scene = Scene::new(&format!("{much}; {HELD}"), VM);
    assert!(scene.output(&["--runs", "1"]).status.success());
}

#[test]
fn ended_by_a_signal_it_ends_what_it_started() {
    let scene = Scene::new("sleep 3600 & echo $! >pid; wait", HELD);
    let mut bench = scene.bench(&[]).spawn().expect("start bench");
    let sleeper = scene.wait_for("pid");
    signal(&bench, Signal::SIGINT);
    assert_eq!(bench.wait().expect("wait for bench").code(), Some(130));
    // A zombie, if nobody there takes care of it, is as good as gone.
    let state = fs::read_to_string(format!("/proc/{sleeper}/stat"));
    assert!(state.as_ref().map_or(true, |state| state.contains(") Z ")), "{state:?}");
}
