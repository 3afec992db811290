//! A graph whose nodes are call paths.

use super::{Call, Graph, GraphNode, GraphNodeId, Paths};
use crate::aggregate::frames::Frames;
use crate::aggregate::weights::{Amount, StackWeights};
use crate::profile::StackId;
use crate::transform::Selection;

/// Makes a graph in which each node is a frame reached through one path of calls (pprof's `newTree`).
///
/// Cost: a pass over the stacks that weigh something; as many nodes as there are paths.
pub fn call_tree_graph(selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights) -> Graph {
    let mut nodes: Vec<GraphNode> = Vec::new();
    let mut calls: Vec<Call> = Vec::new();
    // The call to each node but the roots, which have none.
    let mut call_to: Vec<Option<usize>> = Vec::new();
    let mut paths = Paths::new();
    for index in (0..selection.profile().stacks().len()).filter(|&index| weights.is_used(index)) {
        let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
        let weight = weights.amount(index);
        let mut parent: Option<GraphNodeId> = None;
        for location in stack.iter().rev() {
            let list = frames.at(*location);
            for (position, &frame) in list.iter().enumerate().rev() {
                let node = *paths.entry((parent, frame)).or_insert_with(|| {
                    let id = GraphNodeId(u32::try_from(nodes.len()).expect("there are fewer than 2^32 call paths"));
                    nodes.push(GraphNode { frame, flat: Amount::default(), cum: Amount::default() });
                    call_to.push(parent.map(|caller| {
                        let weight = Amount::default();
                        calls.push(Call { caller, callee: id, weight, is_residual: false, is_inline: true });
                        calls.len() - 1
                    }));
                    id
                });
                nodes[node.index()].cum += weight;
                if let Some(call) = call_to[node.index()] {
                    calls[call].weight += weight;
                    calls[call].is_inline &= position + 1 != list.len();
                }
                parent = Some(node);
            }
        }
        if let Some(leaf) = parent {
            nodes[leaf.index()].flat += weight;
        }
    }
    let mut graph = Graph::new(nodes, calls);
    graph.paths = Some(paths);
    graph
}
