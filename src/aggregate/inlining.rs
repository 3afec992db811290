//! Which frames were inlined into their callers.
//!
//! pprof answers this with a graph of all calls. Here it is the only question, so only the calls
//! that can change the answer are counted.

use hashbrown::HashMap;

use super::frames::{FrameId, Frames};
use super::locations::LocationSet;
use super::parallel::in_turns;
use super::weights::StackWeights;
use crate::profile::{LocationId, Ragged, StackId};
use crate::transform::Selection;

/// Whether a frame's code was inlined into its callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
/// Cost: two passes over the stacks. The first counts the inlined calls that stand inside a location;
/// the second, for those of their callees that may be called often enough, the calls from one
/// location to another. Both look only at the few locations where such calls can stand.
pub fn inlining(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    cutoff: i64,
) -> Vec<Inlining> {
    let mut inlining = vec![Inlining::None; frames.len()];
    let inside = CallsInside::new(frames, is_chosen);
    if inside.ends.is_empty() {
        return inlining;
    }
    // What weighs enough may weigh less later if there are negative values.
    let can_settle = weights.weights().iter().all(|&weight| weight >= 0);
    let enough = can_settle.then_some(cutoff.max(1));
    let sums = inside.count(selection, weights, enough);
    let candidates = candidates(frames, &inside, &sums, cutoff.unsigned_abs());
    if candidates.iter().all(|callers| *callers == Callers::None) {
        return inlining;
    }
    let mut calls = count_calls_between(selection, frames, weights, is_chosen, &inside, &candidates, enough);
    for (&ends, sum) in inside.ends.iter().zip(&sums) {
        let (caller, callee) = ends;
        if caller == NO_FRAME || sum.epoch == NO_EPOCH || candidates[callee.index()] == Callers::None {
            continue;
        }
        let call = calls.entry(ends).or_insert_with(|| Call::new(None));
        call.weight = call.weight.wrapping_add(sum.weight);
    }
    let mut has_other_calls = vec![false; frames.len()];
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

/// No frame: larger than any.
const NO_FRAME: FrameId = FrameId(u32::MAX);

/// Caller and callee; the caller is [`NO_FRAME`] where it depends on the stack.
type Ends = (FrameId, FrameId);

/// The inlined calls of chosen frames that stand at each location.
struct CallsInside {
    ends: Vec<Ends>,
    rows: HashMap<Ends, u32>,
    /// Rows of `ends` by location.
    by_location: Ragged<u32>,
    /// The locations that have some.
    locations: LocationSet,
}

/// What is known of a call that stands inside locations.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// Values of the samples in whose stacks the call stands, each once.
    weight: i64,
    /// The same of absolute values.
    mass: u64,
    /// The last stack that counted, so that a call counts once in each; `NO_EPOCH` if none did.
    epoch: u32,
}

impl CallsInside {
    fn new(frames: &Frames<'_>, is_chosen: &[bool]) -> Self {
        let mut ends = Vec::new();
        let mut rows = HashMap::new();
        let mut by_location = Ragged::new();
        for list in frames.by_location().iter() {
            if list.len() < 2 {
                by_location.push([]);
                continue;
            }
            let inlined = calls_at(list, is_chosen).filter(|call| call.is_inline);
            by_location.push(inlined.map(|Callee { caller, frame, .. }| {
                *rows.entry((caller, frame)).or_insert_with(|| {
                    ends.push((caller, frame));
                    ends.len() as u32 - 1 // There are no more calls than lines.
                })
            }));
        }
        let locations = LocationSet::of_lists(&by_location);
        Self { ends, rows, by_location, locations }
    }

