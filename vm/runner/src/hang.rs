// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a machine does that does not come forward: the stacks of its processors and tasks, if its kernel still says; else, where its
//! processors are.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::processors::{self, Processor};
use crate::qmp;
use crate::running::Running;
use crate::symbols::Symbols;
use crate::threads::News;

/// How long a kernel may take to begin an answer, the last one before it written. Less than it waits for processors that do not
/// answer it (`nmi_trigger_cpumask_backtrace`: 10 s): those are looked at.
const PATIENCE: Duration = Duration::from_secs(8);

/// Magic keys after a break on the console (Documentation/admin-guide/sysrq.rst): the stacks of processors and of tasks, and
/// something short by which the end of that is known.
const KEYS: [u8; 3] = *b"lth";

/// How the kernel's answer begins.
pub const ANSWER: &str = "sysrq: ";
const FIRST_ANSWER: &str = "sysrq: Show backtrace";
const STATES: &str = "sysrq: Show State";
const LAST_ANSWER: &str = "sysrq: HELP";

/// Asks the kernel for stacks, which appear on its console. If it does not answer, what QEMU knows of the processors.
pub fn ask(running: &mut Running) -> Result<Vec<Processor>, qmp::Error> {
    for key in KEYS {
        running.qmp()?.execute("chardev-send-break", &json!({ "id": "console" }))?;
        running.type_on_console(&[key])?;
        if !is_answered(running) {
            return processors::look(running.qmp()?);
        }
    }
    Ok(Vec::new())
}

/// What came out of [`ask`], with files and lines.
pub fn stacks(processors: &[Processor], lines: &[String], symbols: &mut Symbols) -> Vec<String> {
    let mut stacks: Vec<String> = answer(lines).into_iter().map(|line| symbols.annotate(line)).collect();
    for Processor { index, addresses } in processors {
        stacks.push(format!("CPU {index}, as QEMU sees it, for the kernel does not say:"));
        for (depth, &address) in addresses.iter().enumerate() {
            // All but the first are where calls return to, right behind them.
            let name = symbols.name(address - u64::from(depth > 0));
            stacks.push(format!(" {}", symbols.annotate(name)));
        }
    }
    stacks
}

/// How many of the console's lines came before the kernel's answer to [`ask`].
pub fn before(lines: &[String]) -> usize {
    lines.iter().rposition(|line| line.contains(FIRST_ANSWER)).unwrap_or(lines.len())
}

/// What of the console's lines is that answer: of the tasks, those of programs; nothing of what follows them.
fn answer(lines: &[String]) -> Vec<String> {
    let mut task_is_wanted = true;
    let answer = lines[before(lines)..].iter().take_while(|line| !line.contains(LAST_ANSWER));
    let wanted = answer.filter(|line| {
        let message = line.split_once("] ").map_or(line.as_str(), |(_, message)| message);
        if message.starts_with(STATES) {
            task_is_wanted = false;
        } else if let Some(task) = message.strip_prefix("task:") {
            task_is_wanted = is_of_program(task);
        } else if message.starts_with("Sched Debug") {
            task_is_wanted = false;
        }
        task_is_wanted
    });
    wanted.cloned().collect()
}

/// Threads of the kernel are children of kthreadd, which is task 2, or of nobody.
fn is_of_program(task: &str) -> bool {
    let parent = task.split_once("ppid:").and_then(|(_, rest)| rest.split_ascii_whitespace().next());
    !matches!(parent, Some("0" | "2") | None)
}

fn is_answered(running: &Running) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match running.news.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(News::Answer) => return true,
            Ok(News::Off | News::Signal(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSOLE: &str = "\
[    1.0] before
[    2.0] sysrq: Show backtrace of all active CPUs
[    2.0] CPU: 0 UID: 0 PID: 20 Comm: sh
[    2.0] Call trace:
[    2.0]  f+0x1/0x2
[    2.1] sysrq: Show State
[    2.1] task:kthreadd        state:S stack:0     pid:2     tgid:2     ppid:0      task_flags:0x208040
[    2.1] Call trace:
[    2.1]  kthreadd+0x1/0x2
[    2.1] task:sleep           state:S stack:0     pid:20    tgid:20    ppid:1      task_flags:0x400000
[    2.1] Call trace:
[    2.1]  nanosleep+0x1/0x2
[    2.1] task:kworker/0:1     state:I stack:0     pid:9     tgid:9     ppid:2      task_flags:0x4208060
[    2.1] Call trace:
[    2.1]  worker_thread+0x1/0x2
[    2.1] task:cat             state:R stack:0     pid:21    tgid:21    ppid:20     task_flags:0x400000
[    2.1] Call trace:
[    2.1]  read+0x1/0x2
[    2.2] Sched Debug Version: v0.11, 7.3.4 #1
[    2.2]   .jiffies : 1
[    2.2] Showing busy workqueues and worker pools:
[    2.3] sysrq: HELP : loglevel(0-9)
[    2.4] after";

    #[test]
    fn the_kernels_own_threads_are_left_out() {
        let lines: Vec<String> = CONSOLE.lines().map(str::to_owned).collect();
        let answer = answer(&lines);
        assert_eq!(answer.first(), Some(&lines[1]));
        let text = answer.join("\n");
        assert!(text.contains("f+0x1") && text.contains("nanosleep") && text.ends_with("read+0x1/0x2"), "{text}");
        for other in ["kthreadd", "worker", "after", "before", "jiffies"] {
            assert!(!text.contains(other), "{text}");
        }
    }

    #[test]
    fn no_answer_is_none() {
        let lines = ["[    1.0] before".to_owned()];
        assert!(answer(&lines).is_empty());
        assert_eq!(before(&lines), 1);
    }
}
