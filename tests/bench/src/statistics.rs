// SPDX-License-Identifier: MIT OR Apache-2.0

//! What many measurements come to. No means: one that the host disturbed would move them.

use serde::Serialize;
use statrs::statistics::{Data, OrderStatistics};

/// A few long measurements: the one in the middle, and how far the others are from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The smallest.
    pub min: f64,
    /// The one in the middle, or half-way between the two there.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

/// Many short rounds: the half of them in the middle lies between `lower` and `upper`.
///
/// Of so many, the smallest and the largest tell of the host's worst moments and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quartiles {
    /// A quarter is not above.
    pub lower: f64,
    /// A half is not above.
    pub median: f64,
    /// Three quarters are not above.
    pub upper: f64,
}

/// Single calls, the worst of them included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// A half is not above.
    pub p50: f64,
    /// Nine of ten are not above.
    pub p90: f64,
    /// 99 of a hundred are not above.
    pub p99: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// Without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut data = data(values);
        Self { min: data.quantile(0.0), median: data.median(), max: data.quantile(1.0) }
    }
}

impl Quartiles {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// Without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut data = data(values);
        Self { lower: data.lower_quartile(), median: data.median(), upper: data.upper_quartile() }
    }
}

impl Percentiles {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// Without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut data = data(values);
        Self { p50: data.median(), p90: data.percentile(90), p99: data.percentile(99), max: data.quantile(1.0) }
    }
}

fn data(values: impl IntoIterator<Item = f64>) -> Data<Vec<f64>> {
    let values: Vec<f64> = values.into_iter().collect();
    assert!(!values.is_empty(), "there is nothing to summarize");
    Data::new(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_is_one_of_them() {
        assert_eq!(Spread::of([3.0, 1.0, 10.0]), Spread { min: 1.0, median: 3.0, max: 10.0 });
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]), Spread { min: 1.0, median: 3.0, max: 9.0 });
    }

    #[test]
    fn one_is_all_of_them() {
        assert_eq!(Spread::of([2.0]), Spread { min: 2.0, median: 2.0, max: 2.0 });
        assert_eq!(Quartiles::of([2.0]), Quartiles { lower: 2.0, median: 2.0, upper: 2.0 });
        assert_eq!(Percentiles::of([2.0]), Percentiles { p50: 2.0, p90: 2.0, p99: 2.0, max: 2.0 });
    }

    #[test]
    fn an_outlier_moves_no_quartile() {
        let calm = Quartiles::of((1..=20).map(f64::from));
        assert_eq!(Quartiles::of((1..=19).map(f64::from).chain([5000.0])), calm);
        assert_eq!(calm.median, 10.5);
        assert!(calm.lower > 5.0 && calm.lower < 6.0 && calm.upper > 15.0 && calm.upper < 16.0, "{calm:?}");
    }

    #[test]
    fn a_percentile_has_that_many_hundredths_below_it() {
        let percentiles = Percentiles::of((1..=1000).rev().map(f64::from));
        for (value, expected) in [(percentiles.p50, 500.0), (percentiles.p90, 900.0), (percentiles.p99, 990.0)] {
            assert!(value >= expected && value <= expected + 1.0, "{value} for {expected}");
        }
        assert_eq!(percentiles.max, 1000.0);
    }

    #[test]
    #[should_panic(expected = "nothing to summarize")]
    fn none_is_a_mistake() {
        Spread::of([]);
    }
}