    /// Adds up what each call weighs, by row of `ends`; whether it weighs more than `enough` may be left open.
    fn count(&self, selection: &Selection<'_>, weights: &StackWeights, enough: Option<i64>) -> Vec<Sum> {
        let parts = in_turns(selection.profile().stacks(), |turns| {
            let mut sums = vec![Sum::default(); self.ends.len()];
            let mut locations = self.locations.clone();
            let mut positions = Vec::new();
            for (epoch, index) in (NO_EPOCH + 1..).zip(turns.filter(|&index| weights.is_used(index))) {
                let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
                let weight = weights.weights()[index];
                for &position in locations.positions(stack, &mut positions) {
                    let location = stack[position as usize];
                    let mut is_settled = enough.is_some();
                    for &row in self.by_location.get(location.index()) {
                        let sum = &mut sums[row as usize];
                        let addend = if sum.epoch == epoch { 0 } else { weight };
                        sum.weight = sum.weight.wrapping_add(addend);
                        sum.mass = sum.mass.saturating_add(addend.unsigned_abs());
                        sum.epoch = epoch;
                        is_settled &= enough.is_some_and(|enough| sum.weight >= enough);
                    }
                    if is_settled {
                        locations.remove(location);
                    }
                }
            }
            sums
        });
        let mut parts = parts.into_iter();
        let mut sums = parts.next().unwrap_or_default();
        for part in parts {
            for (sum, other) in sums.iter_mut().zip(part) {
                sum.weight = sum.weight.wrapping_add(other.weight);
                sum.mass = sum.mass.saturating_add(other.mass);
                sum.epoch = sum.epoch.max(other.epoch);
            }
        }
        sums
    }
}

/// Where calls inside locations stand in one stack.
struct StackCalls<'c> {
    inside: &'c CallsInside,
    /// By row of `inside`: the stack, and the outermost position there.
    last: Vec<(u32, u32)>,
    epoch: u32,
    positions: Vec<u32>,
}

impl<'c> StackCalls<'c> {
    fn new(inside: &'c CallsInside) -> Self {
        Self { inside, last: vec![(NO_EPOCH, 0); inside.ends.len()], epoch: NO_EPOCH, positions: Vec::new() }
    }

    /// Returns the outermost position in `stack`, which is number `epoch`, at which call `row` stands.
    ///
    /// Cost: one look at the stack, the first time that something is asked about it.
    fn outermost(&mut self, row: u32, stack: &[LocationId], epoch: u32) -> Option<u32> {
        if self.epoch != epoch {
            self.epoch = epoch;
            for &position in self.inside.locations.positions(stack, &mut self.positions) {
                for &row in self.inside.by_location.get(stack[position as usize].index()) {
                    self.last[row as usize] = (epoch, position);
                }
            }
        }
        let (last_epoch, position) = self.last[row as usize];
        (last_epoch == epoch).then_some(position)
    }
}

/// A chosen frame at a location and what is known of its caller.
#[derive(Clone, Copy)]
struct Callee {
    frame: FrameId,
    /// The chosen frame that it was inlined into; [`NO_FRAME`] if that stands at another location.
    caller: FrameId,
    /// Whether the frame is not the outermost one of its location.
    is_inline: bool,
}

