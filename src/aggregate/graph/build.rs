//! A graph of calls: one node a frame.

use std::ops::Range;

use hashbrown::HashMap;

use super::{Call, Graph, GraphNode, GraphNodeId};
use crate::aggregate::frames::{FrameId, Frames};
use crate::aggregate::parallel::in_ranges;
use crate::aggregate::places::Places;
use crate::aggregate::weights::{Amount, StackWeights};
use crate::profile::{Ragged, StackId};
use crate::transform::Selection;

/// Makes a graph of the frames for which `is_kept` says yes (pprof's `newGraph`).
///
/// A call over frames that are not kept is residual. A frame that calls itself makes no call. Each
/// stack counts once for a node and once for a call, however often they recur. A stack whose
/// innermost frame is not kept has no flat weight.
///
/// Cost: a pass over the stacks that weigh something, on all cores if they are many; a hash lookup
/// for each call in each of them.
pub fn call_graph(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_kept: impl Fn(FrameId) -> bool,
) -> Graph {
    let mut kept = Vec::new();
    let mut node_of_frame = vec![SKIPPED; frames.len()];
    for frame in (0..frames.len()).map(FrameId::from_index).filter(|&frame| is_kept(frame)) {
        node_of_frame[frame.index()] = u32::try_from(kept.len()).expect("there are fewer than 2^31 frames");
        kept.push(frame);
    }
    let places = steps(frames, &node_of_frame);
    let parts = in_ranges(selection.profile().stacks(), |range| {
        let mut part = Part::new(kept.len());
        part.count(selection, &places, weights, range);
        part
    });
    let mut parts = parts.into_iter();
    let mut whole = parts.next().expect("there is at least one range");
    for part in parts {
        whole.add(part);
    }
    whole.into_graph(&kept)
}

/// A frame that is not kept, in a list of steps.
const SKIPPED: u32 = u32::MAX;
/// Marks a step whose frame is not the outermost of its location.
const INLINE: u32 = 1 << 31;

/// Returns what stands at each location: nodes, marked if inlined, and `SKIPPED`.
fn steps(frames: &Frames<'_>, node_of_frame: &[u32]) -> Places {
    assert!(frames.len() < INLINE as usize, "there are fewer than 2^31 frames");
    let mut steps = Ragged::new();
    for list in frames.by_location().iter() {
        let mut places: Vec<u32> = list
            .iter()
            .enumerate()
            .map(|(position, frame)| match node_of_frame[frame.index()] {
                SKIPPED => SKIPPED,
                node if position + 1 == list.len() => node,
                node => node | INLINE,
            })
            .collect();
        // One gap is as good as several.
        places.dedup_by(|one, other| *one == SKIPPED && *other == SKIPPED);
        steps.push(places);
    }
    Places::new(steps.iter())
}

/// What is known of a node while stacks are counted.
#[derive(Clone, Copy, Default)]
struct Cell {
    flat: Amount,
    cum: Amount,
    /// The last stack that counted for the node.
    epoch: u32,
}

/// What is known of a call while stacks are counted.
#[derive(Clone, Copy)]
struct CallCell {
    weight: Amount,
    /// The last stack that counted for the call.
    epoch: u32,
    is_residual: bool,
    is_inline: bool,
}

/// Sums over some of the stacks.
struct Part {
    cells: Vec<Cell>,
    calls: Vec<CallCell>,
    /// Rows in `calls` by caller and callee.
    rows: HashMap<(u32, u32), u32>,
    /// Who called each node last, and the row of that call: mostly the same one calls again.
    last_calls: Vec<(u32, u32)>,
}

impl Part {
    fn new(nodes: usize) -> Self {
        let last_calls = vec![(SKIPPED, 0); nodes];
        Self { cells: vec![Cell::default(); nodes], calls: Vec::new(), rows: HashMap::new(), last_calls }
    }

    #[inline]
    fn call(&mut self, caller: u32, callee: u32) -> &mut CallCell {
        let last = &mut self.last_calls[callee as usize];
        if last.0 != caller {
            let next = self.calls.len() as u32; // Fewer than pairs of nodes that stand in 32-bit stacks.
            let row = *self.rows.entry((caller, callee)).or_insert(next);
            if row == next {
                self.calls.push(CallCell { weight: Amount::default(), epoch: 0, is_residual: false, is_inline: true });
            }
            *last = (caller, row);
        }
        &mut self.calls[last.1 as usize]
    }

    fn count(&mut self, selection: &Selection<'_>, places: &Places, weights: &StackWeights, range: Range<usize>) {
        let mut list = Vec::new();
        let mut epoch = 0;
        for index in range.filter(|&index| weights.is_used(index)) {
            let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
            let weight = weights.amount(index);
            epoch += 1;
            let steps = places.gather(stack, &mut list);
            let mut parent = SKIPPED;
            let mut is_residual = false;
            for &step in steps.iter().rev() {
                if step == SKIPPED {
                    is_residual = true;
                    continue;
                }
                let node = step & !INLINE;
                let cell = &mut self.cells[node as usize];
                if cell.epoch != epoch {
                    cell.epoch = epoch;
                    cell.cum += weight;
                }
                if parent != SKIPPED && parent != node {
                    let call = self.call(parent, node);
                    if call.epoch != epoch {
                        call.epoch = epoch;
                        call.weight += weight;
                        call.is_residual |= is_residual;
                        call.is_inline &= step & INLINE != 0;
                    }
                }
                parent = node;
                is_residual = false;
            }
            if parent != SKIPPED && !is_residual {
                self.cells[parent as usize].flat += weight;
            }
        }
    }

    fn add(&mut self, other: Self) {
        for (cell, addend) in self.cells.iter_mut().zip(other.cells) {
            cell.flat += addend.flat;
            cell.cum += addend.cum;
        }
        for ((caller, callee), row) in other.rows {
            let addend = other.calls[row as usize];
            let call = self.call(caller, callee);
            call.weight += addend.weight;
            call.is_residual |= addend.is_residual;
            call.is_inline &= addend.is_inline;
        }
    }

    fn into_graph(self, kept: &[FrameId]) -> Graph {
        let node = |(&frame, cell): (&FrameId, &Cell)| GraphNode { frame, flat: cell.flat, cum: cell.cum };
        let nodes = kept.iter().zip(&self.cells).map(node).collect();
        let call = |(&(caller, callee), &row): (&(u32, u32), &u32)| {
            let CallCell { weight, is_residual, is_inline, .. } = self.calls[row as usize];
            let (caller, callee) = (GraphNodeId(caller), GraphNodeId(callee));
            Call { caller, callee, weight, is_residual, is_inline }
        };
        let mut calls: Vec<Call> = self.rows.iter().map(call).collect();
        // Hashing gives them in another order each time.
        calls.sort_unstable_by_key(|call| (call.caller, call.callee));
        Graph::new(nodes, calls)
    }
}
