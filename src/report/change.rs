//! How a value changed from one side to the other, and whether that can be chance.

use serde::Serialize;

use super::statistics::{normal_p, normal_quantile, student_p, student_quantile};

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is in no old profile.
    New,
    /// It is in no new profile.
    Removed,
    /// It weighs more.
    Grown,
    /// It weighs less.
    Shrunk,
    /// It weighs the same.
    Same,
}

impl Status {
    /// Returns the word for it: `new`, `removed`, `grown`, `shrunk` or `same`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Removed => "removed",
            Self::Grown => "grown",
            Self::Shrunk => "shrunk",
            Self::Same => "same",
        }
    }
}

/// How a value changed from the old side to the new one.
///
/// Values are in the unit of the report's scale. If a side has several profiles, its value is the
/// mean of what they say; the old side is normalized, as the report tells. Values that were scaled
/// or averaged are rounded.
///
/// # Chance
///
/// `p` is the chance that two sides which do not differ differ at least so much. How it is found
/// depends on how many profiles there are.
///
/// **One profile a side.** A profile of samples counts events, so its counts are taken to be
/// Poisson distributed. A frame with `b` old and `n` new samples, each worth `u` (scaled by the
/// normalization) and `w`, changed by `D = n·w - b·u`. If nothing has changed, `n` of the `n + b`
/// samples are new with the chance `r / (1 + r)`, `r = u / w`: the conditional test of Przyborowski and
/// Wilenski (1940). Its normal approximation, with the correction for continuity, is
///
/// `z = (|D| - (w + u) / 2) / √(w·u·(n + b))`, at least 0.
///
/// With `n + b` given, `D` moves in steps of `w + u` and has the variance `w·u·(n + b)`. Without
/// normalization and with equal weights this is `(|n - b| - 1) / √(n + b)`.
/// The interval of `delta` takes the variance of the difference itself, `n·w² + b·u²`, if that is larger.
///
/// **Several profiles on both sides.** They are taken to be repetitions, and their means `O` and `N` are
/// compared by Welch's test: `t = (N - O) / √(s²/k + s'²/k')`, with sample variances `s²` and `s'²`,
/// `k` and `k'` profiles, and degrees of freedom after Welch and Satterthwaite.
///
/// **Several on one side, one on the other.** The single one is taken to vary as the others do:
/// Student's test with the variance `s²·(1 + 1/k)` and `k - 1` degrees of freedom.
///
/// A few repetitions may agree by luck. So with several profiles the variance of the difference is at
/// least that of the counts, `w·u·(n + b) / (k·k')` with the samples of all, where samples can be counted.
///
/// Samples are counted by the column of counts if there is one (`samples`, `contentions`), else as the
/// value over the period; if there is neither, one profile a side gives no `p`, and nothing is noise.
/// Events of one value are assumed: delays that vary much are noisier than `p` says. With many rows, some
/// have a small `p` by chance: of a hundred that do not differ, five are below 0.05.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// The old value.
    pub old: i64,
    /// The new value.
    pub new: i64,
    /// The new value less the old one.
    pub delta: i64,
    /// The new value over the old one; `None` if the old one is 0.
    pub ratio: Option<f64>,
    /// What became of it.
    pub status: Status,
    /// How far from `delta` the true difference may be, at the confidence asked for; `None` if it is not known.
    pub margin: Option<i64>,
    /// The chance of so large a difference if nothing has changed; `None` if it is not known.
    pub p: Option<f64>,
    /// Whether `p` is above what the confidence allows, so that the difference may be chance.
    pub is_noise: bool,
}

impl Change {
    /// Returns whether there is a difference, and it may be chance.
    pub fn is_chance(&self) -> bool {
        self.is_noise && self.delta != 0
    }
}

/// What one profile says of one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// The value as it was measured.
    pub(super) value: i64,
    /// What it is multiplied by.
    pub(super) factor: f64,
    /// How many samples it is made of; `None` if that cannot be told.
    pub(super) count: Option<f64>,
}

impl Point {
    fn scaled(&self) -> f64 {
        self.value as f64 * self.factor
    }
}

/// On which sides something is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presence {
    pub(super) in_old: bool,
    pub(super) in_new: bool,
}

/// Decides what is noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Significance {
    confidence: f64,
    /// How far from 0 a normal variable is with that confidence.
    quantile: f64,
}

/// The mean of one side, as a whole number of units.
pub(super) fn rounded_mean(points: &[Point]) -> i64 {
    match points {
        [only] if only.factor == 1.0 => only.value,
        _ => mean(points).round() as i64, // It saturates.
    }
}

fn mean(points: &[Point]) -> f64 {
    points.iter().map(Point::scaled).sum::<f64>() / points.len() as f64
}

/// The sample variance; 0 for a single point.
fn variance(points: &[Point]) -> f64 {
    let mean = mean(points);
    let squares: f64 = points.iter().map(|point| (point.scaled() - mean).powi(2)).sum();
    squares / (points.len() as f64 - 1.0).max(1.0)
}

