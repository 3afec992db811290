//! Lists of different lengths in two flat vectors.

// A list under construction is *open*: items are pushed to `open`, then `close` makes them the next
// list, or `discard` drops them.
/// A table of lists, stored end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ragged<T> {
    items: Vec<T>,
    /// End of each list in `items`; ascending. Items past the last end are the open list.
    ends: Vec<u32>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Ragged<T> {
    /// Makes a table without lists.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a table without lists and with room for as many, and as many items, as `other` has.
    pub(crate) fn sized_as<U>(other: &Ragged<U>) -> Self {
        Self { items: Vec::with_capacity(other.item_count()), ends: Vec::with_capacity(other.len()) }
    }

    /// Makes room for so many more lists, with so many items in all.
    pub(crate) fn reserve(&mut self, lists: usize, items: usize) {
        self.ends.reserve(lists);
        self.items.reserve(items);
    }

    /// Returns how many lists there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the number of items of all lists together.
    pub fn item_count(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Returns the list at `index`.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn get(&self, index: usize) -> &[T] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.items[start..self.ends[index] as usize]
    }

    /// Returns the list at `index` for change.
    ///
    /// # Panics
    /// If there is no such list.
    pub(crate) fn get_mut(&mut self, index: usize) -> &mut [T] {
        let range = self.range(index);
        &mut self.items[range]
    }

    /// Returns where in [`items`](Ragged::items) the list at `index` stands.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn range(&self, index: usize) -> std::ops::Range<usize> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        start..self.ends[index] as usize
    }

    /// Returns the items of all lists, end to end.
    pub fn items(&self) -> &[T] {
        &self.items[..self.item_count()]
    }

    /// Returns the lists in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[T]> + Clone {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Returns the vector that the open list grows at the end of.
    ///
    /// Only push to it: shortening it below [`item_count`](Ragged::item_count) breaks the table.
    #[inline]
    pub(crate) fn open(&mut self) -> &mut Vec<T> {
        &mut self.items
    }

    /// Returns the items of the open list.
    #[inline]
    pub(crate) fn open_items(&self) -> &[T] {
        &self.items[self.item_count()..]
    }

    /// Makes the open list the last one; returns its index, or `None` if 32-bit ends are used up.
    #[inline]
    pub(crate) fn close(&mut self) -> Option<usize> {
        self.ends.push(u32::try_from(self.items.len()).ok()?);
        Some(self.ends.len() - 1)
    }

    /// Drops all lists, and keeps the room that they took.
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.ends.clear();
    }

    /// Drops the items of the open list.
    #[inline]
    pub(crate) fn discard(&mut self) {
        self.items.truncate(self.item_count());
    }

    /// Appends a list.
    ///
    /// # Panics
    /// If all lists together pass 2^32 items.
    pub fn push(&mut self, list: impl IntoIterator<Item = T>) -> usize {
        self.items.extend(list);
        self.close().expect("tables have fewer than 2^32 items")
    }
}

impl<T, L: IntoIterator<Item = T>> FromIterator<L> for Ragged<T> {
    fn from_iter<I: IntoIterator<Item = L>>(lists: I) -> Self {
        let mut table = Self::new();
        for list in lists {
            table.push(list);
        }
        table
    }
}
