// SPDX-License-Identifier: MIT OR Apache-2.0

//! The report as text: ratios first.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use crate::boot::{Boot, Boots};
use crate::rate;
use crate::report::{Report, Wait, COLD_GOAL};
use crate::sizes::Size;
use crate::statistics::Spread;
use crate::steps::Took;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.host)?;
        writeln!(f, "rounds after a warm-up, by turns: {}\n", self.runs)?;
        self.ratios(f)?;
        self.waits(f)?;
        if let Some(boots) = &self.boots {
            boots.text(f)?;
        }
        self.rates(f)?;
        if let Some(ioctls) = &self.ioctls {
            writeln!(f, "{ioctls}")?;
        }
        self.sizes(f)?;
        self.steps(f)
    }
}

impl Report {
    fn ratios(&self, f: &mut Formatter<'_>) -> fmt::Result {
        heading(f, "how many times as long", "")?;
        for ratio in &self.ratios {
            row(f, ratio.name, &ratio.ratio)?;
            writeln!(f, "   {}", ratio.work)?;
        }
        if let Some(ioctls) = &self.ioctls {
            for (name, versus) in ioctls.instructions.commands() {
                let quartiles = &versus.ratio;
                let spread = Spread { min: quartiles.lower, median: quartiles.median, max: quartiles.upper };
                row(f, &format!("Rust / C, {name}"), &spread)?;
                writeln!(f, "   instructions of one ioctl; half of the rounds")?;
            }
        }
        writeln!(f)
    }

    fn waits(&self, f: &mut Formatter<'_>) -> fmt::Result {
        heading(f, "seconds", "goal")?;
        for Wait { subject, seconds, goal, phases, .. } in &self.waits {
            row(f, subject.name(), seconds)?;
            match goal {
                Some(goal) => writeln!(f, " {goal:>8.1}")?,
                None => writeln!(f)?,
            }
            for phase in phases {
                row(f, &format!("  {}", phase.name), &phase.seconds)?;
                writeln!(f)?;
            }
        }
        writeln!(f)
    }

    fn rates(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.rates.is_empty() {
            return Ok(());
        }
        heading(f, "tests a second, a machine for each", "goal")?;
        for rate in &self.rates {
            row(f, &format!("{} at once", rate.at_once), &rate.rate)?;
            match rate.at_once {
                2 => writeln!(f, " {:>8.1}", rate::GOAL)?,
                _ => writeln!(f)?,
            }
        }
        writeln!(f)
    }

    fn sizes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.sizes.is_empty() {
            return Ok(());
        }
        writeln!(f, "{:<36} {:>10} {:>8} {:>8}", "sizes", "bytes", "MiB", "limit")?;
        for size in &self.sizes {
            let Size { name, bytes, limit } = size;
            write!(f, "{name:<36} {bytes:>10} {:>8.2}", mebibytes(*bytes))?;
            match limit {
                Some(limit) if bytes > limit => writeln!(f, " {:>8.2}   over", mebibytes(*limit))?,
                Some(limit) => writeln!(f, " {:>8.2}", mebibytes(*limit))?,
                None => writeln!(f)?,
            }
        }
        writeln!(f)
    }

    fn steps(&self, f: &mut Formatter<'_>) -> fmt::Result {
        steps(f, "a build with nothing to do, seconds", &self.warm)?;
        writeln!(f)?;
        steps(f, "after an edit of the driver, seconds", &self.edited)?;
        let Some(cold) = &self.cold else {
            let goal = minutes(COLD_GOAL);
            return writeln!(
                f,
                "\nfrom a machine with nothing: not measured (add --cold, as root; it takes 10 to 20 min); goal {goal}"
            );
        };
        writeln!(f, "\nfrom a machine with nothing")?;
        for Took { name, seconds } in cold {
            writeln!(f, "  {name:<29} {:>14}", minutes(*seconds))?;
        }
        let total = cold.iter().map(|step| step.seconds).sum();
        writeln!(f, "  {:<29} {:>14}   goal {}", "together", minutes(total), minutes(COLD_GOAL))
    }
}

