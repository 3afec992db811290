//! Which values a report shows, and how.

use crate::aggregate::{Amount, Averaging, Measure, Whole};

/// What percentages are computed from where values are means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shares {
    /// From the sums that were divided, so they are shares of the whole and never pass 100%.
    #[default]
    OfSums,
    /// From the means themselves, as in pprof: a mean above that of the profile passes 100%.
    OfMeans,
}

/// Which values a report shows, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ValueOptions {
    /// The column of values.
    pub sample_type: usize,
    /// Whether values are sums or means.
    pub averaging: Averaging,
    /// What percentages are computed from if values are means.
    pub shares: Shares,
    /// What percentages are of.
    pub whole: Whole,
    /// The unit to show values in, `auto` for each value's own, `minimum` for one that fits all.
    pub unit: String,
    /// What values are divided by before they are shown.
    pub divide_by: f64,
}

impl ValueOptions {
    /// Shows a sample type as it is, in a unit.
    pub fn new(sample_type: usize, unit: &str) -> Self {
        Self {
            sample_type,
            averaging: Averaging::Sum,
            shares: Shares::OfSums,
            whole: Whole::Profile,
            unit: unit.to_owned(),
            divide_by: 1.0,
        }
    }

    /// Returns what percentages are computed from.
    pub(super) fn weight_of(&self, amount: Amount) -> i64 {
        match self.shares {
            Shares::OfSums => amount.sum,
            Shares::OfMeans => amount.value(),
        }
    }

    /// Returns what rows account for, given their flat values and weights.
    ///
    /// Means cannot be added up: their sums can, and are shown as a mean of the whole's events.
    pub(super) fn shown(&self, rows: impl Iterator<Item = (i64, i64)>, total: Amount) -> i64 {
        let (values, weights) = rows.fold((0_i64, 0_i64), |(values, weights), (value, weight)| {
            (values.wrapping_add(value), weights.wrapping_add(weight))
        });
        match self.shares {
            Shares::OfSums => Amount { sum: weights, divisor: total.divisor }.value(),
            Shares::OfMeans => values,
        }
    }

    /// Returns what is measured.
    pub fn measure(&self) -> Measure {
        let mut measure = Measure::of(self.sample_type);
        measure.averaging = self.averaging;
        measure.whole = self.whole;
        measure
    }
}

impl Default for ValueOptions {
    /// Shows the first sample type in one unit that fits all values.
    fn default() -> Self {
        Self::new(0, "minimum")
    }
}
