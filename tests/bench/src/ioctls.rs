// SPDX-License-Identifier: MIT OR Apache-2.0

//! What an ioctl costs: the driver in Rust beside its twin in C.

use std::fmt::{self, Display, Formatter};

use compare::{Comparison, Pair, Round, Sides};
use serde::Serialize;

use crate::statistics::{Percentiles, Quartiles};
use crate::twin::Comparisons;

/// The figures, each of one call.
#[derive(Debug, Serialize)]
pub struct Ioctls {
    /// How often each was called in a round.
    calls: u32,
    /// By the host's clock.
    pub nanoseconds: Commands,
    /// By the instructions of the guest.
    pub instructions: Commands,
}

/// By one clock.
#[derive(Debug, Serialize)]
pub struct Commands {
    rounds: usize,
    singles: usize,
    pub set: Versus,
    pub get: Versus,
    /// A command that the driver does not have.
    pub null: Versus,
    /// What it takes to read the clock twice, which is in every single call.
    pub clock: Percentiles,
}

/// One command.
#[derive(Debug, Serialize)]
pub struct Versus {
    /// The median of the driver's.
    pub rust: f64,
    /// The median of the twin's.
    pub c: f64,
    /// The driver's divided by the twin's, round by round.
    pub ratio: Quartiles,
    /// The driver's, call by call.
    pub rust_calls: Percentiles,
    /// The twin's, call by call.
    pub c_calls: Percentiles,
}

impl Ioctls {
    /// Of comparisons that are not empty.
    pub fn new(comparisons: &Comparisons) -> Self {
        Self {
            calls: comparisons.nanoseconds.calls,
            nanoseconds: Commands::new(&comparisons.nanoseconds),
            instructions: Commands::new(&comparisons.instructions),
        }
    }
}

impl Commands {
    fn new(comparison: &Comparison) -> Self {
        let single = &comparison.single;
        Self {
            rounds: comparison.rounds.len(),
            singles: single.clock.len(),
            set: Versus::new(comparison, |round| round.set, &single.set),
            get: Versus::new(comparison, |round| round.get, &single.get),
            null: Versus::new(comparison, |round| round.null, &single.null),
            clock: percentiles(&single.clock),
        }
    }
}

impl Versus {
    fn new(comparison: &Comparison, command: fn(&Round) -> Pair, single: &Sides) -> Self {
        let pairs = || comparison.rounds.iter().map(command);
        let one = |all: u64| all as f64 / f64::from(comparison.calls);
        Self {
            rust: Quartiles::of(pairs().map(|pair| one(pair.device))).median,
            c: Quartiles::of(pairs().map(|pair| one(pair.other))).median,
            ratio: Quartiles::of(pairs().map(|pair| pair.device as f64 / pair.other as f64)),
            rust_calls: percentiles(&single.device),
            c_calls: percentiles(&single.other),
        }
    }
}

fn percentiles(values: &[u64]) -> Percentiles {
    Percentiles::of(values.iter().map(|&value| value as f64))
}

impl Display for Ioctls {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<31} {:>8} {:>8} {:>8}   half of the rounds",
            "one ioctl, in Rust and in C", "Rust", "C", "ratio"
        )?;
        self.nanoseconds.rows(f, "nanoseconds")?;
        self.instructions.rows(f, "instructions")?;
        let Self { calls, nanoseconds, instructions } = self;
        writeln!(
            f,
            "by turns in one machine, {calls} calls a round: {} rounds for nanoseconds, {} for instructions",
            nanoseconds.rounds, instructions.rounds
        )?;
        let heading = "single calls, the clock's own time included";
        writeln!(f, "\n{heading:<43} {:>8} {:>8} {:>8} {:>9}", "p50", "p90", "p99", "max")?;
        nanoseconds.singles(f, "nanoseconds")?;
        instructions.singles(f, "instructions")?;
        writeln!(
            f,
            "one by one in the same machines: {} of each for nanoseconds, {} for instructions",
            nanoseconds.singles, instructions.singles
        )
    }
}

