//! Which frames were inlined into their callers.

use hashbrown::HashMap;

use super::edges::Edges;
use super::frames::{FrameId, Frames};
use super::parallel::in_ranges;
use super::weights::StackWeights;
use crate::profile::StackId;
use crate::transform::Selection;

/// Whether a frame's code was inlined into its callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inlining {
    /// Into none of them, or it has none.
    #[default]
    None,
    /// Into some of them.
    Partial,
    /// Into all of them.
    Full,
}

/// Says of each frame whether it was inlined into its callers among the chosen frames; by frame.
///
/// Calls that weigh less than `cutoff` do not count (pprof's `TextItems` after
/// `TrimLowFrequencyEdges`).
///
/// Cost: two passes over the stacks. Edges are costly to count, so the first pass finds out which
/// frames can have an inlined call that weighs enough; often they are few.
pub fn inlining(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    cutoff: i64,
) -> Vec<Inlining> {
    let mut inlining = vec![Inlining::None; frames.len()];
    let has_inlined = frames.by_location().iter().any(|list| list.len() > 1);
    if !has_inlined {
        return inlining;
    }
    let candidates = candidates(selection, frames, weights, is_chosen, cutoff.unsigned_abs());
    if !candidates.contains(&true) {
        return inlining;
    }
    let mut has_other_calls = vec![false; frames.len()];
    for (_, callee, edge) in Edges::new(selection, frames, weights, is_chosen, &candidates).iter() {
        if edge.weight.wrapping_abs() < cutoff {
            continue;
        }
        if edge.is_inline {
            inlining[callee.index()] = Inlining::Full;
        } else {
            has_other_calls[callee.index()] = true;
        }
    }
    for (mark, has_other_calls) in inlining.iter_mut().zip(has_other_calls) {
        if *mark == Inlining::Full && has_other_calls {
            *mark = Inlining::Partial;
        }
    }
    inlining
}

/// Finds the chosen frames of which some inlined call may weigh `cutoff` or more.
fn candidates(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    cutoff: u64,
) -> Vec<bool> {
    let masses = location_masses(selection, weights);
    // An inlined call weighs at most as much as all locations together in which it can stand. If no
    // chosen frame of the location is the caller, any frame of another location may be.
    let mut with_any_caller = vec![0_u64; frames.len()];
    let mut with_caller: HashMap<(FrameId, FrameId), u64> = HashMap::new();
    for (list, mass) in frames.by_location().iter().zip(masses) {
        if mass == 0 {
            continue;
        }
        let mut caller = None;
        for (position, &frame) in list.iter().enumerate().rev().filter(|(_, frame)| is_chosen[frame.index()]) {
            let is_inline = position + 1 != list.len();
            let sum = match caller {
                Some(caller) if is_inline && caller != frame => with_caller.entry((caller, frame)).or_default(),
                None if is_inline => &mut with_any_caller[frame.index()],
                _ => &mut 0,
            };
            *sum = sum.saturating_add(mass);
            caller = Some(frame);
        }
    }
    let mut is_candidate: Vec<bool> = with_any_caller.iter().map(|&mass| mass > 0 && mass >= cutoff).collect();
    for ((_, callee), mass) in with_caller {
        is_candidate[callee.index()] |= mass.saturating_add(with_any_caller[callee.index()]) >= cutoff;
    }
    is_candidate
}

/// Adds up the absolute weights of the stacks that each location stands in, once for each time it does.
fn location_masses(selection: &Selection<'_>, weights: &StackWeights) -> Vec<u64> {
    let count = selection.profile().symbols().locations().len();
    let ranges = in_ranges(selection.profile().stacks(), |range| {
        let mut masses = vec![0_u64; count];
        for index in range.filter(|&index| weights.is_used(index)) {
            let mass = weights.weights()[index].unsigned_abs();
            for location in selection.stack(StackId::from_index(index)).unwrap_or_default() {
                let sum = &mut masses[location.index()];
                *sum = sum.saturating_add(mass);
            }
        }
        masses
    });
    let mut ranges = ranges.into_iter();
    let mut masses = ranges.next().expect("there is at least one range");
    for range in ranges {
        for (sum, mass) in masses.iter_mut().zip(range) {
            *sum = sum.saturating_add(mass);
        }
    }
    masses
}
