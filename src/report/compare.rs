//! Two sides of profiles, made comparable: what diffs, differential flame graphs and budgets begin with.

use serde::Serialize;

use super::change::{Change, Point, Presence, Significance};
use super::normalize::{Measured, Normalization, Normalize, normalization};
use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{FlatAndCum, Frames, Interrupt, Measure, StackWeights, flat_and_cum_until};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, unit};
use crate::transform::Selection;

/// Which values are compared, and how they become comparable.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompareOptions {
    /// Which values, and how to show them.
    ///
    /// The column is that of the first new profile; in the others the column of the same name is taken. Values are
    /// sums, whatever the averaging.
    pub values: ValueOptions,
    /// What is made equal before values are compared.
    pub normalize: Normalize,
    /// From 0 to 1: a change is no noise if it would be chance in less than `1 - confidence` of all cases.
    pub confidence: f64,
}

impl Default for CompareOptions {
    /// Compares the first column, in one unit that fits all values, at 95 %.
    fn default() -> Self {
        Self { values: ValueOptions::default(), normalize: Normalize::Auto, confidence: 0.95 }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Side {
    /// Which profile it is; the first one of several.
    pub summary: Summary,
    /// How many profiles there are.
    pub profiles: usize,
}

/// How chance was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// Samples were counted.
    Counts,
    /// Profiles were taken as repetitions.
    Repetitions,
    /// It was not: there is one profile a side, and their samples cannot be counted.
    None,
}

/// A profile of one side.
pub(super) struct Run<'a, 'p> {
    pub(super) selection: &'a Selection<'p>,
    pub(super) weights: StackWeights,
    pub(super) counts: Counts,
    /// What values are multiplied by to be comparable.
    pub(super) factor: f64,
}

/// How many samples a value is made of.
pub(super) enum Counts {
    /// Nobody knows.
    Unknown,
    /// One for each so much of the value.
    Each(f64),
    /// One for each so much of another column.
    Column(Box<StackWeights>, f64),
}

/// Values of each frame, and those that tell how many samples there are.
pub(super) struct RunSums {
    pub(super) values: FlatAndCum,
    pub(super) counts: Option<FlatAndCum>,
}

/// Two sides, made comparable.
pub(super) struct Comparison<'a, 'p> {
    pub(super) old: Vec<Run<'a, 'p>>,
    pub(super) new: Vec<Run<'a, 'p>>,
    pub(super) normalization: Normalization,
    pub(super) significance: Significance,
    values: ValueOptions,
}

impl<'a, 'p> Comparison<'a, 'p> {
    /// Makes two sides comparable.
    ///
    /// # Errors
    /// [`ErrorKind::Incompatible`] if a profile has no such column or a unit that does not convert,
    /// [`ErrorKind::Argument`] if a side is empty or cannot be normalized.
    pub(super) fn new(old: &'a [Selection<'p>], new: &'a [Selection<'p>], options: &CompareOptions) -> Result<Self> {
        let [first, ..] = new else {
            return Err(Error::new(ErrorKind::Argument, "there is no new profile to compare"));
        };
        if !(0.0..1.0).contains(&options.confidence) {
            return Err(Error::new(ErrorKind::Argument, "the confidence is not from 0 up to 1"));
        }
        let wanted = first.profile().sample_types()[options.values.sample_type];
        let (kind, unit) = first.profile().value_type_names(wanted);
        let run = |side: &str, row: usize, selection: &'a Selection<'p>| -> Result<Run<'a, 'p>> {
            let place = || format!("{side} profile {}", row + 1);
            let column = column_named(selection.profile(), kind).map_err(|error| error.at(place()))?;
            let own_unit = selection.profile().str(selection.profile().sample_types()[column].unit);
            if !unit::are_convertible(own_unit, unit) {
                let message = format!("units of {kind} do not convert: {own_unit} and {unit}");
                return Err(Error::new(ErrorKind::Incompatible, message).at(place()));
            }
            let mut measure = Measure::of(column);
            measure.whole = options.values.whole;
            let (weights, counts) = (StackWeights::new(selection, measure), Counts::new(selection, measure));
            Ok(Run { selection, weights, counts, factor: unit::convert(1, own_unit, unit).0 })
        };
        let runs = |side: &str, selections: &'a [Selection<'p>]| {
            selections.iter().enumerate().map(|(row, selection)| run(side, row, selection)).collect::<Result<Vec<_>>>()
        };
        let (mut old, mut new) = (runs("old", old)?, runs("new", new)?);
        let normalization =
            normalization(&options.normalize, options.values.sample_type, &measured(&old), &measured(&new))?;
        for (run, factor) in old.iter_mut().zip(&normalization.old_factors) {
            run.factor *= factor;
        }
        for (run, factor) in new.iter_mut().zip(&normalization.new_factors) {
            run.factor *= factor;
        }
        let significance = Significance::new(options.confidence);
        Ok(Self { old, new, normalization, significance, values: options.values.clone() })
    }

    /// Returns the runs of both sides, the old ones first.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Run<'a, 'p>> {
        self.old.iter().chain(&self.new)
    }

    /// Says what the old and the new side are.
    pub(super) fn sides(&self) -> (Option<Side>, Side) {
        let side = |runs: &[Run<'_, 'p>]| {
            let profile = runs.first()?.selection.profile();
            let column = column_named(profile, self.kind()).expect("the column was found before");
            let summary = Summary::new(profile, &ValueOptions::new(column, "auto"));
            Some(Side { summary, profiles: runs.len() })
        };
        (side(&self.old), side(&self.new).expect("there is a new profile"))
    }

    /// Returns the name of the column that is compared.
    fn kind(&self) -> &'p str {
        let profile = self.new[0].selection.profile();
        profile.str(profile.sample_types()[self.values.sample_type].kind)
    }

    /// Returns how values are shown.
    pub(super) fn scale(&self, new: &Side) -> ValueScale {
        ValueScale::of(&new.summary, &self.values)
    }

    /// Says how chance is judged.
    pub(super) fn test(&self) -> Test {
        if self.old.len() > 1 || self.new.len() > 1 {
            Test::Repetitions
        } else if self.runs().all(|run| !matches!(run.counts, Counts::Unknown)) {
            Test::Counts
        } else {
            Test::None
        }
    }

    /// Compares the sums of the values of all samples, whatever the filters.
    pub(super) fn totals(&self) -> Change {
        let points = |runs: &[Run<'_, '_>]| -> Vec<Point> { runs.iter().map(Run::total).collect() };
        self.compare(&points(&self.old), &points(&self.new), Presence { in_old: true, in_new: true })
    }

    /// Compares what the profiles of both sides say of one thing.
    pub(super) fn compare(&self, old: &[Point], new: &[Point], presence: Presence) -> Change {
        self.significance.compare(old, new, presence)
    }
}

