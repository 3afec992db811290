//! A set of locations, to find the few places in stacks that a question is about.

use crate::profile::{LocationId, Ragged};

/// A set of locations.
#[derive(Clone)]
pub(super) struct LocationSet {
    /// 1 for each location that is in the set, 0 for others: to look at a byte takes half as long as to look at a bit.
    marks: Vec<u8>,
}

/// So many locations of a stack are looked at together.
const BLOCK: usize = 8;

impl LocationSet {
    /// Takes the locations whose lists are not empty.
    pub(super) fn of_lists<T>(lists: &Ragged<T>) -> Self {
        Self::new(lists.iter().map(|list| !list.is_empty()))
    }

    /// Takes the locations of which it is said, in order, that they are in the set.
    pub(super) fn new(is_in: impl Iterator<Item = bool>) -> Self {
        Self { marks: is_in.map(u8::from).collect() }
    }

    /// Returns how many locations are in the set.
    pub(super) fn len(&self) -> usize {
        self.marks.iter().map(|&mark| usize::from(mark)).sum()
    }

    /// Takes a location out of the set.
    #[inline]
    pub(super) fn remove(&mut self, location: LocationId) {
        self.marks[location.index()] = 0;
    }

    /// Returns the positions in `stack` at which a location of the set stands; `list` is where they are kept.
    #[inline]
    pub(super) fn positions<'l>(&self, stack: &[LocationId], list: &'l mut Vec<u32>) -> &'l [u32] {
        if list.len() < stack.len() {
            list.resize(stack.len(), 0);
        }
        let mut len = 0;
        // Without a branch for each location: whether one is in the set cannot be predicted.
        let mut add = |block: &[LocationId], first: usize| {
            for (location, position) in block.iter().zip(first as u32..) {
                list[len] = position;
                len += usize::from(self.marks[location.index()]);
            }
        };
        let (blocks, rest) = stack.as_chunks::<BLOCK>();
        for (index, block) in blocks.iter().enumerate() {
            // Of several at once mostly none is.
            if block.iter().fold(0, |marks, location| marks | self.marks[location.index()]) != 0 {
                add(block, index * BLOCK);
            }
        }
        add(rest, stack.len() - rest.len());
        &list[..len]
    }
}
