// SPDX-License-Identifier: MIT OR Apache-2.0

use serde::Serialize;

/// What a series of measurements comes to.
///
/// No mean: one run that the host disturbed would move it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The smallest.
    pub min: f64,
    /// The one in the middle, or half-way between the two there.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Summary {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// Without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let [min, .., max] = values[..] else {
            let [only] = values[..] else { panic!("there is nothing to summarize") };
            return Self { min: only, median: only, max: only };
        };
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
        Self { min, median, max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_is_one_of_them() {
        assert_eq!(Summary::of([3.0, 1.0, 10.0]), Summary { min: 1.0, median: 3.0, max: 10.0 });
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(Summary::of([4.0, 1.0, 2.0, 9.0]), Summary { min: 1.0, median: 3.0, max: 9.0 });
    }

    #[test]
    fn one_is_all_three() {
        assert_eq!(Summary::of([2.0]), Summary { min: 2.0, median: 2.0, max: 2.0 });
    }

    #[test]
    #[should_panic(expected = "nothing to summarize")]
    fn none_is_a_mistake() {
        Summary::of([]);
    }
}
