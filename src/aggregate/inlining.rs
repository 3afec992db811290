//! Which frames were inlined into their callers.
//!
//! pprof answers this with a graph of all calls. Here it is the only question, so only the calls
//! that can change the answer are counted.

use hashbrown::HashMap;

use super::frames::{FrameId, Frames};
use super::parallel::in_ranges;
use super::places::Places;
use super::weights::StackWeights;
use crate::profile::{Ragged, StackId};
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
/// Cost: two passes over the stacks. The first finds the calls that may be inlined and weigh enough;
/// the second counts those, and others of the same callees until one of them weighs enough.
pub fn inlining(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    cutoff: i64,
) -> Vec<Inlining> {
    let mut inlining = vec![Inlining::None; frames.len()];
    if !frames.by_location().iter().any(|list| list.len() > 1) {
        return inlining;
    }
    let candidates = candidates(selection, frames, weights, is_chosen, cutoff.unsigned_abs());
    if candidates.iter().all(|callers| *callers == Callers::None) {
        return inlining;
    }
    let mut has_other_calls = vec![false; frames.len()];
    let calls = count_calls(selection, frames, weights, is_chosen, &candidates, cutoff);
    for ((_, callee), call) in calls {
        if call.weight.wrapping_abs() < cutoff {
            continue;
        }
        if call.is_inline {
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

/// From which callers a frame may have inlined calls that weigh enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Callers {
    #[default]
    None,
    One(FrameId),
    Any,
}

impl Callers {
    fn add(&mut self, caller: FrameId) {
        *self = match *self {
            Self::None => Self::One(caller),
            Self::One(other) if other == caller => Self::One(caller),
            _ => Self::Any,
        };
    }

    #[inline]
    fn contains(self, caller: FrameId) -> bool {
        match self {
            Self::None => false,
            Self::One(one) => one == caller,
            Self::Any => true,
        }
    }
}

/// Finds the chosen frames of which some inlined call may weigh `cutoff` or more; by frame.
fn candidates(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    cutoff: u64,
) -> Vec<Callers> {
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
    let from_any = |&mass: &u64| if mass > 0 && mass >= cutoff { Callers::Any } else { Callers::None };
    let mut candidates: Vec<Callers> = with_any_caller.iter().map(from_any).collect();
    for ((caller, callee), mass) in with_caller {
        if mass.saturating_add(with_any_caller[callee.index()]) >= cutoff {
            candidates[callee.index()].add(caller);
        }
    }
    candidates
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

/// What is known of a call from one frame to another (pprof's `Edge`).
#[derive(Clone, Copy, Debug)]
struct Call {
    /// Values of the samples in whose stacks the call stands, each once.
    weight: i64,
    /// The last stack that counted, so that a call counts once in each.
    epoch: u32,
    /// Whether the callee was inlined wherever the call stands.
    is_inline: bool,
}

/// No stack: those count from 1.
const NO_EPOCH: u32 = 0;

/// Calls by caller and callee.
type Calls = HashMap<(FrameId, FrameId), Call>;

/// Counts the calls of candidates; frames between caller and callee that were not chosen are left out.
///
/// A call that is no candidate itself is counted until some other call of the callee is known that
/// is not inlined and weighs enough: then it cannot change the answer any more. A frame that calls
/// itself makes no call (pprof's `newGraph`).
fn count_calls(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    candidates: &[Callers],
    cutoff: i64,
) -> Calls {
    let places = chosen_places(frames, is_chosen, candidates);
    // What weighs enough may weigh less later if there are negative values.
    let can_settle = weights.weights().iter().all(|&weight| weight >= 0);
    let ranges = in_ranges(selection.profile().stacks(), |range| {
        let mut calls = Calls::new();
        let mut is_settled = vec![false; frames.len()];
        let mut callees = Vec::new();
        let mut epoch = NO_EPOCH;
        for index in range.filter(|&index| weights.is_used(index)) {
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            let weight = weights.weights()[index];
            // In the order in which they lie, which is what memory is fast at.
            places.gather(stack, &mut callees);
            epoch += 1;
            let mut caller = NO_FRAME;
            for callee in callees.iter().rev().map(|&bits| Callee(bits)) {
                let frame = callee.frame();
                let is_counted = callee.is_candidate()
                    && caller != frame
                    && caller != NO_FRAME
                    && (!is_settled[frame.index()] || candidates[frame.index()].contains(caller));
                if is_counted {
                    let call = add(&mut calls, (caller, frame), weight, callee.is_inline(), epoch);
                    is_settled[frame.index()] |= can_settle && !call.is_inline && call.weight >= cutoff;
                }
                caller = frame;
            }
        }
        calls
    });
    let mut ranges = ranges.into_iter();
    let mut calls = ranges.next().unwrap_or_default();
    for (ends, call) in ranges.flatten() {
        add(&mut calls, ends, call.weight, call.is_inline, NO_EPOCH);
    }
    calls
}

/// Adds to a call, unless that was done in the same epoch.
#[inline]
fn add(calls: &mut Calls, ends: (FrameId, FrameId), weight: i64, is_inline: bool, epoch: u32) -> Call {
    let call = calls.entry(ends).or_insert(Call { weight: 0, epoch: NO_EPOCH, is_inline: true });
    if call.epoch != epoch || epoch == NO_EPOCH {
        call.weight = call.weight.wrapping_add(weight);
        call.is_inline &= is_inline;
        call.epoch = epoch;
    }
    *call
}

/// A chosen frame at a location and what is known of its place there; the flags are in the high bits.
#[derive(Clone, Copy)]
struct Callee(u32);

/// No frame: larger than any.
const NO_FRAME: FrameId = FrameId(u32::MAX);

impl Callee {
    /// The frame is not the outermost of its location.
    const INLINE: u32 = 1 << 31;
    /// Some inlined call of the frame may weigh enough.
    const CANDIDATE: u32 = 1 << 30;

    fn frame(self) -> FrameId {
        FrameId(self.0 & !(Self::INLINE | Self::CANDIDATE))
    }

    fn is_inline(self) -> bool {
        self.0 & Self::INLINE != 0
    }

    fn is_candidate(self) -> bool {
        self.0 & Self::CANDIDATE != 0
    }
}

/// Returns the chosen frames of each location as [`Callee`]s, an inlined one before its caller.
fn chosen_places(frames: &Frames<'_>, is_chosen: &[bool], candidates: &[Callers]) -> Places {
    assert!(frames.len() < Callee::CANDIDATE as usize, "there are fewer than 2^30 frames");
    let mut chosen = Ragged::new();
    for list in frames.by_location().iter() {
        let callees = list.iter().enumerate().filter(|(_, frame)| is_chosen[frame.index()]);
        chosen.push(callees.map(|(position, frame)| {
            let inline = if position + 1 == list.len() { 0 } else { Callee::INLINE };
            let is_candidate = candidates[frame.index()] != Callers::None;
            frame.0 | inline | if is_candidate { Callee::CANDIDATE } else { 0 }
        }));
    }
    Places::new(chosen.iter())
}
