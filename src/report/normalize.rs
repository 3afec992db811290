//! What makes two profiles comparable that were not measured equally long.

use regex::Regex;
use serde::Serialize;

use super::info::{ProfileKind, profile_kind};
use crate::aggregate::{StackWeights, matched};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;
use crate::transform::{Filter, Selection, select};

/// What is made equal on both sides before they are compared.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Normalize {
    /// The duration if values add up while a profile is taken, as processor time, waiting and allocations do, and
    /// all profiles say how long that took, and not the same within 2 %; nothing if values are a state, as memory in use
    /// or threads are.
    ///
    /// Of two runs that did the same work, the faster one is then shown at its own length: to see what it saved,
    /// compare values as they are.
    #[default]
    Auto,
    /// Nothing: values are compared as they are.
    None,
    /// The sum of the values of all samples: shares are compared.
    Total,
    /// How long it took.
    Duration,
    /// What the frames weigh, with all that they call, that an expression matches.
    Matching(Regex),
}

/// Durations that differ by a smaller part of themselves were meant to be the same.
const SAME_DURATION: f64 = 0.02;

/// What was made equal on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Equalized {
    /// Nothing.
    None,
    /// The sum of the values of all samples.
    Total,
    /// How long it took.
    Duration,
    /// What an expression matches.
    Matching,
}

/// How the values of two sides were made comparable.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Normalization {
    /// What was made equal.
    pub equal: Equalized,
    /// The expression, if what it matches was made equal.
    pub expression: Option<String>,
    /// What the values of each old profile were multiplied by, units apart.
    pub old_factors: Vec<f64>,
    /// What the values of each new profile were multiplied by, units apart; 1 if there is only one.
    pub new_factors: Vec<f64>,
}

impl Normalization {
    /// Returns whether all values are compared as they are.
    pub fn is_identity(&self) -> bool {
        self.old_factors.iter().chain(&self.new_factors).all(|&factor| factor == 1.0)
    }

    /// Says in a few words what was made equal: `equal durations`, for example.
    pub fn describe(&self) -> String {
        match self.equal {
            Equalized::None => "values as measured".to_owned(),
            Equalized::Total => "equal totals".to_owned(),
            Equalized::Duration => "equal durations".to_owned(),
            Equalized::Matching => {
                format!("equal values of what matches {}", self.expression.as_deref().unwrap_or_default())
            }
        }
    }
}

/// A profile to be made comparable, and what its samples weigh in all.
pub(super) struct Measured<'a, 'p> {
    pub(super) selection: &'a Selection<'p>,
    pub(super) weights: &'a StackWeights,
    /// What values are multiplied by to be in the unit of all.
    pub(super) unit_factor: f64,
}

/// Finds what values are multiplied by so that all profiles measure as much as the new ones do on average.
///
/// # Errors
/// [`ErrorKind::Argument`] if a profile does not have what is to be equal.
pub(super) fn normalization(
    normalize: &Normalize,
    column: usize,
    old: &[Measured<'_, '_>],
    new: &[Measured<'_, '_>],
) -> Result<Normalization> {
    let identity = |equal| Normalization {
        equal,
        expression: None,
        old_factors: vec![1.0; old.len()],
        new_factors: vec![1.0; new.len()],
    };
    let (equal, what) = match normalize {
        Normalize::None => return Ok(identity(Equalized::None)),
        Normalize::Auto => {
            let durations = || old.iter().chain(new).map(duration);
            let (shortest, longest) = (durations().fold(f64::INFINITY, f64::min), durations().fold(0.0, f64::max));
            let adds_up = adds_up(new[0].selection.profile(), column);
            if !adds_up || shortest <= 0.0 || longest <= shortest * (1.0 + SAME_DURATION) {
                return Ok(identity(Equalized::None));
            }
            (Equalized::Duration, "duration")
        }
        Normalize::Duration => (Equalized::Duration, "duration"),
        Normalize::Total => (Equalized::Total, "value"),
        Normalize::Matching(_) => (Equalized::Matching, "value of what matches"),
    };
    let amount = |profile: &Measured<'_, '_>| match normalize {
        Normalize::Total => Ok(profile.weights.total() as f64 * profile.unit_factor),
        Normalize::Matching(regex) => weight_of_matches(profile, column, new[0].selection.profile(), regex),
        _ => Ok(duration(profile)),
    };
    let amounts = |side: &[Measured<'_, '_>], name: &str| -> Result<Vec<f64>> {
        let amounts = side.iter().map(amount).collect::<Result<Vec<f64>>>()?;
        match amounts.iter().position(|&amount| amount <= 0.0) {
            Some(row) => {
                let message = format!("cannot normalize: {name} profile {} has no {what}", row + 1);
                Err(Error::new(ErrorKind::Argument, message))
            }
            None => Ok(amounts),
        }
    };
    let (old, new) = (amounts(old, "old")?, amounts(new, "new")?);
    let wanted = if let [only] = *new { only } else { new.iter().sum::<f64>() / new.len() as f64 };
    let factors = |amounts: Vec<f64>| amounts.into_iter().map(|amount| wanted / amount).collect();
    let expression = if let Normalize::Matching(regex) = normalize { Some(regex.as_str().to_owned()) } else { None };
    Ok(Normalization { equal, expression, old_factors: factors(old), new_factors: factors(new) })
}

fn duration(profile: &Measured<'_, '_>) -> f64 {
    profile.selection.profile().header().duration_nanos as f64
}

/// Returns whether the values of a column grow while the profile is taken.
fn adds_up(profile: &Profile, column: usize) -> bool {
    let kind = profile.str(profile.sample_types()[column].kind);
    let is_state = kind.starts_with("inuse") || matches!(kind, "space" | "objects");
    !is_state && profile_kind(profile) != ProfileKind::Threads
}

/// Returns what matches in a whole profile, whatever else is left out.
fn weight_of_matches(profile: &Measured<'_, '_>, column: usize, names: &Profile, regex: &Regex) -> Result<f64> {
    let kind = names.str(names.sample_types()[column].kind);
    let profile_column = super::compare::column_named(profile.selection.profile(), kind)?;
    let (whole, _) = select(profile.selection.profile(), &Filter::default())?;
    let weights = StackWeights::new(&whole, crate::aggregate::Measure::of(profile_column));
    let [found] = matched(&whole, regex, [&weights]);
    Ok(found.cum as f64 * profile.unit_factor)
}
