//! The call tree, without its twigs.

use super::frames::{FrameId, Frames};
use super::weights::StackWeights;
use crate::profile::StackId;
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
pub struct NodeId(u32);

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

/// The call paths of a selection, or of several together, each with what it weighs.
#[derive(Clone, Debug, Default)]
pub struct CallTree {
    nodes: Vec<Node>,
    /// How many columns there are.
    columns: usize,
    /// What nodes weigh in each column, node by node; empty if there is only one.
    by_column: Vec<PathWeight>,
    /// Sum of the values of all samples.
    total: i64,
    /// How many children of the nodes were left out.
    left_out: usize,
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
        Builder::new(columns, options).build()
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

    /// Returns how many children of the nodes were left out because they weigh too little.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

/// A stack on its way down the tree: how many of its locations and of the frames there are passed.
#[derive(Clone, Copy)]
struct Cursor {
    stack: StackId,
    weight: i64,
    location: u32,
    frame: u32,
    column: u32,
}

struct Builder<'a, 'p> {
    columns: &'a [TreeColumn<'a, 'p>],
    root: Root,
    min_weight: f64,
    tree: CallTree,
    /// For the node that is split: which child each frame is, by frame; valid if `epoch` is that of the node.
    children_of: Vec<(u32, u32)>,
    epoch: u32,
}

/// A child of the node that is split.
struct Child {
    frame: FrameId,
    total: i64,
    /// Sum of absolute values: what decides whether it is left out.
    mass: f64,
    is_inline: bool,
    cursors: u32,
}

/// A node whose stacks are still to be split.
struct Pending {
    node: Option<NodeId>,
    cursors: Vec<Cursor>,
}

impl<'a, 'p> Builder<'a, 'p> {
    fn new(columns: &'a [TreeColumn<'a, 'p>], options: CallTreeOptions) -> Self {
        let mass = |column: &TreeColumn<'_, '_>| {
            let weights = column.weights.weights().iter();
            weights.map(|weight| weight.abs_diff(0) as f64).sum::<f64>() * column.factor
        };
        let mut builder = Self {
            columns,
            root: options.root,
            min_weight: columns.iter().map(mass).sum::<f64>() * options.min_share,
            tree: CallTree { columns: columns.len(), ..CallTree::default() },
            children_of: vec![(0, 0); columns.iter().map(|column| column.frames.len()).max().unwrap_or(0)],
            epoch: 0,
        };
        let weights = columns.iter().flat_map(|column| column.weights.weights());
        builder.tree.total = weights.fold(0, |sum: i64, &weight| sum.wrapping_add(weight));
        builder.start();
        builder
    }

    fn start(&mut self) {
        let mut cursors = Vec::new();
        for (column, TreeColumn { weights, .. }) in (0..).zip(self.columns) {
            let used = weights.weights().iter().enumerate().filter(|(_, weight)| **weight != 0);
            cursors.extend(used.map(|(stack, &weight)| Cursor {
                stack: StackId::from_index(stack),
                weight,
                location: 0,
                frame: 0,
                column,
            }));
        }
        let mut pending = vec![Pending { node: None, cursors }];
        while let Some(next) = pending.pop() {
            self.split(next, &mut pending);
        }
    }

    fn build(self) -> CallTree {
        self.tree
    }

    /// Moves a stack one frame on; returns the frame and whether it is inlined, `None` at the stack's end.
    #[inline]
    fn advance(&self, cursor: &mut Cursor) -> Option<(FrameId, bool)> {
        let TreeColumn { selection, frames, .. } = &self.columns[cursor.column as usize];
        let stack = selection.stack(cursor.stack)?;
        loop {
            let passed = cursor.location as usize;
            let location = match self.root {
                Root::Callers => *stack.get(stack.len().checked_sub(passed + 1)?)?,
                Root::Leaves => *stack.get(passed)?,
            };
            let list = frames.at(location);
            let position = match self.root {
                Root::Callers => list.len().checked_sub(cursor.frame as usize + 1),
                Root::Leaves => Some(cursor.frame as usize).filter(|&position| position < list.len()),
            };
            if let Some(position) = position {
                cursor.frame += 1;
                return Some((list[position], position + 1 != list.len()));
            }
            cursor.location += 1;
            cursor.frame = 0;
        }
    }

