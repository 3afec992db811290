//! Who calls one frame, and whom it calls.

use std::ops::Range;

use super::frames::{FrameId, Frames};
use super::interrupt::Interrupt;
use super::locations::LocationSet;
use super::parallel::in_ranges;
use super::weights::StackWeights;
use crate::profile::{LocationId, StackId};
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
/// Cost: a pass over the stacks that weigh something, on all cores if they are many; a closer look at the places where
/// the frame stands.
pub fn neighbours(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    frame: FrameId,
    interrupt: &Interrupt,
) -> Option<Neighbours> {
    let has_frame = LocationSet::new(frames.by_location().iter().map(|list| list.contains(&frame)));
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
        has_frame: &LocationSet,
        range: Range<usize>,
    ) {
        let mut list = Vec::new();
        for index in range.filter(|&index| weights.is_used(index)) {
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            let (weight, epoch) = (weights.amount(index).sum, (index + 1) as u32); // There is no room for 2^32 stacks.
            for &position in has_frame.positions(stack, &mut list) {
                let (beneath, here) = (&stack[..position as usize], &stack[position as usize..]);
                self.count_at(frames, center, (beneath, here), weight, epoch);
            }
        }
    }

    /// Counts the calls at a location that has the frame: that of `here` which comes first.
    fn count_at(
        &mut self,
        frames: &Frames<'_>,
        center: FrameId,
        (beneath, here): (&[LocationId], &[LocationId]),
        weight: i64,
        epoch: u32,
    ) {
        let [location, above @ ..] = here else { return };
        let mut callee = beneath.iter().rev().find_map(|location| frames.at(*location).last()).copied();
        let caller = above.iter().find_map(|location| frames.at(*location).first());
        for &frame in frames.at(*location).iter().chain(caller) {
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
