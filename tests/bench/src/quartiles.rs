// SPDX-License-Identifier: MIT OR Apache-2.0

use serde::Serialize;

/// What many short measurements come to: the half of them in the middle lies between `lower` and `upper`.
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

impl Quartiles {
    /// Of values in any order; nearest ranks, so that each quartile is one of them.
    ///
    /// # Panics
    ///
    /// Without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let rank = |quarters: usize| values[(values.len() * quarters).div_ceil(4) - 1];
        Self { lower: rank(1), median: rank(2), upper: rank(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_one_of_the_values() {
        let hundred = (1..=100).rev().map(f64::from);
        assert_eq!(Quartiles::of(hundred), Quartiles { lower: 25.0, median: 50.0, upper: 75.0 });
        assert_eq!(Quartiles::of([3.0, 1.0, 2.0]), Quartiles { lower: 1.0, median: 2.0, upper: 3.0 });
    }

    #[test]
    fn one_is_all_three() {
        assert_eq!(Quartiles::of([2.0]), Quartiles { lower: 2.0, median: 2.0, upper: 2.0 });
    }

    #[test]
    fn an_outlier_moves_nothing() {
        let calm = Quartiles::of([1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(Quartiles::of([1.0, 2.0, 3.0, 4.0, 500.0]), calm);
    }
}
