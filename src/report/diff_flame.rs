//! A flame graph of two sides at once.

use serde::Serialize;

use super::change::{Change, Point, Presence, rounded_mean};
use super::compare::{CompareOptions, Comparison, Counts, Run, Side, Test};
use super::flame::shown_unit;
use super::normalize::Normalization;
use super::summary::ValueScale;
use crate::aggregate::{CallTree, CallTreeOptions, FrameId, FrameOptions, Frames, Interrupt, Names, Root, TreeColumn};
use crate::error::{Error, ErrorKind, Result};
use crate::transform::Selection;

/// Nodes between two looks at whether the graph is still wanted.
const NODES_AT_ONCE: usize = 1 << 12;

/// How to make a [`DiffFlame`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DiffFlameOptions {
    /// Which values are compared, and how they become comparable.
    pub compare: CompareOptions,
    /// What makes places the same box, in one profile and in several.
    pub frames: FrameOptions,
    /// Where the graph begins.
    pub root: Root,
    /// Boxes of a smaller share of both sides together are left out.
    pub min_share: f64,
    /// How many boxes there may be; the smallest go first. 0 for any number.
    pub max_boxes: usize,
    /// The name of the frame that paths begin at, with its outermost call of each stack; empty for whole stacks.
    pub from_frame: String,
}

impl Default for DiffFlameOptions {
    /// Compares the first sample type by folded names, and leaves out nothing.
    fn default() -> Self {
        let frames = FrameOptions { names: Names::Folded, ..FrameOptions::default() };
        Self {
            compare: CompareOptions::default(),
            frames,
            root: Root::Callers,
            min_share: 0.0,
            max_boxes: 0,
            from_frame: String::new(),
        }
    }
}

/// A call path of either side. Values are in the unit of the report's scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffBox {
    /// Row of the box below, which stands before this one; `None` at the bottom.
    pub parent: Option<usize>,
    /// Number of boxes below.
    pub depth: usize,
    /// The frame's name.
    pub name: String,
    /// How the path changed.
    pub change: Change,
    /// The old and the new value together, so that what is gone has its place.
    pub width: i64,
    /// The part of `width` that no box above stands for: what ends here, and what was left out.
    pub rest: i64,
    /// The part of `rest` that ends here: what the path weighs itself.
    pub own: i64,
}

/// A flame graph of the call paths of both sides, each as wide as its old and new value together.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffFlame {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// The old side.
    pub old: Side,
    /// The new side.
    pub new: Side,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// How values were made comparable.
    pub normalization: Normalization,
    /// How chance was judged.
    pub test: Test,
    /// From 0 to 1: how sure it has to be that a change is none.
    pub confidence: f64,
    /// The sums of the values of all samples that are looked at.
    pub total: Change,
    /// How many boxes were left out next to those that are there; what stood above them is not counted.
    pub left_out: usize,
    /// The boxes, each after the one below it.
    pub boxes: Vec<DiffBox>,
}

/// Makes a flame graph of two sides; several selections of one side are repetitions.
///
/// Paths whose values sum up to less than nothing have no width and are left out.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, DiffFlameOptions};
/// use rpprof::transform::Selection;
///
/// let read = |path: &str| codec::read(std::fs::File::open(path)?, &ReadOptions::default());
/// let (old, new) = (read("testdata/go_block.pb.gz")?, read("testdata/go_mutex.pb.gz")?);
/// let flame = report::diff_flame(&[Selection::all(&old)], &[Selection::all(&new)], &DiffFlameOptions::default())?;
/// assert!(flame.boxes.iter().all(|path| path.width == path.change.old + path.change.new));
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// Those of [`diff`](super::diff()).
///
/// # Panics
/// If the first new profile has no such sample type.
pub fn diff_flame(old: &[Selection<'_>], new: &[Selection<'_>], options: &DiffFlameOptions) -> Result<DiffFlame> {
    diff_flame_until(old, new, options, &Interrupt::new()).map(|flame| flame.expect("nobody interrupts it"))
}

