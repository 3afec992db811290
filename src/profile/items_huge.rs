//! A list that may become long, in huge pages if it does.
//!
//! For a profile whose stacks hardly repeat, their locations are most of the memory that reading touches, and
//! touching it page by page costs more than filling it: 88 ms against 20 ms for 172 MB on the
//! machine where it was measured. Linux gives pages of 2 MiB to memory that asks for them.

use memmap2::{Advice, MmapMut, MmapOptions};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::item::Item;

/// A growing list.
#[derive(Debug)]
pub(crate) struct Items<T> {
    small: Vec<T>,
    /// All items, once there are too many for `small`, which then is empty.
    huge: Option<MmapMut>,
    /// Number of items in `huge`.
    huge_len: usize,
    /// Whether to ask for memory that grows in place; not after the system has refused.
    can_be_huge: bool,
}

/// From so many bytes on huge pages pay.
const MANY_BYTES: usize = 1 << 20;

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { small: Vec::new(), huge: None, huge_len: 0, can_be_huge: true }
    }
}

impl<T: Item + FromBytes + IntoBytes + Immutable + KnownLayout> Clone for Items<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.grow(self.as_slice().len()).copy_from_slice(self.as_slice());
        copy
    }
}

impl<T: Item + FromBytes + IntoBytes + Immutable + KnownLayout> Items<T> {
    const ITEM_BYTES: usize = size_of::<T>();
    const MANY: usize = MANY_BYTES / Self::ITEM_BYTES;
    /// Address space that is set aside, so that the items never move: all that 32-bit ends can reach.
    /// It is not memory: pages come when they are written to.
    const RESERVED_BYTES: usize = Self::ITEM_BYTES << 32;

    #[inline]
    pub(crate) fn as_slice(&self) -> &[T] {
        match &self.huge {
            None => &self.small,
            Some(map) => <[T]>::ref_from_bytes(&map[..self.huge_len * Self::ITEM_BYTES]).expect("maps are aligned"),
        }
    }

    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        match &mut self.huge {
            None => &mut self.small,
            Some(map) => <[T]>::mut_from_bytes(&mut map[..self.huge_len * Self::ITEM_BYTES]).expect("maps are aligned"),
        }
    }

    /// Appends `count` items and returns them, to be set.
    ///
    /// # Panics
    /// If there are more than 2^32 items.
    #[inline]
    pub(crate) fn grow(&mut self, count: usize) -> &mut [T] {
        if self.huge.is_none() && self.small.len() + count > Self::MANY && self.can_be_huge {
            self.move_to_huge_pages();
        }
        if self.huge.is_some() {
            let len = self.huge_len;
            assert!(len + count <= Self::RESERVED_BYTES / Self::ITEM_BYTES, "more than 2^32 items in a list");
            self.huge_len += count;
            return &mut self.as_mut_slice()[len..];
        }
        let len = self.small.len();
        self.small.resize(len + count, T::ZERO);
        &mut self.small[len..]
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        match self.huge {
            None => self.small.truncate(len),
            Some(_) => self.huge_len = self.huge_len.min(len),
        }
    }

    #[cold]
    fn move_to_huge_pages(&mut self) {
        let Ok(map) = MmapOptions::new().len(Self::RESERVED_BYTES).no_reserve_swap().map_anon() else {
            // A limit on address space, perhaps: the vector goes on.
            self.can_be_huge = false;
            return;
        };
        // Without them it works too.
        let _ = map.advise(Advice::HugePage);
        let small = std::mem::take(&mut self.small);
        self.huge = Some(map);
        self.huge_len = small.len();
        self.as_mut_slice().copy_from_slice(&small);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::LocationId;

    #[test]
    fn items_stay_the_same_when_they_become_many() {
        let mut items = Items::default();
        let many = Items::<LocationId>::MANY;
        let count = many as u32 + 1000;
        for number in 0..count {
            items.grow(1)[0] = LocationId::from_u32(number);
        }
        assert!(items.huge.is_some() || !items.can_be_huge);
        let is_right = |(index, id): (usize, &LocationId)| id.index() == index;
        assert!(items.as_slice().iter().enumerate().all(is_right));
        assert_eq!(items.clone().as_slice(), items.as_slice());
        items.truncate(many);
        items.grow(2)[1] = LocationId::from_u32(7);
        assert_eq!(items.as_slice().len(), many + 2);
        assert_eq!(items.as_slice()[many + 1].index(), 7);
    }
}
