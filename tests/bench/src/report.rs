// SPDX-License-Identifier: MIT OR Apache-2.0

//! All that was measured, as JSON has it. The text is made of this, and the picture.

use serde::Serialize;

use crate::boot::Boots;
use crate::host::Host;
use crate::ioctls::Ioctls;
use crate::rate::Rate;
use crate::series::{Sample, Series};
use crate::sizes::Size;
use crate::statistics::Spread;
use crate::steps::Took;
use crate::subject::Subject;

/// All there is to tell.
#[derive(Debug, Serialize)]
pub struct Report {
    pub host: Host,
    /// How often each subject had its turn.
    pub runs: usize,
    /// What matters, each the time of one subject divided by that of another, turn by turn.
    pub ratios: Vec<Ratio>,
    /// How long each subject takes.
    pub waits: Vec<Wait>,
    /// The boot by phase.
    pub boots: Option<Boots>,
    /// Tests of the suite a second, each in a machine of its own.
    pub rates: Vec<Rate>,
    /// The driver beside its twin in C, if there is one.
    pub ioctls: Option<Ioctls>,
    /// How large what was built is.
    pub sizes: Vec<Size>,
    /// The steps of a build with everything built.
    pub warm: Vec<Took<Spread>>,
    /// The same after an edit of the driver.
    pub edited: Vec<Took<Spread>>,
    /// The same from nothing; measured once, if at all.
    pub cold: Option<Vec<Took<f64>>>,
}

/// How much longer one subject takes than another.
#[derive(Debug, Serialize)]
pub struct Ratio {
    /// `virtme-ng / machine`
    pub name: &'static str,
    /// What the two do.
    pub work: &'static str,
    pub ratio: Spread,
}

/// How long a subject takes, in seconds.
#[derive(Debug, Serialize)]
pub struct Wait {
    pub subject: Subject,
    pub seconds: Spread,
    /// How many times as long as that which it is compared with, turn by turn.
    pub times: Option<Spread>,
    /// What the repository promises.
    pub goal: Option<f64>,
    /// What it is made of, where that is known.
    pub phases: Vec<Phase>,
}

/// A part of such a time, as `vm --timings` tells it.
#[derive(Debug, Serialize)]
pub struct Phase {
    pub name: String,
    pub seconds: Spread,
}

/// Who is compared with whom.
const RATIOS: [(&str, &str, Subject, Subject); 4] = [
    ("virtme-ng / machine", "our kernel, the module, the round trip", Subject::Virtme, Subject::Machine),
    ("Debian's kernel / ours", "our machine and init, `uname -m`", Subject::Debian, Subject::Bare),
    ("booted / resumed", "the round trip", Subject::Machine, Subject::Resumed),
    ("nixw / machine", "the round trip, everything built", Subject::Built, Subject::Machine),
];

/// How many seconds the first command may take from nothing, with a fast mirror.
pub const COLD_GOAL: f64 = 15.0 * 60.0;

/// The ratios of a series that has what they are of.
pub fn ratios(series: &Series) -> Vec<Ratio> {
    let ratio = |&(name, work, subject, other)| Some(Ratio { name, work, ratio: series.ratio(subject, other)? });
    RATIOS.iter().filter_map(ratio).collect()
}

/// The times of each subject.
pub fn waits(series: &Series) -> Vec<Wait> {
    let wait = |subject: Subject| {
        let samples = series.of(subject).expect("it is one of them");
        let seconds = Spread::of(samples.iter().map(|sample| sample.seconds));
        let times = subject.reference().and_then(|reference| series.ratio(subject, reference));
        Wait { subject, seconds, times, goal: subject.goal(), phases: phases(samples) }
    };
    series.subjects().map(wait).collect()
}

fn phases(samples: &[Sample]) -> Vec<Phase> {
    let phase = |(index, first): (usize, &crate::phases::Phase)| Phase {
        name: first.name.clone(),
        seconds: Spread::of(samples.iter().map(|sample| sample.phases[index].seconds)),
    };
    samples[0].phases.iter().enumerate().map(phase).collect()
}

