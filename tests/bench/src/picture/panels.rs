// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is drawn of a report: ratios where there are two to compare.

use super::panel::{Mark, Panel, Row};
use crate::boot::{Boot, Boots};
use crate::history::History;
use crate::ioctls::Ioctls;
use crate::rate::Rate;
use crate::report::Report;
use crate::sizes::Size;
use crate::subject::Subject;

/// Those that the report has figures for.
pub fn of(report: &Report, history: &History) -> Vec<Panel> {
    let boots = report.boots.as_ref().map(boots);
    let ioctls = report.ioctls.as_ref().map(ioctls);
    let panels = [versus(report, &ROUND_TRIP), versus(report, &NO_MODULE), boots, Some(rates(&report.rates)), ioctls];
    let sizes = [sizes(&report.sizes), development(&report.sizes, history)];
    panels.into_iter().chain(sizes).flatten().collect()
}

/// Subjects that do the same work.
struct Versus {
    title: &'static str,
    subjects: &'static [(Subject, &'static str)],
}

const ROUND_TRIP: Versus = Versus {
    title: "Boot, load the module, SET and GET",
    subjects: &[
        (Subject::Machine, "ours"),
        (Subject::Resumed, "ours"),
        (Subject::Built, "ours"),
        (Subject::Virtme, "other"),
    ],
};

const NO_MODULE: Versus =
    Versus { title: "Boot and run a command", subjects: &[(Subject::Bare, "ours"), (Subject::Debian, "other")] };

fn versus(report: &Report, versus: &Versus) -> Option<Panel> {
    let row = |&(subject, class): &(Subject, &'static str)| {
        let wait = report.wait(subject)?;
        let (times, seconds) = (wait.times?.median, wait.seconds.median);
        Some(Row::bar(subject.name(), seconds, class, format!("{times:.2} times, {seconds:.2} s")))
    };
    let rows: Vec<Row> = versus.subjects.iter().filter_map(row).collect();
    let note = format!("medians of {} rounds by turns", report.runs);
    (!rows.is_empty()).then(|| Panel { title: versus.title.to_owned(), note, rows, limit: None })
}

fn boots(boots: &Boots) -> Panel {
    let row = |name: &str, boot: &Boot| {
        let parts = boot.phases().map(|(_, spread)| spread.median);
        let classes = ["other", "ours", "step", "last"];
        let figures: Vec<String> = parts.iter().map(|part| format!("{part:.2}")).collect();
        Row {
            name: name.to_owned(),
            mark: Mark::Bar(parts.into_iter().zip(classes).collect()),
            figures: figures.join(" + ") + " s",
        }
    };
    let direct = row("QEMU loads the kernel", &boots.direct);
    let disk = boots.disk.as_ref().map(|boot| row("firmware, from a disk", boot));
    Panel {
        title: "Boot by phase".to_owned(),
        note: "until the kernel's clock, until init, until the module, its loading".to_owned(),
        rows: [direct].into_iter().chain(disk).collect(),
        limit: None,
    }
}

fn rates(rates: &[Rate]) -> Panel {
    let first = rates.first().map_or(1.0, |rate| rate.rate.median);
    let row = |rate: &Rate| {
        let median = rate.rate.median;
        Row::bar(
            format!("{} at once", rate.at_once),
            median,
            "ours",
            format!("{:.2} times, {median:.1} a second", median / first),
        )
    };
    Panel {
        title: "Resumed machines a second".to_owned(),
        note: "each for a command of its own".to_owned(),
        rows: rates.iter().map(row).collect(),
        limit: None,
    }
}

fn ioctls(ioctls: &Ioctls) -> Panel {
    let rows = ioctls.instructions.commands().into_iter().flat_map(|(name, versus)| {
        let ratio = format!("{:.3} times, {:.0} instructions", versus.ratio.median, versus.rust);
        [
            Row::bar(format!("{name}, Rust"), versus.rust, "ours", ratio),
            Row::bar(format!("{name}, C"), versus.c, "other", format!("{:.0} instructions", versus.c)),
        ]
    });
    Panel {
        title: "One ioctl".to_owned(),
        note: "of the driver and of its twin in C, in one machine".to_owned(),
        rows: rows.collect(),
        limit: None,
    }
}

/// Each to the scale of its own limit.
fn sizes(sizes: &[Size]) -> Option<Panel> {
    let row = |size: &Size| {
        let limit = size.limit?;
        let share = size.bytes as f64 / limit as f64;
        let figures = format!("{share:.2} times, {:.2} of {:.1} MiB", mebibytes(size.bytes), mebibytes(limit));
        Some(Row::bar(size.name.clone(), share, if share > 1.0 { "over" } else { "ours" }, figures))
    };
    let rows: Vec<Row> = sizes.iter().filter_map(row).collect();
    let note = "parts of what each may be".to_owned();
    (!rows.is_empty()).then(|| Panel { title: "Sizes".to_owned(), note, rows, limit: Some(1.0) })
}

/// Commit by commit.
fn development(sizes: &[Size], history: &History) -> Option<Panel> {
    let (first, last) = history.range()?;
    let row = |size: &Size| {
        let values = history.column(&size.name);
        let (first, last) = (*values.first()?, *values.last()?);
        let figures = format!("{:.2} times, {:.2} to {:.2} MiB", last / first, first / MEBIBYTE, last / MEBIBYTE);
        Some(Row { name: size.name.clone(), mark: Mark::Curve(values), figures })
    };
    Some(Panel {
        title: "Sizes, commit by commit".to_owned(),
        note: format!("{first} to {last}, those that were recorded"),
        rows: sizes.iter().filter_map(row).collect(),
        limit: None,
    })
}

const MEBIBYTE: f64 = (1 << 20) as f64;

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / MEBIBYTE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn what_was_not_measured_is_not_drawn() {
        let titles: Vec<String> = of(&report(), &History::empty()).into_iter().map(|panel| panel.title).collect();
        assert_eq!(titles, ["Boot, load the module, SET and GET", "Resumed machines a second", "Sizes"]);
    }

    #[test]
    fn bars_say_how_many_times_as_long_turn_by_turn() {
        let panels = of(&report(), &History::empty());
        let figures: Vec<&str> = panels[0].rows.iter().map(|row| row.figures.as_str()).collect();
        assert_eq!(figures, ["1.00 times, 1.00 s", "0.25 times, 0.25 s", "3.00 times, 2.00 s", "8.00 times, 8.00 s"]);
    }

    #[test]
    fn only_what_has_a_limit_is_held_against_one() {
        let panels = of(&report(), &History::empty());
        let sizes = &panels[2];
        assert_eq!(sizes.rows.len(), 1);
        assert_eq!(sizes.rows[0].figures, "1.20 times, 6.00 of 5.0 MiB");
        assert!(matches!(&sizes.rows[0].mark, Mark::Bar(parts) if parts[0].1 == "over"));
    }
}
