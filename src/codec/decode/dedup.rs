//! Equal lists are stored once, as long as there are enough of them.

use std::hash::{BuildHasher, Hash};

use hashbrown::DefaultHashBuilder;

use super::row_table::RowTable;

/// 128 bits of hash under two keys that are drawn for each decoder.
///
/// Lists with equal fingerprints are taken to be equal without a look at them: comparing costs a
/// cache miss or more for each sample, and decoding the list first costs as much again. Two
/// different lists have equal fingerprints with a chance of about 2^-128, among a billion lists
/// with one of 2^-69; who makes a file does not know the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) low: u64,
    pub(super) high: u64,
}

/// Finds equal lists, until it turns out that there are hardly any.
#[derive(Debug)]
pub(super) struct Dedup {
    /// `None` once it did not pay.
    rows: Option<RowTable>,
    low: DefaultHashBuilder,
    high: DefaultHashBuilder,
    lookups: u32,
    hits: u32,
}

/// After so many lookups it is time to see whether they pay.
const TRIAL: u32 = 1 << 14;
/// They pay if at least one in so many hits.
const MIN_HIT_SHARE: u32 = 16;

impl Default for Dedup {
    fn default() -> Self {
        Self {
            rows: Some(RowTable::default()),
            low: DefaultHashBuilder::default(),
            high: DefaultHashBuilder::default(),
            lookups: 0,
            hits: 0,
        }
    }
}

impl Dedup {
    /// Returns whether equal lists are looked for, as they are until it turns out that there are hardly any.
    pub(super) fn is_on(&self) -> bool {
        self.rows.is_some()
    }

    /// Returns the fingerprint of a list, `None` if equal lists are not looked for any more.
    #[inline]
    pub(super) fn fingerprint(&self, list: &(impl Hash + ?Sized)) -> Option<Fingerprint> {
        self.rows.as_ref()?;
        Some(Fingerprint { low: self.low.hash_one(list), high: self.high.hash_one(list) })
    }

    /// Returns the row of the list that has this fingerprint.
    #[inline]
    pub(super) fn look_up(&self, fingerprint: Fingerprint) -> Option<u32> {
        self.rows.as_ref()?.find(fingerprint)
    }

    /// Returns the row of the list that has this fingerprint, and counts whether there was one.
    ///
    /// `known` is what an earlier look found: it saves another.
    #[inline]
    pub(super) fn find(&mut self, fingerprint: Fingerprint, known: Option<u32>) -> Option<u32> {
        let found = known.or_else(|| self.look_up(fingerprint));
        self.lookups += 1;
        self.hits += u32::from(found.is_some());
        if self.lookups == TRIAL {
            if self.hits < TRIAL / MIN_HIT_SHARE {
                self.rows = None;
            }
            (self.lookups, self.hits) = (0, 0);
        }
        found
    }

    /// Notes that `row` holds the list with this fingerprint.
    #[inline]
    pub(super) fn insert(&mut self, fingerprint: Fingerprint, row: u32) {
        if let Some(rows) = &mut self.rows {
            rows.insert(fingerprint, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_are_found_and_different_ones_are_not() {
        let mut dedup = Dedup::default();
        let one = dedup.fingerprint(&[1_u8, 2, 3][..]).expect("on trial");
        let other = dedup.fingerprint(&[1_u8, 2, 4][..]).expect("on trial");
        assert_eq!(dedup.find(one, None), None);
        dedup.insert(one, 7);
        assert_eq!(dedup.find(one, None), Some(7));
        assert_eq!(dedup.find(other, None), None);
    }

    #[test]
    fn looking_ends_when_hardly_anything_repeats() {
        let mut dedup = Dedup::default();
        for number in 0..TRIAL {
            let fingerprint = dedup.fingerprint(&number).expect("on trial");
            assert_eq!(dedup.find(fingerprint, None), None);
            dedup.insert(fingerprint, number);
        }
        assert_eq!(dedup.fingerprint(&0), None);
    }
}
