//! Which functions are meant by a frame that is a file or a binary, where source and machine code are of functions.

use std::cmp::Reverse;
use std::collections::HashMap;

use regex::Regex;
use rpprof::aggregate::{
    FrameId, FrameOptions, Frames, Granularity, Inlines, Interrupt, StackWeights, flat_and_cum_until,
};
use rpprof::profile::{LocationId, Profile};
use rpprof::transform::Selection;

use super::prepare::Prepared;

/// More functions than these are too many to be read.
const MOST: usize = 20;

/// What functions are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// What matches them, and no others.
    pub(super) functions: String,
    /// How many are shown of how many there are, if they are those of a file or a binary.
    pub(super) counts: Option<(usize, usize)>,
}

impl Within {
    /// Says which functions are shown, if they are not all.
    pub(super) fn note(&self) -> Option<String> {
        let (shown, all) = self.counts.filter(|(shown, all)| shown < all)?;
        Some(format!("these are the {shown} heaviest of {all} functions; <by-functions> <view-top> lists all"))
    }
}

/// Returns the functions that an expression matches or, if it matches none, the heaviest of the files that it matches, or
/// of the binaries; `None` if it was interrupted.
pub(super) fn within(prepared: &Prepared<'_, '_>, expression: &str, interrupt: &Interrupt) -> Option<Within> {
    let itself = Within { functions: expression.to_owned(), counts: None };
    let Ok(regex) = Regex::new(expression) else { return Some(itself) };
    let new = (&prepared.selection, &*prepared.weights);
    let old = prepared.old.as_ref().map(|old| (&old.selection, &old.weights));
    let sides: Vec<(&Selection<'_>, &StackWeights)> = [new].into_iter().chain(old).collect();
    if sides.iter().any(|(selection, _)| has_function(selection.profile(), &regex)) {
        return Some(itself);
    }
    for granularity in [Granularity::Files, Granularity::Modules] {
        let mut found: HashMap<String, Reverse<(u64, u64)>> = HashMap::new();
        for (selection, weights) in &sides {
            add_functions(&mut found, (selection, weights), (granularity, prepared.scope.inlines), &regex, interrupt)?;
        }
        if found.is_empty() {
            continue;
        }
        let mut names: Vec<(Reverse<(u64, u64)>, String)> =
            found.into_iter().map(|(name, weight)| (weight, name)).collect();
        names.sort_unstable();
        let all = names.len();
        names.truncate(MOST);
        let alternatives: Vec<String> = names.iter().map(|(_, name)| regex::escape(name)).collect();
        let functions = format!("^(?:{})$", alternatives.join("|"));
        return Some(Within { functions, counts: Some((names.len(), all)) });
    }
    Some(itself)
}

fn has_function(profile: &Profile, regex: &Regex) -> bool {
    let mut names = profile.symbols().functions().iter().map(|function| profile.str(function.name));
    names.any(|name| !name.is_empty() && regex.is_match(name))
}

/// Adds the functions of frames that match, of those that weigh something, with what these weigh themselves and in all.
fn add_functions(
    found: &mut HashMap<String, Reverse<(u64, u64)>>,
    (selection, weights): (&Selection<'_>, &StackWeights),
    (granularity, inlines): (Granularity, Inlines),
    regex: &Regex,
    interrupt: &Interrupt,
) -> Option<()> {
    let frames_by = |granularity: Granularity| {
        let mut options = FrameOptions::default();
        (options.granularity, options.inlines) = (granularity, inlines);
        Frames::new(selection, options)
    };
    let others = frames_by(granularity);
    let of_other = |index: usize| others.frame(FrameId::from_index(index));
    let is_it: Vec<bool> = (0..others.len())
        .map(|index| match granularity {
            Granularity::Modules => regex.is_match(of_other(index).object) || regex.is_match(&of_other(index).name()),
            _ => regex.is_match(of_other(index).file),
        })
        .collect();
    if !is_it.contains(&true) {
        return Some(());
    }
    let functions = frames_by(Granularity::Functions);
    let sums = flat_and_cum_until(selection, &functions, weights, interrupt)?;
    for index in 0..selection.profile().symbols().locations().len() {
        let location = LocationId::from_index(index);
        let (own, others) = (functions.at(location), others.at(location));
        for (place, frame) in own.iter().enumerate() {
            // Calls within a binary are one frame.
            let other = if own.len() == others.len() { others.get(place) } else { others.first() };
            let name = functions.frame(*frame).function;
            let (flat, cum) = (sums.flat[frame.index()].unsigned_abs(), sums.cum[frame.index()].unsigned_abs());
            if other.is_some_and(|other| is_it[other.index()]) && !name.is_empty() && (flat, cum) != (0, 0) {
                let weight = found.entry(name.to_owned()).or_insert(Reverse((0, 0)));
                *weight = (*weight).min(Reverse((flat, cum)));
            }
        }
    }
    Some(())
}
