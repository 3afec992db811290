//! Which allocations are sampled, and what a sample stands for.
//!
//! Every byte allocated is a hit with the same small chance, so the bytes from one hit to the next are exponentially
//! distributed, with the sampling rate as their mean. A block is sampled if one of its bytes is hit: a block of `k`
//! bytes at the rate `T` with the probability P = 1 - exp(-k/T). It then stands for 1/P blocks (Horvitz and Thompson),
//! which makes sums right on average for any mix of sizes and rates, and with less noise than counting hits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::collector::sys::tls::{self, HeapWords};

/// One in how many bytes is hit, on average: Go's rate, 512 KiB, before it is set.
static RATE: AtomicU64 = AtomicU64::new(512 << 10);
/// Higher rates count as this one, so that weights fit into 64 bits.
const MAX_RATE: u64 = 1 << 36;
/// A thread asks for the rate again after this many bytes, in case that it was changed.
const CAP: i64 = 1 << 20;

/// How many blocks a sample stands for, in units of 2^-20.
///
/// It is an integer, so that what is added when a block is allocated and taken off when it is freed leaves exactly
/// nothing, in whatever order. The error of the unit is less than a millionth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Weight(pub(crate) u64);

impl Weight {
    /// Units in one block.
    pub(crate) const ONE: u64 = 1 << 20;

    /// Returns the weight of a sampled block of `size` bytes.
    pub(super) fn of(size: u64, rate: u64) -> Self {
        if rate <= 1 {
            return Self(Self::ONE);
        }
        // Sizes and rates are far below 2^53, so they are exact.
        let (size, rate) = (size.max(1) as f64, rate as f64);
        let part = size / rate;
        let blocks = if part <= 1.0 {
            // The same as a series, right to 2 in 10^8 and several times as fast.
            let square = part * part;
            let odd = 1.0 / 12.0 - square * (1.0 / 720.0 - square * (1.0 / 30_240.0 - square / 1_209_600.0));
            rate / size + 0.5 + part * odd
        } else {
            -1.0 / (-part).exp_m1()
        };
        // To the nearest; `f64::round` would be a call.
        Self((Self::ONE as f64 * blocks + 0.5) as u64)
    }
}

/// Sets the rate; the running thread takes it up at once, others within their next mebibyte.
pub(crate) fn set_rate(bytes: usize) {
    RATE.store((bytes as u64).min(MAX_RATE), Ordering::Relaxed);
    tls::with_slot(|slot| {
        seed(&slot.heap);
        draw(&slot.heap);
    });
}

/// Returns the rate.
pub(crate) fn rate() -> usize {
    RATE.load(Ordering::Relaxed) as usize // It was one.
}

impl HeapWords {
    /// Counts `size` bytes down; returns whether the countdown goes on, so that nothing is to be decided.
    #[inline(always)]
    pub(crate) fn spend(&self, size: usize) -> bool {
        // No block has more than isize::MAX bytes. Loads and stores instead of an atomic subtraction: a signal handler
        // that allocates in between is merely not counted.
        let left = self.bytes_left.load(Ordering::Relaxed).wrapping_sub(size as i64);
        self.bytes_left.store(left, Ordering::Relaxed);
        left >= 0
    }
}

/// Decides whether the block of `size` bytes that [`spend`](HeapWords::spend) has just counted is a sample.
///
/// The next countdown begins behind it.
pub(crate) fn decide(words: &HeapWords, size: u64) -> Option<Weight> {
    if words.random.load(Ordering::Relaxed) == 0 {
        seed(words);
        draw(words);
        if words.spend(size as usize) {
            return None;
        }
    }
    // What of the block is behind the end of the countdown.
    let behind = words.bytes_left.load(Ordering::Relaxed).unsigned_abs().min(size.max(1));
    let rate = words.rate.load(Ordering::Relaxed);
    let is_hit = match rate {
        0 => false,
        _ if words.is_capped.load(Ordering::Relaxed) != 0 => interval(words, rate) < behind as f64,
        _ => true,
    };
    draw(words);
    is_hit.then(|| Weight::of(size, rate))
}

/// Draws the next countdown at the rate in force.
fn draw(words: &HeapWords) {
    let rate = RATE.load(Ordering::Relaxed);
    let (bytes, is_capped) = match rate {
        0 => (CAP, true),
        1 => (0, false),
        _ => match interval(words, rate) {
            bytes if bytes >= CAP as f64 => (CAP, true),
            bytes => (bytes as i64, false), // The whole bytes before the one that is hit.
        },
    };
    words.rate.store(rate, Ordering::Relaxed);
    words.is_capped.store(u32::from(is_capped), Ordering::Relaxed);
    words.bytes_left.store(bytes, Ordering::Relaxed);
}

