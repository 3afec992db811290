//! A program whose shares are known: kinds of work that take turns, each with the CPU time that it took.

use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::time::Duration;

use crate::clock::thread_cpu;

/// Where a kind's function stands in its samples.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It calls nothing.
    Leaf,
    /// It is the leaf or any caller of it.
    Below,
}

/// A kind of work.
pub struct Kind {
    /// The name of the function that stands in all its samples.
    pub name: &'static str,
    pub place: Place,
    /// Does so many units of it, a unit being some microseconds.
    run: fn(u64) -> u64,
}

/// All kinds.
pub const KINDS: [Kind; 8] = [
    Kind { name: "share_add", place: Place::Leaf, run: share_add },
    Kind { name: "share_xor", place: Place::Leaf, run: share_xor },
    Kind { name: "share_rotate", place: Place::Leaf, run: share_rotate },
    Kind { name: "share_called_last", place: Place::Leaf, run: share_calls_last },
    Kind { name: "share_recurse", place: Place::Below, run: share_recurses },
    Kind { name: "share_sort", place: Place::Below, run: share_sort },
    Kind { name: "share_copy", place: Place::Below, run: share_copy },
    Kind { name: "share_clock", place: Place::Below, run: share_clock },
];

macro_rules! loops {
    ($($name:ident, $step:expr;)*) => {$(
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $name(units: u64) -> u64 {
            let step: fn(u64, u64) -> u64 = $step;
            (0..units * 2000).fold(units, |sum, number| black_box(step(sum, number)))
        }
    )*};
}

loops! {
    share_add, |sum, number| sum.wrapping_mul(31).wrapping_add(number);
    share_xor, |sum, number| sum.wrapping_mul(33) ^ number;
    share_rotate, |sum, number| sum.rotate_left(7).wrapping_sub(number);
    share_called_last, |sum, number| (sum | 1).wrapping_mul(number | 5);
}

/// Jumps to what it calls, so it does not stand on the stack.
#[inline(never)]
fn share_calls_last(units: u64) -> u64 {
    share_called_last(units)
}

#[unsafe(no_mangle)]
#[inline(never)]
fn share_recurse(depth: u64, units: u64) -> u64 {
    if depth == 0 {
        return (0..units * 2000).fold(units, |sum, number| black_box(sum.wrapping_mul(35) ^ number));
    }
    black_box(share_recurse(depth - 1, units)) + depth
}

fn share_recurses(units: u64) -> u64 {
    share_recurse(20, units)
}

extern "C" fn compare(one: *const c_void, other: *const c_void) -> c_int {
    // SAFETY: qsort passes pointers to two items of the array, which are 32-bit numbers.
    let (one, other) = unsafe { (*one.cast::<u32>(), *other.cast::<u32>()) };
    one.cmp(&other) as c_int
}

/// The C library sorts, and calls back.
#[unsafe(no_mangle)]
#[inline(never)]
fn share_sort(units: u64) -> u64 {
    let mut numbers = [0_u32; 64];
    for unit in 0..units * 2 {
        let scattered = |place: usize| (place as u32 ^ unit as u32).wrapping_mul(2_654_435_761);
        numbers.iter_mut().enumerate().for_each(|(place, number)| *number = scattered(place));
        // SAFETY: the array has as many items of that size, and the function compares two of them.
        unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, Some(compare)) };
    }
    black_box(u64::from(numbers[7]))
}

/// The C library copies, in code without frame pointers.
#[unsafe(no_mangle)]
#[inline(never)]
fn share_copy(units: u64) -> u64 {
    let (from, mut to) = ([1_u8; 16 << 10], [0_u8; 16 << 10]);
    for _ in 0..units * 10 {
        // The size is not known to the compiler, so it is a call.
        to[..black_box(16 << 10)].copy_from_slice(black_box(&from));
        black_box(&mut to);
    }
    u64::from(to[7])
}

/// The kernel's own object tells the time, or a system call.
#[unsafe(no_mangle)]
#[inline(never)]
fn share_clock(units: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..units * 50 {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` has room for the answer.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
        sum += time.tv_nsec as u64;
    }
    black_box(sum)
}

/// How many units of each kind take a millisecond.
pub type Units = [u64; KINDS.len()];

fn time_of(kind: &Kind, units: u64) -> Duration {
    let start = thread_cpu();
    black_box((kind.run)(units));
    thread_cpu() - start
}

/// Finds how many units of each kind take a millisecond.
pub fn calibrate() -> Units {
    KINDS.each_ref().map(|kind| {
        let time = (0..5).map(|_| time_of(kind, 100)).min().unwrap_or_default();
        (100_000_000 / time.as_nanos().max(1) as u64).max(1)
    })
}

/// Does work for `time`, in blocks of up to 8 ms of a kind, and returns the time that each kind took.
///
/// Lengths and kinds are drawn, so that blocks do not keep step with the kernel's tick.
pub fn run(seed: u64, time: Duration, units: &Units) -> [Duration; KINDS.len()] {
    let mut taken = [Duration::ZERO; KINDS.len()];
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let start = thread_cpu();
    while thread_cpu() - start < time {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let index = (random >> 60) as usize % KINDS.len();
        let micros = (random >> 20) % 8000;
        taken[index] += time_of(&KINDS[index], units[index] * micros / 1000);
    }
    taken
}
