// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tries sequence after sequence, until there were enough operations or the driver did wrong.

use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::case::Case;
use crate::compare::compare;
use crate::corpus::Corpus;
use crate::coverage::Coverage;
use crate::driver::Driver;
use crate::error::Error;
use crate::model::Model;
use crate::module::Module;
use crate::operation::{count, number_sets, share, Operation};

/// How many sequences follow each other until the module is loaded anew.
const SEQUENCES: usize = 150;

/// Threads that call the driver at once.
const THREADS: usize = 4;

/// How many sequences each of them does.
const SEQUENCES_OF_THREAD: usize = 20;

/// One of this many cases is of several threads: the first, and so on.
const THREADED: u64 = 4;

/// One of this many operations of theirs is done to the file that they share.
const SHARING: u32 = 4;

/// How often there is word of the progress.
const WORD: Duration = Duration::from_secs(5);

/// What to try.
pub struct Campaign {
    pub module: Module,
    pub operations: u64,
    pub seed: u64,
}

/// How far it came.
struct Progress {
    start: Instant,
    word: Instant,
    operations: u64,
    cases: u64,
}

/// What came of it.
pub enum End {
    /// All is well: a summary.
    Enough(String),
    /// The driver did wrong in this case, and what.
    Wrong(Case, String),
}

impl Campaign {
    /// Runs it, with word of the progress on standard error.
    ///
    /// # Errors
    ///
    /// All but [`Error::Replay`] and [`Error::Operation`].
    pub fn run(&self) -> Result<End, Error> {
        let mut corpus = Corpus::default();
        let coverage = Coverage::start()?;
        let mut progress = Progress { start: Instant::now(), word: Instant::now(), operations: 0, cases: 0 };
        while progress.operations < self.operations {
            // Each case follows from a seed of its own, as long as there is no coverage to learn from.
            let mut rng = SmallRng::seed_from_u64(self.seed.wrapping_add(progress.cases));
            progress.cases += 1;
            let (operations, wrong) = if progress.cases % THREADED == 1 {
                self.several_threads(&corpus, &mut rng)?
            } else {
                self.one_thread(&mut corpus, coverage.as_ref(), &mut rng)?
            };
            progress.operations += operations;
            if let Some((case, wrong)) = wrong {
                return Ok(End::Wrong(case, wrong));
            }
            if progress.word.elapsed() > WORD {
                progress.word = Instant::now();
                eprintln!("fuzz: {}", self.summary(&progress, &corpus));
            }
        }
        Ok(End::Enough(self.summary(&progress, &corpus)))
    }

    fn one_thread(
        &self,
        corpus: &mut Corpus,
        coverage: Option<&Coverage>,
        rng: &mut SmallRng,
    ) -> Result<(u64, Option<(Case, String)>), Error> {
        self.module.reload()?;
        let mut driver = Driver::new().map_err(Error::Prepare)?;
        let mut model = Model::default();
        let mut stamps = 1..;
        let mut done = vec![];
        for _ in 0..SEQUENCES {
            let genome = corpus.next(rng);
            let mut operations = genome.express();
            operations.push(Operation::CloseAll);
            number_sets(&mut operations, &mut stamps);
            if let Some(coverage) = coverage {
                coverage.reset();
            }
            let compared = compare(&mut driver, &mut model, &operations);
            done.append(&mut operations);
            if let Err((_, disagreement)) = compared {
                return Ok((count(&done), Some((Case::new(vec![done]), disagreement.to_string()))));
            }
            if let Some(coverage) = coverage {
                corpus.consider(&genome, coverage.places());
            }
        }
        Ok((count(&done), None))
    }

    fn several_threads(&self, corpus: &Corpus, rng: &mut SmallRng) -> Result<(u64, Option<(Case, String)>), Error> {
        let mut operations = || (0..SEQUENCES_OF_THREAD).flat_map(|_| corpus.next(rng).express()).collect::<Vec<_>>();
        let mut threads: Vec<_> = (0..THREADS).map(|_| operations()).collect();
        threads.iter_mut().flatten().filter(|_| rng.gen_ratio(1, SHARING)).for_each(share);
        let total = threads.iter().map(|operations| count(operations)).sum();
        let case = Case::new(threads);
        let wrong = case.run(&self.module)?;
        Ok((total, wrong.map(|wrong| (case, wrong))))
    }

    fn summary(&self, progress: &Progress, corpus: &Corpus) -> String {
        let seconds = progress.start.elapsed().as_secs_f64();
        let Progress { operations, cases, .. } = progress;
        let learned = match corpus.len() {
            0 => String::new(),
            kept => format!(", {} places of the driver reached, {kept} sequences kept", corpus.places()),
        };
        format!(
            "{operations} operations in {cases} cases, seed {}: {seconds:.1} s, {:.0} a second{learned}",
            self.seed,
            *operations as f64 / seconds
        )
    }
}

/// A seed that is another one each time.
pub fn any_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    SmallRng::seed_from_u64(RandomState::new().hash_one(0)).gen_range(0..1 << 32)
}
