// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every command of `chardevctl`, as text and as JSON. (`set`, `get` and `roundtrip` are in `roundtrip.rs` too.)

use ferrite_tests::{resumed, shell};
use predicates::prelude::*;
use predicates::str::contains;

/// In place of what differs from run to run: times and process ids.
const PLAIN: &str = "sed -E 's/time [0-9]+\\.[0-9]{9}, pid [0-9]+/time T, pid P/; \
                     s/\"time_ns\":[0-9]{19},\"pid\":[0-9]+/\"time_ns\":T,\"pid\":P/g'";

/// Runs the line, and expects that output and no complaint.
#[track_caller]
fn prints(line: &str, stdout: &str) {
    shell(line).assert().success().stdout(stdout.to_owned()).stderr("");
}

/// Runs one command that fails so, and says what went wrong and what to do.
#[track_caller]
fn fails(line: &str, status: i32, problem: &str, advice: &str) {
    shell(line).assert().code(status).stdout("").stderr(contains(problem).and(contains(advice)));
}

#[test]
fn set_takes_text_from_the_command_line_a_file_and_standard_input() {
    let line = "chardevctl set 'some text'; chardevctl get; \
                echo in a file > f; chardevctl set --file f; chardevctl get; \
                printf piped | chardevctl set -; chardevctl get; \
                chardevctl set - < /dev/null; chardevctl get";
    prints(line, "size 9, buf some text\nsize 10, buf in a file\\x0a\nsize 5, buf piped\nsize 0, buf \n");
}

#[test]
fn set_prints_with_json_what_was_stored() {
    prints("chardevctl --json set --size 7 'a\"b'", "{\"size\":7,\"buf\":\"a\\\"b\"}\n");
}

#[test]
fn set_takes_any_bytes() {
    let bytes = |first: u8, last: u8| (first..=last).map(|byte| format!("\\{byte:03o}")).collect::<Vec<_>>().concat();
    let half = |bytes: &str| format!("printf '{bytes}' | chardevctl set - && chardevctl get");
    let shown: String = (0..=255_u8)
        .map(|byte| match byte {
            b'\\' => "\\\\".to_owned(),
            b' '..=b'~' => char::from(byte).to_string(),
            128 => "\nsize 128, buf \\x80".to_owned(),
            _ => format!("\\x{byte:02x}"),
        })
        .collect();
    let line = format!("{}; {}", half(&bytes(0, 127)), half(&bytes(128, 255)));
    prints(&line, &format!("size 128, buf {shown}\n"));
}

#[test]
fn set_refuses_what_is_too_long_wherever_it_comes_from() {
    let limit = "longer than 128 bytes; give at most 128";
    fails("head -c 129 /dev/zero | chardevctl set -", 2, "cannot take the text from standard input", limit);
    fails("head -c 129 /dev/zero > f; chardevctl set --file f", 2, "cannot take the text from f", limit);
    fails("chardevctl set --file /dev/zero", 2, "cannot take the text from /dev/zero", limit);
    prints("head -c 128 /dev/zero | chardevctl set - && chardevctl get", "size 128, buf \n");
}

#[test]
fn a_file_that_is_not_there_is_explained() {
    fails("chardevctl set --file nowhere", 2, "cannot read nowhere: No such file", "name a file that can be read");
}

#[test]
fn read_shows_the_buffer_of_a_new_file() {
    let line = "chardevctl read; chardevctl read --offset 5 --length 3; chardevctl read --offset 256; \
                chardevctl read --json --length 5";
    prints(line, "size 10, buf helloworld\nsize 3, buf wor\nsize 0, buf \n{\"size\":5,\"buf\":\"hello\"}\n");
    fails("chardevctl read --offset 257", 3, "cannot seek in /dev/chardev0: EINVAL", "positions go from 0 to 256");
}

#[test]
fn write_shows_what_became_of_the_buffer() {
    let line = "chardevctl write HELLO; chardevctl write --offset 10 '!'; \
                printf 'a\\0\\377' > f; chardevctl write --file f; printf J | chardevctl write --json -; chardevctl read";
    // The buffer is the open file's own, so that each begins anew.
    let expected = "written 5, size 10, buf HELLOworld\nwritten 1, size 11, buf helloworld!\n\
                    written 3, size 10, buf a\\x00\\xffloworld\n{\"written\":1,\"size\":10,\"buf\":\"Jelloworld\"}\n\
                    size 10, buf helloworld\n";
    prints(line, expected);
}