impl Boots {
    fn text(&self, f: &mut Formatter<'_>) -> fmt::Result {
        heading(f, "boot by phase, seconds", "")?;
        for (name, boot) in [("QEMU loads the kernel", Some(&self.direct)), ("from a disk", self.disk.as_ref())] {
            let Some(boot) = boot else { continue };
            writeln!(f, "{name}")?;
            boot.text(f)?;
        }
        if let Some(firmware) = &self.firmware {
            row(f, "what the firmware adds", firmware)?;
            writeln!(f)?;
        }
        writeln!(f)
    }
}

impl Boot {
    fn text(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (name, seconds) in self.phases() {
            let name = if name == "before" { "before the kernel's clock" } else { name };
            row(f, &format!("  {name}"), seconds)?;
            writeln!(f)?;
        }
        Ok(())
    }
}

fn steps(f: &mut Formatter<'_>, name: &str, steps: &[Took<Spread>]) -> fmt::Result {
    heading(f, name, "")?;
    for Took { name, seconds } in steps {
        row(f, name, seconds)?;
        writeln!(f)?;
    }
    Ok(())
}

fn heading(f: &mut Formatter<'_>, name: &str, last: &str) -> fmt::Result {
    let line = format!("{name:<36} {:>8} {:>8} {:>8} {last:>8}", "min", "median", "max");
    writeln!(f, "{}", line.trim_end())
}

fn row(f: &mut Formatter<'_>, name: &str, Spread { min, median, max }: &Spread) -> fmt::Result {
    write!(f, "{name:<36} {min:>8.3} {median:>8.3} {max:>8.3}")
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
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
    use crate::report::tests::report;

    #[test]
    fn ratios_come_before_what_they_are_of() {
        let text = report().to_string();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is not in\n{text}"));
        assert!(at("virtme-ng / machine") < at("with everything built"), "{text}");
    }

    #[test]
    fn each_row_has_its_goal_beside_it() {
        let text = report().to_string();
        let row = |name: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(name)).expect("there is such a row");
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(row("with everything built"), "with everything built 1.500 2.000 3.000 2.5");
        assert_eq!(row("the machine resumed"), "the machine resumed 0.125 0.250 0.250 0.2");
        assert_eq!(row("2 at once"), "2 at once 7.960 8.960 9.960 8.0");
        assert_eq!(row("1 at once"), "1 at once 7.960 8.960 9.960");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let text = report().to_string();
        let end = text.lines().find_map(|line| Some(line.find("max")? + "max".len())).expect("there is such a column");
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("at once") || line.contains(" / ")).collect();
        assert!(rows.len() > 3, "{text}");
        for row in rows {
            assert!(row[..end].ends_with(|last: char| last.is_ascii_digit()), "{row}");
            assert!(matches!(row.as_bytes().get(end), None | Some(b' ')), "{row}");
        }
    }

    #[test]
    fn what_an_edit_costs_stands_below_what_nothing_does() {
        let text = report().to_string();
        let (nothing, edited) =
            text.split_once("\nafter an edit of the driver, seconds ").expect("there is such a heading");
        assert!(nothing.contains("\na build with nothing to do, seconds "), "{text}");
        assert!(edited.contains("modules                                 6.000    7.000    8.000\n"), "{text}");
    }

    #[test]
    fn tests_that_did_not_run_have_no_rows() {
        let text = Report { rates: Vec::new(), ..report() }.to_string();
        assert!(!text.contains("a second"), "{text}");
    }

    #[test]
    fn what_is_too_large_says_so() {
        let text = report().to_string();
        let line = |name: &str| text.lines().find(|line| line.starts_with(name)).expect("there is such a row");
        assert!(line("Image").ends_with("   6.00     5.00   over"), "{text}");
        assert!(line("chardevctl").ends_with("    0.68"), "{text}");
    }

    #[test]
    fn what_was_not_measured_says_how_to_get_it() {
        assert!(report().to_string().contains("not measured (add --cold"));
        let cold = vec![Took { name: "kernel", seconds: 600.4 }, Took { name: "modules", seconds: 154.0 }];
        let text = Report { cold: Some(cold), ..report() }.to_string();
        assert!(text.contains("kernel                                10 min\n"), "{text}");
        assert!(text.contains("12 min 34 s   goal 15 min\n"), "{text}");
    }

    #[test]
    fn minutes_are_rounded_to_seconds() {
        for (seconds, text) in [(900.0, "15 min"), (59.4, "0 min 59 s"), (59.6, "1 min"), (61.0, "1 min 1 s")] {
            assert_eq!(minutes(seconds), text);
        }
    }
}
