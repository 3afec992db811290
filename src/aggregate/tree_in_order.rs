//! How a call tree grows from stacks in order: those that begin alike go on together.

use std::hint::black_box;
use std::ops::Range;

use super::call_tree::{CallTree, CallTreeOptions, Node, NodeId, Root, TreeColumn, TreeDetail};
use super::frames::FrameId;
use super::interrupt::Interrupt;
use super::stack_order::StackOrder;
use super::tree_cursor::Step;
use super::tree_limit::Limit;
use crate::profile::LocationId;

/// Sums up to here are the same however they are added up as floating point numbers.
const MOST_MASS: u64 = 1 << 53;

/// What is asked for.
struct Ground<'a> {
    order: &'a StackOrder,
    stacks: Stacks,
    column: &'a TreeColumn<'a, 'a>,
    details: &'a [TreeDetail],
    mass: f64,
}

/// The stacks that weigh something, in order.
struct Stacks {
    rows: Vec<u32>,
    /// How many locations each has in common with the one before it.
    shared: Vec<u32>,
    /// What those before each stack weigh together, and all at the end.
    sums: Vec<i64>,
    /// The same of absolute values.
    masses: Vec<u64>,
}

/// Stacks that stand together and have all locations in common up to where they are.
#[derive(Clone)]
struct Group<'a> {
    range: Range<u32>,
    /// What is left of the first one.
    rest: &'a [LocationId],
    /// How many locations are passed, and how many they have in common.
    passed: u32,
    common: u32,
    /// How many frames of the next location are passed.
    frames: u32,
    /// The lowest row of a stack.
    first: u32,
}

/// A node whose stacks are still to be split.
struct Pending<'a> {
    node: Option<NodeId>,
    /// Its frame, if calls from that to itself are no nodes.
    merged: Option<FrameId>,
    limit: Limit,
    groups: Vec<Group<'a>>,
}

/// A child of the node that is split.
struct Child {
    frame: FrameId,
    total: i64,
    mass: u64,
    is_inline: bool,
    /// The lowest row of a stack: children are in the order of these.
    first: u32,
}

/// Builds the tree; the outer `None` says that the order does not fit, the inner one that it was interrupted.
///
/// Nodes and their order are those that [`grow`](super::tree_growth::grow) finds.
pub(super) fn grow_in_order<'a>(
    order: &'a StackOrder,
    column: &'a TreeColumn<'a, 'a>,
    options: CallTreeOptions,
    details: &'a [TreeDetail],
    interrupt: &Interrupt,
) -> Option<Option<CallTree>> {
    let weights = column.weights.weights();
    if order.root != options.root || column.factor != 1.0 || !order.fits(column.selection, weights) {
        return None;
    }
    let stacks = Stacks::new(order, weights)?;
    let end = stacks.rows.len();
    let (total, mass) = (stacks.sums[end], stacks.masses[end] as f64);
    let ground = Ground { order, stacks, column, details, mass };
    let mut tree = ground.grow(Limit::of_top(mass, options, details), interrupt);
    if let Some(tree) = &mut tree {
        (tree.total, tree.columns) = (total, 1);
    }
    Some(tree)
}

impl Stacks {
    /// Takes the stacks that weigh something; `None` if they weigh too much.
    fn new(order: &StackOrder, weights: &[i64]) -> Option<Self> {
        let count = weights.iter().filter(|weight| **weight != 0).count();
        let mut stacks = Self {
            rows: Vec::with_capacity(count),
            shared: Vec::with_capacity(count),
            sums: Vec::with_capacity(count + 1),
            masses: Vec::with_capacity(count + 1),
        };
        let (mut sum, mut mass) = (0_i64, 0_u64);
        // What a stack has in common with the last one that was taken is the least of all between them.
        let mut shared = u32::MAX;
        for (&row, &shared_here) in order.rows.iter().zip(&order.shared) {
            shared = shared.min(shared_here);
            let weight = weights[row as usize];
            if weight == 0 {
                continue;
            }
            stacks.rows.push(row);
            stacks.shared.push(shared);
            stacks.sums.push(sum);
            stacks.masses.push(mass);
            (sum, mass) = (sum.wrapping_add(weight), mass.checked_add(weight.unsigned_abs())?);
            shared = u32::MAX;
        }
        stacks.sums.push(sum);
        stacks.masses.push(mass);
        (mass <= MOST_MASS).then_some(stacks)
    }

    fn sum(&self, range: &Range<u32>) -> i64 {
        self.sums[range.end as usize].wrapping_sub(self.sums[range.start as usize])
    }

    fn mass(&self, range: &Range<u32>) -> u64 {
        self.masses[range.end as usize] - self.masses[range.start as usize]
    }
}

impl<'a> Ground<'a> {
    /// Splits nodes, the last one first, until nothing is left.
    fn grow(&'a self, limit: Limit, interrupt: &Interrupt) -> Option<CallTree> {
        let mut tree = CallTree::default();
        // For the node that is split: which child each frame is, by frame; valid if the first number is the node's.
        let mut children_of = vec![(0_u32, 0_u32); self.column.frames.len()];
        let mut epoch = 0;
        let all = Range { start: 0, end: self.stacks.rows.len() as u32 }; // Rows of a table fit 32 bits.
        let groups = if all.is_empty() { Vec::new() } else { vec![self.group(all, 0)] };
        let mut pending = vec![Pending { node: None, merged: None, limit, groups }];
        while let Some(next) = pending.pop() {
            if interrupt.is_set() {
                return None;
            }
            epoch += 1;
            self.split(&mut tree, next, (&mut children_of, epoch), &mut pending);
        }
        Some(tree)
    }

