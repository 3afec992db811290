//! A flame graph as boxes in the profile's own unit.

use serde::Serialize;

use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{CallTree, CallTreeOptions, FrameOptions, Granularity, Root, frames_and_weights, package};
use crate::profile::unit;
use crate::transform::Selection;

/// How to make a [`Flame`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FlameOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// What makes places the same box.
    pub frames: FrameOptions,
    /// Where the graph begins.
    pub root: Root,
    /// Boxes of a smaller share of the whole are left out.
    pub min_share: f64,
    /// How many boxes there may be; the smallest go first. 0 for any number.
    pub max_boxes: usize,
}

impl Default for FlameOptions {
    fn default() -> Self {
        Self {
            values: ValueOptions::new(0, "auto"),
            frames: FrameOptions::default(),
            root: Root::Callers,
            min_share: 0.0,
            max_boxes: 0,
        }
    }
}

/// A call path in a flame graph. Values are in the summary's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlameBox {
    /// Row of the box below, which stands before this one; `None` at the bottom.
    pub parent: Option<usize>,
    /// Number of boxes below.
    pub depth: usize,
    /// The frame's name.
    pub name: String,
    /// The package of the frame's function, or the mapping of an unknown one.
    pub package: String,
    /// Width: what the path weighs.
    pub total: i64,
    /// The part of `total` that no box above stands for: what ends here, and what was left out.
    pub rest: i64,
    /// Whether the frame was inlined wherever the path stands.
    pub is_inline: bool,
}

/// A flame graph.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Flame {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// Sum of the values of all samples that are looked at.
    pub total: i64,
    /// How many boxes were left out next to those that are there; what stood above them is not counted.
    pub left_out: usize,
    /// The boxes, each after the one below it.
    pub boxes: Vec<FlameBox>,
}

/// Makes a flame graph.
///
/// Paths whose values sum up to less than nothing have no width and are left out.
///
/// # Panics
/// If the profile has no such sample type.
pub fn flame(selection: &Selection<'_>, options: &FlameOptions) -> Flame {
    let summary = Summary::new(selection.profile(), &options.values);
    let (frames, weights) = frames_and_weights(selection, options.frames, options.values.measure());
    let tree = CallTree::new(selection, &frames, &weights, CallTreeOptions::new(options.root, options.min_share));
    let smallest = smallest_kept(&tree, options.max_boxes);

    // A parent weighs at least as much as each child, unless values are negative.
    let mut rows = vec![None; tree.nodes().len()];
    let mut boxes: Vec<FlameBox> = Vec::new();
    let mut left_out = tree.left_out();
    for (index, node) in tree.nodes().iter().enumerate() {
        let parent = node.parent.map(|parent| rows[parent.index()]);
        if node.total <= 0 || node.total < smallest || parent == Some(None) {
            left_out += 1;
            continue;
        }
        let parent = parent.flatten();
        if let Some(parent) = parent {
            let parent: &mut FlameBox = &mut boxes[parent];
            parent.rest = parent.rest.saturating_sub(node.total);
        }
        rows[index] = Some(boxes.len());
        let frame = frames.frame(node.frame);
        let package = match options.frames.granularity {
            _ if frame.function.is_empty() => frame.object,
            Granularity::Packages => frame.function,
            _ => package(frame.function),
        };
        boxes.push(FlameBox {
            parent,
            depth: node.depth as usize,
            name: frame.name(),
            package: package.to_owned(),
            total: node.total,
            rest: node.total,
            is_inline: node.is_inline,
        });
    }
    let mut scale = ValueScale::of(&summary, &options.values);
    scale.to = shown_unit(&options.values.unit, tree.total(), &summary.unit);
    Flame { version: 1, summary, scale, total: tree.total(), left_out, boxes }
}

/// Returns the weight that a node needs so that no more than `max_boxes` stay.
fn smallest_kept(tree: &CallTree, max_boxes: usize) -> i64 {
    if max_boxes == 0 || tree.nodes().len() <= max_boxes {
        return 0;
    }
    let mut totals: Vec<i64> = tree.nodes().iter().map(|node| node.total).collect();
    let (_, &mut first_cut, _) = totals.select_nth_unstable_by(max_boxes, |one, other| other.cmp(one));
    first_cut.saturating_add(1)
}

/// Returns the unit in which the total of a graph reads well, for all its boxes.
pub(super) fn shown_unit(asked: &str, total: i64, from: &str) -> String {
    if asked != "minimum" {
        return asked.to_owned();
    }
    let unit = unit::convert(total, from, "auto").1;
    if unit.is_empty() { from.to_owned() } else { unit }
}
