//! How a call tree grows: stacks are split among the children of a node, on all cores if they are many.

use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::call_tree::{CallTree, CallTreeOptions, Node, NodeId, PathWeight, Root, TreeColumn, TreeDetail};
use super::frames::FrameId;
use super::interrupt::Interrupt;
use super::outermost::{Outermost, outermost};
use super::tree_cursor::{AHEAD, Cursor, Step, only_steps};
use super::tree_limit::Limit;
use crate::profile::{LocationId, StackId};

/// Stacks from which on it pays to let another thread split some of them.
const MANY_STACKS: usize = 1 << 14;

/// Builds the tree, of whole stacks or of what is beyond the outermost call of a frame; `None` if it was interrupted.
pub(super) fn grow(
    columns: &[TreeColumn<'_, '_>],
    from: Option<FrameId>,
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
    for (column, tree_column) in (0..).zip(columns) {
        let TreeColumn { selection, weights, .. } = tree_column;
        if let Some(from) = from {
            let found = outermost(tree_column, from, options.root, interrupt)?;
            cursors.extend(found.into_iter().map(|Outermost { rest, weight, frames }| Cursor {
                rest,
                weight,
                frame: frames,
                column,
                ahead: [Step::END; AHEAD],
            }));
            continue;
        }
        let used = weights.weights().iter().enumerate().filter(|(_, weight)| **weight != 0);
        cursors.extend(used.map(|(stack, &weight)| Cursor {
            rest: selection.stack(StackId::from_index(stack)).unwrap_or_default(),
            weight,
            frame: 0,
            column,
            ahead: [Step::END; AHEAD],
        }));
    }
    let frames = columns.iter().map(|column| column.frames.len()).max().unwrap_or(0);
    assert!(frames < Step::INLINE as usize, "there are fewer than 2^31 frames");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let idle = AtomicUsize::new(if cursors.len() < 2 * MANY_STACKS { 0 } else { cores - 1 });
    let only = columns.iter().map(only_steps).collect();
    let merges_calls = columns.iter().any(|column| column.frames.merges_calls);
    let ground = Ground { columns, only, root: options.root, merges_calls, mass, details, interrupt, idle };
    let limit = Limit::of_top(mass, options, details);
    let whole = Pending { node: None, merged: None, limit, stacks: 0..cursors.len() };
    let mut tree = ground.grow(0, vec![whole], &mut cursors)?;
    (tree.total, tree.columns) = (total, columns.len());
    Some(tree)
}

/// So many stacks are looked up at once.
const BLOCK: usize = 32;

/// A child of the node that is split.
struct Child {
    frame: FrameId,
    total: i64,
    /// Sum of absolute values: what decides whether it is left out.
    mass: f64,
    is_inline: bool,
    /// How many stacks go on there.
    stacks: u32,
}

/// A node whose stacks are still to be split.
struct Pending {
    node: Option<NodeId>,
    /// Its frame, if calls from that to itself are no nodes.
    merged: Option<FrameId>,
    limit: Limit,
    /// Where its stacks are in the list of all: behind those of all that are pending before it.
    stacks: Range<usize>,
}

/// What all threads read.
struct Ground<'a, 'p> {
    columns: &'a [TreeColumn<'a, 'p>],
    /// Of each column, the step at each location that has a single frame, by location; the end for all others.
    only: Vec<Vec<Step>>,
    root: Root,
    /// Whether calls from a frame to itself are no nodes.
    merges_calls: bool,
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
    /// The child of each stack that goes on from the node that is split, and then where the stack goes in the list.
    /// Kept so that its memory is not made anew.
    child_of: Vec<u32>,
}