    /// Makes the children of a node and passes on those whose own children are to be made.
    fn split(
        &'a self,
        tree: &mut CallTree,
        parent: Pending<'a>,
        (children_of, epoch): (&mut [(u32, u32)], u32),
        pending: &mut Vec<Pending<'a>>,
    ) {
        let mut children: Vec<Child> = Vec::new();
        let mut moved: Vec<(u32, Group<'a>)> = Vec::new();
        let mut ended = 0_i64;
        let mut groups = parent.groups;
        while !groups.is_empty() {
            let mut parts = Vec::new();
            for mut group in groups {
                let Some(step) = self.advance_from(&mut group, parent.merged) else {
                    ended = ended.wrapping_add(self.part(&group, &mut parts));
                    continue;
                };
                let frame = step.frame();
                let slot = &mut children_of[frame.index()];
                if slot.0 != epoch {
                    *slot = (epoch, children.len() as u32); // No more children than 32-bit frames.
                    children.push(Child { frame, total: 0, mass: 0, is_inline: true, first: u32::MAX });
                }
                let child = &mut children[slot.1 as usize];
                child.total = child.total.wrapping_add(self.stacks.sum(&group.range));
                child.mass += self.stacks.mass(&group.range);
                child.is_inline &= step.is_inline();
                child.first = child.first.min(group.first);
                moved.push((slot.1, group));
            }
            // All of them are fetched into the cache at once, instead of one after the other.
            let touched = parts.iter().filter_map(|part: &Group<'_>| self.next_location(part));
            black_box(touched.fold(0, |sum: usize, location| sum.wrapping_add(location.index())));
            groups = parts;
        }
        match parent.node {
            Some(node) => tree.nodes[node.index()].own = ended,
            None => tree.frameless = ended,
        }
        let mut order: Vec<usize> = (0..children.len()).collect();
        order.sort_unstable_by_key(|&child| children[child].first);
        // Where in `pending` the stacks of each child go.
        let mut lists: Vec<Option<usize>> = vec![None; children.len()];
        for child in order {
            let Child { frame, total, mass, is_inline, .. } = children[child];
            let limit = parent.limit.below(frame, self.mass, self.details);
            if !parent.limit.keeps(mass as f64, &limit) {
                tree.left_out += 1;
                continue;
            }
            let node = NodeId(u32::try_from(tree.nodes.len()).expect("the tree has fewer than 2^32 nodes"));
            let depth = parent.limit.depth;
            tree.nodes.push(Node { parent: parent.node, frame, depth, total, own: 0, is_inline });
            lists[child] = Some(pending.len());
            let merged = self.column.frames.merges_calls.then_some(frame);
            pending.push(Pending { node: Some(node), merged, limit, groups: Vec::new() });
        }
        for (child, group) in moved {
            if let Some(list) = lists[child as usize] {
                pending[list].groups.push(group);
            }
        }
    }

    /// Makes a group of stacks that are at `passed` locations and have the next one in common.
    fn group(&'a self, range: Range<u32>, passed: u32) -> Group<'a> {
        let rows = range.start as usize..range.end as usize;
        let row = self.stacks.rows[rows.start];
        let rest = self.order.beyond(row, passed);
        let alone = passed + rest.len() as u32; // No stack has 2^32 locations.
        let common = self.stacks.shared[rows.start + 1..rows.end].iter().fold(alone, |least, &other| least.min(other));
        let first = self.stacks.rows[rows].iter().fold(u32::MAX, |least, &other| least.min(other));
        Group { range, rest, passed, common, frames: 0, first }
    }

    /// Parts stacks by where they go on beyond what they have in common; returns what those that end there weigh.
    fn part(&'a self, group: &Group<'a>, parts: &mut Vec<Group<'a>>) -> i64 {
        let Stacks { rows, shared, .. } = &self.stacks;
        let Group { range, common, .. } = group;
        let mut start = range.start;
        // They come first.
        while start < range.end && self.order.beyond(rows[start as usize], *common).is_empty() {
            start += 1;
        }
        let ended = self.stacks.sum(&(range.start..start));
        while start < range.end {
            let more = &shared[start as usize + 1..range.end as usize];
            let len = more.iter().take_while(|&&shared| shared > *common).count() as u32; // As rows are.
            parts.push(self.group(start..start + 1 + len, *common));
            start += 1 + len;
        }
        ended
    }

    /// Returns the location that a group goes on at, `None` at the end of its first stack.
    #[inline]
    fn next_location(&self, group: &Group<'_>) -> Option<LocationId> {
        match self.order.root {
            Root::Callers => group.rest.last().copied(),
            Root::Leaves => group.rest.first().copied(),
        }
    }

    /// Moves a group on to a frame other than `above`; `None` where it has nothing more in common.
    fn advance_from(&self, group: &mut Group<'_>, above: Option<FrameId>) -> Option<Step> {
        loop {
            let next = self.advance(group)?;
            if Some(next.frame()) != above {
                return Some(next);
            }
        }
    }

    /// Moves a group one frame on; `None` where it has nothing more in common.
    #[inline]
    fn advance(&self, group: &mut Group<'_>) -> Option<Step> {
        while group.passed < group.common {
            let location = self.next_location(group)?;
            let list = self.column.frames.at(location);
            let position = match self.order.root {
                Root::Callers => list.len().checked_sub(group.frames as usize + 1),
                Root::Leaves => Some(group.frames as usize).filter(|&position| position < list.len()),
            };
            group.frames += 1;
            if group.frames as usize >= list.len() {
                group.rest = match self.order.root {
                    Root::Callers => &group.rest[..group.rest.len() - 1],
                    Root::Leaves => &group.rest[1..],
                };
                (group.passed, group.frames) = (group.passed + 1, 0);
            }
            if let Some(position) = position {
                return Some(Step::new(list[position], position + 1 != list.len()));
            }
        }
        None
    }
}
