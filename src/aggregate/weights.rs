//! What each stack weighs in one sample type.

use crate::transform::Selection;

/// The values of one sample type, added up for each stack of a profile.
#[derive(Clone, Debug)]
pub struct StackWeights {
    /// By stack; 0 for stacks that are not looked at.
    weights: Vec<i64>,
    /// Whether some sample with this stack has a value other than 0; by stack.
    is_used: Vec<bool>,
    /// Sum of the absolute values of all samples, whether or not they are looked at.
    total: i64,
}

impl StackWeights {
    /// Adds up the values of sample type `sample_type`.
    ///
    /// The total is that of the whole profile, so that percentages do not depend on filters, as in pprof.
    ///
    /// # Panics
    /// If the profile has samples and no such sample type.
    pub fn new(selection: &Selection<'_>, sample_type: usize) -> Self {
        let profile = selection.profile();
        let mut weights = vec![0_i64; profile.stacks().len()];
        let mut is_used = vec![false; profile.stacks().len()];
        let mut total = 0_i64;
        for (stack, value) in profile.samples().stacks().iter().zip(profile.samples().column(sample_type)) {
            if value != 0 {
                total = total.wrapping_add(value.wrapping_abs());
                let weight = &mut weights[stack.index()];
                *weight = weight.wrapping_add(value);
                is_used[stack.index()] = true;
            }
        }
        if !selection.is_all() {
            for (index, weight) in weights.iter_mut().enumerate() {
                if selection.stack(crate::profile::StackId::from_index(index)).is_none() {
                    *weight = 0;
                    is_used[index] = false;
                }
            }
        }
        Self { weights, is_used, total }
    }

    /// Returns the weight of each stack, in the sample type's unit.
    pub fn weights(&self) -> &[i64] {
        &self.weights
    }

    /// Returns whether some sample with this stack has a value other than 0; the values may cancel out.
    #[inline]
    pub fn is_used(&self, stack: usize) -> bool {
        self.is_used[stack]
    }

    /// Returns the sum of the absolute values of all samples of the profile (pprof's `computeTotal`).
    pub fn total(&self) -> i64 {
        self.total
    }
}
