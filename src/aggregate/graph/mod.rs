//! Who calls whom, and what each call weighs.

mod build;
mod labels;
mod tree;

pub use build::call_graph;
pub use labels::{LabelRows, LabelSum, NodeLabels, NumberLabel, NumberSum, label_sums};
pub use tree::call_tree_graph;

use hashbrown::HashMap;

use super::frames::FrameId;
use super::weights::Amount;

/// A node of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphNodeId(u32);

impl GraphNodeId {
    /// Returns the row of the node.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A frame, or a frame on one call path, and what it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Which frame it stands for.
    pub frame: FrameId,
    /// Values of the samples that end here.
    pub flat: Amount,
    /// Values of the samples in whose stacks it stands, each once.
    pub cum: Amount,
}

/// A call from one node to another (pprof's `Edge`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who calls.
    pub caller: GraphNodeId,
    /// Who is called.
    pub callee: GraphNodeId,
    /// Values of the samples in whose stacks the call stands, each once.
    pub weight: Amount,
    /// Whether there were nodes in between that are left out, in some stack.
    pub is_residual: bool,
    /// Whether the callee was inlined wherever the call stands.
    pub is_inline: bool,
}

/// Nodes and the calls between them; calls can be taken out again.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<GraphNode>,
    calls: Vec<Call>,
    /// Rows in `calls` that lead to each node.
    into: Vec<Vec<u32>>,
    /// Rows in `calls` that lead from each node.
    out_of: Vec<Vec<u32>>,
    /// The nodes of a tree by parent and frame.
    paths: Option<Paths>,
}

/// Nodes of a tree by parent and frame.
type Paths = HashMap<(Option<GraphNodeId>, FrameId), GraphNodeId>;

impl Graph {
    fn new(nodes: Vec<GraphNode>, calls: Vec<Call>) -> Self {
        let lists = vec![Vec::new(); nodes.len()];
        let mut graph = Self { nodes, calls, into: lists.clone(), out_of: lists, paths: None };
        for (row, call) in graph.calls.iter().enumerate() {
            let row = u32::try_from(row).expect("there are fewer than 2^32 calls");
            graph.into[call.callee.index()].push(row);
            graph.out_of[call.caller.index()].push(row);
        }
        graph
    }

    /// Returns the nodes, those included that weigh nothing.
    pub fn nodes(&self) -> &[GraphNode] {
        &self.nodes
    }

    /// Returns the ids of the nodes, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = GraphNodeId> + use<> {
        (0..self.nodes.len()).map(|index| GraphNodeId(index as u32)) // `GraphNodeId`s were made for all of them.
    }

    /// Returns a node.
    #[inline]
    pub fn node(&self, id: GraphNodeId) -> &GraphNode {
        &self.nodes[id.index()]
    }

    /// Returns the calls to a node, in no particular order.
    pub fn calls_to(&self, id: GraphNodeId) -> impl ExactSizeIterator<Item = &Call> + Clone {
        self.into[id.index()].iter().map(|&row| &self.calls[row as usize])
    }

    /// Returns the calls from a node, in no particular order.
    pub fn calls_from(&self, id: GraphNodeId) -> impl ExactSizeIterator<Item = &Call> + Clone {
        self.out_of[id.index()].iter().map(|&row| &self.calls[row as usize])
    }

    /// Takes out the calls of which `is_kept` says no; returns how many these are.
    pub fn retain_calls(&mut self, mut is_kept: impl FnMut(&Call) -> bool) -> usize {
        let kept: Vec<bool> = self.calls.iter().map(&mut is_kept).collect();
        let mut removed = 0;
        for list in &mut self.into {
            let before = list.len();
            list.retain(|&row| kept[row as usize]);
            removed += before - list.len();
        }
        for list in &mut self.out_of {
            list.retain(|&row| kept[row as usize]);
        }
        removed
    }

    /// Takes out the call between two nodes.
    pub fn remove_call(&mut self, caller: GraphNodeId, callee: GraphNodeId) {
        let calls = &self.calls;
        self.out_of[caller.index()].retain(|&row| calls[row as usize].callee != callee);
        self.into[callee.index()].retain(|&row| calls[row as usize].caller != caller);
    }

    /// Takes nodes out of a tree: who called one now calls what it called (pprof's `TrimTree`).
    ///
    /// The nodes stay in the list, but weigh nothing, and no call leads to or from them any more.
    pub fn splice_out(&mut self, is_kept: impl Fn(GraphNodeId) -> bool) {
        for id in self.ids().filter(|&id| !is_kept(id)) {
            let node = &mut self.nodes[id.index()];
            (node.flat, node.cum) = (Amount::default(), Amount::default());
            let called = std::mem::take(&mut self.out_of[id.index()]);
            let Some(from_parent) = self.into[id.index()].pop() else {
                for row in called {
                    let child = self.calls[row as usize].callee;
                    self.into[child.index()].retain(|&other| other != row);
                }
                continue;
            };
            let Call { caller: parent, is_inline, .. } = self.calls[from_parent as usize];
            self.out_of[parent.index()].retain(|&row| row != from_parent);
            for &row in &called {
                let call = &mut self.calls[row as usize];
                call.caller = parent;
                call.is_residual = true;
                call.is_inline &= is_inline;
            }
            self.out_of[parent.index()].extend(called);
        }
    }
}
