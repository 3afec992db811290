//! What stands at each location, in a form that stacks are quickly turned into lists with.

use crate::profile::{LocationId, Ragged};

/// A few numbers for each location; those of a stack can be listed without a branch on how many there are.
pub(super) struct Places {
    places: Vec<Place>,
    /// The numbers of locations that do not fit a [`Place`].
    long: Ragged<u32>,
    /// How many numbers a location has at most, and no fewer than are copied for each.
    max_len: usize,
}

/// Up to three numbers of twenty bits, and how many there are in the highest four; a location with more or larger ones
/// has its row in `long` instead.
///
/// The smaller this is, the more of a large profile's locations are in a fast cache.
#[derive(Clone, Copy)]
struct Place(u64);

impl Place {
    const MAX: usize = 3;
    const BITS: u32 = 20;
    const LIMIT: u32 = 1 << Self::BITS;
    const COUNT_AT: u32 = 60;
    const LONG: u64 = 15;

    /// Packs the numbers; `None` if they do not fit.
    fn new(list: &[u32]) -> Option<Self> {
        if list.len() > Self::MAX || list.iter().any(|&number| number >= Self::LIMIT) {
            return None;
        }
        let numbers = list.iter().rev().fold(0, |bits, &number| bits << Self::BITS | u64::from(number));
        Some(Self((list.len() as u64) << Self::COUNT_AT | numbers))
    }

    /// Makes the place of a location whose numbers stand in a row of `long`.
    fn long(row: usize) -> Self {
        Self(Self::LONG << Self::COUNT_AT | row as u64)
    }

    #[inline]
    fn count(self) -> u64 {
        self.0 >> Self::COUNT_AT
    }

    /// Returns the row in `long`.
    fn row(self) -> usize {
        (self.0 & ((1 << Self::COUNT_AT) - 1)) as usize
    }

    /// Returns three numbers, of which the first `count` are there.
    #[inline]
    fn numbers(self) -> [u32; Self::MAX] {
        [0, 1, 2].map(|index| (self.0 >> (Self::BITS * index)) as u32 & (Self::LIMIT - 1))
    }
}

impl Places {
    /// Takes the numbers of each location.
    pub(super) fn new<'l>(lists: impl Iterator<Item = &'l [u32]>) -> Self {
        let mut long = Ragged::new();
        let place = |list: &[u32]| Place::new(list).unwrap_or_else(|| Place::long(long.push(list.iter().copied())));
        let places = lists.map(place).collect();
        let max_len = long.iter().map(<[u32]>::len).max().unwrap_or(0).max(Place::MAX);
        Self { places, long, max_len }
    }

    /// Returns the numbers of the locations of a stack; `list` is where they are kept, with others behind them.
    #[inline]
    #[must_use]
    pub(super) fn gather<'l>(&self, stack: &[LocationId], list: &'l mut Vec<u32>) -> &'l [u32] {
        // It is never made shorter, because filling it anew takes time.
        let room = stack.len() * self.max_len;
        if list.len() < room {
            list.resize(room, 0);
        }
        let mut len = 0;
        for location in stack {
            let place = self.places[location.index()];
            if place.count() == Place::LONG {
                for &number in self.long.get(place.row()) {
                    list[len] = number;
                    len += 1;
                }
                continue;
            }
            // All are copied and as many kept as are there.
            list[len..len + Place::MAX].copy_from_slice(&place.numbers());
            len += place.count() as usize;
        }
        &list[..len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_has_the_numbers_of_its_locations() {
        let large = Place::LIMIT;
        let lists: Vec<Vec<u32>> = vec![
            vec![],
            vec![0],
            vec![large - 1, 1, large - 1],
            vec![large],
            vec![3, u32::MAX, 4],
            vec![5, 6, 7, 8],
            (0..40).collect(),
            vec![9, 10],
        ];
        let places = Places::new(lists.iter().map(Vec::as_slice));
        let stack = [7, 6, 0, 1, 2, 3, 6, 4, 5, 2].map(LocationId::from_index);
        let expected: Vec<u32> = stack.iter().flat_map(|location| lists[location.index()].clone()).collect();
        let mut list = Vec::new();
        assert_eq!(places.gather(&stack, &mut list), expected);
        assert_eq!(places.gather(&stack[..1], &mut list), [9, 10]);
        assert!(places.gather(&[], &mut list).is_empty());
    }
}
