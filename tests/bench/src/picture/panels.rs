// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is drawn of a report: ratios where there are two to compare.

use super::panel::{Mark, Panel, Row};
use crate::boot::{Boot, Boots};
use crate::history::History;
use crate::ioctls::Ioctls;
use crate::rate::Rate;
use crate::report::Report;
use crate::sizes::Size;
use crate::statistics::Spread;
use crate::steps::Took;
use crate::subject::Subject;

/// Those that the report has figures for.
pub fn of(report: &Report, history: &History) -> Vec<Panel> {
    let boots = report.boots.as_ref().map(boots);
    let ioctls = report.ioctls.as_ref().map(ioctls);
    let panels = [versus(report, &ROUND_TRIP), versus(report, &NO_MODULE), boots, rates(&report.rates), ioctls];
    let builds = [Some(warm(report)), report.cold.as_deref().map(cold)];
    let sizes = [sizes(&report.sizes), development(&report.sizes, history)];
    panels.into_iter().chain(builds).chain(sizes).flatten().collect()
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
    let row = |name, boot: &Boot| parts(name, &boot.phases().map(|(_, spread)| spread.median), 2, "s");
    let direct = row("QEMU loads the kernel", &boots.direct);
    let disk = boots.disk.as_ref().map(|boot| row("firmware, from a disk", boot));
    Panel {
        title: "Boot by phase".to_owned(),
        note: "until the kernel's clock, until init, until the module, its loading".to_owned(),
        rows: [direct].into_iter().chain(disk).collect(),
        limit: None,
    }
}

fn rates(rates: &[Rate]) -> Option<Panel> {
    let first = rates.first()?.rate.median;
    let row = |rate: &Rate| {
        let median = rate.rate.median;
        Row::bar(
            format!("{} at once", rate.at_once),
            median,
            "ours",
            format!("{:.2} times, {median:.1} a second", median / first),
        )
    };
    Some(Panel {
        title: "Tests a second".to_owned(),
        note: "of the driver's suite, each in a resumed machine of its own".to_owned(),
        rows: rates.iter().map(row).collect(),
        limit: None,
    })
}

/// With everything built, and after an edit.
fn warm(report: &Report) -> Panel {
    let row = |name, steps: &[Took<Spread>]| {
        let medians: Vec<f64> = steps.iter().map(|step| step.seconds.median).collect();
        parts(name, &medians, 2, "s")
    };
    Panel {
        title: "A build by step".to_owned(),
        note: names(&report.warm),
        rows: vec![row("nothing to do", &report.warm), row("after an edit of the driver", &report.edited)],
        limit: None,
    }
}

/// To a scale of its own: it takes a hundred times as long.
fn cold(steps: &[Took<f64>]) -> Panel {
    let minutes: Vec<f64> = steps.iter().map(|step| step.seconds / 60.0).collect();
    Panel {
        title: "A build from nothing by step".to_owned(),
        note: names(steps),
        rows: vec![parts("from nothing", &minutes, 1, "min")],
        limit: None,
    }
}

fn names<T>(steps: &[Took<T>]) -> String {
    steps.iter().map(|step| step.name).collect::<Vec<_>>().join("; ")
}

/// What follows each other, in one bar.
fn parts(name: &str, parts: &[f64], digits: usize, unit: &str) -> Row {
    let classes = ["other", "ours", "step", "last"];
    let figures: Vec<String> = parts.iter().map(|part| format!("{part:.digits$}")).collect();
    Row {
        name: name.to_owned(),
        mark: Mark::Bar(parts.iter().copied().zip(classes).collect()),
        figures: format!("{} {unit}", figures.join(" + ")),
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
        assert_eq!(titles, ["Boot, load the module, SET and GET", "Tests a second", "A build by step", "Sizes"]);
        let titles =
            of(&Report { rates: Vec::new(), ..report() }, &History::empty()).into_iter().map(|panel| panel.title);
        assert!(!titles.into_iter().any(|title| title == "Tests a second"));
    }

    #[test]
    fn the_steps_of_a_build_follow_each_other() {
        let cold = Some(vec![Took { name: "kernel", seconds: 600.0 }, Took { name: "modules", seconds: 30.0 }]);
        let panels = of(&Report { cold, ..report() }, &History::empty());
        let panel = |title| panels.iter().find(|panel| panel.title == title).expect("there is such a panel");
        let figures = |title| panel(title).rows.iter().map(|row| row.figures.as_str()).collect::<Vec<_>>();
        assert_eq!(panel("A build by step").note, "kernel; modules");
        assert_eq!(figures("A build by step"), ["0.50 + 0.50 s", "1.00 + 7.00 s"]);
        assert_eq!(figures("A build from nothing by step"), ["10.0 + 0.5 min"]);
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
        let sizes = panels.last().expect("there is one");
        assert_eq!(sizes.rows.len(), 1);
        assert_eq!(sizes.rows[0].figures, "1.20 times, 6.00 of 5.0 MiB");
        assert!(matches!(&sizes.rows[0].mark, Mark::Bar(parts) if parts[0].1 == "over"));
    }
}
