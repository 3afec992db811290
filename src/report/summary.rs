//! What stands above every report: which profile it is, and of what.

use serde::Serialize;

use super::values::ValueOptions;
use crate::aggregate::{Averaging, base_name};
use crate::profile::{Profile, unit};

/// Which profile a report is made of, and which of its sample types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// File name of the main program.
    pub file: Option<String>,
    /// Build id of the main program.
    pub build_id: Option<String>,
    /// Comments of the producer, without those that begin with `#`.
    pub comments: Vec<String>,
    /// The sample type.
    pub sample_type: String,
    /// The unit of the sample type's values.
    pub unit: String,
    /// Where the profile is documented.
    pub doc_url: Option<String>,
    /// When collection began, in nanoseconds since 1970-01-01 UTC.
    pub time_nanos: Option<i64>,
    /// How long collection took, in nanoseconds.
    pub duration_nanos: Option<i64>,
}

impl Summary {
    /// Says which profile this is, and of which of its columns.
    ///
    /// # Panics
    /// If there is no such sample type.
    pub fn new(profile: &Profile, values: &ValueOptions) -> Self {
        let text = |id| Some(profile.str(id).to_owned()).filter(|text| !text.is_empty());
        let main = profile.symbols().mappings().first();
        let header = profile.header();
        let (kind, unit) = profile.value_type_names(profile.sample_types()[values.sample_type]);
        let is_mean = values.averaging == Averaging::Mean;
        Self {
            file: main.and_then(|main| text(main.file)).map(|file| base_name(&file).to_owned()),
            build_id: main.and_then(|main| text(main.build_id)),
            comments: header
                .comments
                .iter()
                .map(|&comment| profile.str(comment).to_owned())
                .filter(|comment| !comment.starts_with('#'))
                .collect(),
            sample_type: if is_mean { format!("mean_{kind}") } else { kind.to_owned() },
            unit: unit.to_owned(),
            doc_url: text(header.doc_url),
            time_nanos: Some(header.time_nanos).filter(|&time| time != 0),
            duration_nanos: Some(header.duration_nanos).filter(|&duration| duration != 0),
        }
    }
}

/// How the values of a report are shown: from which unit, in which, and divided by what.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ValueScale {
    /// The unit of the values.
    pub from: String,
    /// The unit to show them in; `auto` and `minimum` pick one for each value.
    pub to: String,
    /// What values are multiplied by before they are shown; 1 leaves them as they are.
    pub ratio: f64,
}

impl ValueScale {
    /// Makes a scale that only converts units.
    pub fn new(from: &str, to: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), ratio: 1.0 }
    }

    /// Makes the scale that options ask for.
    pub fn of(summary: &Summary, values: &ValueOptions) -> Self {
        let ratio = 1.0 / values.divide_by;
        Self { from: summary.unit.clone(), to: values.unit.clone(), ratio }
    }

    /// Writes a value with its unit.
    pub fn label(&self, value: i64) -> String {
        unit::label(self.scaled(value), &self.from, &self.to)
    }

    /// Replaces the unit `minimum` by one in which both the smallest of some values and the total can be
    /// read (pprof's `selectOutputUnit`).
    ///
    /// Values are pairs of flat and cumulative ones. If only whole numbers can be written, the unit of
    /// the smallest is taken however large the total is.
    pub(super) fn fit(&mut self, values: impl Iterator<Item = (i64, i64)>, total: i64, is_whole: bool) {
        let mut values = values.peekable();
        if self.to != "minimum" || values.peek().is_none() {
            return;
        }
        let size = |(flat, cum): (i64, i64)| if flat == 0 { cum } else { flat }.wrapping_abs();
        let smallest = values.map(size).filter(|&size| size > 0).min().unwrap_or(total);
        let (smallest, largest) = (self.scaled(smallest), self.scaled(total));
        let unit_of = |value| unit::convert(value, &self.from, "minimum").1;
        let (small_unit, large_unit) = (unit_of(smallest), unit_of(largest));
        let is_far_apart = small_unit != large_unit && smallest.wrapping_mul(100) < largest && !is_whole;
        let unit = if is_far_apart { unit_of(smallest.wrapping_mul(100)) } else { small_unit };
        self.to = if unit.is_empty() { self.from.clone() } else { unit };
    }

    /// Returns a value multiplied by the ratio, cut to an integer.
    pub(super) fn scaled(&self, value: i64) -> i64 {
        if self.ratio > 0.0 && self.ratio != 1.0 { (value as f64 * self.ratio) as i64 } else { value }
    }
}