impl Commands {
    /// With the names that the report has for them.
    pub fn commands(&self) -> [(&'static str, &Versus); 3] {
        [("SET", &self.set), ("GET", &self.get), ("null", &self.null)]
    }

    fn singles(&self, f: &mut Formatter<'_>, unit: &str) -> fmt::Result {
        for (name, versus) in self.commands() {
            percentiles_row(f, &format!("{name}, Rust, {unit}"), &versus.rust_calls)?;
            percentiles_row(f, &format!("{name}, C, {unit}"), &versus.c_calls)?;
        }
        percentiles_row(f, &format!("the clock, {unit}"), &self.clock)
    }

    fn rows(&self, f: &mut Formatter<'_>, unit: &str) -> fmt::Result {
        for (name, versus) in self.commands() {
            let Versus { rust, c, ratio: Quartiles { lower, median, upper }, .. } = versus;
            let name = format!("{name}, {unit}");
            writeln!(f, "{name:<31} {rust:>8.0} {c:>8.0} {median:>8.3}   {lower:.3} to {upper:.3}")?;
        }
        Ok(())
    }
}

fn percentiles_row(f: &mut Formatter<'_>, name: &str, percentiles: &Percentiles) -> fmt::Result {
    let Percentiles { p50, p90, p99, max } = percentiles;
    writeln!(f, "{name:<43} {p50:>8.0} {p90:>8.0} {p99:>8.0} {max:>9.0}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use compare::Singles;

    /// Rounds of 10 calls, in which C takes 1 µs for each of them.
    fn comparison(rust: &[u64]) -> Comparison {
        let pair = |device| Pair { device, other: 10_000 };
        let round = |&rust| Round { set: pair(rust), get: pair(rust * 2), null: pair(10_000) };
        let sides = || Sides { device: vec![1200, 900, 9000], other: vec![1100, 1000, 1050] };
        let single = Singles { set: sides(), get: sides(), null: sides(), clock: vec![40, 41, 42] };
        Comparison { calls: 10, rounds: rust.iter().map(round).collect(), single }
    }

    fn ioctls() -> Ioctls {
        let nanoseconds = comparison(&[9_000, 9_500, 11_000, 90_000, 8_000]);
        Ioctls::new(&Comparisons { nanoseconds, instructions: comparison(&[9_900]) })
    }

    #[test]
    fn figures_are_of_one_call() {
        let set = ioctls().nanoseconds.set;
        assert_eq!((set.rust, set.c), (950.0, 1000.0));
    }

    #[test]
    fn ratios_are_of_rounds() {
        let Ioctls { nanoseconds, instructions, .. } = ioctls();
        assert_eq!(nanoseconds.set.ratio.median, 0.95);
        assert_eq!(nanoseconds.get.ratio.median, 1.9);
        assert_eq!(nanoseconds.null.ratio.median, 1.0);
        assert_eq!(instructions.set.ratio.median, 0.99);
    }

    #[test]
    fn rows_stand_below_their_headings() {
        let text = ioctls().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("SET, nanoseconds                     950     1000    0.950   "), "{text}");
        assert_eq!(lines[6], "null, instructions                  1000     1000    1.000   1.000 to 1.000");
        assert_eq!(lines[0].find("ratio").map(|at| at + "ratio".len()), lines[1].find("0.950").map(|at| at + 5));
        assert!(lines[7].ends_with("10 calls a round: 5 rounds for nanoseconds, 1 for instructions"), "{text}");
    }

    #[test]
    fn the_worst_of_the_single_calls_is_told() {
        let set = ioctls().nanoseconds.set;
        assert_eq!((set.rust_calls.p50, set.rust_calls.max), (1200.0, 9000.0));
        assert_eq!((set.c_calls.p50, set.c_calls.max), (1050.0, 1100.0));
        let text = ioctls().to_string();
        let row = text.lines().find(|line| line.starts_with("SET, Rust, nanoseconds")).expect("there is such a row");
        assert!(row.ends_with("9000"), "{row}");
        let heading = text.lines().find(|line| line.starts_with("single calls")).expect("there is such a heading");
        assert_eq!(heading.len(), row.len());
    }

    #[test]
    fn json_has_the_same_figures() {
        let json = serde_json::json!(ioctls());
        assert_eq!(json["calls"], 10);
        assert_eq!(json["nanoseconds"]["rounds"], 5);
        assert_eq!(json["nanoseconds"]["set"]["ratio"]["median"], 0.95);
        assert_eq!(json["instructions"]["get"]["rust"], 1980.0);
    }
}
