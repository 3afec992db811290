//! The samples' columns.

use super::items::Items;
use super::{LabelSetId, StackId};

/// The samples of a profile: parallel columns, one row a sample.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    stacks: Items<StackId>,
    /// Empty as long as no sample has labels.
    label_sets: Items<LabelSetId>,
    /// Row-major: `width` values a sample.
    values: Items<i64>,
    /// How many values a sample has: the number of sample types.
    pub(crate) width: usize,
}

/// One sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'p> {
    /// The call stack.
    pub stack: StackId,
    /// The labels.
    pub labels: LabelSetId,
    /// One value for each sample type, in its unit.
    pub values: &'p [i64],
}

impl Samples {
    /// Makes a table without samples, whose samples will have `width` values.
    pub(crate) fn with_width(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Returns how many samples there are.
    pub fn len(&self) -> usize {
        self.stacks.as_slice().len()
    }

    /// Returns whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.stacks.as_slice().is_empty()
    }

    /// Returns the stack of each sample.
    pub fn stacks(&self) -> &[StackId] {
        self.stacks.as_slice()
    }

    /// Returns the label set of each sample.
    pub fn label_sets(&self) -> impl ExactSizeIterator<Item = LabelSetId> + Clone {
        (0..self.len()).map(|index| self.label_set(index))
    }

    #[inline]
    fn label_set(&self, index: usize) -> LabelSetId {
        self.label_sets.as_slice().get(index).copied().unwrap_or(LabelSetId::EMPTY)
    }

    /// Appends a sample, with one value for each sample type.
    ///
    /// # Panics
    /// If all samples together have more than 2^32 values.
    #[inline]
    pub(crate) fn push(&mut self, stack: StackId, labels: LabelSetId, values: &[i64]) {
        self.values.grow(values.len()).copy_from_slice(values);
        let has_labels = !self.label_sets.as_slice().is_empty();
        if labels != LabelSetId::EMPTY && !has_labels {
            self.label_sets.grow(self.len()).fill(LabelSetId::EMPTY);
        }
        if labels != LabelSetId::EMPTY || has_labels {
            self.label_sets.grow(1)[0] = labels;
        }
        self.stacks.grow(1)[0] = stack;
    }

    /// Returns the values of sample `index`, one for each sample type.
    ///
    /// # Panics
    /// If there is no such sample.
    #[inline]
    pub fn values(&self, index: usize) -> &[i64] {
        &self.values.as_slice()[index * self.width..(index + 1) * self.width]
    }

    /// Returns the values of sample `index` for change.
    pub(crate) fn values_mut(&mut self, index: usize) -> &mut [i64] {
        &mut self.values.as_mut_slice()[index * self.width..(index + 1) * self.width]
    }

    /// Returns the values of all samples for change, row by row.
    pub(crate) fn all_values_mut(&mut self) -> &mut [i64] {
        self.values.as_mut_slice()
    }

    /// Returns the values of one sample type, one for each sample.
    ///
    /// # Panics
    /// If `sample_type` is past the sample types and there are samples.
    pub fn column(&self, sample_type: usize) -> impl ExactSizeIterator<Item = i64> + Clone {
        assert!(sample_type < self.width || self.is_empty(), "no sample type {sample_type}");
        let values = self.values.as_slice();
        values[sample_type.min(values.len())..].iter().step_by(self.width.max(1)).copied()
    }

    /// Adds up the values of samples with equal stacks, of which there are `stacks`, in the order of these. Labels are gone
    /// then. `None` if a value is negative or a sum too large, since more than the sums matters then.
    pub(crate) fn added_up(&self, stacks: usize) -> Option<Self> {
        if self.width == 0 {
            return None;
        }
        let mut values: Items<i64> = Items::default();
        let sums = values.grow(stacks * self.width);
        let mut is_used = vec![false; stacks];
        // Negative if a value is, or a sum that has become too large.
        let mut signs = 0;
        for (stack, row) in self.stacks().iter().zip(self.values.as_slice().chunks_exact(self.width)) {
            is_used[stack.index()] = true;
            let first = stack.index() * self.width;
            for (sum, value) in sums[first..first + self.width].iter_mut().zip(row) {
                *sum = sum.wrapping_add(*value);
                signs |= *sum | *value;
            }
        }
        if signs < 0 {
            return None;
        }
        let all = (0..stacks).map(StackId::from_index);
        if is_used.iter().all(|&is_used| is_used) {
            let mut used = Self { values, ..Self::with_width(self.width) };
            used.stacks.grow(stacks).iter_mut().zip(all).for_each(|(slot, stack)| *slot = stack);
            return Some(used);
        }
        let mut used = Self::with_width(self.width);
        for stack in all.filter(|stack| is_used[stack.index()]) {
            let first = stack.index() * self.width;
            used.push(stack, LabelSetId::EMPTY, &values.as_slice()[first..first + self.width]);
        }
        Some(used)
    }

    /// Returns the stack of each sample.
    pub(crate) fn into_stacks(self) -> Items<StackId> {
        self.stacks
    }

    /// Gives all samples other stacks, of which there are as many.
    pub(crate) fn with_stacks(self, stacks: Items<StackId>) -> Self {
        debug_assert_eq!(stacks.as_slice().len(), self.len());
        Self { stacks, ..self }
    }

    /// Returns whether there are as many samples with the same values.
    pub(crate) fn has_values_of(&self, other: &Self) -> bool {
        (self.width, self.len()) == (other.width, other.len()) && self.values.as_slice() == other.values.as_slice()
    }

    /// Returns the label set of each sample, or nothing if none has labels.
    pub(crate) fn into_label_sets(self) -> Items<LabelSetId> {
        self.label_sets
    }

    /// Gives each sample a label set, or none to all.
    pub(crate) fn set_label_sets(&mut self, label_sets: Items<LabelSetId>) {
        assert!([0, self.len()].contains(&label_sets.as_slice().len()));
        self.label_sets = label_sets;
    }

    /// Returns the samples in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.len()).map(|index| Sample {
            stack: self.stacks()[index],
            labels: self.label_set(index),
            values: self.values(index),
        })
    }
}

impl PartialEq for Samples {
    fn eq(&self, other: &Self) -> bool {
        self.width == other.width && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Samples {}
