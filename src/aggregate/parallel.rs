//! Work on all stacks, on all cores if there is enough of it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::frames::{FrameOptions, Frames};
use super::interrupt::Interrupt;
use super::weights::{Measure, StackWeights};
use crate::profile::Stacks;
use crate::transform::Selection;

/// Locations of all stacks together from which on a second thread pays.
const MANY_ITEMS: usize = 1 << 18;

/// Does the work on ranges of stacks that together are all of them; results are in order.
pub(super) fn in_ranges<R: Send>(stacks: &Stacks, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let threads = threads_for(stacks);
    let range = |thread: usize| stacks.len() * thread / threads..stacks.len() * (thread + 1) / threads;
    on_threads(threads, |thread| work(range(thread)))
}

/// Does the work on parts of the stacks that together are all of them; which part has which stacks differs each time.
///
/// Threads take the stacks by turns, so that one whose core has other work to do takes fewer.
pub(super) fn in_turns<R: Send>(stacks: &Stacks, work: impl Fn(Turns<'_>) -> R + Sync) -> Vec<R> {
    in_turns_until(stacks, &Interrupt::new(), work).expect("nobody interrupts it")
}

/// Does the work as [`in_turns`] does; `None` if it was interrupted, which ends it with the next turn.
pub(super) fn in_turns_until<R: Send>(
    stacks: &Stacks,
    interrupt: &Interrupt,
    work: impl Fn(Turns<'_>) -> R + Sync,
) -> Option<Vec<R>> {
    let threads = threads_for(stacks);
    let len = stacks.len();
    let turn_len = len.div_ceil(threads * TURNS);
    let next = AtomicUsize::new(0);
    let parts = on_threads(threads, |_| work(Turns { next: &next, len, turn_len, turn: 0..0, interrupt }));
    (!interrupt.is_set()).then_some(parts)
}

/// So many turns each thread has on average.
const TURNS: usize = 32;

/// The stacks that one thread takes.
pub(super) struct Turns<'t> {
    /// The first stack that nobody has taken yet.
    next: &'t AtomicUsize,
    /// How many stacks there are.
    len: usize,
    turn_len: usize,
    /// What is left of the turn.
    turn: Range<usize>,
    interrupt: &'t Interrupt,
}

impl Iterator for Turns<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.turn.is_empty() {
            if self.interrupt.is_set() {
                return None;
            }
            // No more than that each stack is taken once depends on the order.
            let start = self.next.fetch_add(self.turn_len, Ordering::Relaxed).min(self.len);
            self.turn = start..start.saturating_add(self.turn_len).min(self.len);
        }
        self.turn.next()
    }
}

fn threads_for(stacks: &Stacks) -> usize {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    if stacks.item_count() < MANY_ITEMS { 1 } else { cores() }
}

/// Does the work once on each of so many threads, this one among them; results are in order.
fn on_threads<R: Send>(threads: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        let mut results = vec![work(0)];
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
