//! The call stacks: the largest table of most profiles.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::items::Items;
use super::{LocationId, StackId};

/// The call stacks of a profile, each a list of locations, leaf first.
// As in `Ragged`, items past the last end are an open stack.
#[derive(Clone, Default)]
pub struct Stacks {
    items: Items<LocationId>,
    /// End of each stack in `items`; ascending.
    ends: Vec<u32>,
    /// The stacks of another table that stand for these, but for those that are here; nothing is appended then.
    others: Option<Others>,
}

/// Most stacks of a table that has a few of its own.
#[derive(Clone)]
struct Others {
    stacks: Arc<Stacks>,
    /// For each stack of `stacks`, the row here that takes its place, or `SAME`.
    rows: Vec<u32>,
}

/// The stack is that of the other table.
pub(crate) const SAME: u32 = u32::MAX;

impl Stacks {
    /// Makes a table of the stacks of another one, some of which are those of `changed`.
    ///
    /// `rows` has for each stack of `stacks` the row of `changed` that takes its place, or [`SAME`].
    pub(crate) fn with_changed(stacks: Arc<Self>, changed: Self, rows: Vec<u32>) -> Self {
        assert!(stacks.len() == rows.len() && changed.others.is_none());
        Self { others: Some(Others { stacks, rows }), ..changed }
    }

    /// Returns how many stacks there are.
    pub fn len(&self) -> usize {
        self.others.as_ref().map_or(self.ends.len(), |others| others.rows.len())
    }

    /// Returns whether there are no stacks.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of locations of all stacks together.
    pub fn item_count(&self) -> usize {
        match &self.others {
            Some(_) => self.iter().map(<[LocationId]>::len).sum(),
            None => self.own_item_count(),
        }
    }

    fn own_item_count(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Returns the locations of a stack, leaf first.
    ///
    /// # Panics
    /// If there is no such stack.
    #[inline]
    pub fn get(&self, id: StackId) -> &[LocationId] {
        match &self.others {
            None => &self.items.as_slice()[self.range(id.index())],
            Some(others) => match others.rows[id.index()] {
                SAME => others.stacks.get(id),
                row => &self.items.as_slice()[self.range(row as usize)],
            },
        }
    }

    /// Returns whether a stack has these locations, which is likely.
    #[inline]
    pub(crate) fn is(&self, id: StackId, locations: &[LocationId]) -> bool {
        let stack = self.get(id);
        // All are looked at, several at once.
        let differ = |bits, (one, other): (&LocationId, &LocationId)| bits | (one.to_u32() ^ other.to_u32());
        stack.len() == locations.len() && stack.iter().zip(locations).fold(0, differ) == 0
    }

    /// Returns the stacks in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[LocationId]> + Clone {
        (0..self.len()).map(|index| self.get(StackId::from_index(index)))
    }

    /// Returns where in `items` a stack stands that is in this table.
    #[inline]
    pub(crate) fn range(&self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        start..self.ends[index] as usize
    }

    /// Returns the locations of all stacks for change in place.
    pub(crate) fn items_mut(&mut self) -> &mut [LocationId] {
        let count = self.own_item_count();
        &mut self.items.as_mut_slice()[..count]
    }

    /// Appends `count` locations to the open stack and returns them, to be set.
    #[inline]
    pub(crate) fn grow(&mut self, count: usize) -> &mut [LocationId] {
        self.items.grow(count)
    }

    /// Returns the locations of the open stack.
    pub(crate) fn open_items(&self) -> &[LocationId] {
        &self.items.as_slice()[self.own_item_count()..]
    }

    /// Makes the open stack the last one; returns its row, or `None` if 32-bit ends are used up.
    #[inline]
    pub(crate) fn close(&mut self) -> Option<u32> {
        self.ends.push(u32::try_from(self.items.as_slice().len()).ok()?);
        u32::try_from(self.ends.len() - 1).ok()
    }

    /// Drops the locations of the open stack.
    pub(crate) fn discard(&mut self) {
        self.items.truncate(self.own_item_count());
    }

    /// Appends a stack.
    ///
    /// # Panics
    /// If all stacks together pass 2^32 locations.
    pub(crate) fn push(&mut self, stack: &[LocationId]) -> usize {
        debug_assert!(self.others.is_none(), "nothing is appended to stacks that are those of another table");
        self.grow(stack.len()).copy_from_slice(stack);
        self.close().expect("all stacks together have fewer than 2^32 locations") as usize
    }
}

impl PartialEq for Stacks {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Stacks {}

impl fmt::Debug for Stacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{LocationId, SAME, StackId, Stacks};

    fn stacks(lists: &[&[usize]]) -> Stacks {
        let mut stacks = Stacks::default();
        for list in lists {
            stacks.push(&list.iter().map(|&index| LocationId::from_index(index)).collect::<Vec<_>>());
        }
        stacks
    }

    #[test]
    fn stacks_that_change_take_the_place_of_others() {
        let first = Arc::new(stacks(&[&[1, 2], &[], &[3], &[1, 1, 1]]));
        let changed = Stacks::with_changed(Arc::clone(&first), stacks(&[&[1], &[4, 5]]), vec![SAME, 1, SAME, 0]);
        let expected = stacks(&[&[1, 2], &[4, 5], &[3], &[1]]);
        assert_eq!(changed, expected);
        assert_eq!((changed.len(), changed.item_count()), (4, 6));
        let again = Stacks::with_changed(Arc::new(changed), stacks(&[&[]]), vec![0, SAME, SAME, SAME]);
        assert_eq!(again, stacks(&[&[], &[4, 5], &[3], &[1]]));
        assert_eq!(again.get(StackId::from_index(1)), expected.get(StackId::from_index(1)));
    }
}
