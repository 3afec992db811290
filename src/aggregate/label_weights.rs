//! What labels weigh.

use hashbrown::HashMap;

use super::interrupt::Interrupt;
use crate::profile::{Label, LabelSetId, Profile, StringId};
use crate::transform::Selection;

/// What the samples with each label weigh in one sample type.
#[derive(Clone, Debug)]
pub struct LabelWeights {
    labels: HashMap<Label, i64>,
    keys: HashMap<StringId, i64>,
    total: i64,
}

/// Samples, or label sets, between two looks at whether they are still wanted.
const AT_ONCE: usize = 1 << 14;

impl LabelWeights {
    /// Adds up what samples weigh, in the unit of the sample type; `None` if it was interrupted.
    ///
    /// It takes a look at each label of each distinct label set, or of each sample where sets hardly repeat: there it would
    /// only take memory to add up those of a set first.
    ///
    /// # Panics
    /// If there are samples and no such sample type.
    pub fn new(selection: &Selection<'_>, sample_type: usize, interrupt: &Interrupt) -> Option<Self> {
        let profile = selection.profile();
        let sets = profile.label_sets().len();
        let has_many_sets = 2 * sets > profile.samples().len();
        let mut of_sets = vec![None; if has_many_sets { 0 } else { sets }];
        let mut weights = Self { labels: HashMap::new(), keys: HashMap::new(), total: 0 };
        let mut seen = Vec::new();
        for (index, (sample, _)) in selection.samples().enumerate() {
            if index % AT_ONCE == 0 && interrupt.is_set() {
                return None;
            }
            let weight = sample.values[sample_type];
            add(&mut weights.total, weight);
            match of_sets.get_mut(sample.labels.index()) {
                Some(sum) => add(sum.get_or_insert(0), weight),
                None => weights.add(profile, selection.labels(sample.labels), weight, &mut seen),
            }
        }
        for (row, weight) in of_sets.into_iter().enumerate() {
            if row % AT_ONCE == 0 && interrupt.is_set() {
                return None;
            }
            if let Some(weight) = weight {
                weights.add(profile, selection.labels(LabelSetId::from_index(row)), weight, &mut seen);
            }
        }
        Some(weights)
    }

    /// Adds the weight of samples with these labels; `seen` is scratch.
    fn add(&mut self, profile: &Profile, labels: impl Iterator<Item = Label>, weight: i64, seen: &mut Vec<StringId>) {
        seen.clear();
        for label in labels {
            add(self.labels.entry(label).or_insert(0), weight);
            let key = label.key();
            // A profile may have a text twice.
            let is_same = |other: &StringId| *other == key || profile.str(*other) == profile.str(key);
            if !seen.iter().any(is_same) {
                seen.push(key);
                add(self.keys.entry(key).or_insert(0), weight);
            }
        }
    }

    /// Returns what the samples with each label weigh together, in no order; a sample may have a label twice, and a text may be
    /// several strings.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = (Label, i64)> + '_ {
        self.labels.iter().map(|(label, weight)| (*label, *weight))
    }

    /// Returns what the samples with a label of each key weigh together, each sample once, in no order; a key may be several
    /// strings, whose sums then add up to its.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = (StringId, i64)> + '_ {
        self.keys.iter().map(|(key, weight)| (*key, *weight))
    }

    /// Returns what all samples weigh, those without labels too.
    pub fn total(&self) -> i64 {
        self.total
    }
}

fn add(sum: &mut i64, weight: i64) {
    *sum = sum.wrapping_add(weight);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileBuilder;

    /// Makes a profile with samples of 1, 2, 4 and so on, one with each of the sets that are numbered.
    fn profile(sets: &[&[Label]], samples: &[usize]) -> Profile {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("samples", "count");
        for text in ["key", "other", "one", "two"] {
            builder.string(text);
        }
        let stack = builder.stack(&[]);
        let sets: Vec<LabelSetId> = sets.iter().map(|set| builder.label_set(set)).collect();
        for (index, set) in samples.iter().enumerate() {
            builder.sample(stack, sets[*set], &[1 << index]);
        }
        builder.build().expect("it is valid")
    }

    #[test]
    fn labels_and_keys_weigh_what_their_samples_do_however_often_sets_repeat() {
        let string = StringId::from_u32;
        let first = profile(&[&[]], &[0]);
        let id = |text: &str| {
            let row = (0..first.strings().len()).find(|row| first.str(StringId::from_index(*row)) == text);
            string(row.expect("it is there") as u32)
        };
        let (one, two) = (Label::text(id("key"), id("one")), Label::text(id("key"), id("two")));
        let number = Label::number(id("other"), 3, StringId::EMPTY);
        let sets: [&[Label]; 4] = [&[], &[one, number], &[one, two], &[number]];
        for samples in [&[0, 1, 2, 3][..], &[0, 1, 2, 3, 0, 0, 0, 1, 1, 1, 1, 2]] {
            let profile = profile(&sets, samples);
            let selection = Selection::all(&profile);
            let weights = LabelWeights::new(&selection, 0, &Interrupt::new()).expect("nobody interrupts it");
            let of = |wanted: &[usize]| {
                let has_it = |(index, set): (usize, &usize)| wanted.contains(set).then_some(1_i64 << index);
                samples.iter().enumerate().filter_map(has_it).sum::<i64>()
            };
            let mut labels: Vec<(Label, i64)> = weights.labels().collect();
            labels.sort_by_key(|(label, _)| format!("{label:?}"));
            let mut expected = vec![(one, of(&[1, 2])), (two, of(&[2])), (number, of(&[1, 3]))];
            expected.sort_by_key(|(label, _)| format!("{label:?}"));
            assert_eq!(labels, expected);
            let mut keys: Vec<(StringId, i64)> = weights.keys().collect();
            keys.sort_unstable();
            let mut expected = vec![(id("key"), of(&[1, 2])), (id("other"), of(&[1, 3]))];
            expected.sort_unstable();
            assert_eq!(keys, expected);
            assert_eq!(weights.total(), of(&[0, 1, 2, 3]));
            let interrupt = Interrupt::new();
            interrupt.set();
            assert!(LabelWeights::new(&selection, 0, &interrupt).is_none());
        }
    }
}