impl Report {
    /// What the history keeps of it: sizes, and those ratios that another machine would find too.
    pub fn figures(&self) -> Vec<(String, f64)> {
        let sizes = self.sizes.iter().map(|size| (size.name.clone(), size.bytes as f64));
        let ratios = self.ratios.iter().map(|ratio| (ratio.name.to_owned(), ratio.ratio.median));
        let ioctls = self.ioctls.iter().flat_map(|ioctls| {
            let commands = ioctls.instructions.commands().into_iter();
            commands.map(|(name, versus)| (format!("{name} Rust / C, instructions"), versus.ratio.median))
        });
        sizes.chain(ratios).chain(ioctls).collect()
    }

    /// The times of one subject.
    pub fn wait(&self, subject: Subject) -> Option<&Wait> {
        self.waits.iter().find(|wait| wait.subject == subject)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::phases;

    fn sample(seconds: f64) -> Sample {
        let phase = |name: &str, seconds| phases::Phase { name: name.to_owned(), seconds };
        Sample {
            seconds,
            phases: vec![phase("boot and module", seconds / 2.0), phase("command", seconds / 4.0)],
            boot: None,
        }
    }

    /// One of everything that takes no ioctl.
    pub fn report() -> Report {
        let samples = |seconds: [f64; 3]| seconds.into_iter().map(sample).collect();
        let series = Series::new(vec![
            (Subject::Built, samples([2.0, 1.5, 3.0])),
            (Subject::Machine, samples([0.5, 1.0, 1.0])),
            (Subject::Resumed, samples([0.125, 0.25, 0.25])),
            (Subject::Virtme, samples([4.0, 8.0, 16.0])),
        ]);
        let spread = Spread { min: 7.96, median: 8.96, max: 9.96 };
        let size = |name: &str, bytes, limit| Size { name: name.to_owned(), bytes, limit };
        Report {
            host: Host::describe(),
            runs: 3,
            ratios: ratios(&series),
            waits: waits(&series),
            boots: None,
            rates: vec![Rate { at_once: 1, rate: spread }, Rate { at_once: 2, rate: spread }],
            ioctls: None,
            sizes: vec![size("Image", 6 << 20, Some(5 << 20)), size("chardevctl", 700 << 10, None)],
            warm: vec![
                Took { name: "kernel", seconds: Spread { min: 0.25, median: 0.5, max: 0.75 } },
                Took { name: "modules", seconds: Spread { min: 0.25, median: 0.5, max: 0.75 } },
            ],
            edited: vec![
                Took { name: "kernel", seconds: Spread { min: 0.5, median: 1.0, max: 1.0 } },
                Took { name: "modules", seconds: Spread { min: 6.0, median: 7.0, max: 8.0 } },
            ],
            cold: None,
        }
    }

    #[test]
    fn ratios_are_of_those_that_were_measured() {
        let ratios = report().ratios;
        let names: Vec<&str> = ratios.iter().map(|ratio| ratio.name).collect();
        assert_eq!(names, ["virtme-ng / machine", "booted / resumed", "nixw / machine"]);
        assert_eq!(ratios[0].ratio, Spread { min: 8.0, median: 8.0, max: 16.0 });
    }

    #[test]
    fn phases_are_summarized_by_name() {
        let report = report();
        let machine = report.wait(Subject::Machine).expect("is there");
        assert_eq!(machine.phases[1].name, "command");
        assert_eq!(machine.phases[1].seconds, Spread { min: 0.125, median: 0.25, max: 0.25 });
    }

    #[test]
    fn the_history_keeps_sizes_and_ratios() {
        let figures = report().figures();
        assert_eq!(figures[0], ("Image".to_owned(), (6 << 20) as f64));
        assert!(figures.contains(&("booted / resumed".to_owned(), 4.0)), "{figures:?}");
    }

    #[test]
    fn json_has_the_same_figures() {
        let json = serde_json::json!(report());
        assert_eq!(json["runs"], 3);
        assert_eq!(json["waits"][0]["subject"], "built");
        assert_eq!(json["waits"][0]["seconds"]["median"], 2.0);
        assert_eq!(json["waits"][0]["goal"], 2.5);
        assert_eq!(json["rates"][1]["rate"]["median"], 8.96);
        assert_eq!(json["edited"][1]["seconds"]["median"], 7.0);
        assert_eq!(json["sizes"][1]["limit"], serde_json::Value::Null);
        assert_eq!(json["cold"], serde_json::Value::Null);
    }
}
