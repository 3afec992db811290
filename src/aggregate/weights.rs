//! What each stack weighs in one sample type.

use std::ops::AddAssign;

use crate::profile::{LabelValue, Profile, StackId};
use crate::transform::{BASE_LABEL, Selection};

/// What is measured: which values, and what percentages are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measure {
    /// The column of values.
    pub sample_type: usize,
    /// Whether values are sums or means.
    pub averaging: Averaging,
    /// What percentages are of.
    pub whole: Whole,
}

/// Whether values are sums or means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Averaging {
    /// The values of all samples together.
    #[default]
    Sum,
    /// Their sum over that of the first sample type, which counts events (pprof's `-mean`).
    Mean,
}

/// What percentages are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whole {
    /// All samples of the profile, whatever the filters.
    #[default]
    Profile,
    /// The samples that the filters leave (pprof's `-relative_percentages`).
    Selection,
}

impl Measure {
    /// Measures the sums of a sample type, as shares of the whole profile.
    pub fn of(sample_type: usize) -> Self {
        Self { sample_type, ..Self::default() }
    }
}

/// A sum of values and what it is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amount {
    /// The sum, in the sample type's unit.
    pub sum: i64,
    /// How many events the sum is the mean of; 0 if it is shown as it is.
    pub divisor: i64,
}

impl Amount {
    /// Returns the value to show: the sum, or the mean.
    #[inline]
    pub fn value(self) -> i64 {
        if self.divisor == 0 { self.sum } else { self.sum.wrapping_div(self.divisor) }
    }
}

impl AddAssign for Amount {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.sum = self.sum.wrapping_add(other.sum);
        self.divisor = self.divisor.wrapping_add(other.divisor);
    }
}

/// The values of one sample type, added up for each stack of a profile.
#[derive(Clone, Debug)]
pub struct StackWeights {
    /// By stack; 0 for stacks that are not looked at.
    weights: Vec<i64>,
    /// What the weights are divided by, by stack; empty if they are sums.
    divisors: Vec<i64>,
    /// Whether some sample with this stack has a value other than 0; by stack.
    is_used: Vec<bool>,
    total: Amount,
}

impl StackWeights {
    /// Adds up the values that `measure` names.
    ///
    /// Stacks of samples that the selection leaves out weigh nothing. The total is that of the
    /// whole profile unless the measure says otherwise, so that percentages do not depend on
    /// filters, as in pprof. If some samples have the label `pprof::base=true` and a value, the
    /// total is theirs.
    ///
    /// # Panics
    /// If the profile has samples and no such sample type.
    pub fn new(selection: &Selection<'_>, measure: Measure) -> Self {
        let profile = selection.profile();
        let samples = profile.samples();
        let stack_count = profile.stacks().len();
        let is_mean = measure.averaging == Averaging::Mean;
        let mut sums = Self {
            weights: vec![0; stack_count],
            divisors: if is_mean { vec![0; stack_count] } else { Vec::new() },
            is_used: vec![false; stack_count],
            total: Amount::default(),
        };
        let mut all = Amount::default();
        let mut base = Amount::default();
        let base_sets = base_label_sets(profile);
        let values = samples.column(measure.sample_type);
        if !is_mean && base_sets.is_empty() && selection.is_all() {
            for (stack, value) in samples.stacks().iter().zip(values) {
                all += absolute(value, 0);
                sums.add(*stack, value, 0);
            }
        } else if !is_mean && base_sets.is_empty() {
            let counts_all = measure.whole == Whole::Profile;
            for ((stack, labels), value) in samples.stacks().iter().zip(samples.label_sets()).zip(values) {
                // Without a branch: whether a sample is kept cannot be predicted.
                let is_kept = selection.keeps_labels(labels) & selection.keeps_stack(*stack);
                let kept = if is_kept { value } else { 0 };
                all += absolute(if is_kept | counts_all { value } else { 0 }, 0);
                sums.weights[stack.index()] = sums.weights[stack.index()].wrapping_add(kept);
                sums.is_used[stack.index()] |= kept != 0;
            }
        } else {
            let divisors = samples.column(0);
            let rows = samples.stacks().iter().zip(samples.label_sets()).zip(values.zip(divisors));
            for ((stack, labels), (value, divisor)) in rows {
                let divisor = if is_mean { divisor } else { 0 };
                let is_kept = selection.keeps_labels(labels) && selection.keeps_stack(*stack);
                if is_kept {
                    sums.add(*stack, value, divisor);
                }
                if is_kept || measure.whole == Whole::Profile {
                    all += absolute(value, divisor);
                    if base_sets.get(labels.index()).is_some_and(|&is_base| is_base) {
                        base += absolute(value, divisor);
                    }
                }
            }
        }
        sums.total = if base.sum > 0 { base } else { all };
        sums
    }

