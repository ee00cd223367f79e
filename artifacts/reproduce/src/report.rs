// SPDX-License-Identifier: MIT OR Apache-2.0

//! What was found of one artifact: hash beside hash.

use std::fmt::{self, Display, Write};
use std::path::Path;

use explained::Error;

use crate::circumstance::{Circumstance, Outcome};
use crate::difference;
use crate::subject::{Output, Subject};

/// Printed whole, for others are made at the same time.
#[derive(Debug)]
pub struct Report<'a> {
    subject: &'a Subject,
    diffoscope: &'a Path,
    text: String,
    /// How many builds came out otherwise than the one before.
    pub differences: usize,
}

impl<'a> Report<'a> {
    /// With what the store has.
    pub fn new(artifact: &str, subject: &'a Subject, diffoscope: &'a Path) -> Self {
        let text = match &subject.installable {
            Some(_) => format!("{artifact}: {}\n", subject.derivation),
            None => format!("{}\n", subject.derivation),
        };
        let mut report = Self { subject, diffoscope, text, differences: 0 };
        subject.outputs.iter().for_each(|output| report.hash(&"in the store", output, ""));
        report
    }

    /// Adds the hashes of a build.
    pub fn hashes(&mut self, circumstance: &Circumstance, outcome: &Outcome) {
        let subject = self.subject;
        match outcome {
            Outcome::Same => return subject.outputs.iter().for_each(|output| self.hash(circumstance, output, "same")),
            Outcome::AnotherDerivation(derivation) => {
                self.line(format_args!("  {circumstance:<23} DIFFERENT: it evaluates to {derivation}"))
            }
            Outcome::Different(pairs) => {
                pairs.iter().for_each(|(_, second)| self.hash(circumstance, second, "DIFFERENT"))
            }
        }
        self.differences += 1;
    }

    /// Adds in what it differs.
    pub fn explain(&mut self, outcome: &Outcome) -> Result<(), Error> {
        if let Outcome::Different(pairs) = outcome {
            for (first, second) in pairs {
                self.text.push_str(&difference::explain(self.diffoscope, first, second)?);
            }
        }
        Ok(())
    }

    fn hash(&mut self, when: &impl Display, output: &Output, verdict: &str) {
        let line = format!("  {when:<23} {} {} {verdict}", output.hash, output.name());
        self.line(format_args!("{}", line.trim_end()));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("a string takes all");
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
