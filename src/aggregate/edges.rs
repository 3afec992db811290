//! Who calls whom, among chosen frames.

use hashbrown::HashMap;

use super::frames::{FrameId, Frames};
use super::weights::StackWeights;
use crate::profile::StackId;
use crate::transform::Selection;

/// A call from one frame to another (pprof's `Edge`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Values of the samples in whose stacks the call stands, each once.
    pub weight: i64,
    /// Whether the callee was inlined wherever the call stands.
    pub is_inline: bool,
    /// Whether frames that were not chosen stand between the two somewhere.
    pub is_residual: bool,
}

/// The calls between chosen frames.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    by_ends: HashMap<(FrameId, FrameId), Edge>,
}

impl Edges {
    /// Finds the calls between frames that `is_chosen` says are, with frames between them left out.
    ///
    /// A frame that calls itself makes no edge (pprof's `newGraph`).
    ///
    /// Cost: a pass over the stacks that weigh something; a lookup for each chosen frame in them.
    pub fn new(selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights, is_chosen: &[bool]) -> Self {
        let has_chosen: Vec<bool> =
            frames.by_location().iter().map(|list| list.iter().any(|frame| is_chosen[frame.index()])).collect();
        let mut edges = Self::default();
        let mut seen = SeenEdges::new(frames.len());
        for (index, &weight) in weights.weights().iter().enumerate() {
            if !weights.is_used(index) {
                continue;
            }
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            seen.start_stack();
            let mut caller = None;
            let mut is_residual = false;
            for &location in stack.iter().rev() {
                if !has_chosen[location.index()] {
                    is_residual |= !frames.at(location).is_empty();
                    continue;
                }
                let list = frames.at(location);
                for (position, &frame) in list.iter().enumerate().rev() {
                    if !is_chosen[frame.index()] {
                        is_residual = true;
                        continue;
                    }
                    if let Some(caller) = caller
                        && caller != frame
                        && seen.insert(caller, frame)
                    {
                        edges.add(caller, frame, weight, position + 1 != list.len(), is_residual);
                    }
                    caller = Some(frame);
                    is_residual = false;
                }
            }
        }
        edges
    }

    #[inline]
    fn add(&mut self, caller: FrameId, callee: FrameId, weight: i64, is_inline: bool, is_residual: bool) {
        let edge =
            self.by_ends.entry((caller, callee)).or_insert(Edge { weight: 0, is_inline: true, is_residual: false });
        edge.weight = edge.weight.wrapping_add(weight);
        edge.is_inline &= is_inline;
        edge.is_residual |= is_residual;
    }

    /// Returns the calls in no particular order, as caller, callee and edge.
    pub fn iter(&self) -> impl Iterator<Item = (FrameId, FrameId, &Edge)> {
        self.by_ends.iter().map(|(&(caller, callee), edge)| (caller, callee, edge))
    }
}

/// The calls of the stack that is looked at, so that each counts once.
struct SeenEdges {
    /// The last stack in which a frame was called; most frames are, once.
    last_called: Vec<u32>,
    epoch: u32,
    calls: Vec<(FrameId, FrameId)>,
}

impl SeenEdges {
    fn new(frames: usize) -> Self {
        Self { last_called: vec![0; frames], epoch: 0, calls: Vec::new() }
    }

    fn start_stack(&mut self) {
        self.epoch += 1;
        self.calls.clear();
    }

    /// Returns whether the call is new in this stack.
    #[inline]
    fn insert(&mut self, caller: FrameId, callee: FrameId) -> bool {
        let was_called = std::mem::replace(&mut self.last_called[callee.index()], self.epoch) == self.epoch;
        if was_called && self.calls.contains(&(caller, callee)) {
            return false;
        }
        self.calls.push((caller, callee));
        true
    }
}
