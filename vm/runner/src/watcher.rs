// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads the guest's console for what the kernel says went wrong.

use std::collections::VecDeque;
use std::fmt::{self, Display, Formatter};

use crate::hang::ANSWER;

/// Lines kept whatever happens. The stacks of a hundred tasks fit.
const RECENT: usize = 4000;

/// Lines kept of a report. A stack of each of a few processors fits.
const REPORT: usize = 200;

/// A line is cut there; the kernel's own are shorter (`PRINTK_MESSAGE_MAX`).
const LONGEST_LINE: usize = 2048;

/// A kind of fault that the kernel reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `Kernel panic`
    Panic,
    /// An exception in the kernel, or `BUG()`.
    Oops,
    /// `WARN_ON()`, and what lockdep finds.
    Warning,
    /// Use after free, access out of bounds, and the like, from KASAN, KFENCE, SLUB and what checks lists, counts of references
    /// and the life of objects.
    Memory,
    /// Undefined behaviour.
    Ubsan,
    /// kmemleak.
    Leak,
    /// Another complaint that begins with `BUG`.
    Bug,
    /// A processor or a task that does not come forward.
    Hang,
    /// A checker that gave up: from there on it would find nothing.
    Blind,
}

impl Fault {
    /// Whether there is no use in waiting for the command to end.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Panic | Self::Oops | Self::Hang)
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panic => "a panic",
            Self::Oops => "an oops",
            Self::Warning => "a warning",
            Self::Memory => "a bad memory access",
            Self::Ubsan => "undefined behaviour",
            Self::Leak => "a memory leak",
            Self::Bug => "a bug",
            Self::Hang => "a hang",
            Self::Blind => "that a checker is off",
        })
    }
}

/// How a report begins: at the start of a message, this; further on, that.
struct Sign(Fault, &'static str, &'static str);

/// The first that fits counts. Written from the kernel's sources: the places that print these, for arm64.
const SIGNS: [Sign; 25] = [
    Sign(Fault::Panic, "Kernel panic - not syncing", ""),
    Sign(Fault::Oops, "Internal error: ", ""),
    Sign(Fault::Oops, "Unable to handle kernel ", ""),
    Sign(Fault::Oops, "kernel BUG at ", ""),
    Sign(Fault::Oops, "rust_kernel: panicked at ", ""),
    Sign(Fault::Memory, "BUG: KASAN: ", ""),
    Sign(Fault::Memory, "BUG: KFENCE: ", ""),
    // SLUB: `BUG kmalloc-64 (Not tainted): Right Redzone overwritten`
    Sign(Fault::Memory, "BUG ", "): "),
    Sign(Fault::Hang, "watchdog: BUG: soft lockup", ""),
    Sign(Fault::Hang, "BUG: workqueue lockup", ""),
    Sign(Fault::Hang, "INFO: task ", " blocked for more than "),
    Sign(Fault::Hang, "rcu: INFO: ", "stall"),
    Sign(Fault::Bug, "BUG: ", ""),
    // lockdep: `[ BUG: Invalid wait context ]`
    Sign(Fault::Bug, "[ BUG: ", " ]"),
    // These come with a `WARNING: ` that does not say what it is about.
    Sign(Fault::Memory, "list_add ", ""),
    Sign(Fault::Memory, "list_del corruption", ""),
    Sign(Fault::Memory, "refcount_t: ", ""),
    Sign(Fault::Memory, "ODEBUG: ", " object type: "),
    Sign(Fault::Warning, "WARNING: ", ""),
    Sign(Fault::Warning, "INFO: trying to register non-static key", ""),
    Sign(Fault::Ubsan, "UBSAN: ", ""),
    Sign(Fault::Leak, "kmemleak: ", "new suspected memory leaks"),
    Sign(Fault::Blind, "ODEBUG: ", "ODEBUG disabled"),
    Sign(Fault::Blind, "kmemleak: ", "leak detector disabled"),
    Sign(Fault::Blind, "kmemleak: ", "Cannot allocate a kmemleak_object structure"),
];

/// Lines that belong to the report that begins on the next one.
const HEADINGS: [&str; 2] = ["------------[ cut here ]------------", "============"];

/// What the kernel reported first, and all that it said from there on.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// What kind of fault it was.
    pub fault: Fault,
    /// The console's lines.
    pub lines: Vec<String>,
    /// How many more there were.
    pub omitted: usize,
}

/// Reads the console.
#[derive(Default)]
pub struct Watcher {
    line: Vec<u8>,
    recent: VecDeque<String>,
    report: Option<Report>,
    is_final: bool,
    answers: usize,
}

impl Watcher {
    /// Takes the next piece of the console's output. Says when there is no use in waiting any longer.
    pub fn feed(&mut self, piece: &[u8]) -> bool {
        for &byte in piece {
            match byte {
                b'\n' => self.end_line(),
                _ if self.line.len() < LONGEST_LINE => self.line.push(byte),
                _ => {}
            }
        }
        self.is_final
    }

