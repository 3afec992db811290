//! How a call tree grows: stacks are split among the children of a node, on all cores if they are many.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::call_tree::{CallTree, CallTreeOptions, Node, NodeId, PathWeight, Root, TreeColumn, TreeDetail};
use super::frames::FrameId;
use super::interrupt::Interrupt;
use crate::profile::StackId;

/// Stacks from which on it pays to let another thread split some of them.
const MANY_STACKS: usize = 1 << 14;

/// Builds the tree; `None` if it was interrupted.
pub(super) fn grow(
    columns: &[TreeColumn<'_, '_>],
    options: CallTreeOptions,
    details: &[TreeDetail],
    interrupt: &Interrupt,
) -> Option<CallTree> {
    let mass = |column: &TreeColumn<'_, '_>| {
        let weights = column.weights.weights().iter();
        weights.map(|weight| weight.abs_diff(0) as f64).sum::<f64>() * column.factor
    };
    let mass = columns.iter().map(mass).sum::<f64>();
    let weights = columns.iter().flat_map(|column| column.weights.weights());
    let total = weights.fold(0, |sum: i64, &weight| sum.wrapping_add(weight));
    let mut cursors = Vec::new();
    for (column, TreeColumn { weights, .. }) in (0..).zip(columns) {
        let used = weights.weights().iter().enumerate().filter(|(_, weight)| **weight != 0);
        cursors.extend(used.map(|(stack, _)| Cursor {
            stack: StackId::from_index(stack),
            location: 0,
            frame: 0,
            column,
        }));
    }
    let frames = columns.iter().map(|column| column.frames.len()).max().unwrap_or(0);
    assert!(frames < Step::INLINE as usize, "there are fewer than 2^31 frames");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let idle = AtomicUsize::new(if cursors.len() < 2 * MANY_STACKS { 0 } else { cores - 1 });
    let ground = Ground { columns, root: options.root, mass, details, interrupt, idle };
    let of_top = details.iter().filter(|detail| detail.path.is_empty()).map(|detail| detail.min_share);
    let least = mass * of_top.fold(options.min_share, f64::min);
    let candidates = (0..details.len()).collect();
    let whole = Pending { node: None, depth: 0, cursors, least, candidates };
    let mut tree = ground.grow(0, vec![whole])?;
    (tree.total, tree.columns) = (total, columns.len());
    Some(tree)
}

/// A stack on its way down the tree: how many of its locations and of the frames there are passed.
#[derive(Clone, Copy)]
struct Cursor {
    stack: StackId,
    location: u32,
    frame: u32,
    column: u32,
}

/// Where a cursor came to: a frame, marked if it was inlined, or the end of the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step(u32);

impl Step {
    const END: Self = Self(u32::MAX);
    const INLINE: u32 = 1 << 31;

    fn new(frame: FrameId, is_inline: bool) -> Self {
        Self(frame.0 | if is_inline { Self::INLINE } else { 0 })
    }

    fn frame(self) -> FrameId {
        FrameId(self.0 & !Self::INLINE)
    }

    fn is_inline(self) -> bool {
        self.0 & Self::INLINE != 0
    }
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
    /// Number of nodes above its children.
    depth: u32,
    cursors: Vec<Cursor>,
    /// What a child has to weigh.
    least: f64,
    /// The details whose paths go on below.
    candidates: Vec<usize>,
}

/// What all threads read.
struct Ground<'a, 'p> {
    columns: &'a [TreeColumn<'a, 'p>],
    root: Root,
    /// What all stacks weigh together.
    mass: f64,
    details: &'a [TreeDetail],
    interrupt: &'a Interrupt,
    /// How many threads have nothing to do.
    idle: AtomicUsize,
}

/// A part of the tree; its first nodes may stand for others, which it grows below.
struct Branch {
    tree: CallTree,
    /// For the node that is split: which child each frame is, by frame; valid if `epoch` is that of the node.
    children_of: Vec<(u32, u32)>,
    epoch: u32,
}

impl Ground<'_, '_> {
    /// Splits nodes, the last one first, until nothing is left; the first `roots` nodes of the result are theirs.
    ///
    /// The order of the nodes is the same however many threads there are.
    fn grow(&self, roots: usize, mut pending: Vec<Pending>) -> Option<CallTree> {
        let frames = self.columns.iter().map(|column| column.frames.len()).max().unwrap_or(0);
        let mut branch = Branch { tree: CallTree::default(), children_of: vec![(0, 0); frames], epoch: 0 };
        let top = Node { parent: None, frame: FrameId(0), depth: 0, total: 0, own: 0, is_inline: false };
        branch.tree.nodes = vec![top; roots];
        if self.columns.len() > 1 {
            branch.tree.by_column = vec![PathWeight::default(); roots * self.columns.len()];
        }
        while let Some(next) = pending.pop() {
            if self.interrupt.is_set() {
                return None;
            }
            self.split(&mut branch, next, &mut pending);
            if let Some(helped) = self.first_part(&mut pending) {
                return self.share(branch, helped, pending);
            }
        }
        Some(branch.tree)
    }

