// SPDX-License-Identifier: MIT OR Apache-2.0

//! The figures, as text and as JSON.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use serde::Serialize;

use crate::host::Host;
use crate::ioctls::Ioctls;
use crate::phases;
use crate::rate::Rates;
use crate::series::Turn;
use crate::statistics::Summary;

/// What the repository promises, in seconds, on 2 processors without KVM and with a fast mirror.
mod goal {
    pub const COLD: f64 = 15.0 * 60.0;
    pub const BUILT: f64 = 2.5;
    pub const MACHINE: f64 = 1.0;
    pub const RESUMED: f64 = 0.2;
    /// Runs a second, two at once.
    pub const RATE: f64 = 8.0;
}

/// All there is to print.
#[derive(Debug, Serialize)]
pub struct Report {
    host: Host,
    runs: usize,
    /// From a machine with nothing; measured once, if at all.
    cold: Figure<Option<f64>>,
    /// With everything built.
    built: Figure<Summary>,
    /// The machine without Nix around it.
    machine: Figure<Summary>,
    /// What that is made of.
    phases: Vec<Phase>,
    /// `built` divided by `machine`, turn by turn.
    ratio: Summary,
    /// The machine resumed, without Nix around it.
    resumed: Figure<Summary>,
    /// What that is made of.
    resumed_phases: Vec<Phase>,
    /// `machine` divided by `resumed`, turn by turn.
    gain: Summary,
    /// Resumed machines a second, each for a command that does nothing.
    rates: Figure<Rates>,
    /// The driver beside its twin in C, if there is one.
    ioctls: Option<Ioctls>,
}

/// In seconds.
#[derive(Debug, Serialize)]
struct Figure<T> {
    measured: T,
    goal: f64,
}

#[derive(Debug, Serialize)]
struct Phase {
    name: String,
    measured: Summary,
}

impl Report {
    /// Of a series that is not empty.
    pub fn new(host: Host, cold: Option<Duration>, series: &[Turn], rates: Rates, ioctls: Option<Ioctls>) -> Self {
        let summary = |value: fn(&Turn) -> f64| Summary::of(series.iter().map(value));
        Self {
            host,
            runs: series.len(),
            cold: Figure { measured: cold.map(|took| took.as_secs_f64()), goal: goal::COLD },
            built: Figure { measured: summary(|turn| turn.built), goal: goal::BUILT },
            machine: Figure { measured: summary(|turn| turn.machine), goal: goal::MACHINE },
            phases: phases(series, |turn| &turn.phases),
            ratio: summary(|turn| turn.built / turn.machine),
            resumed: Figure { measured: summary(|turn| turn.resumed), goal: goal::RESUMED },
            resumed_phases: phases(series, |turn| &turn.resumed_phases),
            gain: summary(|turn| turn.machine / turn.resumed),
            rates: Figure { measured: rates, goal: goal::RATE },
            ioctls,
        }
    }
}

fn phases(series: &[Turn], of: fn(&Turn) -> &[phases::Phase]) -> Vec<Phase> {
    let phase = |(index, first): (usize, &phases::Phase)| Phase {
        name: first.name.clone(),
        measured: Summary::of(series.iter().map(|turn| of(turn)[index].seconds)),
    };
    of(&series[0]).iter().enumerate().map(phase).collect()
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.host)?;
        writeln!(f, "runs after a warm-up, in turn: {}; times in seconds\n", self.runs)?;
        writeln!(f, "{:<31} {:>8} {:>8} {:>8} {:>8}", "", "min", "median", "max", "goal")?;
        row(f, "with everything built", &self.built.measured, Some(self.built.goal))?;
        row(f, "the machine itself", &self.machine.measured, Some(self.machine.goal))?;
        for Phase { name, measured } in &self.phases {
            row(f, &format!("  {name}"), measured, None)?;
        }
        row(f, "what Nix adds: the ratio of both", &self.ratio, None)?;
        row(f, "the machine resumed", &self.resumed.measured, Some(self.resumed.goal))?;
        for Phase { name, measured } in &self.resumed_phases {
            row(f, &format!("  {name}"), measured, None)?;
        }
        row(f, "what resuming saves: the ratio", &self.gain, None)?;
        let Figure { measured: Rates { one, two }, goal } = self.rates;
        writeln!(f, "\nresumed machines a second: {one:.1}; two at once {two:.1}, goal {goal}")?;
        if let Some(ioctls) = &self.ioctls {
            write!(f, "\n{ioctls}")?;
        }
        let goal = minutes(self.cold.goal);
        match self.cold.measured {
            Some(seconds) => writeln!(f, "\nfrom a machine with nothing: {}; goal {goal}", minutes(seconds)),
            None => writeln!(
                f,
                "\nfrom a machine with nothing: not measured (add --cold, as root; it takes about 10 min); goal {goal}"
            ),
        }
    }
}