    #[inline]
    fn add(&mut self, stack: StackId, value: i64, divisor: i64) {
        if value != 0 {
            let weight = &mut self.weights[stack.index()];
            *weight = weight.wrapping_add(value);
            self.is_used[stack.index()] = true;
        }
        if divisor != 0 {
            let sum = &mut self.divisors[stack.index()];
            *sum = sum.wrapping_add(divisor);
            self.is_used[stack.index()] = true;
        }
    }

    /// Returns these weights without those of the stacks that a selection leaves out.
    ///
    /// If these are of a whole profile, as shares of which they are shown, the result is what the selection's stacks
    /// weigh, unless it chooses samples by their labels.
    ///
    /// Cost: a look at each stack, none at samples.
    ///
    /// # Panics
    /// If the selection's profile does not have as many stacks.
    #[must_use]
    pub fn of_kept_stacks(&self, selection: &Selection<'_>) -> Self {
        assert_eq!(self.weights.len(), selection.profile().stacks().len(), "the weights are of another profile");
        let is_kept = |stack: usize| selection.keeps_stack(StackId::from_index(stack));
        let of_kept = |values: &[i64]| -> Vec<i64> {
            (0..).zip(values).map(|(stack, &value)| if is_kept(stack) { value } else { 0 }).collect()
        };
        Self {
            weights: of_kept(&self.weights),
            divisors: of_kept(&self.divisors),
            is_used: (0..).zip(&self.is_used).map(|(stack, &is_used)| is_used & is_kept(stack)).collect(),
            total: self.total,
        }
    }

    /// Returns the weight of each stack, in the sample type's unit.
    pub fn weights(&self) -> &[i64] {
        &self.weights
    }

    /// Returns what the weight of each stack is to be divided by; nothing if weights are sums.
    pub fn divisors(&self) -> &[i64] {
        &self.divisors
    }

    /// Returns the weight of a stack with what it is to be divided by.
    #[inline]
    pub fn amount(&self, stack: usize) -> Amount {
        Amount { sum: self.weights[stack], divisor: self.divisors.get(stack).copied().unwrap_or(0) }
    }

    /// Returns whether some sample with this stack has a value other than 0; the values may cancel out.
    #[inline]
    pub fn is_used(&self, stack: usize) -> bool {
        self.is_used[stack]
    }

    /// Returns what percentages are of: the sum of absolute values, or the mean (pprof's `computeTotal`).
    pub fn total(&self) -> i64 {
        self.total.value()
    }

    /// Returns the total with what it is divided by.
    pub fn total_amount(&self) -> Amount {
        self.total
    }
}

/// Returns what a sample adds to the total.
#[inline]
fn absolute(value: i64, divisor: i64) -> Amount {
    Amount { sum: value.wrapping_abs(), divisor }
}

/// Returns which label sets mark samples of a base, by set; nothing if none does.
fn base_label_sets(profile: &Profile) -> Vec<bool> {
    let (key, text) = BASE_LABEL;
    if !profile.strings().iter().any(|string| string == key) {
        return Vec::new();
    }
    let is_base = |label: crate::profile::Label| {
        profile.str(label.key()) == key && matches!(label.value(), LabelValue::Text(id) if profile.str(id) == text)
    };
    profile.label_sets().iter().map(|labels| labels.iter().any(is_base)).collect()
}