fn measured<'r, 'p>(runs: &'r [Run<'r, 'p>]) -> Vec<Measured<'r, 'p>> {
    let measured =
        |run: &'r Run<'r, 'p>| Measured { selection: run.selection, weights: &run.weights, unit_factor: run.factor };
    runs.iter().map(measured).collect()
}

/// Returns the column of a profile with a name.
///
/// # Errors
/// [`ErrorKind::Incompatible`] if there is none.
pub(super) fn column_named(profile: &Profile, kind: &str) -> Result<usize> {
    let kinds = || profile.sample_types().iter().map(|value_type| profile.str(value_type.kind));
    kinds().position(|other| other == kind).ok_or_else(|| {
        let message = format!("the profile has no {kind:?}; it has {}", kinds().collect::<Vec<_>>().join(", "));
        Error::new(ErrorKind::Incompatible, message)
    })
}

impl Run<'_, '_> {
    /// Adds up values and counts for each frame; `None` if it was interrupted.
    pub(super) fn sums(&self, frames: &Frames<'_>, interrupt: &Interrupt) -> Option<RunSums> {
        let values = flat_and_cum_until(self.selection, frames, &self.weights, interrupt)?;
        let counts = match &self.counts {
            Counts::Column(weights, _) => Some(flat_and_cum_until(self.selection, frames, weights, interrupt)?),
            Counts::Each(_) | Counts::Unknown => None,
        };
        Some(RunSums { values, counts })
    }

    /// Makes a point of a value and the sum of the same samples in the column of counts.
    pub(super) fn point(&self, value: i64, in_counts: i64) -> Point {
        let count = match &self.counts {
            Counts::Unknown => None,
            Counts::Each(each) => Some((value as f64 / each).abs()),
            Counts::Column(_, each) => Some((in_counts as f64 / each).abs()),
        };
        Point { value, factor: self.factor, count }
    }

    /// Makes a point of the sum of all samples.
    pub(super) fn total(&self) -> Point {
        let in_counts = if let Counts::Column(weights, _) = &self.counts { weights.total() } else { 0 };
        self.point(self.weights.total(), in_counts)
    }
}

impl Counts {
    /// Finds what tells how many samples the values of a column are made of.
    fn new(selection: &Selection<'_>, measure: Measure) -> Self {
        let profile = selection.profile();
        let column = measure.sample_type;
        let Some((counted, each)) = counting_column(profile, column) else { return Self::Unknown };
        if counted == column {
            return Self::Each(each);
        }
        // Where all samples are worth the same, no other column is needed.
        let samples = profile.samples();
        let pairs = samples.column(column).zip(samples.column(counted));
        let mut worths =
            pairs.clone().filter(|&(_, count)| count != 0).map(|(value, count)| value as f64 / count as f64);
        if let Some(worth) = worths.next().filter(|&worth| worth != 0.0)
            && pairs.into_iter().all(|(value, count)| value as f64 == count as f64 * worth)
        {
            return Self::Each(worth.abs() * each);
        }
        let counted = Measure { sample_type: counted, ..measure };
        Self::Column(Box::new(StackWeights::new(selection, counted)), each)
    }
}

/// Returns the column that counts the samples of another, and how much of it is one sample.
fn counting_column(profile: &Profile, column: usize) -> Option<(usize, f64)> {
    let names = |column: usize| profile.value_type_names(profile.sample_types()[column]);
    let (kind, unit) = names(column);
    let header = profile.header();
    let period_unit = profile.str(header.period_type.unit);
    let period_in = |unit: &str| {
        let is_known = header.period > 0 && unit::are_convertible(period_unit, unit);
        is_known.then(|| unit::convert(header.period, period_unit, unit).0)
    };
    let position = |wanted: &str| (0..profile.sample_types().len()).find(|&column| names(column).0 == wanted);
    // Objects are estimated from samples, which are taken by their size.
    if let Some(space) = kind.strip_suffix("objects").and_then(|prefix| position(&format!("{prefix}space"))) {
        return period_in(names(space).1).map(|each| (space, each));
    }
    if kind.ends_with("space") {
        return period_in(unit).map(|each| (column, each));
    }
    if unit == "count" {
        return Some((column, 1.0));
    }
    let counted = ["samples", "sample", "contentions"].into_iter().find_map(position);
    match counted.filter(|&counted| names(counted).1 == "count") {
        Some(counted) => Some((counted, 1.0)),
        None => period_in(unit).map(|each| (column, each)),
    }
}
