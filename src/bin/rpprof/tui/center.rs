//! Which frame is meant by a name that may be of another granularity.

use std::cmp::Reverse;

use rpprof::aggregate::{FrameId, FrameOptions, Frames, Granularity, Interrupt, Names, cum_of_until, package};
use rpprof::profile::{LocationId, Profile};
use rpprof::transform::Selection;

use super::prepare::Prepared;

/// What a name may be of, the most likely first.
const GRANULARITIES: [Granularity; 7] = [
    Granularity::Functions,
    Granularity::FileFunctions,
    Granularity::Lines,
    Granularity::Addresses,
    Granularity::Files,
    Granularity::Packages,
    Granularity::Modules,
];

/// Returns the frame with a name or, if none has it, the heaviest of those that stand where frames of that name do when
/// something else makes frames.
///
/// So whoever looks at a function goes on to look at its file, its package or its heaviest line, and back again. The
/// outer `None` says that it was interrupted.
pub(super) fn center(prepared: &Prepared<'_, '_>, name: &str, interrupt: &Interrupt) -> Option<Option<FrameId>> {
    let called = || (0..).zip(prepared.names.names()).filter(|(_, other)| *other == name);
    let mut exact = called().map(|(index, _)| FrameId::from_index(index));
    if prepared.all_frames.is_some() {
        // Names are also those of frames that filters hide.
        if let Some(shown) = exact.find(|frame| prepared.frames.is_shown(*frame)) {
            return Some(Some(shown));
        }
        if called().next().is_some() {
            return Some(None);
        }
    } else if let Some(exact) = exact.next() {
        return Some(Some(exact));
    } else if is_filtered_away(prepared, name) {
        return Some(None);
    }
    let own = prepared.scope.granularity;
    for granularity in GRANULARITIES.into_iter().filter(|other| *other != own) {
        if interrupt.is_set() {
            return None;
        }
        let mut found = of_others(prepared, name, granularity);
        if found.len() > 1 {
            let (selection, frames) = (&prepared.selection, &*prepared.frames);
            let sums = cum_of_until(selection, frames, &prepared.weights, &found, interrupt)?;
            let mut order: Vec<(Reverse<u64>, FrameId)> =
                sums.iter().map(|sum| Reverse(sum.unsigned_abs())).zip(found).collect();
            order.sort_unstable();
            found = order.into_iter().map(|(_, frame)| frame).collect();
        }
        if let Some(&heaviest) = found.first() {
            return Some(Some(heaviest));
        }
    }
    Some(None)
}

/// Returns whether a frame that no filter has left has the name: then no other one is meant.
///
/// That is quick, unlike making frames of all granularities.
fn is_filtered_away(prepared: &Prepared<'_, '_>, name: &str) -> bool {
    let old = prepared.old.as_ref().map(|old| (&old.selection, old.whole));
    let sides = [(&prepared.selection, prepared.whole)].into_iter().chain(old);
    let is_cut = |(selection, whole): &(&Selection<'_>, &Profile)| {
        !selection.shows_all_frames() || !std::ptr::eq(selection.profile(), *whole)
    };
    sides.filter(is_cut).any(|(_, whole)| {
        let frames = frames_of_one(&Selection::all(whole), prepared.scope.frame_options(), name);
        are_called(&frames, name).contains(&true)
    })
}

/// Returns the frames of which one may have a name; what is known not to have it is one frame, as far as that takes less
/// time and memory.
fn frames_of_one<'p>(selection: &Selection<'p>, options: FrameOptions, name: &str) -> Frames<'p> {
    match options.granularity {
        _ if options.names == Names::Folded => Frames::new(selection, options),
        Granularity::Files | Granularity::Modules => Frames::new(selection, options),
        Granularity::Packages => Frames::of_functions(selection, options, |function| package(function) == name),
        Granularity::Functions | Granularity::FileFunctions | Granularity::Lines | Granularity::Addresses => {
            Frames::of_functions(selection, options, |function| name.contains(function))
        }
    }
}

/// Tells of each frame whether it is called so.
fn are_called(frames: &Frames<'_>, name: &str) -> Vec<bool> {
    let mut own = String::new();
    let mut is_called = |frame: FrameId| {
        own.clear();
        frames.frame(frame).push_name(&mut own);
        own == name && frames.others() != Some(frame)
    };
    (0..frames.len()).map(|index| is_called(FrameId::from_index(index))).collect()
}

/// Returns the frames that stand where those of another granularity do that have a name, each once.
fn of_others(prepared: &Prepared<'_, '_>, name: &str, granularity: Granularity) -> Vec<FrameId> {
    let old = prepared.old.as_ref().map(|old| (&old.selection, &old.frames));
    let sides: Vec<(&Selection<'_>, &Frames<'_>)> =
        [(&prepared.selection, &*prepared.frames)].into_iter().chain(old).collect();
    let selections: Vec<&Selection<'_>> = sides.iter().map(|(selection, _)| *selection).collect();
    let mut options = prepared.scope.frame_options();
    options.granularity = granularity;
    let others = match selections.as_slice() {
        [only] => vec![frames_of_one(only, options, name)],
        _ => Frames::common(&selections, options),
    };
    let is_it = are_called(&others[0], name);
    let mut found = Vec::new();
    if !is_it.contains(&true) {
        return found;
    }
    for ((selection, frames), others) in sides.iter().zip(&others) {
        for index in 0..selection.profile().symbols().locations().len() {
            let location = LocationId::from_index(index);
            let (frames, others) = (frames.at(location), others.at(location));
            if frames.len() == others.len() {
                let pairs = frames.iter().zip(others);
                found.extend(pairs.filter(|(_, other)| is_it[other.index()]).map(|(frame, _)| *frame));
            } else if others.iter().any(|other| is_it[other.index()]) {
                // Calls within a package or a binary are one frame.
                found.extend(frames);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