/// How a difference that is chance is distributed.
struct Spread {
    /// Standard error of the difference if nothing has changed.
    null_error: f64,
    /// Standard error of the difference as it was measured.
    error: f64,
    /// Half the step that the difference can make; 0 if it is continuous.
    half_step: f64,
    /// Degrees of freedom of Student's distribution; `None` for the normal one.
    freedom: Option<f64>,
}

impl Significance {
    /// Calls noise what may be chance at `confidence`, such as 0.95.
    pub(super) fn new(confidence: f64) -> Self {
        Self { confidence, quantile: normal_quantile(confidence) }
    }

    /// Compares what the profiles of two sides say; there is at least one of each.
    pub(super) fn compare(&self, old: &[Point], new: &[Point], presence: Presence) -> Change {
        let (old_value, new_value) = (rounded_mean(old), rounded_mean(new));
        let delta = new_value.saturating_sub(old_value);
        let (old_mean, difference) = (mean(old), mean(new) - mean(old));
        let spread = spread(old, new);
        let p = spread.as_ref().map(|spread| {
            let distance = (difference.abs() - spread.half_step).max(0.0);
            // Without any spread, what differs at all does so for certain.
            let steps = if distance == 0.0 { 0.0 } else { distance / spread.null_error };
            spread.freedom.map_or_else(|| normal_p(steps), |freedom| student_p(steps, freedom))
        });
        let margin = spread.map(|spread| {
            let quantile = spread.freedom.map_or(self.quantile, |freedom| student_quantile(self.confidence, freedom));
            (spread.error * quantile).round() as i64
        });
        Change {
            old: old_value,
            new: new_value,
            delta,
            ratio: (old_value != 0).then(|| mean(new) / old_mean),
            status: status(delta, presence),
            margin,
            p,
            is_noise: p.is_some_and(|p| p > 1.0 - self.confidence),
        }
    }
}

fn status(delta: i64, presence: Presence) -> Status {
    match (delta.signum(), presence.in_old, presence.in_new) {
        (0, ..) => Status::Same,
        (_, false, true) => Status::New,
        (_, true, false) => Status::Removed,
        (1, ..) => Status::Grown,
        _ => Status::Shrunk,
    }
}

/// Returns how the difference of two sides spreads; `None` if there is one profile a side and samples cannot be counted.
fn spread(old: &[Point], new: &[Point]) -> Option<Spread> {
    let counting = counting_spread(old, new);
    let (old_runs, new_runs) = (old.len() as f64, new.len() as f64);
    let (old_variance, new_variance) = (variance(old), variance(new));
    let (squared_error, freedom) = match (old.len(), new.len()) {
        (1, 1) => return counting,
        (1, _) => (new_variance * (1.0 + 1.0 / new_runs), new_runs - 1.0),
        (_, 1) => (old_variance * (1.0 + 1.0 / old_runs), old_runs - 1.0),
        _ => {
            let (old_part, new_part) = (old_variance / old_runs, new_variance / new_runs);
            let sum = old_part + new_part;
            let freedom = sum * sum / (old_part * old_part / (old_runs - 1.0) + new_part * new_part / (new_runs - 1.0));
            (sum, if sum > 0.0 { freedom } else { old_runs + new_runs - 2.0 })
        }
    };
    let least = counting.map_or(0.0, |spread| spread.null_error);
    let error = squared_error.sqrt().max(least);
    Some(Spread { null_error: error, error, half_step: 0.0, freedom: Some(freedom) })
}

/// Returns how the difference spreads because samples are counted.
fn counting_spread(old: &[Point], new: &[Point]) -> Option<Spread> {
    let count = |points: &[Point]| points.iter().map(|point| point.count).sum::<Option<f64>>();
    let value = |points: &[Point]| points.iter().map(|point| point.scaled().abs()).sum::<f64>();
    let (old_count, new_count) = (count(old)?, count(new)?);
    if old_count + new_count <= 0.0 {
        return None;
    }
    // What a sample is worth; a side without samples tells nothing of its own.
    let worth = |points, count: f64| (count > 0.0).then(|| value(points) / count).filter(|&worth| worth > 0.0);
    let (old_worth, new_worth) = (worth(old, old_count), worth(new, new_count));
    let factor = |points: &[Point]| points.iter().map(|point| point.factor).sum::<f64>() / points.len() as f64;
    // The same in both profiles, but for the normalization.
    let old_worth_else = |new_worth: f64| new_worth * factor(old) / factor(new);
    let new_worth_else = |old_worth: f64| old_worth * factor(new) / factor(old);
    let (u, w) = match (old_worth, new_worth) {
        (Some(u), Some(w)) => (u, w),
        (Some(u), None) => (u, new_worth_else(u)),
        (None, Some(w)) => (old_worth_else(w), w),
        (None, None) => return None,
    };
    let (old_runs, new_runs) = (old.len() as f64, new.len() as f64);
    let null_variance = w * u * (new_count + old_count) / (old_runs * new_runs);
    // A side without samples seems not to vary at all; it does, as the other one shows.
    let variance = new_count * (w / new_runs).powi(2) + old_count * (u / old_runs).powi(2);
    let half_step = (w / new_runs + u / old_runs) / 2.0;
    Some(Spread {
        null_error: null_variance.sqrt(),
        error: variance.max(null_variance).sqrt(),
        half_step,
        freedom: None,
    })
}
