//! Flat and cumulative values: the hot loop of every table.

use std::ops::Range;
use std::thread;

use super::frames::{FrameId, Frames};
use super::weights::StackWeights;
use crate::profile::{LocationId, StackId};
use crate::transform::Selection;

/// What each frame weighs by itself and with all that it called; by frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatAndCum {
    /// Values of the samples whose innermost frame it is.
    pub flat: Vec<i64>,
    /// Values of the samples in whose stacks it stands, each once however often it recurs.
    pub cum: Vec<i64>,
}

/// Frames of all stacks together from which on a second thread pays.
const MANY_ITEMS: usize = 1 << 20;

/// Adds up flat and cumulative values for each frame.
///
/// Cost: a pass over the stacks that weigh something, on all cores if they are many.
pub fn flat_and_cum(selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights) -> FlatAndCum {
    let stacks = selection.profile().stacks();
    let places = Places::new(frames);
    let threads =
        if stacks.item_count() < MANY_ITEMS { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    let count_range = |range: Range<usize>| count(selection, frames, &places, weights, range);
    let mut ranges = split(stacks.len(), threads).into_iter();
    let first = ranges.next().unwrap_or(0..0);
    thread::scope(|scope| {
        let others: Vec<_> = ranges.map(|range| scope.spawn(move || count_range(range))).collect();
        let mut sums = count_range(first);
        for other in others {
            let other = other.join().expect("counting does not panic");
            for (sum, addend) in sums.flat.iter_mut().zip(other.flat) {
                *sum = sum.wrapping_add(addend);
            }
            for (sum, addend) in sums.cum.iter_mut().zip(other.cum) {
                *sum = sum.wrapping_add(addend);
            }
        }
        sums
    })
}

/// Splits `0..len` into as many ranges of about the same length.
fn split(len: usize, parts: usize) -> Vec<Range<usize>> {
    (0..parts).map(|part| len * part / parts..len * (part + 1) / parts).collect()
}

/// The frames at each location in one piece of 16 bytes, as far as they fit.
struct Places {
    places: Vec<Place>,
}

/// Up to three frames; a location with more has [`Place::MANY`] as its count.
#[derive(Clone, Copy)]
struct Place {
    count: u32,
    frames: [u32; Place::MAX],
}

impl Place {
    const MAX: usize = 3;
    const MANY: u32 = u32::MAX;
}

impl Places {
    fn new(frames: &Frames<'_>) -> Self {
        let place = |list: &[FrameId]| {
            let mut place = Place { count: list.len() as u32, frames: [0; Place::MAX] };
            if list.len() > Place::MAX {
                place.count = Place::MANY;
            } else {
                for (slot, frame) in place.frames.iter_mut().zip(list) {
                    *slot = frame.0;
                }
            }
            place
        };
        Self { places: frames.by_location().iter().map(place).collect() }
    }
}

/// What is known of a frame while stacks are counted; both in one cache line.
#[derive(Clone, Copy, Default)]
struct Cell {
    cum: i64,
    /// The last stack that counted for the frame, so that recursion counts once.
    epoch: u32,
}

fn count(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    places: &Places,
    weights: &StackWeights,
    range: Range<usize>,
) -> FlatAndCum {
    let mut cells = vec![Cell::default(); frames.len()];
    let mut flat = vec![0_i64; frames.len()];
    let mut stack_frames = Vec::new();
    let mut epoch = 0;
    for index in range {
        let weight = weights.weights()[index];
        if weight == 0 {
            continue;
        }
        let Some(stack) = selection.stack(StackId::from_index(index)) else { continue };
        epoch += 1;
        gather(stack, frames, places, &mut stack_frames);
        if let Some(leaf) = stack_frames.first() {
            flat[*leaf as usize] = flat[*leaf as usize].wrapping_add(weight);
        }
        for &frame in &stack_frames {
            let cell = &mut cells[frame as usize];
            // Without a branch: whether a frame recurs cannot be predicted.
            let addend = if cell.epoch == epoch { 0 } else { weight };
            cell.cum = cell.cum.wrapping_add(addend);
            cell.epoch = epoch;
        }
    }
    FlatAndCum { flat, cum: cells.into_iter().map(|cell| cell.cum).collect() }
}

/// Lists the frames of a stack, innermost first.
#[inline]
fn gather(stack: &[LocationId], frames: &Frames<'_>, places: &Places, list: &mut Vec<u32>) {
    list.clear();
    list.resize(stack.len() * Place::MAX + Place::MAX, 0);
    let mut len = 0;
    for &location in stack {
        let place = &places.places[location.index()];
        if place.count == Place::MANY {
            let many = frames.at(location);
            list.truncate(len);
            list.extend(many.iter().map(|frame| frame.0));
            len = list.len();
            list.resize(len + stack.len() * Place::MAX + Place::MAX, 0);
            continue;
        }
        // All slots are copied and as many kept as are used: no branch on the count.
        list[len..len + Place::MAX].copy_from_slice(&place.frames);
        len += place.count as usize;
    }
    list.truncate(len);
}
