//! Labels: what a sample says beside its stack and values.

use super::StringId;

/// A label of a sample: a key with a text or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    key: StringId,
    value: LabelValue,
}

/// What a label says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelValue {
    /// A text.
    Text(StringId),
    /// A number; its unit is the empty string if the profile gives none.
    Number {
        /// The number, in `unit`.
        value: i64,
        /// Name of the unit, such as `bytes`.
        unit: StringId,
    },
}

impl Label {
    /// Makes a label with a text.
    pub fn text(key: StringId, text: StringId) -> Self {
        Self { key, value: LabelValue::Text(text) }
    }

    /// Makes a label with a number; `unit` is the empty string for none.
    pub fn number(key: StringId, value: i64, unit: StringId) -> Self {
        Self { key, value: LabelValue::Number { value, unit } }
    }

    /// Returns the key.
    pub fn key(&self) -> StringId {
        self.key
    }

    /// Returns the text or the number.
    pub fn value(&self) -> LabelValue {
        self.value
    }

    /// Returns the largest string id that the label uses.
    pub(crate) fn max_string(&self) -> StringId {
        match self.value {
            LabelValue::Text(text) => self.key.max(text),
            LabelValue::Number { unit, .. } => self.key.max(unit),
        }
    }
}