#[test]
fn write_says_what_it_had_no_room_for() {
    let gap = "\\x00".repeat(244);
    shell("chardevctl write --offset 254 abcd")
        .assert()
        .code(1)
        .stdout(format!("written 2, size 256, buf helloworld{gap}ab\n"))
        .stderr(
            contains("/dev/chardev0 had room for 2 of 4 bytes").and(contains("holds 256 bytes; begin at a smaller")),
        );
    fails(
        "chardevctl write --offset 256 a",
        3,
        "cannot write to /dev/chardev0: ENOSPC",
        "holds 256 bytes, and is full",
    );
    fails("head -c 257 /dev/zero | chardevctl write -", 2, "cannot take the text from standard input", "at most 256");
}

#[test]
fn roundtrip_speaks_json() {
    resumed()
        .args(["--", "chardevctl", "--json", "roundtrip"])
        .assert()
        .success()
        .stdout("{\"size\":100,\"buf\":\"lazenca.0x0\"}\n")
        .stderr("set size 100, buf lazenca.0x0\n");
}

#[test]
fn roundtrip_notices_that_another_was_in_between() {
    // Round trips until one is disturbed by somebody who sets all the time.
    let line = "while :; do chardevctl set other; done & \
                for i in $(seq 1000); do chardevctl roundtrip > out 2> err; status=$?; [ $status = 0 ] || break; done; \
                cat out; cat err >&2; exit $status";
    resumed()
        .args(["--smp", "2", "--", "sh", "-c", line])
        .assert()
        .code(1)
        .stdout("size 5, buf other\n")
        .stderr(contains("gave back something else than was set").and(contains("another process may have set it")));
}

#[test]
fn history_tells_who_set_what_and_when() {
    let line = "chardevctl set one; chardevctl --json history; chardevctl set --size 9 two; chardevctl history";
    prints(
        &format!("{{ {line}; }} | {PLAIN}"),
        "{\"sequence\":1,\"entries\":[{\"sequence\":1,\"time_ns\":T,\"pid\":P,\"comm\":\"chardevctl\",\
         \"size\":3,\"buf\":\"one\"}]}\n\
         sequence 1, time T, pid P, comm chardevctl, size 3, buf one\n\
         sequence 2, time T, pid P, comm chardevctl, size 9, buf two\n",
    );
}

#[test]
fn history_names_the_process_and_the_time() {
    let line = "before=$(date +%s); chardevctl set x & wait $!; after=$(date +%s); \
                chardevctl history | sed -E 's/.*time ([0-9]+)\\..* pid ([0-9]+),.*/\\1 \\2/' > told; \
                read time pid < told; [ $pid = $! ] && [ $time -ge $before ] && [ $time -le $after ] && echo right";
    prints(line, "right\n");
}

#[test]
fn history_of_a_device_that_was_never_set_is_empty() {
    prints("chardevctl history; chardevctl history --json", "{\"sequence\":0,\"entries\":[]}\n");
}

#[test]
fn history_has_the_latest_sixteen() {
    let line = "for i in $(seq 20); do chardevctl set $i; done; chardevctl history | sed 's/,.*buf/:/'";
    let expected = (5..=20).map(|number| format!("sequence {number}: {number}\n")).collect::<Vec<_>>().concat();
    prints(line, &expected);
}

#[test]
fn watch_shows_each_change_as_it_comes() {
    // The first is set once the watcher sleeps, the second once it has shown the first.
    let line = "mkfifo seen; chardevctl watch --count 2 > seen & exec 3< seen; \
                until grep -q '^State:.S' /proc/$!/status && chardevctl stats | grep -q \"pid $!,\"; do :; done; \
                chardevctl set one; read -r first <&3; chardevctl set two; read -r second <&3; wait $!; \
                echo \"$? $first\"; echo \"$second\"";
    prints(
        &format!("{{ {line}; }} | {PLAIN}"),
        "0 sequence 1, time T, pid P, comm chardevctl, size 3, buf one\n\
         sequence 2, time T, pid P, comm chardevctl, size 3, buf two\n",
    );
}

#[test]
fn watch_goes_on_after_a_change_that_is_known() {
    let line = "for i in 1 2 3; do chardevctl set $i; done; chardevctl --json watch --after 1 --count 2";
    let entry = |number: u8| {
        format!(
            "{{\"sequence\":{number},\"time_ns\":T,\"pid\":P,\"comm\":\"chardevctl\",\"size\":1,\"buf\":\"{number}\"}}\n"
        )
    };
    prints(&format!("{{ {line}; }} | {PLAIN}"), &(entry(2) + &entry(3)));
}

