//! Samples that are left out for a while: their labels, or all but what their stacks weigh.

use std::sync::Arc;

use super::items::Items;
use super::{LabelSets, Profile, StackId};

/// The stack of each sample that a profile had before these were [added up](Profile::add_up_samples).
#[derive(Clone, Debug)]
pub struct SampleStacks(Items<StackId>);

impl SampleStacks {
    /// Returns how many samples there were.
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// Returns whether there was no sample.
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

impl Profile {
    /// Gives the samples the labels of those of `other`: the same profile, read with labels and without stacks.
    ///
    /// Only this copy of the profile changes. It returns whether `other` is the same as far as that can be seen, that is
    /// in header, values and strings, of which this profile may have more; if not, nothing changes.
    ///
    /// ```
    /// use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn};
    ///
    /// let open = || std::fs::File::open("testdata/go_cpu.pb.gz");
    /// let options = ReadOptions::default();
    /// let mut profile = codec::read(open()?, &options.clone().with_labels(LabelColumn::Skip))?;
    /// let labels = codec::read(open()?, &options.clone().with_stacks(StackColumn::Skip))?;
    /// assert!(profile.take_labels(labels));
    /// assert_eq!(profile, codec::read(open()?, &options)?);
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    #[must_use]
    pub fn take_labels(&mut self, other: Self) -> bool {
        let is_same = self.sample_types == other.sample_types
            && self.header == other.header
            && self.samples.has_values_of(&other.samples)
            && self.strings.begins_with(&other.strings);
        if is_same {
            let Self { label_sets, samples, .. } = other;
            let sets = Arc::unwrap_or_clone(samples).into_label_sets();
            Arc::make_mut(&mut self.samples).set_label_sets(sets);
            self.label_sets = label_sets;
        }
        is_same
    }

    /// Adds up the samples with equal stacks, if that leaves at most half of them; returns the stack that each had.
    ///
    /// What stacks weigh stays the same, and it takes less memory to know. Labels are gone then;
    /// [`Profile::restore_samples`] brings all back. Where values are negative nothing changes, since what percentages
    /// are of is a sum of absolute values.
    pub fn add_up_samples(&mut self) -> Option<SampleStacks> {
        if self.samples.len() < 2 * self.stacks.len() {
            return None;
        }
        let sums = self.samples.added_up(self.stacks.len())?;
        let samples = std::mem::replace(&mut self.samples, Arc::new(sums));
        self.label_sets = LabelSets::with_empty_set().into();
        Some(SampleStacks(Arc::unwrap_or_clone(samples).into_stacks()))
    }

    /// Gives back the samples that were added up, with the labels of `other`: the same profile, read with labels and
    /// without stacks.
    ///
    /// Only this copy of the profile changes.
    ///
    /// # Errors
    /// The stacks, if `other` is not the same as far as that can be seen, that is in header, sums of values, and strings,
    /// of which this profile may have more; nothing changes then.
    ///
    /// ```
    /// use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn};
    ///
    /// let open = || std::fs::File::open("testdata/go_heap.pb.gz");
    /// let options = ReadOptions::default();
    /// let mut profile = codec::read(open()?, &options.clone().with_labels(LabelColumn::Skip))?;
    /// let stacks = profile.add_up_samples().expect("many samples have equal stacks");
    /// assert!(profile.samples().len() < stacks.len());
    /// let options = options.with_strings(profile.strings());
    /// let labels = codec::read(open()?, &options.clone().with_stacks(StackColumn::Skip))?;
    /// profile.restore_samples(labels, stacks).expect("it is the same file");
    /// assert_eq!(profile, codec::read(open()?, &options)?);
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    pub fn restore_samples(&mut self, other: Self, stacks: SampleStacks) -> Result<(), SampleStacks> {
        let is_same = self.sample_types == other.sample_types
            && self.header == other.header
            && other.samples.len() == stacks.len()
            && self.strings.begins_with(&other.strings);
        if !is_same {
            return Err(stacks);
        }
        let Self { label_sets, samples, .. } = other;
        let samples = Arc::unwrap_or_clone(samples).with_stacks(stacks.0);
        let is_same = samples.added_up(self.stacks.len()).is_some_and(|sums| sums == *self.samples);
        if !is_same {
            return Err(SampleStacks(samples.into_stacks()));
        }
        (self.samples, self.label_sets) = (samples.into(), label_sets);
        Ok(())
    }
}
