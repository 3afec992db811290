//! Equal things get equal ids.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

/// Finds the row of a table that equals a new one; keeps hashes and rows, never the things.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    rows: HashTable<Entry>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    row: u32,
}

impl Interner {
    /// Returns the hash that [`find`](Self::find) and [`insert`](Self::insert) want for `thing`.
    pub(crate) fn hash(&self, thing: &(impl Hash + ?Sized)) -> u64 {
        self.hasher.hash_one(thing)
    }

    /// Returns the hash of a list of words; for lists too long to be hashed item by item.
    pub(crate) fn hash_words(&self, words: impl Iterator<Item = u64>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        words.for_each(|word| hasher.write_u64(word));
        hasher.finish()
    }

    /// Returns the row whose thing has this hash and is the same.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_same: impl FnMut(usize) -> bool) -> Option<usize> {
        let entry = self.rows.find(hash, |entry| entry.hash == hash && is_same(entry.row as usize))?;
        Some(entry.row as usize)
    }

    /// Returns for each hash the row of a thing that has it; which is likely to be the same.
    ///
    /// A large table is not in a cache. A processor does not wait for one row to be found before it looks for the next,
    /// as long as nothing else is done between.
    pub(crate) fn find_likely(&self, hashes: &[u64]) -> Vec<Option<u32>> {
        let likely = |&hash: &u64| self.rows.find(hash, |entry| entry.hash == hash).map(|entry| entry.row);
        hashes.iter().map(likely).collect()
    }

    /// Returns for each thing the row of its equal, as [`find`](Self::find) does, for many at once.
    pub(crate) fn find_all<T>(
        &self,
        things: &[T],
        hash: impl Fn(&Self, &T) -> u64,
        is_same: impl Fn(&T, usize) -> bool,
    ) -> Vec<Option<u32>> {
        let hashes: Vec<u64> = things.iter().map(|thing| hash(self, thing)).collect();
        let likely = self.find_likely(&hashes);
        things.iter().zip(likely).map(|(thing, row)| row.filter(|&row| is_same(thing, row as usize))).collect()
    }

    /// Makes room for so many more rows.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows, |entry| entry.hash);
    }

    /// Notes that `row` holds a thing with this hash.
    ///
    /// # Panics
    /// If `row` does not fit 32 bits.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u64, row: usize) {
        let row = u32::try_from(row).expect("tables have fewer than 2^32 rows");
        self.rows.insert_unique(hash, Entry { hash, row }, |entry| entry.hash);
    }
}