/// Draws from the exponential distribution with the mean `rate`.
fn interval(words: &HeapWords, rate: u64) -> f64 {
    if rate == 1 {
        return 0.0;
    }
    // 53 random bits, from above 0 to 1.
    let uniform = ((next_random(words) >> 11) + 1).cast_signed() as f64 / (1_u64 << 53) as f64;
    -uniform.ln() * rate as f64
}

/// Mixes the bits of a number so that close ones have nothing in common (Stafford's thirteenth mix).
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

/// The step of the random numbers' counter: odd, and without a pattern.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Gives the thread a sequence of its own, if it has none.
fn seed(words: &HeapWords) {
    static THREADS: AtomicU64 = AtomicU64::new(0);
    if words.random.load(Ordering::Relaxed) != 0 {
        return;
    }
    // The count makes threads differ that get the same memory, the time does so for runs of the program.
    let count = THREADS.fetch_add(STEP, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
    let address = std::ptr::from_ref(words).addr() as u64;
    words.random.store(mixed(mixed(count ^ address) ^ nanos) | 1, Ordering::Relaxed);
}

fn next_random(words: &HeapWords) -> u64 {
    let state = words.random.load(Ordering::Relaxed).wrapping_add(STEP);
    // Once in 2^64 steps it is 0, which would merely seed it again.
    words.random.store(state, Ordering::Relaxed);
    mixed(state)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicU32};

    use super::*;

    fn fresh(seed: u64) -> HeapWords {
        HeapWords {
            bytes_left: AtomicI64::new(0),
            rate: AtomicU64::new(0),
            random: AtomicU64::new(seed),
            busy: AtomicU32::new(0),
            is_capped: AtomicU32::new(0),
            stack: [const { AtomicU64::new(0) }; 2],
        }
    }

    /// Returns what `count` blocks of `size` bytes are estimated to be, in blocks.
    fn estimate(words: &HeapWords, size: u64, count: usize) -> f64 {
        let allocate = || if words.spend(size as usize) { None } else { decide(words, size) };
        let units: u64 = (0..count).filter_map(|_| allocate()).map(|weight| weight.0).sum();
        units as f64 / Weight::ONE as f64
    }

    #[test]
    fn estimates_are_right_for_all_sizes() {
        // No other unit test sets the rate.
        let words = fresh(12345);
        draw(&words);
        let rate = rate() as f64;
        let fewer = if cfg!(miri) { 400 } else { 1 };
        for (size, count) in [(16, 4_000_000), (1000, 400_000), (1 << 19, 4000), (1 << 20, 4000), (5 << 20, 4000)] {
            let count = count / fewer;
            let probability = -(-(size as f64) / rate).exp_m1();
            let deviation = (count as f64 * (1.0 - probability) / probability).sqrt();
            let estimate = estimate(&words, size, count);
            let error = (estimate - count as f64).abs();
            assert!(error <= 6.0 * deviation + 1.0, "{count} blocks of {size} bytes: {estimate} ± {deviation}");
        }
    }

    #[test]
    fn intervals_are_exponential() {
        let words = fresh(99);
        let count = if cfg!(miri) { 500 } else { 100_000 };
        let mut intervals: Vec<f64> = (0..count).map(|_| interval(&words, 1 << 19) / (1 << 19) as f64).collect();
        intervals.sort_by(f64::total_cmp);
        // Anderson and Darling's distance from the exponential distribution; above 13 once in a million times.
        let chance = |row: usize| -(-intervals[row]).exp_m1();
        let term = |row: usize| (2 * row + 1) as f64 * (chance(row).ln() - intervals[count - 1 - row]);
        let distance = -(count as f64) - (0..count).map(term).sum::<f64>() / count as f64;
        assert!(distance < 13.0, "{distance}");
    }

    #[test]
    fn weights_are_the_inverse_of_the_chance() {
        let blocks = |size, rate| Weight::of(size, rate).0 as f64 / Weight::ONE as f64;
        assert_eq!(Weight::of(100, 1), Weight(Weight::ONE));
        assert!((blocks(1 << 19, 1 << 19) - 1.581_976).abs() < 1e-5);
        assert!((blocks(16, 1 << 19) - 32768.5).abs() < 0.01);
        assert!((blocks(1 << 30, 1 << 19) - 1.0).abs() < 1e-9);
        let exact = |size: u64| -1.0 / (-(size as f64) / 524_288.0).exp_m1();
        for size in (1..2_000_000).step_by(if cfg!(miri) { 49_999 } else { 499 }) {
            // Half a unit by rounding.
            let error = blocks(size, 1 << 19) - exact(size);
            assert!(error.abs() <= 0.53 / Weight::ONE as f64 + exact(size) * 1e-15, "{size}: {error}");
        }
    }
}
