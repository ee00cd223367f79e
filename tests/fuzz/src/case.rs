// SPDX-License-Identifier: MIT OR Apache-2.0

//! Operations that start with the module just loaded, as text and run.
//!
//! One operation a line, as JSON. An empty line separates what different threads do at once.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::compare::compare;
use crate::driver::Driver;
use crate::error::Error;
use crate::judge::{judge, Event};
use crate::model::Model;
use crate::module::Module;
use crate::operation::{number_sets, Operation};
use crate::shrink::plainest;
use crate::threads;

/// How often something that depends on the timing is tried until it counts as right.
const ATTEMPTS: usize = 10;

/// How many plainer cases are tried, for it to end some time; fewer where each takes several attempts.
const SHRINKS: usize = 2000;

/// Operations of one thread, or of several at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    threads: Vec<Vec<Operation>>,
}

impl Case {
    /// Of these threads.
    pub fn new(threads: Vec<Vec<Operation>>) -> Self {
        Self { threads }
    }

    /// Reads the text.
    ///
    /// # Errors
    ///
    /// [`Error::Replay`] and [`Error::Operation`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|reason| Error::Replay { path: path.into(), reason })?;
        Self::parse(&text).map_err(|(line, reason)| Error::Operation { path: path.into(), line, reason })
    }

    fn parse(text: &str) -> Result<Self, (usize, serde_json::Error)> {
        let mut threads = vec![vec![]];
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() {
                threads.push(vec![]);
            } else {
                let operation = serde_json::from_str(line).map_err(|reason| (number, reason))?;
                threads.last_mut().expect("there is one from the start").push(operation);
            }
        }
        Ok(Self { threads })
    }

    /// How many operations it has.
    pub fn len(&self) -> usize {
        self.threads.iter().map(Vec::len).sum()
    }

    /// Runs it, if what it does depends on the timing more than once. Returns what the driver did wrong.
    ///
    /// # Errors
    ///
    /// [`Error::Load`], [`Error::Unload`] and [`Error::Prepare`].
    pub fn try_hard(&self, module: &Module) -> Result<Option<String>, Error> {
        for _ in 0..self.attempts() {
            if let Some(wrong) = self.run(module)? {
                return Ok(Some(wrong));
            }
        }
        Ok(None)
    }

    fn attempts(&self) -> usize {
        if self.threads.len() == 1 {
            1
        } else {
            ATTEMPTS
        }
    }

    /// Runs it once. Returns what the driver did wrong.
    ///
    /// # Errors
    ///
    /// Those of [`try_hard`](Self::try_hard).
    pub fn run(&self, module: &Module) -> Result<Option<String>, Error> {
        let mut stamps = 1..;
        let mut threads = self.threads.clone();
        threads.iter_mut().for_each(|operations| number_sets(operations, &mut stamps));

        module.reload()?;
        if let [operations] = &threads[..] {
            let mut driver = Driver::new().map_err(Error::Prepare)?;
            let compared = compare(&mut driver, &mut Model::default(), operations);
            return Ok(compared.err().map(|(_, disagreement)| disagreement.to_string()));
        }
        let events = threads::run(&threads).map_err(Error::Prepare)?;
        Ok(judge(events.iter().map(Vec::<Event>::as_slice)).err())
    }

    /// Makes it as short and plain as it can be while the driver still gets it wrong.
    pub fn shrink(self, module: &Module) -> Self {
        let limit = SHRINKS / self.attempts();
        let mut tries = 0;
        let fails = |threads: &Vec<Vec<Operation>>| {
            tries += 1;
            let case = Self::new(threads.clone());
            // What cannot be run is not what is looked for.
            !threads.is_empty() && tries < limit && case.try_hard(module).is_ok_and(|wrong| wrong.is_some())
        };
        Self::new(plainest(self.threads, fails))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operations) in self.threads.iter().enumerate() {
            if index != 0 {
                writeln!(f)?;
            }
            for operation in operations {
                writeln!(f, "{}", serde_json::to_string(operation).expect("operations have a text"))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;
    use rand::rngs::SmallRng;
    use rand::SeedableRng;

    #[test]
    fn the_text_is_the_case() {
        let sequence = |seed| generate::sequence(&mut SmallRng::seed_from_u64(seed));
        for seed in 0..50 {
            for threads in [vec![sequence(seed)], vec![sequence(seed), sequence(seed + 1)]] {
                let case = Case::new(threads);
                assert_eq!(Case::parse(&case.to_string()).expect("is a case"), case);
            }
        }
    }

    #[test]
    fn what_is_no_operation_is_refused_with_its_line() {
        let (line, reason) = Case::parse("\"close_all\"\n{\"close\":{}}\n").expect_err("slot is missing");
        assert_eq!(line, 2);
        assert!(reason.to_string().contains("slot"), "{reason}");
    }
}
