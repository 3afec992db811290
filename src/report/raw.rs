//! All that a profile says, as it stands in the tables.

use serde::{Serialize, Serializer};

use super::raw_rows::RawTables;
use crate::profile::{Label, LabelSetId, LabelValue, Profile, Sample};
use crate::transform::Selection;

/// All that a selection of a profile says; made for reading, not for counting.
///
/// It borrows the profile: a copy of every sample would be larger than what is shown. As JSON it has every field of the
/// profile, with the ids of its file; rows are made when their turn comes.
#[derive(Clone, Debug)]
pub struct Raw<'p> {
    selection: Selection<'p>,
}

impl<'p> Raw<'p> {
    /// Shows a selection.
    pub fn new(selection: Selection<'p>) -> Self {
        Self { selection }
    }

    /// Returns the profile.
    pub fn profile(&self) -> &'p Profile {
        self.selection.profile()
    }

    /// Returns what of the profile is shown.
    pub fn selection(&self) -> &Selection<'p> {
        &self.selection
    }

    /// Returns the samples that are shown, each with the file ids of its locations, leaf first.
    pub fn samples(&self) -> impl Iterator<Item = (Sample<'p>, impl Iterator<Item = u64> + '_)> + '_ {
        let symbols = self.profile().symbols();
        self.selection.samples().map(move |(sample, stack)| {
            let shown = stack.iter().filter(|location| !self.selection.is_hidden(**location));
            (sample, shown.map(|&location| symbols.location_file_id(location)))
        })
    }

    /// Returns the texts of a label set that are shown, one entry a key: `key:[value value]`, sorted.
    pub fn text_labels(&self, labels: LabelSetId) -> Vec<String> {
        let profile = self.profile();
        self.grouped(labels, |label| match label.value() {
            LabelValue::Text(text) => Some(profile.str(text).to_owned()),
            LabelValue::Number { .. } => None,
        })
    }

    /// Returns the numbers of a label set that are shown, one entry a key: `key:[1500 microseconds]`, sorted.
    ///
    /// Units stand behind the numbers as soon as one number of the key has one.
    pub fn number_labels(&self, labels: LabelSetId) -> Vec<String> {
        let profile = self.profile();
        let has_unit = |label: Label| match label.value() {
            LabelValue::Number { unit, .. } => !profile.str(unit).is_empty(),
            LabelValue::Text(_) => false,
        };
        self.grouped(labels, |label| match label.value() {
            LabelValue::Number { value, unit } => {
                let key = profile.str(label.key());
                let of_key = |other: &Label| profile.str(other.key()) == key;
                let with_units = self.selection.labels(labels).filter(of_key).any(has_unit);
                Some(if with_units { format!("{value} {}", profile.str(unit)) } else { value.to_string() })
            }
            LabelValue::Text(_) => None,
        })
    }

    fn grouped(&self, labels: LabelSetId, show: impl Fn(Label) -> Option<String>) -> Vec<String> {
        let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
        for label in self.selection.labels(labels) {
            let Some(value) = show(label) else { continue };
            let key = self.profile().str(label.key());
            match groups.iter_mut().find(|(other, _)| *other == key) {
                Some((_, values)) => values.push(value),
                None => groups.push((key, vec![value])),
            }
        }
        let mut lines: Vec<String> =
            groups.into_iter().map(|(key, values)| format!("{key}:[{}]", values.join(" "))).collect();
        lines.sort_unstable();
        lines
    }
}

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawTables::new(self).serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Raw<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        RawTables::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        RawTables::json_schema(generator)
    }
}
