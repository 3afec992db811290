//! Work on all stacks, on all cores if there is enough of it.

use std::ops::Range;
use std::thread;

use super::frames::{FrameOptions, Frames};
use super::weights::{Measure, StackWeights};
use crate::profile::Stacks;
use crate::transform::Selection;

/// Locations of all stacks together from which on a second thread pays.
const MANY_ITEMS: usize = 1 << 18;

/// Does the work on ranges of stacks that together are all of them; results are in order.
pub(super) fn in_ranges<R: Send>(stacks: &Stacks, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if stacks.item_count() < MANY_ITEMS { 1 } else { cores() };
    let range = |thread: usize| stacks.len() * thread / threads..stacks.len() * (thread + 1) / threads;
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || work(range(thread)))).collect();
        let mut results = vec![work(range(0))];
        results.extend(others.into_iter().map(|other| other.join().expect("the work does not panic")));
        results
    })
}

/// Samples from which on a second thread pays for their weights.
const MANY_SAMPLES: usize = 1 << 17;

/// Finds the frames and weighs the stacks of a selection, both at once if there is enough to do.
///
/// # Panics
/// If the profile has samples and no such sample type.
pub(crate) fn frames_and_weights<'p>(
    selection: &Selection<'p>,
    options: FrameOptions,
    measure: Measure,
) -> (Frames<'p>, StackWeights) {
    if selection.profile().samples().len() < MANY_SAMPLES {
        return (Frames::new(selection, options), StackWeights::new(selection, measure));
    }
    thread::scope(|scope| {
        let weights = scope.spawn(|| StackWeights::new(selection, measure));
        let frames = Frames::new(selection, options);
        (frames, weights.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
