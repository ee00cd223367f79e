// SPDX-License-Identifier: MIT OR Apache-2.0

//! The sequences that reached new code, to be changed a little and tried again.

use std::collections::HashSet;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::generate::{mutate, sequence};
use crate::operation::Operation;

/// What a sequence of operations follows from: the first seed generates it, each other one changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genome(Vec<u64>);

impl Genome {
    /// The sequence.
    pub fn express(&self) -> Vec<Operation> {
        let mut generators = self.0.iter().map(|seed| SmallRng::seed_from_u64(*seed));
        let mut operations = generators.next().map_or(vec![], |mut first| sequence(&mut first));
        generators.for_each(|mut rng| mutate(&mut operations, &mut rng));
        operations
    }
}

/// The sequences worth keeping.
#[derive(Default)]
pub struct Corpus {
    kept: Vec<Genome>,
    places: HashSet<u64>,
}

impl Corpus {
    /// A sequence to try: a new one, or one of those that are kept, changed.
    pub fn next(&self, rng: &mut SmallRng) -> Genome {
        let kept = if rng.gen() { self.kept.choose(rng) } else { None };
        let Some(Genome(seeds)) = kept else { return Genome(vec![rng.gen()]) };
        let changes = (0..rng.gen_range(1..4)).map(|_| rng.gen());
        Genome(seeds.iter().copied().chain(changes).collect())
    }

    /// Keeps the sequence if it ran past places where none has been.
    pub fn consider(&mut self, genome: &Genome, places: impl Iterator<Item = u64>) {
        let known = self.places.len();
        self.places.extend(places);
        if self.places.len() > known {
            self.kept.push(genome.clone());
        }
    }

    /// How many sequences are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// How many places they ran past.
    pub fn places(&self) -> usize {
        self.places.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_new() {
        let mut corpus = Corpus::default();
        let genome = Genome(vec![1]);
        corpus.consider(&genome, [1, 2].into_iter());
        corpus.consider(&genome, [2, 1, 1].into_iter());
        assert_eq!((corpus.len(), corpus.places()), (1, 2));
        corpus.consider(&genome, [2, 3].into_iter());
        assert_eq!((corpus.len(), corpus.places()), (2, 3));
    }

    #[test]
    fn changes_what_it_keeps() {
        let mut corpus = Corpus::default();
        corpus.consider(&Genome(vec![7]), [1].into_iter());
        let mut rng = SmallRng::seed_from_u64(0);
        let next: Vec<_> = (0..100).map(|_| corpus.next(&mut rng)).collect();
        assert!(next.iter().any(|genome| genome.0.len() == 1 && genome.0[0] != 7));
        assert!(next.iter().any(|genome| genome.0.len() > 1 && genome.0[0] == 7));
    }

    #[test]
    fn a_sequence_follows_from_its_seeds() {
        assert_eq!(Genome(vec![1, 2, 3]).express(), Genome(vec![1, 2, 3]).express());
        assert_ne!(Genome(vec![1, 2, 3]).express(), Genome(vec![1]).express());
    }
}
