//! What marks the samples that a profile is compared with.

use std::sync::Arc;

use crate::profile::{Label, LabelSetId, Profile, Samples};

/// The label of samples that a profile is compared with (pprof's `-diff_base`).
pub(crate) const BASE_LABEL: (&str, &str) = ("pprof::base", "true");

/// Returns the profile with the label `pprof::base=true` on all samples.
///
/// If it is scaled by -1 and merged into another profile, its samples stay apart there, and
/// percentages are of its total.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::{mark_as_base, merge, scale};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_mutex.pb.gz")?, &ReadOptions::default())?;
/// let difference = merge(&[&profile, &scale(&mark_as_base(&profile), -1.0)])?;
/// assert_eq!(difference.samples().len(), 2 * profile.samples().len());
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn mark_as_base(profile: &Profile) -> Profile {
    let mut marked = profile.clone();
    let strings = Arc::make_mut(&mut marked.strings);
    let (key, text) = (strings.push(BASE_LABEL.0), strings.push(BASE_LABEL.1));
    let label_sets = Arc::make_mut(&mut marked.label_sets);
    let first = label_sets.len();
    for labels in profile.label_sets().iter() {
        let others = labels.iter().filter(|label| profile.str(label.key()) != BASE_LABEL.0);
        label_sets.push(others.chain([Label::text(key, text)]));
    }
    let mut samples = Samples::with_width(profile.sample_types().len());
    for sample in profile.samples().iter() {
        samples.push(sample.stack, LabelSetId::from_index(first + sample.labels.index()), sample.values);
    }
    marked.with_samples(samples)
}
