//! Rows by fingerprint, in memory that goes back to the system as a whole.

use super::dedup::Fingerprint;
use crate::profile::Items;

/// The rows of lists by their fingerprints.
///
/// It becomes as large as a third of the stacks of a profile. A block of that size makes glibc's allocator take such
/// blocks for usual once it is freed, and keep twice as much of each thread from then on; so this one is not its.
#[derive(Debug, Default)]
pub(super) struct RowTable {
    /// As many as a power of two, or none. A fingerprint stands where its lower half says, or behind that.
    slots: Items<Slot>,
    used: usize,
}

/// Words of a slot: the fingerprint, and the row plus one; a slot of zeros is empty.
type Slot = [u64; 3];

/// So many slots there are at first.
const FEWEST: usize = 64;

impl RowTable {
    /// Returns the row of the list that has this fingerprint.
    #[inline]
    pub(super) fn find(&self, fingerprint: Fingerprint) -> Option<u32> {
        let slots = self.slots.as_slice();
        let mask = slots.len().wrapping_sub(1);
        let mut place = fingerprint.low as usize;
        loop {
            let &[low, high, row] = slots.get(place & mask)?;
            if (low, high) == (fingerprint.low, fingerprint.high) || row == 0 {
                return row.checked_sub(1).map(|row| row as u32);
            }
            place = place.wrapping_add(1);
        }
    }

    /// Notes that `row` holds the list with this fingerprint, which is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, fingerprint: Fingerprint, row: u32) {
        if 4 * self.used >= 3 * self.slots.as_slice().len() {
            self.grow();
        }
        self.used += 1;
        put(self.slots.as_mut_slice(), [fingerprint.low, fingerprint.high, u64::from(row) + 1]);
    }

    #[cold]
    fn grow(&mut self) {
        let few = std::mem::take(&mut self.slots);
        let slots = self.slots.grow((2 * few.as_slice().len()).max(FEWEST));
        few.as_slice().iter().filter(|[_, _, row]| *row != 0).for_each(|slot| put(slots, *slot));
    }
}

/// Puts a row in the first empty slot from its own on; there must be one.
#[inline]
fn put(slots: &mut [Slot], slot: Slot) {
    let mask = slots.len() - 1;
    let mut place = slot[0] as usize & mask;
    while slots[place][2] != 0 {
        place = (place + 1) & mask;
    }
    slots[place] = slot;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_however_crowded_the_places_are() {
        for spread in [1, 64, 1 << 33, u64::MAX / 7] {
            let fingerprint = |number: u64| Fingerprint { low: number.wrapping_mul(spread), high: number };
            let mut table = RowTable::default();
            assert_eq!(table.find(fingerprint(0)), None);
            for number in 0..3000 {
                assert_eq!(table.find(fingerprint(number)), None, "{number} times {spread}");
                table.insert(fingerprint(number), u32::MAX - number as u32);
            }
            for number in 0..3000 {
                assert_eq!(table.find(fingerprint(number)), Some(u32::MAX - number as u32), "{number} times {spread}");
            }
            assert_eq!(table.slots.as_slice().len(), 4096);
        }
    }
}
