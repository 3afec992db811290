//! The call tree, without its twigs.

use super::frames::{FrameId, Frames};
use super::interrupt::Interrupt;
use super::stack_order::StackOrder;
use super::tree_growth::grow;
use super::tree_in_order::grow_in_order;
use super::weights::StackWeights;
use crate::transform::Selection;

/// Where the tree begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Root {
    /// At the outermost callers; children are callees.
    #[default]
    Callers,
    /// At the innermost callees; children are callers.
    Leaves,
}

/// How to build a call tree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallTreeOptions {
    /// Where the tree begins.
    pub root: Root,
    /// Nodes with a smaller share of the whole are left out; 0 keeps all.
    pub min_share: f64,
}

impl Default for CallTreeOptions {
    fn default() -> Self {
        Self { root: Root::Callers, min_share: 0.0 }
    }
}

impl CallTreeOptions {
    /// Makes options from where the tree begins and the smallest share of a node.
    pub fn new(root: Root, min_share: f64) -> Self {
        Self { root, min_share }
    }
}

/// A node of one [`CallTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// Returns the row of the node; parents come before their children.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A call path, as the frame at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The node that this one is a child of; `None` at the root of the tree.
    pub parent: Option<NodeId>,
    /// The frame.
    pub frame: FrameId,
    /// Number of nodes above.
    pub depth: u32,
    /// Sum of the values of the samples whose stacks begin with the path; of all columns.
    pub total: i64,
    /// The part of `total` whose stacks end here.
    pub own: i64,
    /// Whether the frame was inlined wherever the path stands.
    pub is_inline: bool,
}

/// What a call path weighs in one column of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathWeight {
    /// Sum of the values of the samples whose stacks begin with the path.
    pub total: i64,
    /// The part of `total` whose stacks end here.
    pub own: i64,
}

/// A selection whose call paths go into a tree, and what they weigh.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TreeColumn<'a, 'p> {
    /// Which stacks there are.
    pub selection: &'a Selection<'p>,
    /// Their frames; with ids that are common to all columns of the tree.
    pub frames: &'a Frames<'p>,
    /// What they weigh.
    pub weights: &'a StackWeights,
    /// How much a value counts when it is decided which nodes weigh enough; 0 for not at all.
    pub factor: f64,
}

impl<'a, 'p> TreeColumn<'a, 'p> {
    /// Makes a column whose values count as they are.
    pub fn new(selection: &'a Selection<'p>, frames: &'a Frames<'p>, weights: &'a StackWeights) -> Self {
        Self { selection, frames, weights, factor: 1.0 }
    }
}

/// Where a tree has smaller paths than elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeDetail {
    /// The frames on the way to the node below which that is so, from the root of the tree; they have nodes in any case.
    pub path: Vec<FrameId>,
    /// Nodes below it with a smaller share of the whole are left out.
    pub min_share: f64,
}

/// The call paths of a selection, or of several together, each with what it weighs.
#[derive(Clone, Debug, Default)]
pub struct CallTree {
    pub(super) nodes: Vec<Node>,
    /// How many columns there are.
    pub(super) columns: usize,
    /// What nodes weigh in each column, node by node; empty if there is only one.
    pub(super) by_column: Vec<PathWeight>,
    /// Sum of the values of all samples.
    pub(super) total: i64,
    /// Sum of the values of samples whose stacks have no frames.
    pub(super) frameless: i64,
    /// How many children of the nodes were left out.
    pub(super) left_out: usize,
}

impl CallTree {
    /// Builds the tree of the call paths whose weight is at least `min_share` of the whole.
    ///
    /// Cost: stacks are split into the children of a node as long as those weigh enough, so what is
    /// left out is looked at once and never stored.
    pub fn new(
        selection: &Selection<'_>,
        frames: &Frames<'_>,
        weights: &StackWeights,
        options: CallTreeOptions,
    ) -> Self {
        Self::of_columns(&[TreeColumn::new(selection, frames, weights)], options)
    }

    /// Builds one tree of the call paths of several selections, each with what it weighs in each of them.
    ///
    /// A path has a node if it weighs enough in all columns together. Frames are told apart by their
    /// ids, so these must be common to all columns ([`Frames::common`]).
    pub fn of_columns(columns: &[TreeColumn<'_, '_>], options: CallTreeOptions) -> Self {
        grow(columns, None, options, &[], &Interrupt::new()).expect("nobody interrupts it")
    }

    /// Builds such a tree with smaller paths below some nodes; `None` if it was interrupted.
    ///
    /// Cost: that of the tree without details, and for each detail that of a tree of the stacks that pass through its
    /// path. So to look closely at a small part costs little.
    pub fn with_details(
        columns: &[TreeColumn<'_, '_>],
        options: CallTreeOptions,
        details: &[TreeDetail],
        interrupt: &Interrupt,
    ) -> Option<Self> {
        grow(columns, None, options, details, interrupt)
    }

    /// Builds the same tree of one column by an order of its stacks; `None` if it was interrupted.
    ///
    /// Cost: stacks that begin alike are split together. Where the order does not fit, that of the tree without it: if
    /// the tree begins at the other end, or the selection cuts stacks or is of a profile with other ones.
    pub fn with_order(
        order: &StackOrder,
        column: &TreeColumn<'_, '_>,
        options: CallTreeOptions,
        details: &[TreeDetail],
        interrupt: &Interrupt,
    ) -> Option<Self> {
        grow_in_order(order, column, options, details, interrupt)
            .unwrap_or_else(|| grow(&[*column], None, options, details, interrupt))
    }

    /// Builds the tree of what one frame calls, or, from the leaves, of what calls it; `None` if it was interrupted.
    ///
    /// Each stack that has the frame is cut at its outermost call, and counts once: the first node is the frame, with its
    /// callees below it, or its callers. Shares are of the whole, as in other trees.
    ///
    /// Cost: a pass over all stacks, then that of a tree of those with the frame.
    pub fn from_frame(
        columns: &[TreeColumn<'_, '_>],
        frame: FrameId,
        options: CallTreeOptions,
        interrupt: &Interrupt,
    ) -> Option<Self> {
        grow(columns, Some(frame), options, &[], interrupt)
    }

    /// Returns what a node weighs in one column.
    ///
    /// # Panics
    /// If there is no such node or column.
    pub fn weight(&self, node: usize, column: usize) -> PathWeight {
        assert!(column < self.columns, "the tree has {} columns", self.columns);
        match &self.nodes[node] {
            only if self.columns == 1 => PathWeight { total: only.total, own: only.own },
            _ => self.by_column[node * self.columns + column],
        }
    }

    /// Returns the nodes, parents before children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the sum of the values of all samples.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Returns the sum of the values of the samples whose stacks have no frames, which are in no node.
    pub fn frameless(&self) -> i64 {
        self.frameless
    }

    /// Returns how many children of the nodes were left out because they weigh too little.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}
