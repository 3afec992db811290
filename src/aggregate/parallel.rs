//! Work on all stacks, on all cores if there is enough of it.

use std::ops::Range;
use std::thread;

use crate::profile::Stacks;

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
