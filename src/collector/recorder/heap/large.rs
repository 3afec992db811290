//! Sampled blocks that stay where the allocator put them, by address.
//!
//! A table of groups of a cache line: seven addresses, and a count of blocks of this group that are in later ones. A
//! block's address belongs to its owner alone, so nobody else looks for it, and no lock is needed.
//!
//! Most large blocks are not in the table. A filter tells so of nearly all of them in a load: it counts the blocks of
//! the table by a hash of their addresses.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::Sample;
use super::buckets::BucketId;
use super::countdown::Weight;
use crate::collector::sys::lazy_words::LazyWords;

/// Addresses in a group; its eighth word is the count.
const PLACES: usize = 7;
const GROUP: usize = PLACES + 1;
const COUNT: usize = PLACES;
/// How many groups are tried for a block.
const REACH: usize = 32;

/// The groups: room for 900,000 blocks of at least 32 KiB.
static KEYS: LazyWords = LazyWords::new(GROUP << 17, GROUP << 8);
/// For each place, the bucket and the weight.
static VALUES: LazyWords = LazyWords::new((2 * GROUP) << 17, (2 * GROUP) << 8);

/// How many counts the filter has; a power of two.
///
/// With as many blocks in the table as 30 GiB of heap have at Go's rate, half of all others pass it by.
const FILTER: usize = 1 << 16;
/// How many blocks of the table have addresses of each hash. Counts of 32 bits cannot overflow: the table is smaller.
static COUNTS: [AtomicU32; FILTER] = [const { AtomicU32::new(0) }; FILTER];

/// Fibonacci hashing: the top bits depend on all bits of the address.
#[inline(always)]
fn hash_of(address: usize) -> u64 {
    (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline(always)]
fn count_of(address: usize) -> &'static AtomicU32 {
    &COUNTS[(hash_of(address) >> (u64::BITS - FILTER.trailing_zeros())) as usize]
}

/// Returns false if there is no block at `address` in the table, as it mostly is.
#[inline(always)]
pub(super) fn may_have(address: usize) -> bool {
    // Whoever has a block of the table had it from a thread that has counted it.
    count_of(address).load(Ordering::Relaxed) != 0
}

/// Returns the places of the groups for `address`, in the order in which they are tried.
fn groups(address: usize, words: usize) -> impl Iterator<Item = usize> {
    // Tables are of a power of two.
    let count = words / GROUP;
    let first = hash_of(address) as usize >> 32;
    (0..REACH.min(count)).map(move |step| ((first + step) & (count - 1)) * GROUP)
}

/// Notes a block; false if there is no room.
pub(super) fn insert(address: usize, sample: Sample) -> bool {
    let (keys, values) = (KEYS.get_or_map(), VALUES.get_or_map());
    let words = keys.len().min(values.len() / 2);
    for (passed, group) in groups(address, words).enumerate() {
        for place in group..group + PLACES {
            let is_free = keys[place].load(Ordering::Relaxed) == 0;
            if is_free && keys[place].compare_exchange(0, address as u64, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                values[place * 2].store(u64::from(sample.bucket.to_bits()), Ordering::Relaxed);
                values[place * 2 + 1].store(sample.weight.0, Ordering::Relaxed);
                count_of(address).fetch_add(1, Ordering::Relaxed);
                return true;
            }
        }
        keys[group + COUNT].fetch_add(1, Ordering::Relaxed);
        if passed + 1 == REACH.min(words / GROUP) {
            forget_passing(keys, address, words, passed + 1);
        }
    }
    false
}

/// Takes a block off the counts of the first groups, which it has passed by.
fn forget_passing(keys: &[AtomicU64], address: usize, words: usize, passed: usize) {
    for group in groups(address, words).take(passed) {
        keys[group + COUNT].fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes a block out of the table, if it is there.
pub(super) fn take(address: usize) -> Option<Sample> {
    if !may_have(address) {
        return None;
    }
    let (keys, values) = (KEYS.get(), VALUES.get());
    let words = keys.len().min(values.len() / 2);
    for (passed, group) in groups(address, words).enumerate() {
        for place in group..group + PLACES {
            if keys[place].load(Ordering::Relaxed) == address as u64 {
                // It was made of 32 bits.
                let bucket = BucketId::from_bits(values[place * 2].load(Ordering::Relaxed) as u32);
                let weight = Weight(values[place * 2 + 1].load(Ordering::Relaxed));
                keys[place].store(0, Ordering::Release);
                forget_passing(keys, address, words, passed);
                count_of(address).fetch_sub(1, Ordering::Relaxed);
                return Some(Sample { bucket, weight });
            }
        }
        if keys[group + COUNT].load(Ordering::Relaxed) == 0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn what_was_noted_is_found_once() {
        let sample =
            |number: usize| Sample { bucket: BucketId::from_bits(number as u32), weight: Weight(number as u64) };
        let round = move |thread: usize| {
            let addresses: Vec<usize> = (1..100_000).map(|number| (number * 4 + thread) << 15).collect();
            assert!(addresses.iter().all(|&address| insert(address, sample(address >> 15))));
            assert!(addresses.iter().all(|&address| take(address) == Some(sample(address >> 15))));
            assert!(addresses.iter().all(|&address| take(address).is_none()));
        };
        let threads: Vec<_> = (0..4).map(|thread| std::thread::spawn(move || round(thread))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
        let keys = KEYS.get();
        assert!(keys.iter().all(|word| word.load(Ordering::Relaxed) == 0));
        assert!(COUNTS.iter().all(|count| count.load(Ordering::Relaxed) == 0));
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes Miri too long")]
    fn counts_of_blocks_that_allocators_make_are_spread() {
        // Addresses as the C library has them: behind a header of 16 bytes, in pages or in a row.
        for step in [1 << 12, (1 << 15) + 16, 1 << 17, 1 << 21] {
            let count = |block: usize| std::ptr::from_ref(count_of(0x7f12_3456_7010 + block * step));
            let counts: HashSet<_> = (0..1000).map(count).collect();
            assert!(counts.len() > 900, "{step}: {}", counts.len());
        }
    }
}
