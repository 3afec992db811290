//! The call tree as text: who calls what, heaviest first.

use std::cmp::Reverse;

use serde::Serialize;

use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{CallTree, CallTreeOptions, FrameOptions, Node, Root, frames_and_weights};
use crate::transform::Selection;

/// How to make [`Calls`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallsOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// What makes places the same row.
    pub frames: FrameOptions,
    /// Where the tree begins.
    pub root: Root,
    /// Paths of a smaller share of the whole are left out.
    pub min_share: f64,
    /// How deep the tree may be; 0 for any depth.
    pub max_depth: usize,
}

impl Default for CallsOptions {
    /// Shows callees below their callers, down to one percent of the whole.
    fn default() -> Self {
        Self {
            values: ValueOptions::default(),
            frames: FrameOptions::default(),
            root: Root::Callers,
            min_share: 0.01,
            max_depth: 0,
        }
    }
}

/// A call path. Values are in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallsRow {
    /// Row of the path without its last call, which stands before this one; `None` at a root.
    pub parent: Option<usize>,
    /// Number of calls that lead here.
    pub depth: usize,
    /// The frame's name.
    pub name: String,
    /// What the path weighs with all that follows.
    pub total: i64,
    /// What ends here.
    pub own: i64,
    /// What follows and is left out.
    pub left_out: i64,
    /// Whether it is on the hot path: each step of it is the heaviest, as long as that weighs most of its caller.
    pub is_hot: bool,
    /// Whether the frame was inlined wherever the path stands.
    pub is_inline: bool,
}

/// The call tree, heaviest paths first, without what weighs too little.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Calls {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// What percentages are of.
    pub total: i64,
    /// Whether rows stand below what they call, rather than below what calls them.
    pub is_bottom_up: bool,
    /// The share below which paths are left out.
    pub min_share: f64,
    /// How many paths were left out next to those that are there; what would follow them is not counted.
    pub left_out: usize,
    /// The paths, each before those that follow it.
    pub rows: Vec<CallsRow>,
}

/// Shares of its caller from which on the heaviest callee is on the hot path too.
const HOT_SHARE: f64 = 0.5;

/// Makes the call tree.
///
/// Paths whose values sum up to less than nothing are sorted by their absolute value, like all others.
///
/// # Panics
/// If the profile has no such sample type.
pub fn calls(selection: &Selection<'_>, options: &CallsOptions) -> Calls {
    let summary = Summary::new(selection.profile(), &options.values);
    let (frames, weights) = frames_and_weights(selection, options.frames, options.values.measure());
    let tree = CallTree::new(selection, &frames, &weights, CallTreeOptions::new(options.root, options.min_share));
    let mut children = vec![Vec::new(); tree.nodes().len()];
    let mut roots = Vec::new();
    for (index, node) in tree.nodes().iter().enumerate() {
        match node.parent {
            Some(parent) => children[parent.index()].push(index),
            None => roots.push(index),
        }
    }
    let names: Vec<String> = tree.nodes().iter().map(|node| frames.frame(node.frame).name()).collect();
    let heaviest_first = |list: &mut Vec<usize>| {
        list.sort_by(|&one, &other| {
            let weight = |index: usize| Reverse(tree.nodes()[index].total.wrapping_abs());
            weight(one).cmp(&weight(other)).then_with(|| names[one].cmp(&names[other]))
        });
    };
    heaviest_first(&mut roots);
    children.iter_mut().for_each(heaviest_first);

    let mut rows: Vec<CallsRow> = Vec::new();
    let mut too_deep = 0;
    // The next paths to list, last one first, each with the row of its parent.
    let mut pending: Vec<(usize, Option<usize>)> = roots.iter().rev().map(|&root| (root, None)).collect();
    while let Some((index, parent)) = pending.pop() {
        let Node { depth, total, own, is_inline, .. } = tree.nodes()[index];
        let siblings = tree.nodes()[index].parent.map_or(&roots, |parent| &children[parent.index()]);
        let of_caller = parent.map_or(tree.total(), |parent: usize| rows[parent].total);
        let is_heaviest = siblings.first() == Some(&index);
        let is_hot = is_heaviest
            && parent.is_none_or(|parent| rows[parent].is_hot)
            && total.wrapping_abs() as f64 >= HOT_SHARE * of_caller.wrapping_abs() as f64;
        let follow: i64 = children[index].iter().fold(0, |sum, &child| sum.wrapping_add(tree.nodes()[child].total));
        let left_out = total.wrapping_sub(own).wrapping_sub(follow);
        let name = names[index].clone();
        rows.push(CallsRow { parent, depth: depth as usize, name, total, own, left_out, is_hot, is_inline });
        let row = rows.len() - 1;
        if options.max_depth > 0 && rows[row].depth + 1 >= options.max_depth {
            too_deep += children[index].len();
            rows[row].left_out = total.wrapping_sub(own);
            continue;
        }
        pending.extend(children[index].iter().rev().map(|&child| (child, Some(row))));
    }
    let mut scale = ValueScale::of(&summary, &options.values);
    let total = weights.total();
    scale.fit(rows.iter().map(|row| (0, row.total)), total, false);
    Calls {
        version: 1,
        summary,
        scale,
        total,
        is_bottom_up: options.root == Root::Leaves,
        min_share: options.min_share,
        left_out: tree.left_out() + too_deep,
        rows,
    }
}
