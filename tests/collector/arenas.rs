//! How many arenas threads share.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

use rpprof::collector::limit_arenas;

use super::in_own_process;

const THREADS: usize = 6;
/// An arena that is not the first lies in heaps that are so large, and begin at a multiple of that (2 to this power).
const HEAP_BITS: u32 = 26;

/// Returns in how many heaps the blocks lie that some threads have at the same time.
fn heaps() -> usize {
    let barrier = Barrier::new(THREADS);
    thread::scope(|threads| {
        let place = || {
            let block = vec![1_u8; 1000];
            barrier.wait();
            (block.as_ptr() as usize) >> HEAP_BITS
        };
        let spawned: Vec<_> = (0..THREADS).map(|_| threads.spawn(place)).collect();
        spawned.into_iter().map(|thread| thread.join().expect("it ends well")).collect::<HashSet<usize>>().len()
    })
}

#[test]
fn threads_share_arenas_if_these_are_limited() {
    in_own_process("arenas::threads_share_arenas_if_these_are_limited", || {
        assert_eq!(limit_arenas(2), cfg!(target_env = "gnu"));
        if cfg!(target_env = "gnu") {
            let heaps = heaps();
            // The first arena may have grown over the edge of two.
            assert!(heaps <= 3, "{THREADS} threads have blocks in {heaps} heaps");
        }
    });
}

#[cfg(target_env = "gnu")]
#[test]
fn threads_have_arenas_of_their_own_otherwise() {
    in_own_process("arenas::threads_have_arenas_of_their_own_otherwise", || {
        let heaps = heaps();
        assert!(heaps > 3, "{THREADS} threads have blocks in {heaps} heaps: the call is not needed any more");
    });
}
