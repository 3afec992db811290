//! The labels of all samples, each in as few bytes as say it.

use std::fmt;
use std::slice;

use super::items::Items;
use super::{Label, LabelSetId, LabelValue, StringId};

// A profile may have a million sets, so they are written as protobuf writes numbers, in bytes of seven bits with the
// lowest first: twice the key, and the text; or twice the key plus one, the unit, and the number with its sign last.
// As each label has one form, sets are equal if their bytes are.
/// The label sets of a profile, each a list of labels in the order of the file; row 0 is the empty set.
#[derive(Clone, Default)]
pub struct LabelSets {
    bytes: Items<u8>,
    /// End of each set in `bytes`; ascending. Bytes past the last end are of the open set.
    ends: Items<u32>,
}

/// The labels of one set, in the order of the file.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Labels<'p> {
    bytes: &'p [u8],
}

/// Goes through the [`Labels`] of a set.
#[derive(Clone, Debug)]
pub struct LabelIter<'p> {
    bytes: slice::Iter<'p, u8>,
}

/// Says of a byte that another follows.
const MORE: u8 = 1 << 7;

impl LabelSets {
    /// Makes a table with the empty set.
    pub(crate) fn with_empty_set() -> Self {
        let mut sets = Self::default();
        sets.ends.grow(1);
        sets
    }

    /// Returns how many sets there are.
    pub fn len(&self) -> usize {
        self.ends.as_slice().len()
    }

    /// Returns whether there are no sets.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the set at `index`.
    ///
    /// # Panics
    /// If there is no such set.
    #[inline]
    pub fn get(&self, index: usize) -> Labels<'_> {
        Labels { bytes: self.bytes(index) }
    }

    /// Returns the sets in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Labels<'_>> + Clone {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Returns all that the set at `index` says.
    #[inline]
    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        let ends = self.ends.as_slice();
        let start = if index == 0 { 0 } else { ends[index - 1] as usize };
        &self.bytes.as_slice()[start..ends[index] as usize]
    }

    /// Adds a label to the open set.
    #[inline]
    pub(crate) fn add(&mut self, label: Label) {
        let mut written = Written { bytes: [0; MOST_BYTES], len: 0 };
        let key = u64::from(label.key().to_u32()) << 1;
        match label.value() {
            LabelValue::Text(text) => {
                written.write(key);
                written.write(text.to_u32().into());
            }
            LabelValue::Number { value, unit } => {
                written.write(key | 1);
                written.write(unit.to_u32().into());
                // So that small negative numbers take few bytes too.
                written.write((value << 1 ^ value >> 63).cast_unsigned());
            }
        }
        self.open_with(&written.bytes[..written.len]);
    }

    /// Adds what a set of another table with the same strings says to the open set.
    pub(crate) fn open_with(&mut self, bytes: &[u8]) {
        self.bytes.grow(bytes.len()).copy_from_slice(bytes);
    }

    /// Returns all that the open set says.
    #[inline]
    pub(crate) fn open_bytes(&self) -> &[u8] {
        &self.bytes.as_slice()[self.closed_bytes()..]
    }

    /// Makes the open set the last one; returns its row, or `None` if 32-bit ends are used up.
    #[inline]
    pub(crate) fn close(&mut self) -> Option<u32> {
        let end = u32::try_from(self.bytes.as_slice().len()).ok()?;
        let row = u32::try_from(self.len()).ok()?;
        self.ends.grow(1)[0] = end;
        Some(row)
    }

    /// Drops all sets, and keeps the room that they took.
    pub(crate) fn clear(&mut self) {
        self.bytes.truncate(0);
        self.ends.truncate(0);
    }

    /// Drops the open set.
    #[inline]
    pub(crate) fn discard(&mut self) {
        self.bytes.truncate(self.closed_bytes());
    }

    /// Appends a set; returns its row.
    ///
    /// # Panics
    /// If all sets together pass 4 GiB.
    pub(crate) fn push(&mut self, labels: impl IntoIterator<Item = Label>) -> LabelSetId {
        labels.into_iter().for_each(|label| self.add(label));
        LabelSetId::from_u32(self.close().expect("all labels together take less than 4 GiB"))
    }

    /// Returns how many bytes all sets take that are closed.
    #[inline]
    fn closed_bytes(&self) -> usize {
        self.ends.as_slice().last().map_or(0, |&end| end as usize)
    }

    /// Returns the largest string id that some label uses.
    pub(crate) fn max_string(&self) -> Option<StringId> {
        let labels = LabelIter { bytes: self.bytes.as_slice()[..self.closed_bytes()].iter() };
        labels.map(|label| label.max_string()).max()
    }
}

