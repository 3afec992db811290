//! Whether profiles keep to budgets.

use serde::Serialize;

use super::budget::{Budget, Limit, LimitKind};
use super::change::{Change, Point, Presence, rounded_mean};
use super::compare::{CompareOptions, Comparison, Counts, Run, Side, Test};
use super::normalize::Normalization;
use super::order::Order;
use super::summary::ValueScale;
use crate::aggregate::matched;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::unit;
use crate::transform::Selection;

/// What growth breaks a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Growth {
    /// One past the limit that is more than chance may be.
    #[default]
    Significant,
    /// Any past the limit.
    Any,
}

/// What it takes to keep to budgets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// That none is broken.
    #[default]
    Lenient,
    /// That none is broken and each is about something that is there.
    Strict,
}

/// How to check budgets.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CheckOptions {
    /// Which values are checked, and how old ones become comparable.
    pub compare: CompareOptions,
    /// What growth breaks a budget.
    pub growth: Growth,
}

/// Whether a budget is kept to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It is.
    Ok,
    /// There is more than it allows.
    Broken,
    /// There is more growth than it allows, but no more than chance may be.
    Noise,
    /// No frame matches; nothing is not too much, but the expression may be out of date.
    Unmatched,
}

impl Verdict {
    /// Returns the word for it: `ok`, `broken`, `noise` or `unmatched`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Broken => "broken",
            Self::Noise => "noise",
            Self::Unmatched => "unmatched",
        }
    }
}

/// A budget, and what was found. Values are in the unit of the report's scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CheckRow {
    /// What the budget is called.
    pub name: String,
    /// Which frames it is about.
    pub expression: String,
    /// What counts of them.
    pub measure: Order,
    /// What is limited.
    pub kind: LimitKind,
    /// How much there may be.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub limit: Limit,
    /// What the frames weigh now, on average of several profiles.
    pub value: i64,
    /// That as a share of the whole; 1 is all of it.
    pub share: f64,
    /// How it changed, for budgets of growth.
    pub change: Option<Change>,
    /// Whether the budget is kept to.
    pub verdict: Verdict,
}

/// Whether profiles keep to budgets.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Check {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// What is checked.
    pub new: Side,
    /// What growth is measured from.
    pub old: Option<Side>,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// How old values were made comparable.
    pub normalization: Normalization,
    /// How chance was judged.
    pub test: Test,
    /// From 0 to 1: how sure it has to be that a growth is none.
    pub confidence: f64,
    /// What shares are of: the sum of the absolute values of all samples, on average of several profiles.
    pub total: i64,
    /// The budgets, as they were given.
    pub rows: Vec<CheckRow>,
}

impl Check {
    /// Returns whether all budgets are kept to.
    pub fn is_met(&self, strictness: Strictness) -> bool {
        self.rows.iter().all(|row| match row.verdict {
            Verdict::Ok | Verdict::Noise => true,
            Verdict::Broken => false,
            Verdict::Unmatched => strictness == Strictness::Lenient,
        })
    }
}

