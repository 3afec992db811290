//! The call tree as views walk it: children in order, the heaviest first.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use rpprof::aggregate::{CallTree, FrameId, Root, TreeDetail};

use super::delta::Delta;
use super::frame_name::FrameNames;
use super::tints::Tints;

/// The node above all others, which is no frame.
pub(super) const TOP: u32 = 0;
/// How many nodes can have smaller paths below them than others.
const MOST_DETAILS: usize = 6;

/// A call path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeNode {
    /// The node that this one is a child of; `TOP` is its own parent.
    pub(super) parent: u32,
    pub(super) frame: u32,
    /// Number of nodes above; 0 for `TOP`.
    pub(super) depth: u32,
    pub(super) total: i64,
    /// What ends here.
    pub(super) own: i64,
    /// What the width of the node stands for: `total`, or the sum of what it has if that is more.
    pub(super) span: i64,
    /// Whether the function was inlined wherever the path stands.
    pub(super) is_inline: bool,
    /// Rows of the list of children.
    children: Range<u32>,
}

/// A call path whose children are not known yet; see [`TreeNode`].
#[derive(Clone, Copy, Debug)]
pub(super) struct NewNode {
    pub(super) parent: u32,
    pub(super) frame: u32,
    pub(super) depth: u32,
    pub(super) total: i64,
    pub(super) own: i64,
    pub(super) is_inline: bool,
}

/// What samples weigh together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Totals {
    /// Those that the filters leave, as far as their stacks have frames.
    pub(super) shown: i64,
    /// What percentages are of.
    pub(super) total: i64,
}

/// The call tree of a scope.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) root: Root,
    pub(super) names: Arc<FrameNames>,
    /// Paths of a smaller share were left out, except below nodes with details; 0 if none was.
    min_share: f64,
    /// Below which nodes there are smaller paths, the newest last, and from which share on.
    details: Vec<(u32, f64)>,
    nodes: Vec<TreeNode>,
    /// Children of all nodes, end to end, each list the heaviest first.
    children: Vec<u32>,
    /// How many nodes each frame has.
    paths: Vec<u32>,
    /// What the node above all others is called.
    pub(super) title: &'static str,
    /// How nodes changed, if two profiles are compared; empty if not.
    pub(super) deltas: Vec<Delta>,
    /// What some path weighs by itself at most.
    pub(super) hottest: u64,
    /// Which values of a label most samples of nodes have, if that was asked for.
    pub(super) tints: Option<Tints>,
    /// As in the table; `None` for means and comparisons, where the table alone tells.
    pub(super) totals: Option<Totals>,
}

impl Tree {
    /// Leaves nothing of a node but its children, without those of some names.
    pub(super) fn narrow(&mut self, parent: u32, gone: &HashSet<String>) {
        let (names, nodes) = (&self.names, &self.nodes);
        let is_gone = |child: u32| gone.contains(names.name(nodes[child as usize].frame));
        let range = self.node(parent).children.clone();
        let list = &mut self.children[range.start as usize..range.end as usize];
        // Those that are left stay in their order.
        list.sort_by_key(|&child| is_gone(child));
        let left = list.iter().take_while(|&&child| !is_gone(child)).count();
        let mut span = 0_i64;
        for (place, &child) in list.iter().enumerate() {
            let node = &mut self.nodes[child as usize];
            if place < left {
                span = span.saturating_add(node.total.max(0));
            } else {
                (node.total, node.span) = (0, 0);
            }
        }
        let node = &mut self.nodes[parent as usize];
        (node.own, node.span) = (0, span);
    }

    /// Makes the tree of what the library found.
    pub(super) fn new(tree: &CallTree, root: Root, min_share: f64, names: Arc<FrameNames>) -> Self {
        let nodes = tree.nodes().iter().map(|node| NewNode {
            // No more than 2^32 nodes were made, and parents come first.
            parent: node.parent.map_or(TOP, |parent| parent.index() as u32 + 1),
            frame: node.frame.index() as u32,
            depth: node.depth + 1,
            total: node.total,
            own: node.own,
            is_inline: node.is_inline,
        });
        Self::of_nodes(nodes, tree.total(), root, min_share, names)
    }

    /// Makes a tree of nodes, of which each comes after its parent; their numbers begin with 1.
    pub(super) fn of_nodes(
        new_nodes: impl IntoIterator<Item = NewNode>,
        total: i64,
        root: Root,
        min_share: f64,
        names: Arc<FrameNames>,
    ) -> Self {
        let top =
            TreeNode { parent: TOP, frame: 0, depth: 0, total, own: 0, span: 0, is_inline: false, children: 0..0 };
        let mut nodes = vec![top];
        nodes.extend(new_nodes.into_iter().map(|NewNode { parent, frame, depth, total, own, is_inline }| TreeNode {
            parent,
            frame,
            depth,
            total,
            own,
            span: 0,
            is_inline,
            children: 0..0,
        }));
        let mut paths = vec![0_u32; names.names().len()];
        for node in &nodes[1..] {
            paths[node.frame as usize] += 1;
        }
        let mut counts = vec![0_u32; nodes.len() + 1];
        for node in &nodes[1..] {
            counts[node.parent as usize + 1] += 1;
        }
        for index in 1..counts.len() {
            counts[index] += counts[index - 1];
        }
        let mut next = counts.clone();
        let mut children = vec![0_u32; nodes.len() - 1];
        for (index, node) in nodes.iter().enumerate().skip(1) {
            let slot = &mut next[node.parent as usize];
            children[*slot as usize] = index as u32;
            *slot += 1;
        }
        for index in 0..nodes.len() {
            let range = counts[index]..counts[index + 1];
            let list = &mut children[range.start as usize..range.end as usize];
            list.sort_by(|&one, &other| {
                let (one, other) = (&nodes[one as usize], &nodes[other as usize]);
                other.total.cmp(&one.total).then_with(|| names.name(one.frame).cmp(names.name(other.frame)))
            });
            let positive = |sum: i64, &child: &u32| sum.saturating_add(nodes[child as usize].total.max(0));
            let parts = list.iter().fold(nodes[index].own.max(0), positive);
            nodes[index].span = nodes[index].total.max(parts);
            nodes[index].children = range;
        }
        let hottest = nodes.iter().map(|node| node.own.unsigned_abs()).max().unwrap_or(0);
        let (details, deltas, tints) = (Vec::new(), Vec::new(), None);
        Self {
            root,
            names,
            min_share,
            details,
            nodes,
            children,
            paths,
            title: "all",
            totals: None,
            deltas,
            hottest,
            tints,
        }
    }

