//! Which label sets have a label that is asked for: each distinct label is asked once.

use hashbrown::HashMap;

use crate::profile::{Label, Profile};

/// The label sets of a profile that are looked at.
pub(super) struct UsedLabelSets<'p> {
    pub(super) profile: &'p Profile,
    /// Whether a sample that is looked at has the set, by set.
    pub(super) is_used: Vec<bool>,
}

impl UsedLabelSets<'_> {
    /// Returns which of the sets have a label for which `ask` says yes, by set.
    pub(super) fn with_any(&self, mut ask: impl FnMut(&Label) -> bool) -> Vec<bool> {
        let mut answers: HashMap<Label, bool> = HashMap::new();
        let mut is_wanted = |label: Label| *answers.entry(label).or_insert_with(|| ask(&label));
        let sets = self.profile.label_sets().iter().zip(&self.is_used);
        sets.map(|(labels, &is_used)| is_used && labels.iter().any(&mut is_wanted)).collect()
    }

    /// Returns whether some set that is looked at is among `sets`.
    pub(super) fn any_of(&self, sets: &[bool]) -> bool {
        self.is_used.iter().zip(sets).any(|(&is_used, &is_wanted)| is_used && is_wanted)
    }
}
