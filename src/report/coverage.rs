//! How much of a profile a report shows.

use serde::Serialize;

/// How much of a profile a report shows, and what it leaves out. Values are in the summary's unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Coverage {
    /// What percentages are of: the sum of the absolute values of all samples, or their mean.
    pub total: i64,
    /// Sum of the flat values of all rows.
    pub shown: i64,
    /// What percentages are computed with: the total, or the sum that it is the mean of.
    #[serde(skip)]
    pub total_weight: i64,
    /// The same for what is shown.
    #[serde(skip)]
    pub shown_weight: i64,
    /// How many frames were dropped because they weigh too little.
    pub dropped: usize,
    /// The cumulative value below which that is so, as pprof states it.
    pub dropped_below: i64,
    /// How many calls were dropped because they weigh too little.
    #[serde(skip_serializing_if = "is_zero")]
    pub dropped_calls: usize,
    /// The value below which that is so, as pprof states it.
    #[serde(skip)]
    pub calls_dropped_below: i64,
    /// How many frames there are that weigh enough; rows past the limit are among them.
    pub candidates: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Returns the absolute value of a share of `whole`, cut to an integer.
pub(super) fn fraction_of(whole: i64, fraction: f64) -> i64 {
    ((whole as f64 * fraction) as i64).wrapping_abs()
}
