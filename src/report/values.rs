//! Which values a report shows, and how.

use crate::aggregate::{Averaging, Measure, Whole};

/// Which values a report shows, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ValueOptions {
    /// The column of values.
    pub sample_type: usize,
    /// Whether values are sums or means.
    pub averaging: Averaging,
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
        Self { sample_type, averaging: Averaging::Sum, whole: Whole::Profile, unit: unit.to_owned(), divide_by: 1.0 }
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