/// Makes the flame graph that [`diff_flame()`] makes; `None` if it was interrupted.
///
/// # Errors
/// Those of [`diff`](super::diff()).
///
/// # Panics
/// If the first new profile has no such sample type.
pub fn diff_flame_until(
    old: &[Selection<'_>],
    new: &[Selection<'_>],
    options: &DiffFlameOptions,
    interrupt: &Interrupt,
) -> Result<Option<DiffFlame>> {
    if old.is_empty() {
        return Err(Error::new(ErrorKind::Argument, "there is no old profile to compare with"));
    }
    let comparison = Comparison::new(old, new, &options.compare)?;
    let selections: Vec<&Selection<'_>> = comparison.runs().map(|run| run.selection).collect();
    let frames = Frames::common(&selections, options.frames);
    let Some(paths) = Paths::new(&comparison, &frames, options, interrupt) else { return Ok(None) };
    let Some((boxes, left_out)) = paths.boxes(&frames[0], options.max_boxes, interrupt) else { return Ok(None) };
    let total = paths.total();
    let (old_side, new_side) = comparison.sides();
    let mut scale = comparison.scale(&new_side);
    scale.to = shown_unit(&options.compare.values.unit, total.old.max(total.new), &new_side.summary.unit);
    Ok(Some(DiffFlame {
        version: 1,
        old: old_side.expect("there is an old profile"),
        new: new_side,
        scale,
        test: comparison.test(),
        confidence: options.compare.confidence,
        total,
        left_out,
        boxes,
        normalization: comparison.normalization,
    }))
}

/// The tree of the paths of all profiles.
struct Paths<'c, 'a, 'p> {
    comparison: &'c Comparison<'a, 'p>,
    /// The columns are those of `columns`.
    tree: CallTree,
    /// For each profile, old ones first, the column of its values and that of its counts.
    columns: Vec<(usize, Option<usize>)>,
}

impl<'c, 'a, 'p> Paths<'c, 'a, 'p> {
    /// `None` if it was interrupted.
    fn new(
        comparison: &'c Comparison<'a, 'p>,
        frames: &[Frames<'p>],
        options: &DiffFlameOptions,
        interrupt: &Interrupt,
    ) -> Option<Self> {
        let mut trees = Vec::new();
        let mut columns = Vec::new();
        for (run, frames) in comparison.runs().zip(frames) {
            let side = if columns.len() < comparison.old.len() { &comparison.old } else { &comparison.new };
            let mut values = TreeColumn::new(run.selection, frames, &run.weights);
            values.factor = run.factor / side.len() as f64;
            trees.push(values);
            let mut with_counts = (trees.len() - 1, None);
            if let Counts::Column(weights, _) = &run.counts {
                let mut counts = TreeColumn::new(run.selection, frames, weights);
                counts.factor = 0.0;
                trees.push(counts);
                with_counts.1 = Some(trees.len() - 1);
            }
            columns.push(with_counts);
        }
        let tree_options = CallTreeOptions::new(options.root, options.min_share);
        let frames = &frames[0]; // They are common to all.
        let mut ids = (0..frames.len()).map(FrameId::from_index);
        let tree = match options.from_frame.as_str() {
            "" => CallTree::with_details(&trees, tree_options, &[], interrupt)?,
            name => match ids.find(|id| frames.frame(*id).name() == name) {
                Some(frame) => CallTree::from_frame(&trees, frame, tree_options, interrupt)?,
                None => CallTree::default(),
            },
        };
        Some(Self { comparison, tree, columns })
    }

    /// Returns what ends at a node, the old and the new value together.
    fn own(&self, node: usize) -> i64 {
        let point = |(run, &(values, _)): (&Run<'_, '_>, &(usize, Option<usize>))| {
            run.point(self.tree.weight(node, values).own, 0)
        };
        let (old_columns, new_columns) = self.columns.split_at(self.comparison.old.len());
        let mean = |runs: &[Run<'_, '_>], columns: &[(usize, Option<usize>)]| {
            rounded_mean(&runs.iter().zip(columns).map(point).collect::<Vec<_>>()).max(0)
        };
        mean(&self.comparison.old, old_columns).saturating_add(mean(&self.comparison.new, new_columns))
    }

    fn change(&self, node: usize) -> Change {
        let total = |column: usize| self.tree.weight(node, column).total;
        let point = |(run, &(values, counts)): (&Run<'_, '_>, &(usize, Option<usize>))| {
            run.point(total(values), counts.map_or(0, total))
        };
        let (old_columns, new_columns) = self.columns.split_at(self.comparison.old.len());
        let old: Vec<Point> = self.comparison.old.iter().zip(old_columns).map(point).collect();
        let new: Vec<Point> = self.comparison.new.iter().zip(new_columns).map(point).collect();
        let is_there = |points: &[Point]| points.iter().any(|point| point.value != 0);
        let presence = Presence { in_old: is_there(&old), in_new: is_there(&new) };
        self.comparison.compare(&old, &new, presence)
    }

    /// Compares the sums of all samples that are looked at.
    fn total(&self) -> Change {
        let sum = |weights: &[i64]| weights.iter().fold(0, |sum: i64, &weight| sum.wrapping_add(weight));
        let point = |run: &Run<'_, '_>| {
            let counts = if let Counts::Column(weights, _) = &run.counts { sum(weights.weights()) } else { 0 };
            run.point(sum(run.weights.weights()), counts)
        };
        let points = |runs: &[Run<'_, '_>]| -> Vec<Point> { runs.iter().map(point).collect() };
        let (old, new) = (points(&self.comparison.old), points(&self.comparison.new));
        self.comparison.compare(&old, &new, Presence { in_old: true, in_new: true })
    }

    /// Makes the boxes; returns how many nodes did not get one, too. `None` if it was interrupted.
    fn boxes(&self, frames: &Frames<'_>, max_boxes: usize, interrupt: &Interrupt) -> Option<(Vec<DiffBox>, usize)> {
        let nodes = self.tree.nodes();
        let change = |node: usize| {
            let goes_on = !node.is_multiple_of(NODES_AT_ONCE) || !interrupt.is_set();
            goes_on.then(|| self.change(node))
        };
        let changes: Vec<Change> = (0..nodes.len()).map(change).collect::<Option<_>>()?;
        let smallest = smallest_kept(&changes, max_boxes);
        let mut rows = vec![None; nodes.len()];
        let mut boxes: Vec<DiffBox> = Vec::new();
        let mut left_out = self.tree.left_out();
        for (index, (node, &change)) in nodes.iter().zip(&changes).enumerate() {
            if index % NODES_AT_ONCE == 0 && interrupt.is_set() {
                return None;
            }
            let parent = node.parent.map(|parent| rows[parent.index()]);
            let width = width(&change);
            if width <= 0 || width < smallest || parent == Some(None) {
                left_out += 1;
                continue;
            }
            let parent = parent.flatten();
            if let Some(parent) = parent {
                let parent: &mut DiffBox = &mut boxes[parent];
                parent.rest = parent.rest.saturating_sub(width);
            }
            rows[index] = Some(boxes.len());
            let name = frames.frame(node.frame).name();
            boxes.push(DiffBox {
                parent,
                depth: node.depth as usize,
                name,
                change,
                width,
                rest: width,
                own: self.own(index),
            });
        }
        // Means of several runs are rounded each by itself.
        boxes.iter_mut().for_each(|path| path.own = path.own.min(path.rest.max(0)));
        Some((boxes, left_out))
    }
}

fn width(change: &Change) -> i64 {
    change.old.max(0).saturating_add(change.new.max(0))
}

/// Returns the width that a box needs so that no more than `max_boxes` stay.
fn smallest_kept(changes: &[Change], max_boxes: usize) -> i64 {
    if max_boxes == 0 || changes.len() <= max_boxes {
        return 0;
    }
    let mut widths: Vec<i64> = changes.iter().map(width).collect();
    let (_, &mut first_cut, _) = widths.select_nth_unstable_by(max_boxes, |one, other| other.cmp(one));
    first_cut.saturating_add(1)
}