fn row(f: &mut Formatter<'_>, name: &str, Summary { min, median, max }: &Summary, goal: Option<f64>) -> fmt::Result {
    write!(f, "{name:<32}{min:>8.3} {median:>8.3} {max:>8.3}")?;
    match goal {
        Some(goal) => writeln!(f, " {goal:>8.1}"),
        None => writeln!(f),
    }
}

/// `12 min 34 s`
fn minutes(seconds: f64) -> String {
    let seconds = Duration::from_secs_f64(seconds.round()).as_secs();
    match (seconds / 60, seconds % 60) {
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(built: f64, machine: f64) -> Turn {
        let phase = |name: &str, seconds| phases::Phase { name: name.to_owned(), seconds };
        Turn {
            built,
            machine,
            phases: vec![phase("boot", machine / 2.0), phase("command", machine / 4.0)],
            resumed: machine / 4.0,
            resumed_phases: vec![phase("resume", machine / 8.0)],
        }
    }

    const RATES: Rates = Rates { one: 5.04, two: 8.96 };

    fn report(cold: Option<Duration>) -> Report {
        Report::new(Host::describe(), cold, &[turn(2.0, 0.5), turn(1.5, 1.0), turn(3.0, 1.0)], RATES, None)
    }

    #[test]
    fn the_ratio_is_of_turns_and_not_of_summaries() {
        assert_eq!(report(None).ratio, Summary { min: 1.5, median: 3.0, max: 4.0 });
        assert_eq!(report(None).gain, Summary { min: 4.0, median: 4.0, max: 4.0 });
    }

    #[test]
    fn each_row_has_its_goal_beside_it() {
        let text = report(None).to_string();
        let row = |name: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(name)).expect("there is such a row");
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(row("with everything built"), "with everything built 1.500 2.000 3.000 2.5");
        assert_eq!(row("the machine itself"), "the machine itself 0.500 1.000 1.000 1.0");
        assert_eq!(row("command"), "command 0.125 0.250 0.250");
        assert_eq!(row("the machine resumed"), "the machine resumed 0.125 0.250 0.250 0.2");
        assert!(text.contains("a second: 5.0; two at once 9.0, goal 8\n"), "{text}");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let text = report(None).to_string();
        let table: Vec<&str> = text.lines().skip(3).take_while(|line| !line.is_empty()).collect();
        let end = table[0].find("max").expect("there is such a column") + "max".len();
        for row in &table[1..] {
            assert!(row[..end].ends_with(|last: char| last.is_ascii_digit()), "{row}");
            assert!(matches!(row.as_bytes().get(end), None | Some(b' ')), "{row}");
        }
    }

    #[test]
    fn what_was_not_measured_says_how_to_get_it() {
        let text = report(None).to_string();
        assert!(text.contains("not measured (add --cold"), "{text}");
        let text = report(Some(Duration::from_millis(754_400))).to_string();
        assert!(text.contains("nothing: 12 min 34 s; goal 15 min\n"), "{text}");
    }

    #[test]
    fn minutes_are_rounded_to_seconds() {
        for (seconds, text) in [(900.0, "15 min"), (59.4, "0 min 59 s"), (59.6, "1 min"), (61.0, "1 min 1 s")] {
            assert_eq!(minutes(seconds), text);
        }
    }

    #[test]
    fn json_has_the_same_figures() {
        let json = serde_json::json!(report(None));
        assert_eq!(json["cold"], serde_json::json!({ "measured": null, "goal": 900.0 }));
        assert_eq!(json["built"]["measured"]["median"], 2.0);
        assert_eq!(json["phases"][0]["name"], "boot");
        assert_eq!(json["resumed"]["measured"]["max"], 0.25);
        assert_eq!(json["rates"]["measured"]["two"], 8.96);
        assert_eq!(json["runs"], 3);
    }
}
