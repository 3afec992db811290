//! The call stacks: the largest table of most profiles.

use std::fmt;
use std::ops::Range;

use super::items::Items;
use super::{LocationId, StackId};

/// The call stacks of a profile, each a list of locations, leaf first.
// As in `Ragged`, items past the last end are an open stack.
#[derive(Clone, Default)]
pub struct Stacks {
    items: Items<LocationId>,
    /// End of each stack in `items`; ascending.
    ends: Vec<u32>,
}

impl Stacks {
    /// Returns how many stacks there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there are no stacks.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the number of locations of all stacks together.
    pub fn item_count(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Returns the locations of a stack, leaf first.
    ///
    /// # Panics
    /// If there is no such stack.
    #[inline]
    pub fn get(&self, id: StackId) -> &[LocationId] {
        &self.items.as_slice()[self.range(id.index())]
    }

    /// Returns the stacks in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[LocationId]> + Clone {
        let items = self.items.as_slice();
        (0..self.len()).map(move |index| &items[self.range(index)])
    }

    /// Returns all stacks as one slice, to look up many of them.
    pub(crate) fn items(&self) -> &[LocationId] {
        self.items.as_slice()
    }

    /// Returns where in [`items`](Self::items) a stack stands.
    #[inline]
    pub(crate) fn range(&self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        start..self.ends[index] as usize
    }

    /// Returns the locations of all stacks for change in place.
    pub(crate) fn items_mut(&mut self) -> &mut [LocationId] {
        let count = self.item_count();
        &mut self.items.as_mut_slice()[..count]
    }

    /// Appends `count` locations to the open stack and returns them, to be set.
    #[inline]
    pub(crate) fn grow(&mut self, count: usize) -> &mut [LocationId] {
        self.items.grow(count)
    }

    /// Returns the locations of the open stack.
    pub(crate) fn open_items(&self) -> &[LocationId] {
        &self.items.as_slice()[self.item_count()..]
    }

    /// Makes the open stack the last one; returns its row, or `None` if 32-bit ends are used up.
    #[inline]
    pub(crate) fn close(&mut self) -> Option<u32> {
        self.ends.push(u32::try_from(self.items.as_slice().len()).ok()?);
        u32::try_from(self.ends.len() - 1).ok()
    }

    /// Drops the locations of the open stack.
    pub(crate) fn discard(&mut self) {
        self.items.truncate(self.item_count());
    }

    /// Appends a stack.
    ///
    /// # Panics
    /// If all stacks together pass 2^32 locations.
    pub(crate) fn push(&mut self, stack: &[LocationId]) -> usize {
        self.grow(stack.len()).copy_from_slice(stack);
        self.close().expect("all stacks together have fewer than 2^32 locations") as usize
    }
}

impl PartialEq for Stacks {
    fn eq(&self, other: &Self) -> bool {
        self.ends == other.ends && self.items() == other.items()
    }
}

impl Eq for Stacks {}

impl fmt::Debug for Stacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
