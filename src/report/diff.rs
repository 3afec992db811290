//! The table of frames by how they changed.

use serde::Serialize;

use super::change::{Change, Point, Presence, rounded_mean};
use super::compare::{CompareOptions, Comparison, Run, RunSums, Side, Test};
use super::coverage::fraction_of;
use super::normalize::Normalization;
use super::order::Order;
use super::summary::ValueScale;
use crate::aggregate::{FlatAndCum, FrameId, FrameOptions, Frames, Interrupt, Names};
use crate::error::{Error, ErrorKind, Result};
use crate::transform::Selection;

/// Frames between two looks at whether the table is still wanted.
const FRAMES_AT_ONCE: usize = 1 << 8;

/// Which rows a [`Diff`] has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DiffRows {
    /// Those whose value, by which rows are sorted, changed by enough.
    #[default]
    Changed,
    /// All that weigh enough, also what stayed the same.
    All,
}

/// How to make a [`Diff`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DiffOptions {
    /// Which values are compared, and how they become comparable.
    pub compare: CompareOptions,
    /// What makes places the same row, in one profile and in several.
    pub frames: FrameOptions,
    /// Which change rows are sorted by, the largest first.
    pub order: Order,
    /// Which rows there are.
    pub rows: DiffRows,
    /// How many rows there may be; 0 for all.
    pub limit: usize,
    /// Frames that changed by a smaller share of the whole are dropped; of all rows, those that weigh less. The whole is
    /// the larger of the two totals.
    pub min_share: f64,
}

impl Default for DiffOptions {
    /// Compares the first sample type by folded names, and drops what changed by less than 0.5 % of the whole.
    fn default() -> Self {
        let frames = FrameOptions { names: Names::Folded, ..FrameOptions::default() };
        Self {
            compare: CompareOptions::default(),
            frames,
            order: Order::Flat,
            rows: DiffRows::Changed,
            limit: 0,
            min_share: 0.005,
        }
    }
}

/// A row of a [`Diff`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffRow {
    /// The frame's name.
    pub name: String,
    /// What it weighs itself.
    pub flat: Change,
    /// What it weighs with all that it called.
    pub cum: Change,
}

impl DiffRow {
    /// Returns the change that rows are sorted by.
    pub fn change(&self, order: Order) -> &Change {
        match order {
            Order::Flat => &self.flat,
            Order::Cum => &self.cum,
        }
    }
}

/// How much of a comparison its rows show. Values are in the unit of the report's scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffCoverage {
    /// How many frames there are on either side.
    pub frames: usize,
    /// How many of them changed.
    pub changed: usize,
    /// How many of those were dropped because they changed by too little; of all rows, how many weigh too little.
    pub dropped: usize,
    /// The value below which that is so.
    pub dropped_below: i64,
    /// How many rows there are; those past the limit are among them.
    pub candidates: usize,
    /// How many of the candidates changed by no more than chance may.
    pub noise: usize,
}

/// The frames of two sides of profiles, by how they changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diff {
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
    /// The sums of the absolute values of all samples, whatever the filters.
    pub total: Change,
    /// The sums of the flat values of all frames, also of those without a row.
    pub flat: Change,
    /// Which change rows are sorted by.
    pub order: Order,
    /// How much of the comparison the rows show.
    pub coverage: DiffCoverage,
    /// The rows.
    pub rows: Vec<DiffRow>,
}

