//! The labels of all samples, each in as few words as say it.

use std::fmt;
use std::slice;

use super::{Label, LabelSetId, LabelValue, Ragged, StringId};

// A text is two words, a number three, or four if it is negative or large:
// key, text; key | NUMBER, unit, value; key | NUMBER, unit | WIDE, lower half, upper half.
// As each label has one form, sets are equal if their words are.
/// The label sets of a profile, each a list of labels in the order of the file; row 0 is the empty set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LabelSets {
    words: Ragged<u32>,
}

/// The labels of one set, in the order of the file.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Labels<'p> {
    words: &'p [u32],
}

/// Goes through the [`Labels`] of a set.
#[derive(Clone, Debug)]
pub struct LabelIter<'p> {
    words: slice::Iter<'p, u32>,
}

/// Marks the key of a number.
const NUMBER: u32 = 1 << 31;
/// Marks the unit of a number of two words.
const WIDE: u32 = 1 << 31;
/// Ids of keys and units are below, texts may have any.
const MAX_STRINGS: u32 = 1 << 31;

impl LabelSets {
    /// Makes a table with the empty set.
    pub(crate) fn with_empty_set() -> Self {
        Self { words: Ragged::from_iter([[]]) }
    }

    /// Returns how many sets there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns whether there are no sets.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the set at `index`.
    ///
    /// # Panics
    /// If there is no such set.
    #[inline]
    pub fn get(&self, index: usize) -> Labels<'_> {
        Labels { words: self.words.get(index) }
    }

    /// Returns the sets in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Labels<'_>> + Clone {
        self.words.iter().map(|words| Labels { words })
    }

    /// Returns all that the set at `index` says.
    #[inline]
    pub(crate) fn words(&self, index: usize) -> &[u32] {
        self.words.get(index)
    }

    /// Adds a label to the open set; returns whether it could: keys and units must be below 2^31.
    #[inline]
    #[must_use]
    pub(crate) fn add(&mut self, label: Label) -> bool {
        let words = self.words.open();
        let key = label.key().to_u32();
        let is_short = match label.value() {
            LabelValue::Text(text) => {
                words.extend_from_slice(&[key, text.to_u32()]);
                true
            }
            LabelValue::Number { value, unit } => {
                let unit = unit.to_u32();
                match u32::try_from(value) {
                    Ok(value) => words.extend_from_slice(&[key | NUMBER, unit, value]),
                    // The halves of 64 bits.
                    Err(_) => words.extend_from_slice(&[key | NUMBER, unit | WIDE, value as u32, (value >> 32) as u32]),
                }
                unit < MAX_STRINGS
            }
        };
        is_short && key < MAX_STRINGS
    }

    /// Adds what a set of another table with the same strings says to the open set.
    pub(crate) fn open_with(&mut self, words: &[u32]) {
        self.words.open().extend_from_slice(words);
    }

    /// Returns all that the open set says.
    #[inline]
    pub(crate) fn open_words(&self) -> &[u32] {
        self.words.open_items()
    }

    /// Makes the open set the last one; returns its row, or `None` if 32-bit ends are used up.
    #[inline]
    pub(crate) fn close(&mut self) -> Option<u32> {
        self.words.close().and_then(|row| u32::try_from(row).ok())
    }

    /// Drops all sets, and keeps the room that they took.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
    }

    /// Drops the open set.
    #[inline]
    pub(crate) fn discard(&mut self) {
        self.words.discard();
    }

    /// Appends a set; returns its row.
    ///
    /// # Panics
    /// If all sets together pass 2^32 words, or a key or unit has an id past 2^31.
    pub(crate) fn push(&mut self, labels: impl IntoIterator<Item = Label>) -> LabelSetId {
        for label in labels {
            assert!(self.add(label), "keys and units have ids below 2^31");
        }
        LabelSetId::from_u32(self.close().expect("all labels together are fewer than 2^32 words"))
    }

    /// Returns the largest string id that some label uses.
    pub(crate) fn max_string(&self) -> Option<StringId> {
        let labels = LabelIter { words: self.words.items().iter() };
        labels.map(|label| label.max_string()).max()
    }
}

impl fmt::Debug for LabelSets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'p> Labels<'p> {
    /// Returns whether there are no labels.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the labels in order.
    #[inline]
    pub fn iter(&self) -> LabelIter<'p> {
        LabelIter { words: self.words.iter() }
    }

    /// Returns how many labels there are at most.
    pub(crate) fn max_len(&self) -> usize {
        self.words.len() / 2
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'p> IntoIterator for Labels<'p> {
    type Item = Label;
    type IntoIter = LabelIter<'p>;

    fn into_iter(self) -> LabelIter<'p> {
        self.iter()
    }
}

impl Iterator for LabelIter<'_> {
    type Item = Label;

    #[inline]
    fn next(&mut self) -> Option<Label> {
        let key = *self.words.next()?;
        let second = *self.words.next()?;
        if key & NUMBER == 0 {
            return Some(Label::text(StringId::from_u32(key), StringId::from_u32(second)));
        }
        let lower = *self.words.next()?;
        let upper = if second & WIDE == 0 { 0 } else { *self.words.next()? };
        let value = (u64::from(upper) << 32 | u64::from(lower)).cast_signed();
        Some(Label::number(StringId::from_u32(key & !NUMBER), value, StringId::from_u32(second & !WIDE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_they_were() {
        let id = StringId::from_u32;
        let mut labels = vec![Label::text(id(1), id(2)), Label::text(id(MAX_STRINGS - 1), id(u32::MAX - 1))];
        for value in [0, 1, -1, i64::from(u32::MAX), i64::from(u32::MAX) + 1, i64::MIN, i64::MAX] {
            labels.push(Label::number(id(3), value, id(0)));
            labels.push(Label::number(id(0), value, id(MAX_STRINGS - 1)));
        }
        let mut sets = LabelSets::with_empty_set();
        let row = sets.push(labels.iter().copied());
        assert!(sets.get(0).is_empty());
        assert_eq!(sets.get(row.index()).iter().collect::<Vec<_>>(), labels);
        assert!(sets.get(row.index()).max_len() >= labels.len());
        assert_eq!(sets.max_string(), Some(id(u32::MAX - 1)));
        // Labels that differ have different words.
        for (index, one) in labels.iter().enumerate() {
            for other in &labels[..index] {
                let (one, other) = (sets.push([*one]), sets.push([*other]));
                assert_ne!(sets.words(one.index()), sets.words(other.index()));
            }
        }
    }

    #[test]
    fn keys_and_units_past_the_limit_are_refused() {
        let mut sets = LabelSets::with_empty_set();
        let (small, large) = (StringId::from_u32(MAX_STRINGS - 1), StringId::from_u32(MAX_STRINGS));
        assert!(sets.add(Label::text(small, large)));
        assert!(!sets.add(Label::text(large, small)));
        assert!(!sets.add(Label::number(large, 1, small)));
        assert!(!sets.add(Label::number(small, 1, large)));
        sets.discard();
        assert_eq!(sets.len(), 1);
    }
}