impl<'p> Ground<'_, 'p> {
    /// Splits nodes, the last one first, until nothing is left; the first `roots` nodes of the result are theirs.
    ///
    /// The order of the nodes is the same however many threads there are. Stacks stay in one list, in which those of a
    /// node lie together: new memory costs more than all else.
    fn grow(&self, roots: usize, mut pending: Vec<Pending>, cursors: &mut [Cursor<'p>]) -> Option<CallTree> {
        let frames = self.columns.iter().map(|column| column.frames.len()).max().unwrap_or(0);
        let mut branch =
            Branch { tree: CallTree::default(), children_of: vec![(0, 0); frames], epoch: 0, child_of: Vec::new() };
        let top = Node { parent: None, frame: FrameId(0), depth: 0, total: 0, own: 0, is_inline: false };
        branch.tree.nodes = vec![top; roots];
        if self.columns.len() > 1 {
            branch.tree.by_column = vec![PathWeight::default(); roots * self.columns.len()];
        }
        while let Some(next) = pending.pop() {
            if self.interrupt.is_set() {
                return None;
            }
            self.split(&mut branch, &next, cursors, &mut pending);
            if let Some(helped) = self.first_part(&mut pending) {
                return self.share(branch, helped, pending, cursors);
            }
        }
        Some(branch.tree)
    }

    /// Takes the first nodes out of those that are pending, if another thread can have them and it pays.
    fn first_part(&self, pending: &mut Vec<Pending>) -> Option<Vec<Pending>> {
        if pending.len() < 2 || self.idle.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let all: usize = pending.iter().map(|pending| pending.stacks.len()).sum();
        let (mut count, mut first) = (0, 0);
        while count + 1 < pending.len() && first < all / 2 {
            first += pending[count].stacks.len();
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
    fn share(
        &self,
        mut branch: Branch,
        helped: Vec<Pending>,
        mut pending: Vec<Pending>,
        cursors: &mut [Cursor<'p>],
    ) -> Option<CallTree> {
        let begin = pending[0].stacks.start;
        pending.iter_mut().for_each(|next| next.stacks = next.stacks.start - begin..next.stacks.end - begin);
        let (of_helped, cursors) = cursors.split_at_mut(begin);
        let (own_part, other_part) = thread::scope(|scope| {
            let other = scope.spawn(move || {
                let part = self.grow_part(helped, of_helped);
                self.idle.fetch_add(1, Ordering::Relaxed);
                part
            });
            let own = self.grow_part(pending, cursors);
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
    fn grow_part(&self, mut pending: Vec<Pending>, cursors: &mut [Cursor<'p>]) -> Option<(Vec<NodeId>, CallTree)> {
        let mut roots = Vec::with_capacity(pending.len());
        for (index, next) in (0..).zip(&mut pending) {
            roots.extend(next.node.replace(NodeId(index)));
        }
        // The node above all has one child list only, so it is never pending beside others.
        debug_assert_eq!(roots.len(), pending.len());
        let tree = self.grow(roots.len(), pending, cursors)?;
        Some((roots, tree))
    }

    /// Looks up where stacks go next, on two threads if there is one to spare and it pays.
    ///
    /// Most of the time that a tree takes goes into this: hardly anything of it is in a cache.
    fn look_ahead(&self, merged: Option<FrameId>, cursors: &mut [Cursor<'p>]) {
        let look = |cursors: &mut [Cursor<'p>]| {
            for block in cursors.chunks_mut(BLOCK) {
                // All of them are fetched into the cache at once, instead of one after the other.
                let touched = block.iter().filter_map(|cursor| self.next_location(cursor));
                black_box(touched.fold(0, |sum: usize, location| sum.wrapping_add(location.index())));
                for cursor in block {
                    let mut ahead = [Step::END; AHEAD];
                    let mut above = merged;
                    for step in &mut ahead {
                        let Some(next) = self.advance_from(cursor, above) else { break };
                        *step = next;
                        above = self.merges_calls.then_some(next.frame());
                    }
                    cursor.ahead = ahead;
                }
            }
        };
        let take = |idle: usize| idle.checked_sub(1);
        let is_helped = cursors.len() >= 2 * MANY_STACKS
            && self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        if !is_helped {
            look(cursors);
            return;
        }
        let (one_part, other_part) = cursors.split_at_mut(cursors.len() / 2);
        thread::scope(|scope| {
            scope.spawn(|| look(other_part));
            look(one_part);
        });
        self.idle.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the location that a stack goes on at, `None` at its end.
    #[inline]
    fn next_location(&self, cursor: &Cursor<'p>) -> Option<LocationId> {
        match self.root {
            Root::Callers => cursor.rest.last().copied(),
            Root::Leaves => cursor.rest.first().copied(),
        }
    }

    /// Moves a stack on to a frame other than `above`.
    #[inline]
    fn advance_from(&self, cursor: &mut Cursor<'p>, above: Option<FrameId>) -> Option<Step> {
        loop {
            let next = self.advance(cursor)?;
            if Some(next.frame()) != above {
                return Some(next);
            }
        }
    }

    /// Moves a stack one frame on; returns where it came to, `None` at its end.
    #[inline]
    fn advance(&self, cursor: &mut Cursor<'p>) -> Option<Step> {
        let column = cursor.column as usize;
        loop {
            let location = self.next_location(cursor)?;
            let only = self.only[column][location.index()];
            if only != Step::END {
                self.pass(cursor);
                return Some(only);
            }
            let list = self.columns[column].frames.at(location);
            let position = match self.root {
                Root::Callers => list.len().checked_sub(cursor.frame as usize + 1),
                Root::Leaves => Some(cursor.frame as usize).filter(|&position| position < list.len()),
            };
            if let Some(position) = position {
                cursor.frame += 1;
                return Some(Step::new(list[position], position + 1 != list.len()));
            }
            self.pass(cursor);
            cursor.frame = 0;
        }
    }

    /// Leaves the location behind that a stack is at.
    #[inline]
    fn pass(&self, cursor: &mut Cursor<'p>) {
        cursor.rest = match self.root {
            Root::Callers => &cursor.rest[..cursor.rest.len() - 1],
            Root::Leaves => &cursor.rest[1..],
        };
    }

    /// Makes the children of a node and passes on those whose own children are to be made.
    fn split(&self, branch: &mut Branch, parent: &Pending, all: &mut [Cursor<'p>], pending: &mut Vec<Pending>) {
        let cursors = &mut all[parent.stacks.clone()];
        branch.epoch += 1;
        let columns = self.columns.len();
        let mut children: Vec<Child> = Vec::new();
        // Of each child, and of what ends here, column by column; where there are several.
        let mut totals: Vec<i64> = Vec::new();
        let mut ended_totals = vec![0_i64; if columns > 1 { columns } else { 0 }];
        let mut ended = 0_i64;
        branch.child_of.clear();
        branch.child_of.reserve(cursors.len());
        // Stacks that end here leave the list.
        let mut kept = 0;
        let passed = parent.limit.depth as usize % AHEAD;
        if passed == 0 {
            self.look_ahead(parent.merged, cursors);
        }
        for index in 0..cursors.len() {
            let cursor = cursors[index];
            let step = cursor.ahead[passed];
            let weight = cursor.weight;
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
                children.push(Child { frame, total: 0, mass: 0.0, is_inline: true, stacks: 0 });
                if columns > 1 {
                    totals.resize(children.len() * columns, 0);
                }
            }
            let child = &mut children[slot.1 as usize];
            child.total = child.total.wrapping_add(weight);
            child.mass += weight.abs_diff(0) as f64 * self.columns[cursor.column as usize].factor;
            child.is_inline &= is_inline;
            child.stacks += 1;
            if columns > 1 {
                let total = &mut totals[slot.1 as usize * columns + cursor.column as usize];
                *total = total.wrapping_add(weight);
            }
            branch.child_of.push(slot.1);
            if kept < index {
                cursors[kept] = cursor;
            }
            kept += 1;
        }
        if let Some(node) = parent.node {
            branch.tree.nodes[node.index()].own = ended;
            for (column, own) in ended_totals.into_iter().enumerate() {
                branch.tree.by_column[node.index() * columns + column].own = own;
            }
        } else {
            branch.tree.frameless = ended;
        }
        self.push_children(branch, parent, (&children, &totals), &mut cursors[..kept], pending);
    }

    /// Makes nodes of the children that weigh enough, and lays the stacks of each together, in the order they were in.
    fn push_children(
        &self,
        branch: &mut Branch,
        parent: &Pending,
        (children, totals): (&[Child], &[i64]),
        cursors: &mut [Cursor<'p>],
        pending: &mut Vec<Pending>,
    ) {
        let tree = &mut branch.tree;
        let mut end = 0;
        // Where the next stack of each child goes; those of children that are left out go behind all others.
        let mut places: Vec<Option<u32>> = Vec::with_capacity(children.len());
        for (row, child) in children.iter().enumerate() {
            let limit = parent.limit.below(child.frame, self.mass, self.details);
            let is_kept = parent.limit.keeps(child.mass, &limit);
            tree.left_out += usize::from(!is_kept);
            places.push(is_kept.then_some(end));
            if !is_kept {
                continue;
            }
            let node = NodeId(u32::try_from(tree.nodes.len()).expect("the tree has fewer than 2^32 nodes"));
            let Child { frame, total, is_inline, .. } = *child;
            tree.nodes.push(Node { parent: parent.node, frame, depth: parent.limit.depth, total, own: 0, is_inline });
            if self.columns.len() > 1 {
                let totals = &totals[row * self.columns.len()..(row + 1) * self.columns.len()];
                tree.by_column.extend(totals.iter().map(|&total| PathWeight { total, own: 0 }));
            }
            let merged = self.merges_calls.then_some(frame);
            let begin = parent.stacks.start + end as usize;
            end += child.stacks;
            let stacks = begin..parent.stacks.start + end as usize;
            pending.push(Pending { node: Some(node), merged, limit, stacks });
        }
        if end == 0 || children.len() == 1 {
            return;
        }
        for place in &mut branch.child_of {
            let place_of_child = places[*place as usize].as_mut().unwrap_or(&mut end);
            *place = *place_of_child;
            *place_of_child += 1;
        }
        put_in_places(cursors, &mut branch.child_of);
    }
}

/// Puts each item where its place is, of which each is there once.
fn put_in_places<T>(items: &mut [T], places: &mut [u32]) {
    for index in 0..items.len() {
        while places[index] as usize != index {
            let place = places[index] as usize;
            items.swap(index, place);
            places.swap(index, place);
        }
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