impl PartialEq for LabelSets {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.as_slice() == other.bytes.as_slice() && self.ends.as_slice() == other.ends.as_slice()
    }
}

impl Eq for LabelSets {}

/// A label that is being written.
struct Written {
    bytes: [u8; MOST_BYTES],
    len: usize,
}

/// So many bytes a label takes at most: 33 bits, 32 bits and 64 bits, seven in a byte.
const MOST_BYTES: usize = 5 + 5 + 10;

impl Written {
    /// Appends a number, seven bits a byte.
    #[inline]
    fn write(&mut self, number: u64) {
        let mut rest = number;
        while rest >= u64::from(MORE) {
            self.push(rest as u8 | MORE);
            rest >>= 7;
        }
        self.push(rest as u8);
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }
}

/// Reads what was [written](Written::write); 0 at the end.
#[inline]
fn read(bytes: &mut slice::Iter<'_, u8>) -> u64 {
    let (mut number, mut shift) = (0, 0);
    for &byte in bytes {
        number |= u64::from(byte & !MORE) << shift;
        if byte & MORE == 0 {
            break;
        }
        shift += 7;
    }
    number
}

/// Reads the id of a string.
#[inline]
fn read_id(bytes: &mut slice::Iter<'_, u8>) -> StringId {
    StringId::from_u32(read(bytes) as u32)
}

impl fmt::Debug for LabelSets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'p> Labels<'p> {
    /// Returns whether there are no labels.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the labels in order.
    #[inline]
    pub fn iter(&self) -> LabelIter<'p> {
        LabelIter { bytes: self.bytes.iter() }
    }

    /// Returns how many labels there are at most.
    pub(crate) fn max_len(&self) -> usize {
        self.bytes.len() / 2
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
        if self.bytes.as_slice().is_empty() {
            return None;
        }
        let key_and_kind = read(&mut self.bytes);
        let key = StringId::from_u32((key_and_kind >> 1) as u32);
        if key_and_kind & 1 == 0 {
            return Some(Label::text(key, read_id(&mut self.bytes)));
        }
        let unit = read_id(&mut self.bytes);
        let value = read(&mut self.bytes);
        let value = (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
        Some(Label::number(key, value, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_they_were() {
        let id = StringId::from_u32;
        let ids = [0, 1, 63, 64, 127, 128, 1 << 14, u32::MAX - 1, u32::MAX].map(id);
        let mut labels: Vec<Label> = ids.iter().flat_map(|&key| ids.map(|text| Label::text(key, text))).collect();
        for value in [0, 1, -1, 63, 64, -64, -65, i64::from(u32::MAX), i64::from(u32::MAX) + 1, i64::MIN, i64::MAX] {
            labels.extend(ids.map(|key| Label::number(key, value, id(0))));
            labels.extend(ids.map(|unit| Label::number(id(3), value, unit)));
        }
        let mut sets = LabelSets::with_empty_set();
        let row = sets.push(labels.iter().copied());
        assert!(sets.get(0).is_empty());
        assert_eq!(sets.get(row.index()).iter().collect::<Vec<_>>(), labels);
        assert!(sets.get(row.index()).max_len() >= labels.len());
        assert_eq!(sets.max_string(), Some(id(u32::MAX)));
        // Labels that differ have different bytes.
        labels.sort_by_key(|label| format!("{label:?}"));
        labels.dedup();
        let rows: Vec<LabelSetId> = labels.iter().map(|&label| sets.push([label])).collect();
        let distinct: std::collections::HashSet<&[u8]> = rows.iter().map(|row| sets.bytes(row.index())).collect();
        assert_eq!(distinct.len(), labels.len());
    }

    #[test]
    fn small_numbers_take_a_byte() {
        let mut sets = LabelSets::with_empty_set();
        let (key, text) = (StringId::from_u32(63), StringId::from_u32(127));
        for (label, bytes) in [(Label::text(key, text), 2), (Label::number(key, -64, text), 3)] {
            let row = sets.push([label]);
            assert_eq!(sets.bytes(row.index()).len(), bytes);
        }
    }
}
