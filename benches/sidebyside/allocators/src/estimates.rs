//! How far estimates are from the truth, which is known: of numbers of blocks, of single blocks, of nothing.

use std::alloc::{GlobalAlloc, Layout};
use std::f64::consts::PI;
use std::hint::black_box;

use rpprof::collector::{Allocator, HeapSnapshot, heap_profile, heap_sampling_rate};
use rpprof::profile::Profile;
use work::{chain, print};

static SAMPLED: Allocator = Allocator::system();

/// Sizes and how many blocks of them are tried, such that some dozens are sampled.
const SIZES: [(usize, u32); 5] = [(64, 250_000), (1024, 16_000), (16 << 10, 1000), (512 << 10, 100), (1 << 20, 100)];
/// Stacks with a single live block each.
const SITES: usize = 100;

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("the layout is right")
}

#[inline(never)]
fn allocate(size: usize) -> *mut u8 {
    // SAFETY: the size is not 0.
    black_box(unsafe { SAMPLED.alloc(layout(size)) })
}

fn free(block: *mut u8, size: usize) {
    // SAFETY: the block was made with this size.
    unsafe { SAMPLED.dealloc(block, layout(size)) };
}

fn sum(profile: &Profile, column: usize) -> f64 {
    profile.samples().column(column).sum::<i64>() as f64
}

const ALLOC_OBJECTS: usize = 0;
const INUSE_OBJECTS: usize = 2;

/// Returns the estimate of `count` blocks.
fn estimate(size: usize, count: u32) -> f64 {
    let before = HeapSnapshot::take();
    (0..count).for_each(|_| free(allocate(size), size));
    // Before its first sample the allocator does not know that it is in use.
    let Ok(before) = before else { return f64::NAN };
    sum(&HeapSnapshot::take().and_then(|after| after.since(&before)).expect("there are samples"), ALLOC_OBJECTS)
}

/// Prints sums of errors, each as a part of what theory says it is on average.
pub(crate) fn measure(trials: u32) {
    let rate = heap_sampling_rate();
    estimate(1 << 20, 100);
    let (mut absolute, mut signed) = (0.0, 0.0);
    for (size, count) in SIZES {
        let probability = -(-(size as f64) / rate as f64).exp_m1();
        let deviation = (f64::from(count) * (1.0 - probability) / probability).sqrt();
        let before = signed;
        for _ in 0..trials {
            let error = (estimate(size, count) - f64::from(count)) / deviation;
            signed += error;
            absolute += error.abs() / (2.0 / PI).sqrt();
        }
        print(format_args!("signed_errors_{size}"), signed - before);
    }
    print("trials", f64::from(trials) * SIZES.len() as f64);
    print("absolute_errors", absolute);
    print("signed_errors", signed);

    let (mut seen, mut left) = (0.0, 0.0);
    for _ in 0..trials {
        let mut blocks = Vec::new();
        (0..SITES).for_each(|site| chain::call_below(site, &mut || blocks.push(allocate(rate))));
        seen += sum(&heap_profile().expect("there are samples"), INUSE_OBJECTS);
        blocks.into_iter().for_each(|block| free(block, rate));
        let profile = heap_profile().expect("there are samples");
        let in_use = |column| profile.samples().column(column).map(i64::unsigned_abs).sum::<u64>() as f64;
        left += in_use(INUSE_OBJECTS) + in_use(INUSE_OBJECTS + 1);
    }
    print("live", f64::from(trials) * SITES as f64);
    print("live_seen", seen);
    print("left", left);
}
