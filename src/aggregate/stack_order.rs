//! Stacks in the order of their locations, so that those that begin alike stand together.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::call_tree::Root;
use super::interrupt::Interrupt;
use crate::profile::{LocationId, Profile, StackId, Stacks};
use crate::transform::Selection;

/// The stacks of a profile, sorted by their locations from one of their ends on.
///
/// Whoever makes several trees of a profile, as with one filter after the other, makes each of them in a tenth of the
/// time with it ([`CallTree::with_order`](super::CallTree::with_order)).
#[derive(Clone, Debug)]
pub struct StackOrder {
    pub(super) root: Root,
    /// What was sorted; a copy of the profile shares it.
    stacks: Arc<Stacks>,
    /// Rows of `stacks`, in order; of equal stacks, the lower row comes first.
    pub(super) rows: Vec<u32>,
    /// How many locations each has in common with the one before it; 0 for the first one.
    pub(super) shared: Vec<u32>,
}

/// So few stacks are compared with each other, instead of being sorted location by location.
const FEW: usize = 16;

impl StackOrder {
    /// Sorts the stacks of a profile; `None` if it was interrupted.
    ///
    /// Cost: a look at each location that two stacks have in common, on this thread.
    pub fn new(profile: &Profile, root: Root, interrupt: &Interrupt) -> Option<Self> {
        let stacks = Arc::clone(&profile.stacks);
        let count = u32::try_from(stacks.len()).expect("there are fewer than 2^32 stacks");
        let mut order = Self { root, stacks, rows: (0..count).collect(), shared: vec![0; count as usize] };
        let mut keys = Vec::new();
        let mut unsorted = vec![(0..count as usize, 0)];
        while let Some((range, depth)) = unsorted.pop() {
            if interrupt.is_set() {
                return None;
            }
            if range.len() <= FEW {
                order.compare(range, depth);
            } else {
                order.split(range, depth, &mut keys, &mut unsorted);
            }
        }
        Some(order)
    }

    /// Returns whether all stacks of a selection that weigh something are whole stacks of those that were sorted.
    pub(super) fn fits(&self, selection: &Selection<'_>, weights: &[i64]) -> bool {
        let is_whole = |row: usize| {
            let stack = StackId::from_index(row);
            selection.stack(stack).is_some_and(|locations| locations.len() == self.stacks.get(stack).len())
        };
        std::ptr::eq(selection.profile().stacks(), Arc::as_ptr(&self.stacks))
            && weights.iter().enumerate().all(|(row, &weight)| weight == 0 || is_whole(row))
    }

    /// Returns the locations of a stack beyond the first `depth`.
    #[inline]
    pub(super) fn beyond(&self, row: u32, depth: u32) -> &[LocationId] {
        let stack = self.stacks.get(StackId::from_index(row as usize));
        match self.root {
            Root::Callers => &stack[..stack.len() - depth as usize],
            Root::Leaves => &stack[depth as usize..],
        }
    }

    /// Returns the next two locations of a stack as a number that is in their order; an end comes before all.
    fn key(&self, row: u32, depth: u32) -> u64 {
        let rest = self.beyond(row, depth);
        let next = |position: usize| match self.root {
            Root::Callers => rest.len().checked_sub(position + 1).map(|index| rest[index]),
            Root::Leaves => rest.get(position).copied(),
        };
        let number = |location: Option<LocationId>| location.map_or(0, |location| location.index() as u64 + 1);
        number(next(0)) << 32 | number(next(1))
    }

    /// Sorts stacks that have `depth` locations in common by the next two; notes those that have these in common too.
    fn split(
        &mut self,
        range: Range<usize>,
        depth: u32,
        keys: &mut Vec<(u64, u32)>,
        unsorted: &mut Vec<(Range<usize>, u32)>,
    ) {
        keys.clear();
        keys.extend(self.rows[range.clone()].iter().map(|&row| (self.key(row, depth), row)));
        keys.sort_unstable();
        let mut start = 0;
        for (index, &(key, row)) in keys.iter().enumerate() {
            self.rows[range.start + index] = row;
            let before = keys[index.saturating_sub(1)].0;
            if index > 0 && key == before {
                // If these are their last locations, that is all that they have.
                let is_last = [key >> 32 == 0, key as u32 == 0].iter().map(|&is_end| u32::from(is_end)).sum::<u32>();
                self.shared[range.start + index] = depth + 2 - is_last;
                continue;
            }
            if index > 0 {
                self.shared[range.start + index] = depth + u32::from(key >> 32 == before >> 32);
                self.note(range.start + start..range.start + index, depth, before, unsorted);
            }
            start = index;
        }
        if let Some((key, _)) = keys.last() {
            self.note(range.start + start..range.end, depth, *key, unsorted);
        }
    }

    /// Notes that stacks with the same two next locations are to be sorted, if these are not their last ones.
    fn note(&self, range: Range<usize>, depth: u32, key: u64, unsorted: &mut Vec<(Range<usize>, u32)>) {
        if range.len() > 1 && key as u32 != 0 {
            unsorted.push((range, depth + 2));
        }
    }

    /// Sorts a few stacks that have `depth` locations in common.
    fn compare(&mut self, range: Range<usize>, depth: u32) {
        let mut rows = self.rows[range.clone()].to_vec();
        rows.sort_unstable_by(|&one, &other| self.in_order(one, other, depth).then(one.cmp(&other)));
        for (index, pair) in rows.windows(2).enumerate() {
            self.shared[range.start + index + 1] = depth + self.count_shared(pair[0], pair[1], depth);
        }
        self.rows[range].copy_from_slice(&rows);
    }

    fn in_order(&self, one: u32, other: u32, depth: u32) -> Ordering {
        let (one, other) = (self.beyond(one, depth), self.beyond(other, depth));
        match self.root {
            Root::Callers => one.iter().rev().cmp(other.iter().rev()),
            Root::Leaves => one.cmp(other),
        }
    }

    fn count_shared(&self, one: u32, other: u32, depth: u32) -> u32 {
        let (one, other) = (self.beyond(one, depth), self.beyond(other, depth));
        let is_same = |(one, other): &(&LocationId, &LocationId)| one == other;
        let count = match self.root {
            Root::Callers => one.iter().rev().zip(other.iter().rev()).take_while(is_same).count(),
            Root::Leaves => one.iter().zip(other).take_while(is_same).count(),
        };
        count as u32 // No stack has 2^32 locations.
    }
}
