//! All strings of a profile in one piece of memory.

use std::sync::Arc;

use super::StringId;
use crate::error::{Error, ErrorKind, Result};

/// The strings of a profile, end to end in one arena; row 0 is the empty string.
///
/// The table may hold a string twice: a file's table is kept as it was read. Copies share the arena, and have those
/// apart that are added later.
#[derive(Clone, Debug)]
pub struct StringTable {
    first: Arc<Texts>,
    /// Strings that were added to a copy.
    more: Texts,
}

/// Strings end to end.
#[derive(Clone, Debug, Default)]
struct Texts {
    arena: String,
    /// End of each string in `arena`; ascending and at character boundaries.
    ends: Vec<u32>,
}

impl Texts {
    #[inline]
    fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.arena[start..self.ends[index] as usize]
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.get(index))
    }
}

impl Default for StringTable {
    fn default() -> Self {
        Self { first: Arc::new(Texts { arena: String::new(), ends: vec![0] }), more: Texts::default() }
    }
}

impl PartialEq for StringTable {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.begins_with(other)
    }
}

impl Eq for StringTable {}

impl StringTable {
    /// Makes a table from the bytes of its strings, end to end, and where each ends.
    ///
    /// Bytes that are not UTF-8 become U+FFFD, string by string.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`] if row 0 is missing or not empty.
    pub(crate) fn from_bytes(bytes: Vec<u8>, ends: Vec<u32>) -> Result<Self> {
        if ends.first() != Some(&0) {
            return Err(Error::new(ErrorKind::Inconsistent, "string_table[0] must be the empty string"));
        }
        match String::from_utf8(bytes) {
            Ok(arena) if ends.iter().all(|&end| arena.is_char_boundary(end as usize)) => {
                Ok(Self { first: Arc::new(Texts { arena, ends }), more: Texts::default() })
            }
            Ok(arena) => Self::lossy(arena.as_bytes(), &ends),
            Err(error) => Self::lossy(error.as_bytes(), &ends),
        }
    }

    fn lossy(bytes: &[u8], ends: &[u32]) -> Result<Self> {
        let mut texts = Texts { arena: String::with_capacity(bytes.len()), ends: Vec::with_capacity(ends.len()) };
        let mut start = 0;
        for &end in ends {
            texts.arena.push_str(&String::from_utf8_lossy(&bytes[start..end as usize]));
            let end_in_arena = u32::try_from(texts.arena.len())
                .map_err(|_| Error::new(ErrorKind::TooLarge, "the string table passes 4 GiB"))?;
            texts.ends.push(end_in_arena);
            start = end as usize;
        }
        Ok(Self { first: Arc::new(texts), more: Texts::default() })
    }

    /// Returns the first `len` strings alone, or `None` if they do not stand apart, so that they cannot be shared.
    #[cfg(feature = "read")]
    pub(crate) fn shared_part(&self, len: usize) -> Option<Self> {
        (self.first.ends.len() == len).then(|| Self { first: Arc::clone(&self.first), more: Texts::default() })
    }

    /// Appends `text`, whether or not the table has it.
    ///
    /// # Panics
    /// If all strings together pass 4 GiB.
    pub(crate) fn push(&mut self, text: &str) -> StringId {
        let id = StringId::from_index(self.len());
        let texts = self.last();
        texts.arena.push_str(text);
        texts.ends.push(u32::try_from(texts.arena.len()).expect("strings pass 4 GiB"));
        id
    }

    /// Returns the strings that another one can be added to.
    fn last(&mut self) -> &mut Texts {
        match Arc::get_mut(&mut self.first) {
            Some(first) if self.more.ends.is_empty() => first,
            _ => &mut self.more,
        }
    }

    /// Appends strings that lie end to end in `text`, and end at `ends`, which ascend and are at character boundaries.
    ///
    /// # Panics
    /// If all strings together pass 4 GiB.
    #[cfg(feature = "symbolize")]
    pub(crate) fn append(&mut self, text: &str, ends: impl Iterator<Item = u32>) {
        let texts = self.last();
        let begin = u32::try_from(texts.arena.len()).expect("strings pass 4 GiB");
        texts.arena.push_str(text);
        assert!(u32::try_from(texts.arena.len()).is_ok(), "strings pass 4 GiB");
        texts.ends.extend(ends.map(|end| begin + end));
        debug_assert_eq!(texts.ends.last().map(|&end| end as usize), Some(texts.arena.len()));
    }

    /// Makes room for so many more strings, of so many bytes in all.
    #[cfg(feature = "symbolize")]
    pub(crate) fn reserve(&mut self, strings: usize, bytes: usize) {
        let texts = self.last();
        texts.ends.reserve(strings);
        texts.arena.reserve(bytes);
    }

    /// Returns the string `id`.
    ///
    /// # Panics
    /// If `id` is of another profile with more strings.
    #[inline]
    pub fn get(&self, id: StringId) -> &str {
        match id.index().checked_sub(self.first.ends.len()) {
            None => self.first.get(id.index()),
            Some(index) => self.more.get(index),
        }
    }

    /// Returns how many strings there are, the empty one included.
    pub fn len(&self) -> usize {
        self.first.ends.len() + self.more.ends.len()
    }

    /// Returns whether there is no string but the empty one.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// Returns whether the first strings are those of `other`.
    pub(crate) fn begins_with(&self, other: &Self) -> bool {
        let (first, others) = (&self.first, &other.first);
        let is_shared = Arc::ptr_eq(first, others);
        if is_shared
            || first.ends.starts_with(&others.ends) && first.arena.as_bytes().starts_with(others.arena.as_bytes())
        {
            let more = first.iter().skip(others.ends.len()).chain(self.more.iter());
            return more.take(other.more.ends.len()).eq(other.more.iter());
        }
        self.len() >= other.len() && self.iter().zip(other.iter()).all(|(one, another)| one == another)
    }

    /// Returns the strings in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| self.get(StringId::from_index(index)))
    }
}

#[cfg(test)]
mod tests {
    use super::StringTable;

    #[test]
    fn copies_share_what_they_have_in_common() {
        let mut table = StringTable::default();
        let a = table.push("a");
        let mut copy = table.clone();
        let b = copy.push("b");
        let c = copy.push("c");
        assert_eq!([a, b, c].map(|id| copy.get(id)), ["a", "b", "c"]);
        assert_eq!((copy.len(), table.len()), (4, 2));
        assert!(copy.begins_with(&table) && !table.begins_with(&copy) && copy != table);
        assert!(std::ptr::eq(table.get(a), copy.get(a)));
        let mut whole = StringTable::default();
        for text in ["a", "b", "c"] {
            whole.push(text);
        }
        assert!(whole == copy && whole.begins_with(&copy) && copy.begins_with(&whole));
        let mut other = table.clone();
        other.push("b");
        assert!(copy.begins_with(&other) && whole.begins_with(&other) && !other.begins_with(&copy));
        other.push("d");
        assert!(other != copy && !whole.begins_with(&other));
        assert!(copy.iter().eq(["", "a", "b", "c"]));
    }
}
