//! Who calls one frame, and whom it calls.

use std::ops::Range;

use super::frames::{FrameId, Frames};
use super::interrupt::Interrupt;
use super::parallel::in_ranges;
use super::weights::StackWeights;
use crate::profile::StackId;
use crate::transform::Selection;

/// Stacks between two looks at whether the result is still wanted.
const STACKS_AT_ONCE: usize = 1 << 13;

/// The callers and the callees of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Frames that call it, each with the values of the samples in whose stacks the call stands, each once; by frame.
    pub callers: Vec<(FrameId, i64)>,
    /// Frames that it calls, likewise.
    pub callees: Vec<(FrameId, i64)>,
}

/// Finds the callers and callees of a frame; `None` if it was interrupted.
///
/// The weights are those of the calls of a [`call_graph`](super::call_graph()) of all frames, in which a frame that
/// calls itself makes no call.
///
/// Cost: a pass over the stacks that weigh something, on all cores if they are many; a closer look at those that have
/// the frame.
pub fn neighbours(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    frame: FrameId,
    interrupt: &Interrupt,
) -> Option<Neighbours> {
    let has_frame: Vec<bool> = frames.by_location().iter().map(|list| list.contains(&frame)).collect();
    let parts = in_ranges(selection.profile().stacks(), |range| {
        let mut part = Part::new(frames.len());
        let mut start = range.start;
        while start < range.end && !interrupt.is_set() {
            let end = range.end.min(start + STACKS_AT_ONCE);
            part.count(selection, frames, weights, frame, &has_frame, start..end);
            start = end;
        }
        part
    });
    if interrupt.is_set() {
        return None;
    }
    let list = |side: fn(&Part) -> &Vec<Cell>| {
        let sum = |index: usize| parts.iter().fold(0_i64, |sum, part| sum.wrapping_add(side(part)[index].weight));
        let is_called = |index: usize| parts.iter().any(|part| side(part)[index].epoch != 0);
        let found = (0..frames.len()).filter(|&index| is_called(index));
        found.map(|index| (FrameId::from_index(index), sum(index))).collect()
    };
    Some(Neighbours { callers: list(|part| &part.callers), callees: list(|part| &part.callees) })
}

/// What a call weighs.
#[derive(Clone, Copy, Default)]
struct Cell {
    weight: i64,
    /// The last stack that counted for the call.
    epoch: u32,
}

impl Cell {
    fn add(&mut self, weight: i64, epoch: u32) {
        if self.epoch != epoch {
            self.weight = self.weight.wrapping_add(weight);
            self.epoch = epoch;
        }
    }
}

/// Sums over some of the stacks, by frame.
struct Part {
    callers: Vec<Cell>,
    callees: Vec<Cell>,
}

impl Part {
    fn new(frames: usize) -> Self {
        Self { callers: vec![Cell::default(); frames], callees: vec![Cell::default(); frames] }
    }

    fn count(
        &mut self,
        selection: &Selection<'_>,
        frames: &Frames<'_>,
        weights: &StackWeights,
        center: FrameId,
        has_frame: &[bool],
        range: Range<usize>,
    ) {
        for index in range.filter(|&index| weights.is_used(index)) {
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            if !stack.iter().any(|location| has_frame[location.index()]) {
                continue;
            }
            let (weight, epoch) = (weights.amount(index).sum, (index + 1) as u32); // There is no room for 2^32 stacks.
            let mut callee: Option<FrameId> = None;
            for &frame in stack.iter().flat_map(|&location| frames.at(location)) {
                match callee {
                    Some(callee) if callee == frame => {}
                    Some(callee) if frame == center => self.callees[callee.index()].add(weight, epoch),
                    Some(callee) if callee == center => self.callers[frame.index()].add(weight, epoch),
                    _ => {}
                }
                callee = Some(frame);
            }
        }
    }
}