    /// Takes the first nodes out of those that are pending, if another thread can have them and it pays.
    fn first_part(&self, pending: &mut Vec<Pending>) -> Option<Vec<Pending>> {
        if pending.len() < 2 || self.idle.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let all: usize = pending.iter().map(|pending| pending.cursors.len()).sum();
        let (mut count, mut first) = (0, 0);
        while count + 1 < pending.len() && first < all / 2 {
            first += pending[count].cursors.len();
            count += 1;
        }
        if first < MANY_STACKS || all - first < MANY_STACKS {
            return None;
        }
        let take = |idle: usize| idle.checked_sub(1);
        self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        let rest = pending.split_off(count);
        Some(std::mem::replace(pending, rest))
    }

    /// Lets another thread grow the first part; what it finds comes last, as it would have been done last.
    fn share(&self, mut branch: Branch, helped: Vec<Pending>, pending: Vec<Pending>) -> Option<CallTree> {
        let (own_part, other_part) = thread::scope(|scope| {
            let other = scope.spawn(move || {
                let part = self.grow_part(helped);
                self.idle.fetch_add(1, Ordering::Relaxed);
                part
            });
            let own = self.grow_part(pending);
            self.idle.fetch_add(1, Ordering::Relaxed);
            let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            // This thread is at work again.
            self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |idle| idle.checked_sub(1)).ok();
            (own, other)
        });
        branch.add(own_part?, self.columns.len());
        branch.add(other_part?, self.columns.len());
        Some(branch.tree)
    }

    /// Grows a tree below some nodes, whose places in the whole tree are returned too.
    fn grow_part(&self, mut pending: Vec<Pending>) -> Option<(Vec<NodeId>, CallTree)> {
        let mut roots = Vec::with_capacity(pending.len());
        for (index, next) in (0..).zip(&mut pending) {
            roots.extend(next.node.replace(NodeId(index)));
        }
        // The node above all has one child list only, so it is never pending beside others.
        debug_assert_eq!(roots.len(), pending.len());
        let tree = self.grow(roots.len(), pending)?;
        Some((roots, tree))
    }

    /// Moves stacks one frame on, on two threads if there is one to spare and it pays.
    ///
    /// Most of the time that a tree takes goes into this: hardly anything of it is in a cache.
    fn advance_all(&self, cursors: &mut [Cursor]) -> Vec<Step> {
        let mut steps = vec![Step::END; cursors.len()];
        let advance = |cursors: &mut [Cursor], steps: &mut [Step]| {
            for (cursor, step) in cursors.iter_mut().zip(steps) {
                if let Some((frame, is_inline)) = self.advance(cursor) {
                    *step = Step::new(frame, is_inline);
                }
            }
        };
        let take = |idle: usize| idle.checked_sub(1);
        let is_helped = cursors.len() >= 2 * MANY_STACKS
            && self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        if !is_helped {
            advance(cursors, &mut steps);
            return steps;
        }
        let half = cursors.len() / 2;
        let (one_part, other_part) = cursors.split_at_mut(half);
        let (one_steps, other_steps) = steps.split_at_mut(half);
        thread::scope(|scope| {
            scope.spawn(|| advance(other_part, other_steps));
            advance(one_part, one_steps);
        });
        self.idle.fetch_add(1, Ordering::Relaxed);
        steps
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
    fn split(&self, branch: &mut Branch, mut parent: Pending, pending: &mut Vec<Pending>) {
        branch.epoch += 1;
        let columns = self.columns.len();
        let mut children: Vec<Child> = Vec::new();
        // Of each child, and of what ends here, column by column; where there are several.
        let mut totals: Vec<i64> = Vec::new();
        let mut ended_totals = vec![0_i64; if columns > 1 { columns } else { 0 }];
        let mut ended = 0_i64;
        // The child of each stack that goes on; stacks that end here leave the list.
        let mut child_of = Vec::with_capacity(parent.cursors.len());
        let mut kept = 0;
        let steps = self.advance_all(&mut parent.cursors);
        for (index, step) in steps.into_iter().enumerate() {
            let cursor = parent.cursors[index];
            let weight = self.columns[cursor.column as usize].weights.weights()[cursor.stack.index()];
            if step == Step::END {
                ended = ended.wrapping_add(weight);
                if columns > 1 {
                    let total = &mut ended_totals[cursor.column as usize];
                    *total = total.wrapping_add(weight);
                }
                continue;
            }
            let (frame, is_inline) = (step.frame(), step.is_inline());
            let slot = &mut branch.children_of[frame.index()];
            if slot.0 != branch.epoch {
                *slot = (branch.epoch, children.len() as u32); // No more children than 32-bit frames.
                children.push(Child { frame, total: 0, mass: 0.0, is_inline: true, cursors: 0 });
                if columns > 1 {
                    totals.resize(children.len() * columns, 0);
                }
            }
            let child = &mut children[slot.1 as usize];
            child.total = child.total.wrapping_add(weight);
            child.mass += weight.abs_diff(0) as f64 * self.columns[cursor.column as usize].factor;
            child.is_inline &= is_inline;
            child.cursors += 1;
            if columns > 1 {
                let total = &mut totals[slot.1 as usize * columns + cursor.column as usize];
                *total = total.wrapping_add(weight);
            }
            child_of.push(slot.1);
            parent.cursors[kept] = cursor;
            kept += 1;
        }
        parent.cursors.truncate(kept);
        if let Some(node) = parent.node {
            branch.tree.nodes[node.index()].own = ended;
            for (column, own) in ended_totals.into_iter().enumerate() {
                branch.tree.by_column[node.index() * columns + column].own = own;
            }
        }
        self.push_children(branch, &parent, &children, &totals, &child_of, pending);
    }

    fn push_children(
        &self,
        branch: &mut Branch,
        parent: &Pending,
        children: &[Child],
        totals: &[i64],
        child_of: &[u32],
        pending: &mut Vec<Pending>,
    ) {
        let tree = &mut branch.tree;
        let first = pending.len();
        // Where in `pending` the stacks of each child go.
        let mut lists: Vec<Option<usize>> = Vec::with_capacity(children.len());
        for (row, child) in children.iter().enumerate() {
            let (least, candidates) = self.below(parent, child.frame);
            let is_kept = child.mass >= parent.least || !candidates.is_empty() || least < parent.least;
            tree.left_out += usize::from(!is_kept);
            lists.push(is_kept.then_some(pending.len()));
            if !is_kept {
                continue;
            }
            let node = NodeId(u32::try_from(tree.nodes.len()).expect("the tree has fewer than 2^32 nodes"));
            let Child { frame, total, is_inline, .. } = *child;
            tree.nodes.push(Node { parent: parent.node, frame, depth: parent.depth, total, own: 0, is_inline });
            if self.columns.len() > 1 {
                let totals = &totals[row * self.columns.len()..(row + 1) * self.columns.len()];
                tree.by_column.extend(totals.iter().map(|&total| PathWeight { total, own: 0 }));
            }
            let cursors = Vec::with_capacity(child.cursors as usize);
            pending.push(Pending { node: Some(node), depth: parent.depth + 1, cursors, least, candidates });
        }
        if pending.len() == first {
            return;
        }
        for (&child, &cursor) in child_of.iter().zip(&parent.cursors) {
            if let Some(list) = lists[child as usize] {
                pending[list].cursors.push(cursor);
            }
        }
    }

    /// Returns what children of a child have to weigh, and the details whose paths go on below it.
    fn below(&self, parent: &Pending, frame: FrameId) -> (f64, Vec<usize>) {
        let mut least = parent.least;
        let mut candidates = Vec::new();
        let depth = parent.depth as usize;
        for &index in &parent.candidates {
            let detail = &self.details[index];
            if detail.path.get(depth) != Some(&frame) {
                continue;
            }
            if detail.path.len() == depth + 1 {
                least = least.min(self.mass * detail.min_share);
            } else {
                candidates.push(index);
            }
        }
        (least, candidates)
    }
}

impl Branch {
    /// Adds what grew below some of the nodes.
    fn add(&mut self, (roots, part): (Vec<NodeId>, CallTree), columns: usize) {
        let CallTree { nodes, by_column, left_out, .. } = part;
        let start = self.tree.nodes.len();
        assert!(u32::try_from(start + nodes.len()).is_ok(), "the tree has fewer than 2^32 nodes");
        let moved = |id: NodeId| match roots.get(id.index()) {
            Some(&root) => root,
            None => NodeId((start + id.index() - roots.len()) as u32), // As was just asserted.
        };
        for (root, node) in roots.iter().zip(&nodes) {
            self.tree.nodes[root.index()].own = node.own;
        }
        let grown = nodes[roots.len()..].iter();
        self.tree.nodes.extend(grown.map(|node| Node { parent: node.parent.map(moved), ..*node }));
        if columns > 1 {
            for (row, root) in roots.iter().enumerate() {
                for column in 0..columns {
                    self.tree.by_column[root.index() * columns + column].own = by_column[row * columns + column].own;
                }
            }
            self.tree.by_column.extend(&by_column[roots.len() * columns..]);
        }
        self.tree.left_out += left_out;
    }
}
