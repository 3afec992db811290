//! A set of locations, to find the few places in stacks that a question is about.

use crate::profile::{LocationId, Ragged};

/// A set of locations.
#[derive(Clone)]
pub(super) struct LocationSet {
    /// A bit for each location, so that the set of a large profile fits the fastest cache.
    words: Vec<u64>,
}

/// So many locations of a stack are looked at together.
const BLOCK: usize = 8;

impl LocationSet {
    /// Takes the locations whose lists are not empty.
    pub(super) fn of_lists<T>(lists: &Ragged<T>) -> Self {
        Self::new(lists.iter().map(|list| !list.is_empty()))
    }

    /// Takes the locations of which it is said, in order, that they are in the set.
    pub(super) fn new(is_in: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut words = vec![0; is_in.len().div_ceil(64)];
        for (index, is_in) in is_in.enumerate() {
            words[index / 64] |= u64::from(is_in) << (index % 64);
        }
        Self { words }
    }

    /// Returns how many locations are in the set.
    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Takes a location out of the set.
    #[inline]
    pub(super) fn remove(&mut self, location: LocationId) {
        self.words[location.index() / 64] &= !(1 << (location.index() % 64));
    }

    /// Returns the positions in `stack` at which a location of the set stands; `list` is where they are kept.
    #[inline]
    pub(super) fn positions<'l>(&self, stack: &[LocationId], list: &'l mut Vec<u32>) -> &'l [u32] {
        if list.len() < stack.len() {
            list.resize(stack.len(), 0);
        }
        let bit = |location: &LocationId| {
            let index = location.index();
            self.words[index / 64] >> (index % 64) & 1
        };
        let mut len = 0;
        // Without a branch for each location: whether one is in the set cannot be predicted. Of several at once mostly none is.
        for (block, first) in stack.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            if block.iter().fold(0, |bits, location| bits | bit(location)) == 0 {
                continue;
            }
            for (location, position) in block.iter().zip(first..) {
                list[len] = position;
                len += bit(location) as usize;
            }
        }
        &list[..len]
    }
}