    /// Makes the children of a node and passes on those whose own children are to be made.
    fn split(&mut self, mut parent: Pending, pending: &mut Vec<Pending>) {
        self.epoch += 1;
        let columns = self.columns.len();
        let mut children: Vec<Child> = Vec::new();
        // Of each child, and of what ends here, column by column; where there are several.
        let mut totals: Vec<i64> = Vec::new();
        let mut ended_totals = vec![0_i64; if columns > 1 { columns } else { 0 }];
        let mut ended = 0_i64;
        // The child of each stack that goes on; stacks that end here leave the list.
        let mut child_of = Vec::with_capacity(parent.cursors.len());
        let mut kept = 0;
        for index in 0..parent.cursors.len() {
            let mut cursor = parent.cursors[index];
            let Some((frame, is_inline)) = self.advance(&mut cursor) else {
                ended = ended.wrapping_add(cursor.weight);
                if columns > 1 {
                    let total = &mut ended_totals[cursor.column as usize];
                    *total = total.wrapping_add(cursor.weight);
                }
                continue;
            };
            let slot = &mut self.children_of[frame.index()];
            if slot.0 != self.epoch {
                *slot = (self.epoch, children.len() as u32); // No more children than 32-bit frames.
                children.push(Child { frame, total: 0, mass: 0.0, is_inline: true, cursors: 0 });
                if columns > 1 {
                    totals.resize(children.len() * columns, 0);
                }
            }
            let child = &mut children[slot.1 as usize];
            child.total = child.total.wrapping_add(cursor.weight);
            child.mass += cursor.weight.abs_diff(0) as f64 * self.columns[cursor.column as usize].factor;
            child.is_inline &= is_inline;
            child.cursors += 1;
            if columns > 1 {
                let total = &mut totals[slot.1 as usize * columns + cursor.column as usize];
                *total = total.wrapping_add(cursor.weight);
            }
            child_of.push(slot.1);
            parent.cursors[kept] = cursor;
            kept += 1;
        }
        parent.cursors.truncate(kept);
        if let Some(node) = parent.node {
            self.tree.nodes[node.index()].own = ended;
            for (column, own) in ended_totals.into_iter().enumerate() {
                self.tree.by_column[node.index() * columns + column].own = own;
            }
        }
        self.push_children(&parent, &children, &totals, &child_of, pending);
    }

    fn push_children(
        &mut self,
        parent: &Pending,
        children: &[Child],
        totals: &[i64],
        child_of: &[u32],
        pending: &mut Vec<Pending>,
    ) {
        let depth = parent.node.map_or(0, |node| self.tree.nodes[node.index()].depth + 1);
        let mut lists: Vec<Option<Vec<Cursor>>> = Vec::with_capacity(children.len());
        for child in children {
            let is_kept = child.mass >= self.min_weight;
            self.tree.left_out += usize::from(!is_kept);
            lists.push(is_kept.then(|| Vec::with_capacity(child.cursors as usize)));
        }
        for (&child, &cursor) in child_of.iter().zip(&parent.cursors) {
            if let Some(list) = &mut lists[child as usize] {
                list.push(cursor);
            }
        }
        for (row, (child, cursors)) in children.iter().zip(lists).enumerate() {
            let Some(cursors) = cursors else { continue };
            let node = NodeId(u32::try_from(self.tree.nodes.len()).expect("the tree has fewer than 2^32 nodes"));
            let (frame, total, is_inline) = (child.frame, child.total, child.is_inline);
            self.tree.nodes.push(Node { parent: parent.node, frame, depth, total, own: 0, is_inline });
            if self.columns.len() > 1 {
                let totals = &totals[row * self.columns.len()..(row + 1) * self.columns.len()];
                self.tree.by_column.extend(totals.iter().map(|&total| PathWeight { total, own: 0 }));
            }
            pending.push(Pending { node: Some(node), cursors });
        }
    }
}
