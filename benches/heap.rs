//! What sampling adds to a pair of allocating and freeing, against the system's allocator alone.
//!
//! `cargo bench --features collector --bench heap`. Rounds of a millisecond or so take turns, and of each way the
//! fastest tenth is compared, so that other work on the machine hardly counts.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::thread;
use std::time::Instant;

use rpprof::collector::{Allocator, set_heap_sampling_rate};

/// Not the program's own allocator, so that both ways can be called by name.
static SAMPLED: Allocator = Allocator::system();

const PAIRS: u32 = 20_000;
const ROUNDS: usize = 300;
const LIVE: usize = 4000;

/// Sizes of the blocks of a round.
#[derive(Clone, Copy)]
enum Work {
    /// A block is freed at once.
    Pairs(usize),
    /// One of many blocks of 16 to 528 bytes is replaced by another one.
    Replace,
    /// A block grows from 64 bytes to 64 KiB, doubling.
    Grow,
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("the layout is right")
}

/// Does the work of a round and returns the nanoseconds of an operation.
#[inline(never)]
fn round<A: GlobalAlloc>(allocator: &A, work: Work, live: &mut [(*mut u8, usize)]) -> f64 {
    let start = Instant::now();
    match work {
        Work::Pairs(size) => {
            for _ in 0..PAIRS {
                let layout = layout(black_box(size));
                // SAFETY: the size is not 0.
                let block = black_box(unsafe { allocator.alloc(layout) });
                // SAFETY: the block was just made of the layout.
                unsafe { allocator.dealloc(block, layout) };
            }
        }
        Work::Replace => {
            let mut random = 88_172_645_463_325_252_u64;
            for _ in 0..PAIRS {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let place = &mut live[random as usize % LIVE];
                if !place.0.is_null() {
                    // SAFETY: the block was made with this size.
                    unsafe { allocator.dealloc(place.0, layout(place.1)) };
                }
                let size = 16 + (random >> 40) as usize % 513;
                // SAFETY: the size is not 0.
                *place = (unsafe { allocator.alloc(layout(size)) }, size);
            }
        }
        Work::Grow => {
            for _ in 0..PAIRS / 11 {
                // SAFETY: the size is not 0.
                let mut block = unsafe { allocator.alloc(layout(64)) };
                for bits in 6..16 {
                    // SAFETY: the block was made with this size.
                    block = black_box(unsafe { allocator.realloc(block, layout(1 << bits), 2 << bits) });
                }
                // SAFETY: this is its last size.
                unsafe { allocator.dealloc(block, layout(1 << 16)) };
            }
        }
    }
    start.elapsed().as_nanos() as f64 / f64::from(PAIRS)
}

/// Returns the tenth percentile.
fn fast(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 10]
}

/// Measures the system's allocator, then with sampling off, at Go's rate and at 32 KiB; in turns.
fn compare(work: Work) -> [f64; 4] {
    let mut live = vec![vec![(std::ptr::null_mut(), 0); LIVE]; 4];
    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        times[0].push(round(&System, work, &mut live[0]));
        for (way, rate) in [(1, 0), (2, 512 << 10), (3, 32 << 10)] {
            set_heap_sampling_rate(rate);
            times[way].push(round(&SAMPLED, work, &mut live[way]));
        }
    }
    // What is still alive is given up with the thread; the bench is over soon.
    times.map(fast)
}

fn print(name: &str, threads: usize, work: Work) {
    let workers: Vec<_> = (0..threads).map(|_| thread::spawn(move || compare(work))).collect();
    let mut all: Vec<[f64; 4]> = workers.into_iter().map(|worker| worker.join().expect("no panic")).collect();
    all.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let [bare, off, go, often] = all[0];
    println!(
        "{name:<22} {threads:>7} {bare:>8.1} ns {:>+8.1} ns {:>+8.1} ns {:>+8.1} ns {:>9.2}x",
        off - bare,
        go - bare,
        often - bare,
        go / bare
    );
}

fn main() {
    println!("added to an operation of the system's allocator, fastest tenth of {ROUNDS} rounds in turns");
    println!(
        "{:<22} {:>7} {:>11} {:>11} {:>11} {:>11} {:>10}",
        "work", "threads", "System", "off", "512 KiB", "32 KiB", "512 KiB"
    );
    for threads in [1, 2] {
        for size in [16, 64, 1024, 16 << 10, 64 << 10] {
            print(&format!("pair of {size} bytes"), threads, Work::Pairs(size));
        }
        print("replace 16-528 bytes", threads, Work::Replace);
        print("grow to 64 KiB", threads, Work::Grow);
    }
}
