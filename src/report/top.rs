//! The table of frames by what they weigh.

use std::cmp::Ordering;

use serde::Serialize;

use super::coverage::{Coverage, fraction_of};
use super::order::{Negative, Order};
use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{
    Amount, FlatAndCum, Frame, FrameId, FrameOptions, Frames, Inlining, flat_and_cum, flat_and_cum_divisors,
    frames_and_weights, inlining,
};
use crate::transform::Selection;

/// How to make a [`Top`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TopOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// What makes places the same row.
    pub frames: FrameOptions,
    /// By what rows are sorted.
    pub order: Order,
    /// How many rows there may be; 0 for all.
    pub limit: usize,
    /// Frames whose cumulative value is a smaller share of the whole are dropped.
    pub node_fraction: f64,
    /// Calls of a smaller share do not count for the marks of inlined frames.
    pub edge_fraction: f64,
    /// What becomes of frames that weigh less than nothing.
    pub negative: Negative,
}

impl Default for TopOptions {
    /// Takes pprof's defaults, and the first sample type.
    fn default() -> Self {
        Self {
            values: ValueOptions::default(),
            frames: FrameOptions::default(),
            order: Order::Flat,
            limit: 0,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            negative: Negative::Keep,
        }
    }
}

/// A row of a [`Top`]. Values are in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopRow {
    /// The frame's name.
    pub name: String,
    /// Whether it was inlined.
    pub inline: Inlining,
    /// What it weighs itself.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// What the percentage of `flat` is computed from: `flat`, or the sum that it is the mean of.
    #[serde(skip)]
    pub flat_weight: i64,
    /// The same for `cum`.
    #[serde(skip)]
    pub cum_weight: i64,
}

impl TopRow {
    /// Returns what stands behind the name: `(inline)`, `(partial-inline)` or nothing.
    pub fn inline_mark(&self) -> &'static str {
        match self.inline {
            Inlining::None => "",
            Inlining::Partial => "(partial-inline)",
            Inlining::Full => "(inline)",
        }
    }
}

/// The frames of a selection by what they weigh.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Top {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// How much of the profile the rows are.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// The rows.
    pub rows: Vec<TopRow>,
    /// The frame of each row.
    #[serde(skip)]
    pub(super) frames: Vec<FrameId>,
}

/// Makes the table of frames by what they weigh (pprof's `top`).
///
/// # Panics
/// If the profile has no such sample type.
pub fn top(selection: &Selection<'_>, options: &TopOptions) -> Top {
    let profile = selection.profile();
    let summary = Summary::new(profile, &options.values);
    let (frames, weights) = frames_and_weights(selection, options.frames, options.values.measure());
    let sums = flat_and_cum(selection, &frames, &weights);

    let mut rows: Vec<FrameId> = (0..frames.len())
        .map(FrameId::from_index)
        .filter(|id| {
            let (flat, cum) = (sums.flat[id.index()], sums.cum[id.index()]);
            let is_negative = flat < 0 || (flat == 0 && cum < 0);
            (flat != 0 || cum != 0) && (options.negative == Negative::Keep || !is_negative)
        })
        .collect();
    let whole: i64 = rows.iter().fold(0, |sum, id| sum.wrapping_add(sums.flat[id.index()]));
    let cutoff = fraction_of(whole, options.node_fraction);
    let found = rows.len();
    if cutoff > 0 {
        rows.retain(|id| sums.cum[id.index()].wrapping_abs() >= cutoff);
    }
    let candidates = rows.len();
    let mut rows = sorted(&frames, &sums, rows, options.order);
    if options.limit > 0 {
        rows.truncate(options.limit);
    }
    // As long as pprof drops nothing, calls from frames without a row count too.
    let mut is_chosen = vec![rows.len() == found; frames.len()];
    for row in &rows {
        is_chosen[row.id.index()] = true;
    }
    let divisors = flat_and_cum_divisors(selection, &frames, &weights);
    let marks = inlining(selection, &frames, &weights, &is_chosen, fraction_of(whole, options.edge_fraction));
    let row_frames = rows.iter().map(|row| row.id).collect();
    let rows: Vec<TopRow> = rows
        .into_iter()
        .map(|Named { id, name }| {
            let (flat, cum) = amounts(&sums, divisors.as_ref(), id);
            TopRow {
                name,
                inline: marks[id.index()],
                flat: flat.value(),
                cum: cum.value(),
                flat_weight: options.values.weight_of(flat),
                cum_weight: options.values.weight_of(cum),
            }
        })
        .collect();
    let total = weights.total();
    let total_weight = options.values.weight_of(weights.total_amount());
    let mut scale = ValueScale::of(&summary, &options.values);
    scale.fit(rows.iter().map(|row| (row.flat, row.cum)), total, false);
    Top {
        version: 1,
        coverage: Coverage {
            total,
            shown: options.values.shown(rows.iter().map(|row| (row.flat, row.flat_weight)), weights.total_amount()),
            total_weight,
            shown_weight: rows.iter().fold(0, |sum, row| sum.wrapping_add(row.flat_weight)),
            dropped: found - candidates,
            dropped_below: fraction_of(total_weight, options.node_fraction),
            candidates,
            ..Coverage::default()
        },
        rows,
        frames: row_frames,
        scale,
        summary,
    }
}

/// Returns the values of a frame with what they are to be divided by; sums decide what is shown in which order.
fn amounts(sums: &FlatAndCum, divisors: Option<&FlatAndCum>, id: FrameId) -> (Amount, Amount) {
    let index = id.index();
    let (flat, cum) = divisors.map_or((0, 0), |divisors| (divisors.flat[index], divisors.cum[index]));
    (Amount { sum: sums.flat[index], divisor: flat }, Amount { sum: sums.cum[index], divisor: cum })
}

/// A row with its name, which sorting needs.
struct Named {
    id: FrameId,
    name: String,
}

fn sorted(frames: &Frames<'_>, sums: &FlatAndCum, rows: Vec<FrameId>, order: Order) -> Vec<Named> {
    let values = |id: FrameId| {
        let (flat, cum) = (sums.flat[id.index()].wrapping_abs(), sums.cum[id.index()].wrapping_abs());
        match order {
            Order::Flat => (flat, cum),
            Order::Cum => (cum, flat),
        }
    };
    let mut rows: Vec<Named> = rows.into_iter().map(|id| Named { id, name: frames.frame(id).name() }).collect();
    rows.sort_by(|one, other| {
        let ((first, second), (other_first, other_second)) = (values(one.id), values(other.id));
        other_first
            .cmp(&first)
            .then_with(|| compare_names((frames.frame(one.id), &one.name), (frames.frame(other.id), &other.name)))
            .then_with(|| other_second.cmp(&second))
            .then_with(|| one.id.cmp(&other.id))
    });
    rows
}

/// Compares by address if both have one, else by name (pprof's `comparePrintableName`).
fn compare_names(one: (Frame<'_>, &str), other: (Frame<'_>, &str)) -> Ordering {
    match (one.0.address, other.0.address) {
        (one, other) if one != 0 && other != 0 && one != other => one.cmp(&other),
        _ => one.1.cmp(other.1),
    }
}
