//! Stacks and samples of a session, off the handler: equal ones are added up.

use crate::collector::labels::LabelSet;
use crate::profile::{Interner, Ragged};

/// A distinct stack with its labels and its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SampleKey {
    /// The row of the stack.
    stack: u32,
    /// The number of the label set.
    pub(crate) labels: u32,
    /// The row of the thread, or 0 if threads are not told apart.
    pub(crate) thread: u32,
}

/// A stack, and what must be known to understand its addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack<'t> {
    /// The epoch of the modules that the addresses are of.
    pub(crate) epoch: u32,
    /// Whether callers are missing.
    pub(crate) is_cut: bool,
    /// Leaf first.
    pub(crate) addresses: &'t [u64],
}

/// The samples of a session.
#[derive(Debug, Default)]
pub(crate) struct SampleTable {
    /// A word of epoch and cut, and the addresses.
    stacks: Ragged<u64>,
    stack_rows: Interner,
    samples: Vec<(SampleKey, u64)>,
    sample_rows: Interner,
    /// Holds the label set of each of the samples.
    labels: Vec<LabelSet>,
}

impl SampleTable {
    /// Returns the row of samples like this one, whose weight is 0 until [`weigh`](Self::weigh) adds to it.
    pub(crate) fn row(&mut self, stack: Stack<'_>, labels: u32, thread: u32) -> usize {
        let head = u64::from(stack.epoch) << 1 | u64::from(stack.is_cut);
        // As slices, which are hashed and compared many bytes at a time.
        let hash = self.stack_rows.hash(&(head, stack.addresses));
        let stacks = &mut self.stacks;
        let found = self.stack_rows.find(hash, |row| stacks.get(row).split_first() == Some((&head, stack.addresses)));
        let row = found.unwrap_or_else(|| {
            let row = stacks.push(std::iter::once(head).chain(stack.addresses.iter().copied()));
            self.stack_rows.insert(hash, row);
            row
        });
        // A table of 2^32 stacks would not fit into memory.
        let key = SampleKey { stack: row as u32, labels, thread };
        let hash = self.sample_rows.hash(&key);
        let samples = &mut self.samples;
        self.sample_rows.find(hash, |row| samples[row].0 == key).unwrap_or_else(|| {
            samples.push((key, 0));
            self.labels.push(LabelSet::of_sample(labels));
            self.sample_rows.insert(hash, samples.len() - 1);
            samples.len() - 1
        })
    }

    /// Adds weight to the samples of a row.
    pub(crate) fn weigh(&mut self, row: usize, weight: u64) {
        self.samples[row].1 += weight;
    }

    /// Returns the samples that weigh something, each with its weight, in the order of their first appearance.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Stack<'_>, SampleKey, u64)> {
        self.samples.iter().filter(|sample| sample.1 > 0).map(|&(key, weight)| {
            let (head, addresses) = self.stacks.get(key.stack as usize).split_first().expect("every stack has a head");
            // The epoch was widened from 32 bits.
            (Stack { epoch: (head >> 1) as u32, is_cut: head & 1 == 1, addresses }, key, weight)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_samples_are_added_up() {
        let mut table = SampleTable::default();
        let stack = |epoch, is_cut, addresses| Stack { epoch, is_cut, addresses };
        let mut add = |stack, labels, weight| {
            let row = table.row(stack, labels, 0);
            table.weigh(row, weight);
        };
        add(stack(0, false, &[1, 2]), 0, 1);
        add(stack(0, false, &[1, 2]), 0, 4);
        add(stack(0, false, &[3]), 0, 0);
        add(stack(0, true, &[1, 2]), 0, 1);
        add(stack(1, false, &[1, 2]), 0, 1);
        add(stack(0, false, &[1, 2]), 7, 1);
        add(stack(0, false, &[]), 0, 9);
        let weights: Vec<_> =
            table.iter().map(|(stack, key, weight)| (stack.addresses.len(), key.labels, weight)).collect();
        assert_eq!(weights, [(2, 0, 5), (2, 0, 1), (2, 0, 1), (2, 7, 1), (0, 0, 9)]);
    }
}
