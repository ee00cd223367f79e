// SPDX-License-Identifier: MIT OR Apache-2.0

//! One thread: the driver has to do exactly what the model does.

use std::fmt;

use crate::operation::Operation;
use crate::outcome::{Outcome, System};

/// What a system did otherwise than the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    pub operation: Operation,
    pub driver: Outcome,
    pub model: Outcome,
}

/// Does the operations to both, up to the first that they disagree about. Returns that and its index.
pub fn compare(
    driver: &mut impl System,
    model: &mut impl System,
    operations: &[Operation],
) -> Result<(), (usize, Box<Disagreement>)> {
    for (index, operation) in operations.iter().enumerate() {
        let (by_driver, by_model) = (driver.perform(operation), model.perform(operation));
        if by_driver != by_model {
            let operation = operation.clone();
            return Err((index, Box::new(Disagreement { operation, driver: by_driver, model: by_model })));
        }
    }
    Ok(())
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, driver, model } = self;
        write!(f, "{operation:?}\n  the driver: {driver:?}\n  the model:  {model:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;
    use crate::model::Model;
    use crate::operation::number_sets;
    use crate::shrink::plainest;
    use nix::errno::Errno;
    use rand::rngs::SmallRng;
    use rand::SeedableRng;

    /// The model with a fault: its buffer has room for a byte less.
    #[derive(Default)]
    struct Short(Model);

    impl System for Short {
        fn perform(&mut self, operation: &Operation) -> Outcome {
            match self.0.perform(operation) {
                Outcome::Number(256) => Outcome::failed(Errno::EINVAL),
                other => other,
            }
        }
    }

    fn disagree(operations: &[Operation]) -> bool {
        compare(&mut Short::default(), &mut Model::default(), operations).is_err()
    }

    #[test]
    fn a_model_agrees_with_itself() {
        for seed in 0..200 {
            let mut operations = generate::sequence(&mut SmallRng::seed_from_u64(seed));
            number_sets(&mut operations, &mut (1..));
            assert_eq!(compare(&mut Model::default(), &mut Model::default(), &operations), Ok(()));
        }
    }

    #[test]
    fn a_fault_is_found_and_gets_plain() {
        let mut sequences = (0..).map(|seed| generate::sequence(&mut SmallRng::seed_from_u64(seed)));
        let failing = sequences.find(|operations| disagree(operations)).expect("there is no end of them");
        let plain = plainest(failing, |operations| disagree(operations));
        assert!(plain.len() <= 3, "{plain:?}");
        assert!(disagree(&plain));
    }
}