/// Makes the table of frames by how they changed from the old side to the new one.
///
/// Both sides go through the same options, and nothing is subtracted before it is summed up: the old
/// and the new values of one profile each, as they were measured, are those of [`top`](super::top())
/// with the same [`FrameOptions`]. Several selections of one side are repetitions: values are their means.
/// See [`Change`] for the statistics.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, DiffOptions};
/// use rpprof::transform::Selection;
///
/// let read = |path: &str| codec::read(std::fs::File::open(path)?, &ReadOptions::default());
/// let (old, new) = (read("testdata/go_block.pb.gz")?, read("testdata/go_mutex.pb.gz")?);
/// let mut options = DiffOptions::default();
/// options.compare.values.sample_type = new.sample_type_by_name("delay")?;
/// let diff = report::diff(&[Selection::all(&old)], &[Selection::all(&new)], &options)?;
/// let first = &diff.rows[0];
/// assert_eq!(first.flat.delta, first.flat.new - first.flat.old);
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Incompatible`] if a profile has no sample type of that name, or one in a unit that does not
/// convert; [`ErrorKind::Argument`] if a side is empty or cannot be normalized.
///
/// # Panics
/// If the first new profile has no such sample type.
pub fn diff(old: &[Selection<'_>], new: &[Selection<'_>], options: &DiffOptions) -> Result<Diff> {
    diff_until(old, new, options, &Interrupt::new()).map(|diff| diff.expect("nobody interrupts it"))
}

/// Makes the table that [`diff()`] makes; `None` if it was interrupted.
///
/// # Errors
/// Those of [`diff()`].
///
/// # Panics
/// If the first new profile has no such sample type.
pub fn diff_until(
    old: &[Selection<'_>],
    new: &[Selection<'_>],
    options: &DiffOptions,
    interrupt: &Interrupt,
) -> Result<Option<Diff>> {
    if old.is_empty() {
        return Err(Error::new(ErrorKind::Argument, "there is no old profile to compare with"));
    }
    let comparison = Comparison::new(old, new, &options.compare)?;
    let selections: Vec<&Selection<'_>> = comparison.runs().map(|run| run.selection).collect();
    let frames = Frames::common(&selections, options.frames);
    let (old_frames, new_frames) = frames.split_at(old.len());
    let columns = |runs, frames| Columns::new(runs, frames, interrupt);
    let Some(old_columns) = columns(&comparison.old, old_frames) else { return Ok(None) };
    let Some(new_columns) = columns(&comparison.new, new_frames) else { return Ok(None) };
    let table = Table { old: old_columns, new: new_columns, comparison: &comparison, names: &frames[0] };
    let total = comparison.totals();
    let whole = total.old.wrapping_abs().max(total.new.wrapping_abs());
    let Some((rows, coverage)) = table.rows(options, whole, interrupt) else { return Ok(None) };
    let (old_side, new_side) = comparison.sides();
    let mut scale = comparison.scale(&new_side);
    let deltas = rows.iter().map(|row| (row.change(options.order).delta, 0));
    scale.fit(deltas, total.old.max(total.new), false);
    let both = Presence { in_old: true, in_new: true };
    Ok(Some(Diff {
        version: 1,
        old: old_side.expect("there is an old profile"),
        new: new_side,
        scale,
        test: comparison.test(),
        confidence: options.compare.confidence,
        flat: comparison.compare(&table.old.flat_sums(), &table.new.flat_sums(), both),
        total,
        order: options.order,
        coverage,
        rows,
        normalization: comparison.normalization,
    }))
}

/// The sums of the profiles of one side.
struct Columns<'c, 'a, 'p> {
    runs: &'c [Run<'a, 'p>],
    sums: Vec<RunSums>,
}

impl<'c, 'a, 'p> Columns<'c, 'a, 'p> {
    /// `None` if it was interrupted.
    fn new(runs: &'c [Run<'a, 'p>], frames: &[Frames<'p>], interrupt: &Interrupt) -> Option<Self> {
        let sums = runs.iter().zip(frames).map(|(run, frames)| run.sums(frames, interrupt)).collect::<Option<_>>()?;
        Some(Self { runs, sums })
    }

    /// Returns what each profile says of a sum of values.
    fn points(&self, value: impl Fn(&FlatAndCum) -> i64) -> Vec<Point> {
        let point = |(run, sums): (&Run<'_, '_>, &RunSums)| {
            run.point(value(&sums.values), sums.counts.as_ref().map_or(0, &value))
        };
        self.runs.iter().zip(&self.sums).map(point).collect()
    }

    fn frame_points(&self, frame: usize, order: Order) -> Vec<Point> {
        self.points(|sums| column(sums, order)[frame])
    }

    fn mean(&self, frame: usize, order: Order) -> i64 {
        match (self.runs, self.sums.as_slice()) {
            ([run], [sums]) if run.factor == 1.0 => column(&sums.values, order)[frame],
            _ => rounded_mean(&self.frame_points(frame, order)),
        }
    }

    fn flat_sums(&self) -> Vec<Point> {
        self.points(|sums| sums.flat.iter().fold(0, |sum: i64, &flat| sum.wrapping_add(flat)))
    }

    fn has(&self, frame: usize) -> bool {
        self.sums.iter().any(|sums| sums.values.flat[frame] != 0 || sums.values.cum[frame] != 0)
    }
}

fn column(sums: &FlatAndCum, order: Order) -> &[i64] {
    match order {
        Order::Flat => &sums.flat,
        Order::Cum => &sums.cum,
    }
}

/// What each frame weighs on both sides.
struct Table<'c, 'a, 'p> {
    old: Columns<'c, 'a, 'p>,
    new: Columns<'c, 'a, 'p>,
    comparison: &'c Comparison<'a, 'p>,
    names: &'c Frames<'p>,
}

/// A frame that gets a row, with what it is sorted by.
struct Candidate {
    frame: usize,
    name: String,
    /// How much it changed, by the order that was asked for and by the other.
    moved: (i64, i64),
}

impl Table<'_, '_, '_> {
    /// Returns the rows and how much they show; `None` if it was interrupted.
    fn rows(&self, options: &DiffOptions, whole: i64, interrupt: &Interrupt) -> Option<(Vec<DiffRow>, DiffCoverage)> {
        let other = if options.order == Order::Flat { Order::Cum } else { Order::Flat };
        let mut coverage =
            DiffCoverage { dropped_below: fraction_of(whole, options.min_share), ..DiffCoverage::default() };
        let mut candidates = Vec::new();
        for frame in (0..self.names.len()).filter(|&frame| self.old.has(frame) || self.new.has(frame)) {
            if frame % FRAMES_AT_ONCE == 0 && interrupt.is_set() {
                return None;
            }
            coverage.frames += 1;
            let moved = (self.moved(frame, options.order), self.moved(frame, other));
            coverage.changed += usize::from(moved.0 != 0);
            let size = match options.rows {
                DiffRows::Changed if moved.0 == 0 => continue,
                DiffRows::Changed => moved.0,
                DiffRows::All => self.weight(frame),
            };
            if size < coverage.dropped_below {
                coverage.dropped += 1;
                continue;
            }
            let name = self.names.frame(FrameId::from_index(frame)).name();
            candidates.push(Candidate { frame, name, moved });
        }
        candidates.sort_by(|one, other| {
            let names = || one.name.cmp(&other.name);
            other.moved.0.cmp(&one.moved.0).then_with(names).then_with(|| other.moved.1.cmp(&one.moved.1))
        });
        coverage.candidates = candidates.len();
        let row = |candidate| (!interrupt.is_set()).then(|| self.row(candidate));
        let mut rows: Vec<DiffRow> = candidates.into_iter().map(row).collect::<Option<_>>()?;
        coverage.noise = rows.iter().filter(|row| row.change(options.order).is_chance()).count();
        if options.limit > 0 {
            rows.truncate(options.limit);
        }
        Some((rows, coverage))
    }

    /// Returns by how much a frame changed.
    fn moved(&self, frame: usize, order: Order) -> i64 {
        self.new.mean(frame, order).saturating_sub(self.old.mean(frame, order)).saturating_abs()
    }

    /// Returns what a frame weighs on the side where it weighs more.
    fn weight(&self, frame: usize) -> i64 {
        let weight = |columns: &Columns<'_, '_, '_>| columns.mean(frame, Order::Cum).saturating_abs();
        weight(&self.old).max(weight(&self.new))
    }

    fn row(&self, candidate: Candidate) -> DiffRow {
        let frame = candidate.frame;
        let presence = Presence { in_old: self.old.has(frame), in_new: self.new.has(frame) };
        let change = |order| {
            let (old, new) = (self.old.frame_points(frame, order), self.new.frame_points(frame, order));
            self.comparison.compare(&old, &new, presence)
        };
        DiffRow { name: candidate.name, flat: change(Order::Flat), cum: change(Order::Cum) }
    }
}