/// Returns the calls to the chosen ones of the frames at a location, from the outermost on.
///
/// A frame that calls itself makes no call (pprof's `newGraph`).
fn calls_at(list: &[FrameId], is_chosen: &[bool]) -> impl Iterator<Item = Callee> {
    let mut outer = NO_FRAME;
    let chosen = list.iter().enumerate().rev().filter(|(_, frame)| is_chosen[frame.index()]);
    let callees = chosen.map(move |(position, &frame)| {
        let caller = std::mem::replace(&mut outer, frame);
        Callee { frame, caller, is_inline: position + 1 != list.len() }
    });
    callees.filter(|callee| callee.caller != callee.frame)
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
///
/// An inlined call weighs at most as much as all stacks together in which it stands inside a
/// location or may stand between two.
fn candidates(frames: &Frames<'_>, inside: &CallsInside, sums: &[Sum], cutoff: u64) -> Vec<Callers> {
    let mut between = vec![0_u64; frames.len()];
    let mut candidates = vec![Callers::None; frames.len()];
    let calls = || inside.ends.iter().zip(sums).filter(|(_, sum)| sum.mass > 0);
    for ((_, callee), sum) in calls().filter(|((caller, _), _)| *caller == NO_FRAME) {
        between[callee.index()] = sum.mass;
        if sum.mass >= cutoff {
            candidates[callee.index()] = Callers::Any;
        }
    }
    for (&(caller, callee), sum) in calls().filter(|((caller, _), _)| *caller != NO_FRAME) {
        if sum.mass.saturating_add(between[callee.index()]) >= cutoff {
            candidates[callee.index()].add(caller);
        }
    }
    candidates
}

/// What is known of a call from one frame to another (pprof's `Edge`).
#[derive(Clone, Copy, Debug)]
struct Call {
    /// Values of the samples in whose stacks the call stands, each once.
    weight: i64,
    /// The last stack that counted, so that a call counts once in each.
    epoch: u32,
    /// Whether the callee was inlined where the call stands, in each stack the outermost time.
    is_inline: bool,
    /// The row of the call in [`CallsInside`] if it stands inside locations too.
    row_inside: Option<u32>,
}

impl Call {
    fn new(row_inside: Option<u32>) -> Self {
        Self { weight: 0, epoch: NO_EPOCH, is_inline: true, row_inside }
    }

    /// Returns whether it is not inlined and weighs `enough`, which no other stack can change.
    #[inline]
    fn is_settled(&self, enough: Option<i64>) -> bool {
        !self.is_inline && enough.is_some_and(|enough| self.weight >= enough)
    }
}

/// No stack: those count from 1.
const NO_EPOCH: u32 = 0;

/// Calls by caller and callee.
type Calls = HashMap<Ends, Call>;

/// Counts the calls of candidates from one location to another in stacks where they stand inside no location;
/// frames between caller and callee that were not chosen are left out.
///
/// A call that is no candidate itself is counted until some other call of the callee is known that
/// is not inlined and weighs `enough`: then it cannot change the answer any more.
fn count_calls_between(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_chosen: &[bool],
    inside: &CallsInside,
    candidates: &[Callers],
    enough: Option<i64>,
) -> Calls {
    let chosen = |frame: &&FrameId| is_chosen[frame.index()];
    let innermost_of = |list: &[FrameId]| list.iter().find(chosen).copied().unwrap_or(NO_FRAME);
    let innermost: Vec<FrameId> = frames.by_location().iter().map(innermost_of).collect();
    let is_candidate = |list: &[FrameId]| {
        list.iter().rfind(chosen).is_some_and(|outermost| candidates[outermost.index()] != Callers::None)
    };
    let locations = LocationSet::new(frames.by_location().iter().map(is_candidate));
    let parts = in_turns(selection.profile().stacks(), |turns| {
        let mut calls = Calls::new();
        let mut stack_calls = StackCalls::new(inside);
        // Of each frame, the callers whose calls are counted.
        let mut counted = vec![Callers::Any; frames.len()];
        let mut positions = Vec::new();
        for (epoch, index) in (NO_EPOCH + 1..).zip(turns.filter(|&index| weights.is_used(index))) {
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            for &position in locations.positions(stack, &mut positions).iter().rev() {
                let list = frames.at(stack[position as usize]);
                let Some(outermost) = list.iter().rposition(|frame| is_chosen[frame.index()]) else { continue };
                let (frame, is_inline) = (list[outermost], outermost + 1 != list.len());
                let caller = first_chosen(&stack[position as usize + 1..], &innermost);
                if caller == frame || caller == NO_FRAME || !counted[frame.index()].contains(caller) {
                    continue;
                }
                let ends = (caller, frame);
                let call = calls.entry(ends).or_insert_with(|| Call::new(inside.rows.get(&ends).copied()));
                if call.epoch == epoch || call.is_settled(enough) {
                    continue;
                }
                call.epoch = epoch;
                let place_inside = call.row_inside.and_then(|row| stack_calls.outermost(row, stack, epoch));
                call.is_inline &= is_inline || place_inside > Some(position);
                if place_inside.is_none() {
                    call.weight = call.weight.wrapping_add(weights.weights()[index]);
                }
                if call.is_settled(enough) {
                    counted[frame.index()] = candidates[frame.index()];
                }
            }
        }
        calls
    });
    let mut parts = parts.into_iter();
    let mut calls = parts.next().unwrap_or_default();
    for (ends, other) in parts.flatten() {
        let call = calls.entry(ends).or_insert_with(|| Call::new(other.row_inside));
        call.weight = call.weight.wrapping_add(other.weight);
        call.is_inline &= other.is_inline;
    }
    calls
}

/// Returns the innermost chosen frame of the first of `locations` that has one.
fn first_chosen(locations: &[LocationId], innermost: &[FrameId]) -> FrameId {
    let frames = locations.iter().map(|location| innermost[location.index()]);
    frames.into_iter().find(|&frame| frame != NO_FRAME).unwrap_or(NO_FRAME)
}
