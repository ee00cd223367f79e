// SPDX-License-Identifier: MIT OR Apache-2.0

//! How long operations took.

use std::collections::BTreeMap;
use std::time::Duration;

/// Times, each with how often it came: exact, and no larger than a clock has different ticks.
#[derive(Default)]
pub struct Latencies {
    counts: BTreeMap<Duration, u64>,
    count: u64,
    total: Duration,
}

impl Latencies {
    /// Adds one.
    pub fn record(&mut self, latency: Duration) {
        *self.counts.entry(latency).or_default() += 1;
        self.count += 1;
        self.total += latency;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Operations in a second, if there was nothing but them.
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.total.as_secs_f64()
    }

    /// The shortest time that at least `per_mille` thousandths did not exceed: the nearest-rank percentile. 1000 is the longest.
    ///
    /// Zero, if there are none.
    pub fn quantile(&self, per_mille: u64) -> Duration {
        let rank = (u128::from(self.count) * u128::from(per_mille)).div_ceil(1000);
        let mut seen = 0;
        let reached = self.counts.iter().find(|(_, &count)| {
            seen += u128::from(count);
            seen >= rank
        });
        reached.map_or(Duration::ZERO, |(&latency, _)| latency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(nanoseconds: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        nanoseconds.into_iter().for_each(|time| latencies.record(Duration::from_nanos(time)));
        latencies
    }

    #[track_caller]
    fn check(latencies: &Latencies, per_mille: u64, nanoseconds: u64) {
        assert_eq!(latencies.quantile(per_mille), Duration::from_nanos(nanoseconds));
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let thousand = latencies((1..=1000).rev());
        check(&thousand, 500, 500);
        check(&thousand, 900, 900);
        check(&thousand, 999, 999);
        check(&thousand, 1000, 1000);
    }

    #[test]
    fn a_percentile_between_two_is_the_longer() {
        let three = latencies([10, 20, 30]);
        check(&three, 500, 20);
        check(&three, 900, 30);
    }

    #[test]
    fn what_came_often_counts_often() {
        let skewed = latencies([5, 5, 5, 5, 5, 5, 5, 5, 5, 90]);
        check(&skewed, 900, 5);
        check(&skewed, 901, 90);
    }

    #[test]
    fn the_rate_is_of_the_time_spent() {
        assert!((latencies([100, 300]).per_second() - 5e6).abs() < 1.0);
    }
}
