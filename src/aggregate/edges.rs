//! Who calls whom, among chosen frames.

use hashbrown::HashMap;

use super::frames::{FrameId, Frames};
use super::parallel::in_ranges;
use super::places::Places;
use super::weights::StackWeights;
use crate::profile::{Ragged, StackId};
use crate::transform::Selection;

/// A call from one frame to another (pprof's `Edge`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Values of the samples in whose stacks the call stands, each once.
    pub weight: i64,
    /// Whether the callee was inlined wherever the call stands.
    pub is_inline: bool,
}

/// The calls between chosen frames.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    by_ends: HashMap<(FrameId, FrameId), Tally>,
}

/// An edge while stacks are counted.
#[derive(Clone, Copy, Debug)]
struct Tally {
    edge: Edge,
    /// The last stack that counted, so that a call counts once in each.
    epoch: u32,
}

impl Edges {
    /// Finds the calls between frames that `is_chosen` says are, with frames between them left out.
    ///
    /// Calls of frames that `is_callee` says no of are not noted. A frame that calls itself makes no
    /// edge (pprof's `newGraph`).
    ///
    /// Cost: a pass over the stacks that weigh something, on all cores if they are many; a lookup
    /// for each noted call in them.
    pub fn new(
        selection: &Selection<'_>,
        frames: &Frames<'_>,
        weights: &StackWeights,
        is_chosen: &[bool],
        is_callee: &[bool],
    ) -> Self {
        let places = chosen_places(frames, is_chosen, is_callee);
        let ranges = in_ranges(selection.profile().stacks(), |range| {
            let mut edges = Self::default();
            let mut callees = Vec::new();
            let mut epoch = 0;
            for index in range.filter(|&index| weights.is_used(index)) {
                let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
                let weight = weights.weights()[index];
                places.gather(stack.iter().rev(), &mut callees);
                epoch += 1;
                let mut caller = NO_FRAME;
                for &callee in &callees {
                    let frame = Callee(callee).frame();
                    if Callee(callee).is_noted() && caller != frame && caller != NO_FRAME {
                        let edge = Edge { weight, is_inline: Callee(callee).is_inline() };
                        edges.add((caller, frame), edge, epoch);
                    }
                    caller = frame;
                }
            }
            edges
        });
        let mut ranges = ranges.into_iter();
        let mut edges = ranges.next().unwrap_or_default();
        for range in ranges {
            for (ends, tally) in range.by_ends {
                edges.add(ends, tally.edge, NO_EPOCH);
            }
        }
        edges
    }

    /// Adds a call, unless it was added in the same epoch.
    #[inline]
    fn add(&mut self, ends: (FrameId, FrameId), call: Edge, epoch: u32) {
        let new = || Tally { edge: Edge { weight: 0, is_inline: true }, epoch: NO_EPOCH };
        let Tally { edge, epoch: last_epoch } = self.by_ends.entry(ends).or_insert_with(new);
        if *last_epoch != epoch || epoch == NO_EPOCH {
            edge.weight = edge.weight.wrapping_add(call.weight);
            edge.is_inline &= call.is_inline;
            *last_epoch = epoch;
        }
    }

    /// Returns the calls in no particular order, as caller, callee and edge.
    pub fn iter(&self) -> impl Iterator<Item = (FrameId, FrameId, &Edge)> {
        self.by_ends.iter().map(|(&(caller, callee), tally)| (caller, callee, &tally.edge))
    }
}

/// A chosen frame at a location and what is known of its place there; the flags are in the high bits.
#[derive(Clone, Copy)]
struct Callee(u32);

/// No frame: larger than any.
const NO_FRAME: FrameId = FrameId(u32::MAX);
/// No stack: those count from 1.
const NO_EPOCH: u32 = 0;

impl Callee {
    /// The frame is not the outermost of its location.
    const INLINE: u32 = 1 << 31;
    /// Calls of the frame are noted.
    const NOTED: u32 = 1 << 30;

    fn frame(self) -> FrameId {
        FrameId(self.0 & !(Self::INLINE | Self::NOTED))
    }

    fn is_inline(self) -> bool {
        self.0 & Self::INLINE != 0
    }

    fn is_noted(self) -> bool {
        self.0 & Self::NOTED != 0
    }
}

/// Returns the chosen frames of each location as [`Callee`]s, outermost first.
fn chosen_places(frames: &Frames<'_>, is_chosen: &[bool], is_callee: &[bool]) -> Places {
    assert!(frames.len() < Callee::NOTED as usize, "there are fewer than 2^30 frames");
    let mut chosen = Ragged::new();
    for list in frames.by_location().iter() {
        let callees = list.iter().enumerate().rev().filter(|(_, frame)| is_chosen[frame.index()]);
        chosen.push(callees.map(|(position, frame)| {
            let inline = if position + 1 == list.len() { 0 } else { Callee::INLINE };
            let noted = if is_callee[frame.index()] { Callee::NOTED } else { 0 };
            frame.0 | inline | noted
        }));
    }
    Places::new(chosen.iter())
}
