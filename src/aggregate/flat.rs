//! Flat and cumulative values: the hot loop of every table.

use std::hint::select_unpredictable;

use super::frames::{FrameId, Frames};
use super::interrupt::Interrupt;
use super::locations::LocationSet;
use super::parallel::{Turns, in_turns_until};
use super::places::Places;
use super::weights::StackWeights;
use crate::profile::StackId;
use crate::transform::Selection;

/// What each frame weighs by itself and with all that it called; by frame.
///
/// What [`Frames::others`] weighs is not added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatAndCum {
    /// Values of the samples whose innermost frame it is.
    pub flat: Vec<i64>,
    /// Values of the samples in whose stacks it stands, each once however often it recurs.
    pub cum: Vec<i64>,
}

/// Adds up flat and cumulative values for each frame.
///
/// Cost: a pass over the stacks that weigh something, on all cores if they are many.
pub fn flat_and_cum(selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights) -> FlatAndCum {
    flat_and_cum_until(selection, frames, weights, &Interrupt::new()).expect("nobody interrupts it")
}

/// Adds up flat and cumulative values for each frame; `None` if it was interrupted.
///
/// Cost: as that of [`flat_and_cum`].
pub fn flat_and_cum_until(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    interrupt: &Interrupt,
) -> Option<FlatAndCum> {
    sums(selection, frames, weights.weights(), interrupt)
}

/// Adds up, for each frame, what its values are to be divided by; `None` if they are sums.
///
/// Cost: as that of [`flat_and_cum`].
pub fn flat_and_cum_divisors(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
) -> Option<FlatAndCum> {
    let sums = || sums(selection, frames, weights.divisors(), &Interrupt::new()).expect("nobody interrupts it");
    (!weights.divisors().is_empty()).then(sums)
}

/// Adds up the cumulative values of some frames, in their order; `None` if it was interrupted.
///
/// Cost: a pass over the stacks that weigh something, on all cores if they are many. Where few locations have these frames,
/// as those of one function or file, it takes a small part of what [`flat_and_cum_until`] does.
pub fn cum_of_until(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    chosen: &[FrameId],
    interrupt: &Interrupt,
) -> Option<Vec<i64>> {
    let mut is_chosen = vec![false; frames.len()];
    chosen.iter().for_each(|frame| is_chosen[frame.index()] = true);
    let has_chosen = |list: &[FrameId]| list.iter().any(|frame| is_chosen[frame.index()]);
    let few = LocationSet::new(frames.by_location().iter().map(has_chosen));
    let parts = in_turns_until(selection.profile().stacks(), interrupt, |turns| {
        count_few(selection, frames, &few, weights.weights(), turns)
    });
    let sums = sum(parts?);
    Some(chosen.iter().map(|frame| sums.cum[frame.index()]).collect())
}

/// Adds up values that each stack has; `None` if it was interrupted.
fn sums(selection: &Selection<'_>, frames: &Frames<'_>, values: &[i64], interrupt: &Interrupt) -> Option<FlatAndCum> {
    let stacks = selection.profile().stacks();
    let parts = if let Some(few) = frames.others().and_then(|others| few(frames, others)) {
        in_turns_until(stacks, interrupt, |turns| count_few(selection, frames, &few, values, turns))
    } else {
        let places = places(frames);
        in_turns_until(stacks, interrupt, |turns| count(selection, frames, &places, |stack| values[stack], turns))
    };
    let mut sums = sum(parts?);
    if let Some(others) = frames.others() {
        (sums.flat[others.index()], sums.cum[others.index()]) = (0, 0);
    }
    Some(sums)
}

/// Returns the frames at each location.
pub(super) fn places(frames: &Frames<'_>) -> Places {
    let numbers = frames.by_location().items().iter().map(|frame| frame.0).collect::<Vec<u32>>();
    Places::new((0..frames.by_location().len()).map(|location| &numbers[frames.by_location().range(location)]))
}

