// SPDX-License-Identifier: MIT OR Apache-2.0

//! What an ioctl costs: the driver in Rust beside its twin in C.

use std::fmt::{self, Display, Formatter};

use compare::{Comparison, Pair, Round};
use serde::Serialize;

use crate::quartiles::Quartiles;
use crate::twin::Comparisons;

/// The figures, each of one call.
#[derive(Debug, Serialize)]
pub struct Ioctls {
    /// How often each was called in a round.
    calls: u32,
    nanoseconds: Commands,
    instructions: Commands,
}

#[derive(Debug, Serialize)]
struct Commands {
    rounds: usize,
    set: Versus,
    get: Versus,
    /// A command that the driver does not have.
    null: Versus,
}

#[derive(Debug, Serialize)]
struct Versus {
    /// The median of the driver's.
    rust: f64,
    /// The median of the twin's.
    c: f64,
    /// The driver's divided by the twin's, round by round.
    ratio: Quartiles,
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
        let versus = |command| Versus::new(comparison, command);
        Self {
            rounds: comparison.rounds.len(),
            set: versus(|round| round.set),
            get: versus(|round| round.get),
            null: versus(|round| round.null),
        }
    }
}

impl Versus {
    fn new(comparison: &Comparison, command: fn(&Round) -> Pair) -> Self {
        let pairs = || comparison.rounds.iter().map(command);
        let one = |all: u64| all as f64 / f64::from(comparison.calls);
        Self {
            rust: Quartiles::of(pairs().map(|pair| one(pair.device))).median,
            c: Quartiles::of(pairs().map(|pair| one(pair.other))).median,
            ratio: Quartiles::of(pairs().map(|pair| pair.device as f64 / pair.other as f64)),
        }
    }
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
        )
    }
}

impl Commands {
    fn rows(&self, f: &mut Formatter<'_>, unit: &str) -> fmt::Result {
        for (name, versus) in [("SET", &self.set), ("GET", &self.get), ("null", &self.null)] {
            let Versus { rust, c, ratio: Quartiles { lower, median, upper } } = versus;
            let name = format!("{name}, {unit}");
            writeln!(f, "{name:<31} {rust:>8.0} {c:>8.0} {median:>8.3}   {lower:.3} to {upper:.3}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds of 10 calls, in which C takes 1 µs for each of them.
    fn comparison(rust: &[u64]) -> Comparison {
        let pair = |device| Pair { device, other: 10_000 };
        let round = |&rust| Round { set: pair(rust), get: pair(rust * 2), null: pair(10_000) };
        Comparison { calls: 10, rounds: rust.iter().map(round).collect() }
    }

    fn ioctls() -> Ioctls {
        let nanoseconds = comparison(&[9_000, 11_000, 9_500, 90_000]);
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
        assert_eq!(nanoseconds.set.ratio, Quartiles { lower: 0.9, median: 0.95, upper: 1.1 });
        assert_eq!(nanoseconds.get.ratio.median, 1.9);
        assert_eq!(nanoseconds.null.ratio.median, 1.0);
        assert_eq!(instructions.set.ratio.median, 0.99);
    }

    #[test]
    fn rows_stand_below_their_headings() {
        let text = ioctls().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "SET, nanoseconds                     950     1000    0.950   0.900 to 1.100");
        assert_eq!(lines[6], "null, instructions                  1000     1000    1.000   1.000 to 1.000");
        assert_eq!(lines[0].find("ratio").map(|at| at + "ratio".len()), lines[1].find("0.950").map(|at| at + 5));
        assert!(lines[7].ends_with("10 calls a round: 4 rounds for nanoseconds, 1 for instructions"), "{text}");
    }

    #[test]
    fn json_has_the_same_figures() {
        let json = serde_json::json!(ioctls());
        assert_eq!(json["calls"], 10);
        assert_eq!(json["nanoseconds"]["rounds"], 4);
        assert_eq!(json["nanoseconds"]["set"]["ratio"]["median"], 0.95);
        assert_eq!(json["instructions"]["get"]["rust"], 1980.0);
    }
}
