//! Labels: what a sample says beside its stack and values.

use super::StringId;

/// A label of a sample: a key with a text or a number; 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    key: StringId,
    /// The unit of a number, or `TEXT`.
    unit: StringId,
    /// The number, or the id of the text.
    bits: i64,
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

/// Marks a text label; tables never grow so long that it would be a unit.
const TEXT: StringId = StringId::from_u32(u32::MAX);
const _: () = assert!(size_of::<Label>() == 16);

impl Label {
    /// Makes a label with a text.
    pub fn text(key: StringId, text: StringId) -> Self {
        Self { key, unit: TEXT, bits: i64::from(text.to_u32()) }
    }

    /// Makes a label with a number; `unit` is the empty string for none.
    pub fn number(key: StringId, value: i64, unit: StringId) -> Self {
        debug_assert_ne!(unit, TEXT);
        Self { key, unit, bits: value }
    }

    /// Returns the key.
    pub fn key(&self) -> StringId {
        self.key
    }

    /// Returns the text or the number.
    pub fn value(&self) -> LabelValue {
        if self.unit == TEXT {
            // A text's id was widened from 32 bits by the only constructor that sets TEXT.
            LabelValue::Text(StringId::from_u32(self.bits as u32))
        } else {
            LabelValue::Number { value: self.bits, unit: self.unit }
        }
    }

    /// Returns all that the label says, in two words.
    pub(crate) fn words(&self) -> [u64; 2] {
        [u64::from(self.key.to_u32()) << 32 | u64::from(self.unit.to_u32()), self.bits.cast_unsigned()]
    }

    /// Returns the largest string id that the label uses.
    pub(crate) fn max_string(&self) -> StringId {
        match self.value() {
            LabelValue::Text(text) => self.key.max(text),
            LabelValue::Number { unit, .. } => self.key.max(unit),
        }
    }
}