    /// How often the kernel began to answer a magic key.
    pub fn answers(&self) -> usize {
        self.answers
    }

    /// The report, if there is one, and the last lines of the console.
    pub fn finish(mut self) -> (Option<Report>, Vec<String>) {
        if !self.line.is_empty() {
            self.end_line();
        }
        (self.report, self.recent.into())
    }

    fn end_line(&mut self) {
        let line = printable(&self.line);
        self.line.clear();
        let fault = message(&line).and_then(recognise);
        self.answers += usize::from(message(&line).is_some_and(|message| message.starts_with(ANSWER)));
        self.is_final |= fault.is_some_and(Fault::is_final);
        match (&mut self.report, fault) {
            (Some(report), _) if report.lines.len() < REPORT => report.lines.push(line.clone()),
            (Some(report), _) => report.omitted += 1,
            (None, Some(fault)) => {
                let heading = self.recent.back().filter(|line| is_heading(line)).cloned();
                let lines = heading.into_iter().chain([line.clone()]).collect();
                self.report = Some(Report { fault, lines, omitted: 0 });
            }
            (None, None) => {}
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(line);
    }
}

fn recognise(message: &str) -> Option<Fault> {
    let fits = |Sign(_, start, later): &&Sign| message.strip_prefix(start).is_some_and(|rest| rest.contains(later));
    SIGNS.iter().find(fits).map(|Sign(fault, ..)| *fault)
}

fn is_heading(line: &str) -> bool {
    message(line).is_some_and(|message| HEADINGS.iter().any(|heading| message.starts_with(heading)))
}

/// What follows `[    0.123456] ` or, with `CONFIG_PRINTK_CALLER`, `[    0.123456][    T1] `. Other lines are not the kernel's.
fn message(line: &str) -> Option<&str> {
    let (time, rest) = line.strip_prefix('[')?.split_once(']')?;
    time.trim_start().parse::<f64>().ok()?;
    let after_caller = rest.strip_prefix('[').and_then(|caller| Some(caller.split_once(']')?.1));
    after_caller.unwrap_or(rest).strip_prefix(' ')
}

/// As text that does nothing to a terminal.
fn printable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let shown = |c: char| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    text.trim_end_matches('\r').chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(console: &str) -> (Option<Report>, Vec<String>) {
        let mut watcher = Watcher::default();
        watcher.feed(console.replace('\n', "\r\n").as_bytes());
        watcher.finish()
    }

    #[track_caller]
    fn check(message: &str, fault: Option<Fault>) {
        let (report, _) = watch(&format!("[    1.234567] {message}\n"));
        assert_eq!(report.map(|report| report.fault), fault, "{message}");
    }

    #[test]
    fn every_kind_of_report_is_recognised() {
        check("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100", Some(Fault::Panic));
        check(
            "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008",
            Some(Fault::Oops),
        );
        check("Internal error: Oops: 0000000096000004 [#1]  SMP", Some(Fault::Oops));
        check("kernel BUG at mm/slub.c:448!", Some(Fault::Oops));
        check("rust_kernel: panicked at driver/chardev/chardev.rs:1:1:", Some(Fault::Oops));
        check("WARNING: CPU: 0 PID: 42 at kernel/kthread.c:1 kthread_stop+0x10/0x20", Some(Fault::Warning));
        check("WARNING: possible circular locking dependency detected", Some(Fault::Warning));
        check("WARNING: suspicious RCU usage", Some(Fault::Warning));
        check("BUG: KASAN: slab-use-after-free in chardev_ioctl+0x10/0x20 [chardev]", Some(Fault::Memory));
        check("BUG kmalloc-64 (Tainted: G           O       ): Right Redzone overwritten", Some(Fault::Memory));
        check("BUG: sleeping function called from invalid context at mm/slab.h:1", Some(Fault::Bug));
        check("BUG: scheduling while atomic: chardevctl/42/0x00000002", Some(Fault::Bug));
        check("UBSAN: array-index-out-of-bounds in drivers/x.c:1:2", Some(Fault::Ubsan));
        check("kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)", Some(Fault::Leak));
        check("watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [sh:42]", Some(Fault::Hang));
        check("INFO: task chardevctl:42 blocked for more than 120 seconds.", Some(Fault::Hang));
        check("rcu: INFO: rcu_preempt self-detected stall on CPU", Some(Fault::Hang));
        check("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", Some(Fault::Hang));
        check("INFO: trying to register non-static key.", Some(Fault::Warning));
        check("WARNING: possible recursive locking detected", Some(Fault::Warning));
        check("WARNING: inconsistent lock state", Some(Fault::Warning));
        check("WARNING: bad unlock balance detected!", Some(Fault::Warning));
        check("WARNING: held lock freed!", Some(Fault::Warning));
        check("WARNING: lock held when returning to user space!", Some(Fault::Warning));
        check("[ BUG: Invalid wait context ]", Some(Fault::Bug));
        check("BUG: Bad page state in process chardevctl  pfn:4c0de", Some(Fault::Bug));
        check(
            "list_add corruption. next->prev should be prev (00000000), but was 00000001. (next=2).",
            Some(Fault::Memory),
        );
        check("list_add double add: new=00000000, prev=00000000, next=00000001.", Some(Fault::Memory));
        check("list_del corruption, 00000000->next is LIST_POISON1 (dead000000000100)", Some(Fault::Memory));
        check("refcount_t: underflow; use-after-free.", Some(Fault::Memory));
        check(
            "ODEBUG: free active (active state 0) object: 0000000000000000 object type: timer_list hint: f+0x0/0x10",
            Some(Fault::Memory),
        );
        check("ODEBUG: Out of memory. ODEBUG disabled", Some(Fault::Blind));
        check("kmemleak: Kernel memory leak detector disabled", Some(Fault::Blind));
        check("kmemleak: Cannot allocate a kmemleak_object structure", Some(Fault::Blind));
    }

