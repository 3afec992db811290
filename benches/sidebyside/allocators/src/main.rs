//! Allocators that sample or count, against those that do nothing else; and how good the estimates are.

mod estimates;
#[cfg(feature = "jemalloc")]
mod jemalloc;
#[cfg(not(feature = "jemalloc"))]
#[path = "no_jemalloc.rs"]
mod jemalloc;
mod ways;

use std::alloc::{GlobalAlloc, Layout};
use std::hint::black_box;
use std::sync::Barrier;
use std::{env, thread};

use rpprof::collector::heap_sampling_rate;
use ways::{WAYS, Way};
use work::{argument, chain, clock, median, print, sidebyside_counted};

/// Frames below the allocations, so that walking the stack takes what it takes in a program.
const DEPTH: usize = 25;
/// Live blocks of the work that replaces some.
const LIVE: usize = 4000;

/// What a round does.
#[derive(Clone, Copy)]
enum Work {
    /// A block is freed at once.
    Pairs(usize),
    /// One of many blocks of 16 to 528 bytes is replaced by another one.
    Replace,
}

const WORKS: [(&str, Work); 5] = [
    ("pair64", Work::Pairs(64)),
    ("pair1024", Work::Pairs(1024)),
    ("replace", Work::Replace),
    // Of these 3 % and 12 % are samples.
    ("pair16384", Work::Pairs(16 << 10)),
    ("pair65536", Work::Pairs(64 << 10)),
];

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("the layout is right")
}

/// The blocks of [`Work::Replace`], each by its address and size.
type Live = Vec<(*mut u8, usize)>;

/// Allocates and frees `count` times.
#[inline(never)]
fn repeat<A: GlobalAlloc>(allocator: &A, work: Work, count: u32, live: &mut Live) {
    match work {
        Work::Pairs(size) => {
            for _ in 0..count {
                let layout = layout(black_box(size));
                // SAFETY: the size is not 0.
                let block = black_box(unsafe { allocator.alloc(layout) });
                // SAFETY: the block was just made of the layout.
                unsafe { allocator.dealloc(block, layout) };
            }
        }
        Work::Replace => {
            let mut random = 88_172_645_463_325_252_u64;
            for _ in 0..count {
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
    }
}

/// Takes turns between all ways, and returns for each the nanoseconds of an operation in each round.
///
/// All threads go the same way at the same time.
fn rounds(work: Work, count: usize, together: &Barrier) -> Vec<Vec<f64>> {
    let mut live: Vec<Live> = vec![vec![(std::ptr::null_mut(), 0); LIVE]; WAYS.len()];
    let mut times = vec![Vec::with_capacity(count); WAYS.len()];
    for round in 0..count + 1 {
        for ((way, live), times) in WAYS.iter().zip(&mut live).zip(&mut times) {
            together.wait();
            way.prepare();
            together.wait();
            // Slow ones do less, so that rounds are of similar length.
            let operations = if way.is_slow() { 200 } else { 10_000 };
            let mut nanos = 0.0;
            chain::call_below(DEPTH, &mut || {
                let start = clock::thread_cpu();
                way.repeat(work, operations, live);
                nanos = (clock::thread_cpu() - start).as_nanos() as f64 / f64::from(operations);
            });
            // The first round makes the live blocks.
            if round > 0 {
                times.push(nanos);
            }
        }
    }
    // What is still alive is given up with the process.
    times
}

/// Prints what an operation takes, and what it takes more than the way that a way is compared with.
fn measure(threads: usize, count: usize) {
    assert_eq!(heap_sampling_rate(), 512 << 10);
    let _profiler = dhat::Profiler::builder().testing().build();
    for (name, work) in WORKS {
        let together = Barrier::new(threads);
        let all: Vec<Vec<Vec<f64>>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| rounds(work, count, &together))).collect();
            workers.into_iter().map(|worker| worker.join().expect("no panic")).collect()
        });
        for (index, way) in WAYS.iter().enumerate() {
            let of_way = all.iter().flat_map(|times| times[index].clone()).collect();
            print(format_args!("{name}_{threads}_{}", way.name()), median(of_way));
            let Some(base) = way.base().and_then(|base| WAYS.iter().position(|way| *way == base)) else { continue };
            let difference = |times: &Vec<Vec<f64>>| -> Vec<f64> {
                times[index].iter().zip(&times[base]).map(|(one, other)| one - other).collect()
            };
            let added = all.iter().flat_map(difference).collect();
            print(format_args!("{name}_{threads}_{}_added", way.name()), median(added));
        }
    }
}

/// Allocates and frees for callgrind to count.
fn count(way: Way, size: usize) {
    let _profiler = dhat::Profiler::builder().testing().build();
    way.prepare();
    let operations = if way.is_slow() { 200 } else { 100_000 };
    let mut live = Vec::new();
    chain::call_below(DEPTH, &mut || {
        way.repeat(Work::Pairs(size), 200, &mut live);
        sidebyside_counted(&mut || way.repeat(Work::Pairs(size), operations, &mut live));
    });
    print("calls", f64::from(operations));
}

fn main() {
    match env::args().nth(1).as_deref() {
        Some("time") => measure(argument(2), argument(3)),
        Some("estimates") => estimates::measure(argument(2)),
        Some("count") => {
            let name: String = argument(2);
            let way = WAYS.into_iter().find(|way| way.name() == name).expect("there is such a way");
            count(way, argument(3));
        }
        other => panic!("nobody knows how to {other:?}"),
    }
}