/// Checks whether profiles keep to budgets; growth is measured from old ones, which may be none.
///
/// What an expression matches weighs what the samples do in whose stack some frame matches, each
/// sample once. Several profiles of one side are repetitions: their mean is checked.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, Budget, CheckOptions, Strictness};
/// use rpprof::transform::Selection;
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let sorting = regex::Regex::new(r"^sort\.").expect("it is valid");
/// let budgets = [Budget::new(sorting, "10%".parse()?)];
/// let check = report::check(&[Selection::all(&profile)], &[], &budgets, &CheckOptions::default())?;
/// assert!(!check.is_met(Strictness::Lenient), "sorting takes more than a tenth");
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// Those of [`diff`](super::diff()), but for the old side, which may be empty unless growth is limited;
/// [`ErrorKind::Argument`] if a limit has a unit that the values do not convert to.
///
/// # Panics
/// If the first new profile has no such sample type.
pub fn check(
    new: &[Selection<'_>],
    old: &[Selection<'_>],
    budgets: &[Budget],
    options: &CheckOptions,
) -> Result<Check> {
    let comparison = Comparison::new(old, new, &options.compare)?;
    let (old_side, new_side) = comparison.sides();
    let totals: Vec<Point> = comparison.new.iter().map(Run::total).collect();
    let total = rounded_mean(&totals);
    let (unit, divide_by) = (&*new_side.summary.unit, options.compare.values.divide_by);
    let checker = Checker { comparison: &comparison, unit, total, divide_by, growth: options.growth };
    let rows = budgets.iter().map(|budget| checker.row(budget)).collect::<Result<Vec<CheckRow>>>()?;
    let mut scale = comparison.scale(&new_side);
    scale.fit(rows.iter().map(|row| (row.value, 0)), total, false);
    Ok(Check {
        version: 1,
        new: new_side,
        old: old_side,
        scale,
        test: comparison.test(),
        confidence: options.compare.confidence,
        total,
        rows,
        normalization: comparison.normalization,
    })
}

struct Checker<'c, 'a, 'p> {
    comparison: &'c Comparison<'a, 'p>,
    /// The unit of the values.
    unit: &'c str,
    total: i64,
    /// What values are divided by before they are shown, and so before they are compared with amounts.
    divide_by: f64,
    growth: Growth,
}

/// What one side says of a budget.
struct Found {
    points: Vec<Point>,
    is_found: bool,
}

impl Checker<'_, '_, '_> {
    fn row(&self, budget: &Budget) -> Result<CheckRow> {
        let new = found(&self.comparison.new, budget);
        let value = rounded_mean(&new.points);
        let (change, verdict) = match budget.kind {
            LimitKind::Max => (None, self.max_verdict(budget, &new)?),
            LimitKind::MaxGrowth => {
                let (change, verdict) = self.growth_verdict(budget, &new)?;
                (Some(change), verdict)
            }
        };
        Ok(CheckRow {
            name: budget.name.clone(),
            expression: budget.frames.as_str().to_owned(),
            measure: budget.measure,
            kind: budget.kind,
            limit: budget.limit.clone(),
            value,
            share: if self.total == 0 { 0.0 } else { value as f64 / self.total as f64 },
            change,
            verdict,
        })
    }

    fn max_verdict(&self, budget: &Budget, new: &Found) -> Result<Verdict> {
        let allowed = self.allowed(budget, self.total)?;
        Ok(match rounded_mean(&new.points) as f64 {
            _ if !new.is_found => Verdict::Unmatched,
            value if value > allowed => Verdict::Broken,
            _ => Verdict::Ok,
        })
    }

    fn growth_verdict(&self, budget: &Budget, new: &Found) -> Result<(Change, Verdict)> {
        if self.comparison.old.is_empty() {
            let message = format!("the growth of {} needs an old profile to be measured from", budget.name);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let old = found(&self.comparison.old, budget);
        let presence = Presence { in_old: old.is_found, in_new: new.is_found };
        let change = self.comparison.compare(&old.points, &new.points, presence);
        let allowed = self.allowed(budget, change.old)?;
        let verdict = if !old.is_found && !new.is_found {
            Verdict::Unmatched
        } else if change.delta as f64 <= allowed {
            Verdict::Ok
        } else if self.growth == Growth::Significant && change.is_noise {
            Verdict::Noise
        } else {
            Verdict::Broken
        };
        Ok((change, verdict))
    }

    /// Returns how much a budget allows, if shares are of `whole`.
    fn allowed(&self, budget: &Budget, whole: i64) -> Result<f64> {
        match &budget.limit {
            Limit::Share(share) => Ok(share * whole as f64),
            Limit::Value { amount, unit } if unit.is_empty() => Ok(amount * self.divide_by),
            Limit::Value { amount, unit } if unit::are_convertible(unit, self.unit) => {
                Ok(amount * unit::convert(1, unit, self.unit).0 * self.divide_by)
            }
            limit => {
                let message = format!("the limit {limit} of {} does not fit values in {}", budget.name, self.unit);
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

/// Adds up what the frames of a budget weigh in each profile of a side.
fn found(runs: &[Run<'_, '_>], budget: &Budget) -> Found {
    let mut found = Found { points: Vec::new(), is_found: false };
    for run in runs {
        let counted = if let Counts::Column(weights, _) = &run.counts { weights } else { &run.weights };
        let [values, counts] = matched(run.selection, &budget.frames, [&run.weights, counted]);
        found.is_found |= values.is_found;
        found.points.push(match budget.measure {
            Order::Flat => run.point(values.flat, counts.flat),
            Order::Cum => run.point(values.cum, counts.cum),
        });
    }
    found
}
