//! A selection becomes a profile of its own.

use std::borrow::Cow;
use std::sync::Arc;

use super::selection::Selection;
use crate::profile::{LabelSets, LocationId, Profile, Samples, StackId, Stacks};

/// Makes a profile of what a selection leaves: stacks are cut, samples, lines and labels that are left out are gone.
///
/// It is not compacted: strings, functions, locations and mappings stay although nothing may use them,
/// and samples stay apart although they may have become equal (pprof's `-proto` with filters). A report
/// of the new profile is that of the selection, but for percentages, which are of the new one.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::{Filter, extract, select};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let mut filter = Filter::default();
/// filter.focus = regex::Regex::new("pricing").ok();
/// let (selection, _) = select(&profile, &filter)?;
/// let pricing = extract(&selection);
/// assert_eq!(pricing.samples().len(), selection.samples().count());
/// assert!(pricing.samples().len() < profile.samples().len());
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn extract(selection: &Selection<'_>) -> Profile {
    let profile = selection.profile();
    if selection.is_all() {
        return profile.clone();
    }
    let mut extracted = profile.clone();
    if let Cow::Owned(lines) = &selection.lines {
        Arc::make_mut(&mut extracted.symbols).lines = lines.clone();
    }
    if !selection.hidden_keys.is_empty() {
        let sets = (0..profile.label_sets().len()).map(crate::profile::LabelSetId::from_index);
        let mut label_sets = LabelSets::default();
        sets.for_each(|set| _ = label_sets.push(selection.labels(set)));
        extracted.label_sets = Arc::new(label_sets);
    }
    let mut stacks = (!selection.cuts.is_empty() || !selection.hidden.is_empty()).then(|| CutStacks::new(selection));
    let mut samples = Samples::with_width(profile.sample_types().len());
    for (sample, locations) in selection.samples() {
        let stack = stacks.as_mut().map_or(sample.stack, |stacks| stacks.cut(sample.stack, locations));
        samples.push(stack, sample.labels, sample.values);
    }
    if let Some(stacks) = stacks {
        extracted.stacks = Arc::new(stacks.stacks);
    }
    extracted.with_samples(samples)
}

/// The stacks that samples have after the cut.
struct CutStacks<'s, 'p> {
    selection: &'s Selection<'p>,
    stacks: Stacks,
    /// The new row of each old one, once a sample has asked for it.
    rows: Vec<Option<StackId>>,
    scratch: Vec<LocationId>,
}

impl<'s, 'p> CutStacks<'s, 'p> {
    fn new(selection: &'s Selection<'p>) -> Self {
        let rows = vec![None; selection.profile().stacks().len()];
        Self { selection, stacks: Stacks::default(), rows, scratch: Vec::new() }
    }

    fn cut(&mut self, old: StackId, locations: &[LocationId]) -> StackId {
        let (selection, scratch) = (self.selection, &mut self.scratch);
        *self.rows[old.index()].get_or_insert_with(|| {
            scratch.clear();
            scratch.extend(locations.iter().filter(|location| !selection.is_hidden(**location)));
            StackId::from_index(self.stacks.push(scratch))
        })
    }
}
