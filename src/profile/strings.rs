//! All strings of a profile in one piece of memory.

use super::StringId;
use crate::error::{Error, ErrorKind, Result};

/// The strings of a profile, end to end in one arena; row 0 is the empty string.
///
/// The table may hold a string twice: a file's table is kept as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringTable {
    arena: String,
    /// End of each string in `arena`; ascending and at character boundaries.
    ends: Vec<u32>,
}

impl Default for StringTable {
    fn default() -> Self {
        Self { arena: String::new(), ends: vec![0] }
    }
}

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
            Ok(arena) if ends.iter().all(|&end| arena.is_char_boundary(end as usize)) => Ok(Self { arena, ends }),
            Ok(arena) => Self::lossy(arena.as_bytes(), &ends),
            Err(error) => Self::lossy(error.as_bytes(), &ends),
        }
    }

    fn lossy(bytes: &[u8], ends: &[u32]) -> Result<Self> {
        let mut table = Self { arena: String::with_capacity(bytes.len()), ends: Vec::with_capacity(ends.len()) };
        let mut start = 0;
        for &end in ends {
            table.arena.push_str(&String::from_utf8_lossy(&bytes[start..end as usize]));
            let end_in_arena = u32::try_from(table.arena.len())
                .map_err(|_| Error::new(ErrorKind::TooLarge, "the string table passes 4 GiB"))?;
            table.ends.push(end_in_arena);
            start = end as usize;
        }
        Ok(table)
    }

    /// Appends `text`, whether or not the table has it.
    ///
    /// # Panics
    /// If all strings together pass 4 GiB.
    pub(crate) fn push(&mut self, text: &str) -> StringId {
        let id = StringId::from_index(self.ends.len());
        self.arena.push_str(text);
        self.ends.push(u32::try_from(self.arena.len()).expect("strings pass 4 GiB"));
        id
    }

    /// Appends strings that lie end to end in `text`, and end at `ends`, which ascend and are at character boundaries.
    ///
    /// # Panics
    /// If all strings together pass 4 GiB.
    #[cfg(feature = "symbolize")]
    pub(crate) fn append(&mut self, text: &str, ends: impl Iterator<Item = u32>) {
        let begin = u32::try_from(self.arena.len()).expect("strings pass 4 GiB");
        self.arena.push_str(text);
        assert!(u32::try_from(self.arena.len()).is_ok(), "strings pass 4 GiB");
        self.ends.extend(ends.map(|end| begin + end));
        debug_assert_eq!(self.ends.last().map(|&end| end as usize), Some(self.arena.len()));
    }

    /// Makes room for so many more strings, of so many bytes in all.
    #[cfg(feature = "symbolize")]
    pub(crate) fn reserve(&mut self, strings: usize, bytes: usize) {
        self.ends.reserve(strings);
        self.arena.reserve(bytes);
    }

    /// Returns the string `id`.
    ///
    /// # Panics
    /// If `id` is of another profile with more strings.
    #[inline]
    pub fn get(&self, id: StringId) -> &str {
        let index = id.index();
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.arena[start..self.ends[index] as usize]
    }

    /// Returns how many strings there are, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no string but the empty one.
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// Returns whether the first strings are those of `other`.
    pub(crate) fn begins_with(&self, other: &Self) -> bool {
        self.ends.starts_with(&other.ends) && self.arena.as_bytes().starts_with(other.arena.as_bytes())
    }

    /// Returns the strings in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| self.get(StringId::from_index(index)))
    }
}