#[test]
fn watch_counts_what_came_too_fast() {
    shell("for i in $(seq 20); do chardevctl set $i; done; chardevctl watch --after 0 --count 1 | grep -o 'buf .*'")
        .assert()
        .success()
        .stdout("buf 5\n")
        .stderr("chardevctl: 4 changes came too fast to be shown\n");
}

#[test]
fn watch_gives_up_when_the_time_is_over() {
    fails("chardevctl watch --timeout 0.01", 1, "/dev/chardev0 did not change in time", "");
}

#[test]
fn stats_tell_who_has_a_device_open() {
    let line = "chardevctl stats; chardevctl stats --json; exec 3<>/dev/chardev0 4<>/dev/chardev1; echo abc >&3; \
                chardevctl stats | sed \"s/pid $$,/pid P,/\"; chardevctl --json stats | sed \"s/:$$,/:P,/\"";
    prints(
        line,
        "{\"processes\":[]}\n\
         pid P, comm sh, files 2, opens 2, sets 0, gets 0, bytes_in 4, bytes_out 0\n\
         {\"processes\":[{\"pid\":P,\"comm\":\"sh\",\"files\":2,\"opens\":2,\"sets\":0,\"gets\":0,\
         \"bytes_in\":4,\"bytes_out\":0}]}\n",
    );
}

#[test]
fn stats_without_debugfs_say_what_is_missing() {
    let line = "umount /sys/kernel/debug; chardevctl stats";
    fails(line, 3, "cannot read the statistics in /sys/kernel/debug/chardev/processes", "mount debugfs");
}

#[test]
fn bench_measures_and_leaves_the_data() {
    let line = "chardevctl set kept; chardevctl bench --operations 250; chardevctl get";
    let ended = shell(line).assert().success().stderr("");
    let output = String::from_utf8_lossy(&ended.get_output().stdout).into_owned();
    let names: Vec<_> = output.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["set", "get", "unknown", "unknown:", "size"], "{output}");
    assert!(output.ends_with("size 4, buf kept\n"), "{output}");
}

#[test]
fn bench_speaks_json() {
    let ended = resumed().args(["--", "chardevctl", "--json", "bench", "--operations", "250"]).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).expect("is JSON");
    let operations = report["operations"].as_array().expect("is a list");
    let names: Vec<_> = operations.iter().map(|operation| operation["name"].as_str()).collect();
    assert_eq!(names, [Some("set"), Some("get"), Some("unknown")]);
    for operation in operations {
        assert_eq!(operation["count"], 250);
        let percentiles = ["p50_ns", "p90_ns", "p99_ns", "p99.9_ns", "max_ns"].map(|name| operation[name].as_u64());
        assert!(percentiles[0] > Some(0) && percentiles.is_sorted(), "{operation}");
    }
}

#[test]
fn every_command_explains_a_missing_device() {
    let line = "for command in 'set x' get read 'write x' roundtrip history watch bench; do \
                chardevctl --device /dev/chardev9 $command; echo $?; done";
    let complaint = "chardevctl: cannot open /dev/chardev9: No such file or directory (os error 2)\n\
                     chardevctl: load the module with `insmod chardev.ko`, or name another device node\n";
    shell(line).assert().success().stdout("3\n".repeat(8)).stderr(complaint.repeat(8));
}

#[test]
fn who_may_not_open_a_device_is_told_who_may() {
    let line = "echo 'user:x:1000:1000::/:/bin/sh' >> /etc/passwd; su user -c 'chardevctl get'";
    fails(line, 3, "cannot open /dev/chardev0: Permission denied", "as a member of the group that owns the node");
    let line = "echo 'user:x:1000:1000::/:/bin/sh' >> /etc/passwd; su user -c 'chardevctl stats'";
    fails(line, 3, "cannot read the statistics", "run as root");
}

#[test]
fn a_member_of_the_group_may() {
    let line = "echo 'user:x:1000:1000::/:/bin/sh' >> /etc/passwd; chgrp 1000 /dev/chardev0; \
                su user -c 'chardevctl set mine && chardevctl get; chardevctl --device /dev/chardev1 get'";
    shell(line).assert().code(3).stdout("size 4, buf mine\n").stderr(contains("cannot open /dev/chardev1"));
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    fails("chardevctl get > /dev/full", 3, "cannot write to standard output: No space left", "send it elsewhere");
}

#[test]
fn a_command_line_that_is_wrong_is_explained() {
    for line in ["chardevctl", "chardevctl nonsense", "chardevctl watch --timeout soon"] {
        shell(line).assert().code(2).stdout("").stderr(contains("Usage: chardevctl").or(contains("--help")));
    }
}