    #[test]
    fn harmless_messages_are_not() {
        check("chardev: loading out-of-tree module taints kernel.", None);
        check("rcu: Preemptible hierarchical RCU implementation.", None);
        check("kmemleak: Kernel memory leak detector initialized (mem pool available: 15000)", None);
        check("debug: a message that speaks of a WARNING: nothing", None);
        check("INFO: lockdep is turned off.", None);
        check("FAULT_INJECTION: forcing a failure.", None);
    }

    #[test]
    fn the_caller_that_printk_may_name_is_skipped() {
        let (report, _) = watch("[    1.000000][    T1] WARNING: x\n");
        assert!(report.is_some());
        let (report, _) = watch("[   12.000000][   C0] rcu: INFO: rcu_preempt self-detected stall on CPU\n");
        assert!(report.is_some());
    }

    #[test]
    fn lines_that_are_not_the_kernels_count_for_nothing() {
        let (report, _) = watch("WARNING: this program is old\n[x] WARNING: so is this\n");
        assert_eq!(report, None);
    }

    #[test]
    fn a_report_has_its_heading_and_what_follows() {
        let console = "[    0.1] before\n[    0.2] ------------[ cut here ]------------\n\
                       [    0.3] WARNING: at x\n[    0.4] Call trace:\n[    0.5]  f+0x1/0x2\n";
        let (report, recent) = watch(console);
        let report = report.expect("is one");
        assert_eq!(report.fault, Fault::Warning);
        assert_eq!(report.lines[0], "[    0.2] ------------[ cut here ]------------");
        assert_eq!(report.lines.len(), 4);
        assert_eq!(report.omitted, 0);
        assert_eq!(recent.len(), 5);
    }

    #[test]
    fn a_long_report_is_cut_and_says_so() {
        let (report, recent) = watch(&"[    0.1] WARNING: again\n".repeat(REPORT + 7));
        let report = report.expect("is one");
        assert_eq!((report.lines.len(), report.omitted), (REPORT, 7));
        assert_eq!(recent.len(), REPORT + 7);
    }

    #[test]
    fn recent_lines_do_not_pile_up() {
        let (_, recent) = watch(&"[    0.1] again\n".repeat(RECENT + 7));
        assert_eq!(recent.len(), RECENT);
    }

    #[test]
    fn answers_to_magic_keys_are_counted() {
        let mut watcher = Watcher::default();
        watcher.feed(b"[    0.1] sysrq: HELP : loglevel(0-9)\nsysrq: x\n[    0.1] sysrq: Show St");
        assert_eq!(watcher.answers(), 1);
    }

    #[test]
    fn only_some_faults_end_the_machine() {
        let mut watcher = Watcher::default();
        assert!(!watcher.feed(b"[    0.1] WARNING: x\n"));
        assert!(!watcher.feed(b"[    0.1] Kernel panic - not syn"));
        assert!(watcher.feed(b"cing: y\n"));
        assert!(watcher.feed(b"[    0.1] more\n"));
    }

    #[test]
    fn a_line_cut_off_by_the_end_counts() {
        let (report, _) = watch("[    0.1] Kernel panic - not syncing");
        assert!(report.is_some());
    }

    #[test]
    fn nothing_reaches_the_terminal_that_could_control_it() {
        let (_, recent) = watch("\x1b]0;title\x07\u{9b}\n");
        assert!(recent[0].chars().all(|c| !c.is_control()), "{recent:?}");
    }

    #[test]
    fn a_line_without_end_takes_bounded_room() {
        let mut watcher = Watcher::default();
        for _ in 0..10 {
            watcher.feed(&[b'x'; LONGEST_LINE]);
        }
        assert_eq!(watcher.line.len(), LONGEST_LINE);
    }
}