    /// Notes where there are smaller paths.
    pub(super) fn set_details(&mut self, details: &[TreeDetail]) {
        let found = |detail: &TreeDetail| {
            let of_frame = |node: u32, frame: &FrameId| {
                let is_same = |&child: &u32| self.node(child).frame as usize == frame.index();
                self.children(node).iter().copied().find(is_same)
            };
            Some((detail.path.iter().try_fold(TOP, of_frame)?, detail.min_share))
        };
        self.details = details.iter().filter_map(found).collect();
    }

    /// Returns the share of the whole from which on there are paths below a node.
    pub(super) fn min_share_below(&self, id: u32) -> f64 {
        let here = self.details.iter().filter(|(node, _)| self.is_within(id, *node));
        here.fold(self.min_share, |least, (_, min_share)| least.min(*min_share))
    }

    fn detail(&self, node: u32, min_share: f64) -> TreeDetail {
        let path = self.path(node).iter().map(|&frame| FrameId::from_index(frame as usize)).collect();
        TreeDetail { path, min_share }
    }

    /// Returns what to ask for to have the same small paths.
    pub(super) fn details(&self) -> Vec<TreeDetail> {
        self.details.iter().map(|(node, min_share)| self.detail(*node, *min_share)).collect()
    }

    /// Returns what to ask for to have the same small paths, and smaller ones below a node.
    pub(super) fn details_with(&self, id: u32, min_share: f64) -> Vec<TreeDetail> {
        // The new ones cover those below.
        let kept: Vec<&(u32, f64)> = self.details.iter().filter(|(node, _)| !self.is_within(*node, id)).collect();
        let first = (kept.len() + 1).saturating_sub(MOST_DETAILS);
        let kept = kept[first..].iter().map(|(node, min_share)| self.detail(*node, *min_share));
        kept.chain([self.detail(id, min_share)]).collect()
    }

    pub(super) fn node(&self, id: u32) -> &TreeNode {
        &self.nodes[id as usize]
    }

    /// Returns how many paths of the tree end with a frame.
    pub(super) fn paths_of(&self, frame: u32) -> u32 {
        // There may be no frames at all, and the node above all others is none.
        self.paths.get(frame as usize).copied().unwrap_or(0)
    }

    /// Returns how a node changed, if two profiles are compared.
    pub(super) fn delta(&self, id: u32) -> Option<&Delta> {
        self.deltas.get(id as usize)
    }

    /// Returns the key that colours were asked for by.
    pub(super) fn tinted_by(&self) -> Option<&str> {
        self.tints.as_ref().map(|tints| tints.asked.as_str())
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns how much memory the tree takes, names apart.
    pub(super) fn bytes(&self) -> usize {
        let tints = self.tints.as_ref().map_or(0, Tints::bytes);
        size_of_val(&*self.nodes)
            + size_of_val(&*self.children)
            + size_of_val(&*self.paths)
            + size_of_val(&*self.deltas)
            + tints
    }

    /// Returns the children of a node, the heaviest first.
    pub(super) fn children(&self, id: u32) -> &[u32] {
        let range = &self.nodes[id as usize].children;
        &self.children[range.start as usize..range.end as usize]
    }

    /// Returns the name of a node's frame.
    pub(super) fn name(&self, id: u32) -> &str {
        if id == TOP { self.title } else { self.names.name(self.node(id).frame) }
    }

    /// Returns the frames on the way to a node, the outermost of the tree first.
    pub(super) fn path(&self, id: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut next = id;
        while next != TOP {
            path.push(self.node(next).frame);
            next = self.node(next).parent;
        }
        path.reverse();
        path
    }

    /// Returns the last node on the way that `names` tell, and how many of them there are on it.
    pub(super) fn follow<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> (u32, usize) {
        let (mut node, mut passed) = (TOP, 0);
        for name in names {
            let Some(&child) = self.children(node).iter().find(|&&child| self.name(child) == name) else { break };
            (node, passed) = (child, passed + 1);
        }
        (node, passed)
    }

    /// Returns the heaviest node whose frame has a name.
    ///
    /// Cost: a look at each node.
    pub(super) fn heaviest(&self, name: &str) -> Option<u32> {
        let frame = self.names.find(name)?;
        let is_frame = |&(id, node): &(u32, &TreeNode)| id != TOP && node.frame == frame;
        let nodes = (0..).zip(&self.nodes).filter(is_frame);
        nodes.max_by_key(|(id, node)| (node.total, std::cmp::Reverse(*id))).map(|(id, _)| id)
    }

    /// Returns whether `ancestor` is the node or above it.
    pub(super) fn is_within(&self, id: u32, ancestor: u32) -> bool {
        let depth = self.node(ancestor).depth;
        let mut next = id;
        while self.node(next).depth > depth {
            next = self.node(next).parent;
        }
        next == ancestor
    }
}