/// Adds up what was counted in parts, of which there is at least one.
fn sum(parts: Vec<FlatAndCum>) -> FlatAndCum {
    let mut parts = parts.into_iter();
    let mut sums = parts.next().expect("there is at least one part");
    parts.for_each(|part| sums.add(&part));
    sums
}

impl FlatAndCum {
    /// Adds the values of the same frames.
    pub(super) fn add(&mut self, other: &Self) {
        for (sums, addends) in [(&mut self.flat, &other.flat), (&mut self.cum, &other.cum)] {
            for (sum, addend) in sums.iter_mut().zip(addends) {
                *sum = sum.wrapping_add(*addend);
            }
        }
    }
}

/// Of so many locations one may have frames that are chosen, if these are to be searched in the stacks.
const LOCATIONS_FOR_EACH_CHOSEN: usize = 8;

/// Returns the locations that have frames besides that of all others, if they are few.
fn few(frames: &Frames<'_>, others: FrameId) -> Option<LocationSet> {
    let has_chosen = |list: &[FrameId]| list.iter().any(|frame| *frame != others);
    let chosen = LocationSet::new(frames.by_location().iter().map(has_chosen));
    (chosen.len() < frames.by_location().len() / LOCATIONS_FOR_EACH_CHOSEN).then_some(chosen)
}

/// Counts for the frames at a few locations; of frames that other locations have too, only what is with these.
fn count_few(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    few: &LocationSet,
    values: &[i64],
    turns: Turns<'_>,
) -> FlatAndCum {
    let mut cells = vec![Cell::default(); frames.len()];
    let mut flat = vec![0_i64; frames.len()];
    let mut list = Vec::new();
    let mut epoch = 0;
    for index in turns {
        let weight = values[index];
        if weight == 0 {
            continue;
        }
        let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
        let positions = few.positions(stack, &mut list);
        if positions.is_empty() {
            continue;
        }
        epoch += 1;
        if let Some(leaf) = stack.iter().find_map(|location| frames.at(*location).first()) {
            flat[leaf.index()] = flat[leaf.index()].wrapping_add(weight);
        }
        for frame in positions.iter().flat_map(|position| frames.at(stack[*position as usize])) {
            let cell = &mut cells[frame.index()];
            if cell.epoch != epoch {
                cell.cum = cell.cum.wrapping_add(weight);
                cell.epoch = epoch;
            }
        }
    }
    FlatAndCum { flat, cum: cells.into_iter().map(|cell| cell.cum).collect() }
}

/// What is known of a frame while stacks are counted; both in one cache line.
#[derive(Clone, Copy, Default)]
struct Cell {
    cum: i64,
    /// The last stack that counted for the frame, so that recursion counts once.
    epoch: u32,
}

/// Counts what `values` says for each stack.
pub(super) fn count(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    places: &Places,
    values: impl Fn(usize) -> i64,
    turns: Turns<'_>,
) -> FlatAndCum {
    let mut cells = vec![Cell::default(); frames.len()];
    let mut flat = vec![0_i64; frames.len()];
    let mut list = Vec::new();
    let mut epoch = 0;
    for index in turns {
        let weight = values(index);
        if weight == 0 {
            continue;
        }
        let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
        epoch += 1;
        let stack_frames = places.gather(stack, &mut list);
        if let Some(leaf) = stack_frames.first() {
            flat[*leaf as usize] = flat[*leaf as usize].wrapping_add(weight);
        }
        for &frame in stack_frames {
            let cell = &mut cells[frame as usize];
            // Without a branch: whether a frame recurs cannot be predicted.
            let addend = select_unpredictable(cell.epoch == epoch, 0, weight);
            cell.cum = cell.cum.wrapping_add(addend);
            cell.epoch = epoch;
        }
    }
    FlatAndCum { flat, cum: cells.into_iter().map(|cell| cell.cum).collect() }
}
