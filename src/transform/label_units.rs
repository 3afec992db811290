//! The keys of labels, and in which unit the numbers of each are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::profile::{LabelSetId, LabelValue, Profile};

/// The unit of each key that has numbers (pprof's `NumLabelUnits`).
///
/// ```
/// use rpprof::profile::{Label, ProfileBuilder};
/// use rpprof::transform::LabelUnits;
///
/// let mut builder = ProfileBuilder::new();
/// builder.sample_type("samples", "count");
/// let (latency, us, size) = (builder.string("latency"), builder.string("us"), builder.string("request"));
/// let labels = builder.label_set(&[Label::number(latency, 5, us), Label::number(size, 9, Default::default())]);
/// let stack = builder.stack(&[]);
/// builder.sample(stack, labels, &[1]);
/// let profile = builder.build()?;
/// let units = LabelUnits::new(&profile);
/// assert_eq!((units.of("latency"), units.of("request")), ("us", "bytes"));
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct LabelUnits<'p> {
    first: HashMap<&'p str, &'p str>,
    others: BTreeMap<&'p str, BTreeSet<&'p str>>,
}

impl<'p> LabelUnits<'p> {
    /// Finds the first unit that each key has, in the order of the samples, and the others.
    ///
    /// Cost: a look at each sample, and at each label of each set that a sample has.
    pub fn new(profile: &'p Profile) -> Self {
        let mut units = Self::default();
        for set in used_label_sets(profile) {
            for label in profile.labels(set) {
                let LabelValue::Number { unit, .. } = label.value() else { continue };
                let (key, unit) = (profile.str(label.key()), profile.str(unit));
                if unit.is_empty() {
                    continue;
                }
                let first = *units.first.entry(key).or_insert(unit);
                if first != unit {
                    units.others.entry(key).or_default().insert(unit);
                }
            }
        }
        units
    }

    /// Returns the unit of a key; one without any is guessed to be `bytes` for `alignment` and `request`,
    /// else the key itself, which may be called after a unit.
    pub fn of<'k>(&self, key: &'k str) -> &'k str
    where
        'p: 'k,
    {
        match self.first.get(key) {
            Some(unit) => unit,
            None if matches!(key, "alignment" | "request") => "bytes",
            None => key,
        }
    }

    /// Returns the keys with several units, sorted: the key, the unit that counts, the others.
    pub fn conflicts(&self) -> impl Iterator<Item = (&'p str, &'p str, Vec<&'p str>)> + '_ {
        self.others.iter().map(|(key, others)| (*key, self.first[key], others.iter().copied().collect()))
    }
}

/// Returns the keys that labels of samples have, sorted.
pub fn label_keys(profile: &Profile) -> Vec<&str> {
    let mut is_key = vec![false; profile.strings().len()];
    for set in used_label_sets(profile) {
        for label in profile.labels(set) {
            is_key[label.key().index()] = true;
        }
    }
    let keys: BTreeSet<&str> =
        profile.strings().iter().zip(is_key).filter_map(|(key, is_key)| is_key.then_some(key)).collect();
    keys.into_iter().collect()
}

/// Returns the label sets that samples have, each once, in the order of the samples.
pub(super) fn used_label_sets(profile: &Profile) -> impl Iterator<Item = LabelSetId> + '_ {
    let mut is_seen = vec![false; profile.label_sets().len()];
    let sets = profile.samples().label_sets();
    sets.filter(move |set| !std::mem::replace(&mut is_seen[set.index()], true))
}
