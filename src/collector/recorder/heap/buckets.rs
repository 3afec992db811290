//! What was allocated and is in use, for each call stack, label set and size.
//!
//! A bucket is made with the first sample of its kind and stays for the life of the program. Its place in a table of
//! words is its id. Buckets are found through an index, open addressing without a lock: an entry is written once, by
//! whoever replaces a 0 first.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::countdown::Weight;
use super::threads;
use super::trace::MAX_DEPTH;
use crate::collector::labels::pin;
use crate::collector::sys::lazy_words::LazyWords;

/// The place of a bucket's first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BucketId(u32);

impl BucketId {
    /// Returns the id as a number.
    pub(super) fn to_bits(self) -> u32 {
        self.0
    }

    /// Returns the id that a word holds, where 0 stands for none.
    pub(super) fn of_word(word: &AtomicU32) -> Option<Self> {
        Some(Self(word.load(Ordering::Relaxed))).filter(|id| id.0 != 0)
    }

    /// Returns the id that [`to_bits`](Self::to_bits) made a number of.
    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

/// The words of a bucket, from its first one on; the addresses of its stack follow.
mod word {
    /// The label set in the high half; in the low one the depth in 8 bits, the thread above, and the top bit for a cut
    /// stack.
    pub(super) const KIND: usize = 0;
    pub(super) const SIZE: usize = 1;
    /// Weights of all blocks that were allocated, of those that were freed, and of those in use when most was in use.
    ///
    /// What is in use is a difference, so that each event changes one word.
    pub(super) const ALLOCATED: usize = 2;
    pub(super) const FREED: usize = 3;
    pub(super) const AT_PEAK: usize = 4;
    pub(super) const STACK: usize = 5;
}

const CUT: u64 = 1 << 31;
const DEPTH_BITS: u32 = 8;

const _: () = assert!(MAX_DEPTH < 1 << DEPTH_BITS && DEPTH_BITS + threads::BITS <= 31);

/// The buckets; word 0 is none's, so that no id is 0. 4 GiB of addresses, for ten million stacks.
static WORDS: LazyWords = LazyWords::new(1 << 29, 1 << 17);
/// Entries of half a hash and an id; at most three quarters are in use.
static INDEX: LazyWords = LazyWords::new(1 << 22, 1 << 12);
/// The ids in the order of their making.
static LIST: LazyWords = LazyWords::new(1 << 22, 1 << 12);
/// Words given out, but for word 0.
static USED: AtomicUsize = AtomicUsize::new(0);
/// Buckets in the list, and those about to be.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Bytes in use, as estimated.
static IN_USE_BYTES: AtomicU64 = AtomicU64::new(0);
/// The most bytes that were in use when the peak was noted.
static PEAK_BYTES: AtomicU64 = AtomicU64::new(0);
static NOTES_PEAK: AtomicBool = AtomicBool::new(false);
static IS_NOTING: AtomicBool = AtomicBool::new(false);

fn bucket_words(id: BucketId) -> &'static [AtomicU64] {
    &WORDS.get()[id.0 as usize..]
}

fn hash_of(kind: u64, size: u64, stack: &[u64]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    // Four chains, of every fourth address: one alone has the processor wait for each multiplication.
    let (fours, rest) = stack.as_chunks::<4>();
    let mut chains = [mix(0, kind), mix(FACTOR, size), 0, FACTOR];
    for four in fours {
        for (chain, &address) in chains.iter_mut().zip(four) {
            *chain = mix(*chain, address);
        }
    }
    let [first, second, third, fourth] = chains;
    let hash = mix(mix(rest.iter().fold(first, |first, &address| mix(first, address)), second), mix(third, fourth));
    hash ^ hash >> 29
}

/// Who allocates how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The label set in force.
    pub(super) labels: u32,
    /// The thread's number in `threads`, if it is to be told.
    pub(super) thread: u32,
    /// The size of the block.
    pub(super) size: u64,
    /// Whether the stack lacks callers.
    pub(super) is_cut: bool,
}

/// A kind of allocation, as it is looked for.
struct Key<'s> {
    kind: u64,
    size: u64,
    stack: &'s [u64],
}

impl Key<'_> {
    fn is_of(&self, id: BucketId) -> bool {
        let words = bucket_words(id);
        let holds = |place: usize, value: u64| words[place].load(Ordering::Relaxed) == value;
        holds(word::KIND, self.kind)
            && holds(word::SIZE, self.size)
            && self
                .stack
                .iter()
                .zip(&words[word::STACK..])
                .all(|(&address, word)| word.load(Ordering::Relaxed) == address)
    }

    /// Writes a new bucket, which nobody else sees yet.
    fn write(&self) -> Option<BucketId> {
        let words = WORDS.get_or_map();
        let length = word::STACK + self.stack.len();
        let start = USED.fetch_add(length, Ordering::Relaxed) + 1;
        let room = words.get(start..start.checked_add(length)?)?;
        room[word::KIND].store(self.kind, Ordering::Relaxed);
        room[word::SIZE].store(self.size, Ordering::Relaxed);
        for (word, &address) in room[word::STACK..].iter().zip(self.stack) {
            word.store(address, Ordering::Relaxed);
        }
        Some(BucketId(u32::try_from(start).ok()?))
    }
}

/// Returns the bucket of this kind of allocation; `None` if there is no room for another one.
///
/// It is looked for at `guess` first, the bucket that the thread's last sample was of: most memory is asked for in loops.
pub(super) fn find_or_add(origin: Origin, stack: &[u64], guess: Option<BucketId>) -> Option<BucketId> {
    let Origin { labels, thread, size, is_cut } = origin;
    let kind =
        u64::from(labels) << 32 | if is_cut { CUT } else { 0 } | u64::from(thread) << DEPTH_BITS | stack.len() as u64;
    let key = Key { kind, size, stack };
    if guess.is_some_and(|guess| key.is_of(guess)) {
        return guess;
    }
    let index = INDEX.get_or_map();
    let hash = hash_of(kind, size, stack);
    let tag = hash & !u64::from(u32::MAX);
    let mut written = None;
    for step in 0..index.len() {
        let entry = &index[(hash as usize).wrapping_add(step) & (index.len() - 1)];
        let mut found = entry.load(Ordering::Acquire);
        if found == 0 {
            let new = match written {
                Some(id) => id,
                None if COUNT.load(Ordering::Relaxed) >= index.len() / 4 * 3 => return None,
                None => {
                    pin(labels);
                    key.write()?
                }
            };
            written = Some(new);
            match entry.compare_exchange(0, tag | u64::from(new.0), Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    let row = COUNT.fetch_add(1, Ordering::Relaxed);
                    LIST.get_or_map().get(row)?.store(u64::from(new.0), Ordering::Release);
                    return Some(new);
                }
                Err(other) => found = other,
            }
        }
        let id = BucketId(found as u32); // The low half.
        if found & !u64::from(u32::MAX) == tag && key.is_of(id) {
            return Some(id); // If one was written meanwhile, its words are given up.
        }
    }
    None
}

/// Counts a sampled allocation.
pub(super) fn add(id: BucketId, weight: Weight) {
    let words = bucket_words(id);
    words[word::ALLOCATED].fetch_add(weight.0, Ordering::Relaxed);
    let bytes = bytes_of(weight, words[word::SIZE].load(Ordering::Relaxed));
    let in_use = IN_USE_BYTES.fetch_add(bytes, Ordering::Relaxed).wrapping_add(bytes);
    if NOTES_PEAK.load(Ordering::Relaxed) {
        note_peak(in_use);
    }
}

/// Counts a sampled allocation of which it will not be seen that it is freed.
pub(super) fn add_untracked(id: BucketId, weight: Weight) {
    let words = bucket_words(id);
    words[word::ALLOCATED].fetch_add(weight.0, Ordering::Relaxed);
    words[word::FREED].fetch_add(weight.0, Ordering::Release);
}

/// Counts that a sampled block was freed; the weight must be the one that was added.
pub(super) fn remove(id: BucketId, weight: Weight) {
    let words = bucket_words(id);
    // A release: whoever sees it sees that the block was allocated, too.
    words[word::FREED].fetch_add(weight.0, Ordering::Release);
    let bytes = bytes_of(weight, words[word::SIZE].load(Ordering::Relaxed));
    IN_USE_BYTES.fetch_sub(bytes, Ordering::Relaxed);
}

/// Returns the weights of what was ever allocated in a bucket, and of what is in use.
fn weights_of(words: &[AtomicU64]) -> (Weight, Weight) {
    // In this order, so that never more is seen freed than allocated.
    let freed = words[word::FREED].load(Ordering::Acquire);
    let allocated = words[word::ALLOCATED].load(Ordering::Relaxed);
    (Weight(allocated), Weight(allocated.wrapping_sub(freed)))
}

/// Returns the bytes that blocks of `size` bytes stand for.
pub(crate) fn bytes_of(weight: Weight, size: u64) -> u64 {
    let bytes = u128::from(weight.0) * u128::from(size) / u128::from(Weight::ONE);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Returns how many bytes are in use, as estimated.
pub(crate) fn in_use_bytes() -> u64 {
    IN_USE_BYTES.load(Ordering::Relaxed)
}

/// Sets whether the buckets' use is noted when it is higher than ever; begins anew.
pub(crate) fn set_notes_peak(wanted: bool) {
    NOTES_PEAK.store(false, Ordering::Relaxed);
    PEAK_BYTES.store(0, Ordering::Relaxed);
    for id in ids() {
        bucket_words(id)[word::AT_PEAK].store(0, Ordering::Relaxed);
    }
    NOTES_PEAK.store(wanted, Ordering::Relaxed);
}

/// Notes what is in use if that is at least a sixty-fourth more than when it was last noted.
fn note_peak(in_use: u64) {
    let peak = PEAK_BYTES.load(Ordering::Relaxed);
    let is_new = in_use > peak.saturating_add(peak / 64) && in_use <= i64::MAX as u64;
    // Whoever finds another thread or an interrupted one at it leaves it.
    if !is_new || IS_NOTING.swap(true, Ordering::Acquire) {
        return;
    }
    PEAK_BYTES.store(in_use, Ordering::Relaxed);
    for id in ids() {
        let words = bucket_words(id);
        words[word::AT_PEAK].store(weights_of(words).1.0, Ordering::Relaxed);
    }
    IS_NOTING.store(false, Ordering::Release);
}

fn ids() -> impl Iterator<Item = BucketId> {
    let list = LIST.get();
    let count = COUNT.load(Ordering::Relaxed).min(list.len());
    // Those about to be added are still 0.
    let id = |entry: &AtomicU64| Some(BucketId(entry.load(Ordering::Acquire) as u32)).filter(|id| id.0 != 0);
    list[..count].iter().filter_map(id)
}

/// A bucket as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) id: BucketId,
    pub(crate) labels: u32,
    /// The thread's number in `threads`; 0 if it is not told.
    pub(crate) thread: u32,
    pub(crate) size: u64,
    pub(crate) is_cut: bool,
    pub(crate) allocated: Weight,
    pub(crate) in_use: Weight,
    pub(crate) at_peak: Weight,
}

/// Returns all buckets, in the order of their making.
pub(crate) fn all() -> impl Iterator<Item = Bucket> {
    ids().map(|id| {
        let words = bucket_words(id);
        let word = |place: usize| words[place].load(Ordering::Relaxed);
        let (allocated, in_use) = weights_of(words);
        Bucket {
            id,
            labels: (word(word::KIND) >> 32) as u32,
            thread: (word(word::KIND) & (CUT - 1)) as u32 >> DEPTH_BITS,
            size: word(word::SIZE),
            is_cut: word(word::KIND) & CUT != 0,
            allocated,
            in_use,
            at_peak: Weight(word(word::AT_PEAK)),
        }
    })
}

/// Returns how many buckets there are.
pub(crate) fn len() -> usize {
    COUNT.load(Ordering::Relaxed).min(LIST.get().len())
}

/// Returns the addresses of a bucket's stack, leaf first.
pub(crate) fn stack_of(id: BucketId) -> impl Iterator<Item = u64> {
    let words = bucket_words(id);
    let depth = words[word::KIND].load(Ordering::Relaxed) & ((1 << DEPTH_BITS) - 1);
    words[word::STACK..][..depth as usize].iter().map(|word| word.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn equal_kinds_are_one_bucket_and_sums_come_back_to_nothing() {
        let origin = Origin { labels: 0, thread: 0, size: 48, is_cut: false };
        let id = find_or_add(origin, &[1, 2, 3], None).expect("there is room");
        assert_eq!(find_or_add(origin, &[1, 2, 3], None), Some(id));
        assert_eq!(find_or_add(origin, &[1, 2, 3], Some(id)), Some(id));
        let others = [
            (Origin { labels: 1, ..origin }, [1, 2, 3]),
            (Origin { thread: 1, ..origin }, [1, 2, 3]),
            (Origin { size: 49, ..origin }, [1, 2, 3]),
            (Origin { is_cut: true, ..origin }, [1, 2, 3]),
            (origin, [1, 2, 4]),
        ];
        for (other, stack) in others {
            let other = find_or_add(other, &stack, Some(id));
            assert_ne!(other, Some(id));
            assert_eq!(find_or_add(origin, &[1, 2, 3], other), Some(id));
        }
        let weights = [Weight(7), Weight(1 << 40), Weight(12_345_678_901)];
        weights.iter().for_each(|&weight| add(id, weight));
        weights.iter().rev().for_each(|&weight| remove(id, weight));
        let bucket = all().find(|bucket| bucket.id == id).expect("it is there");
        assert_eq!(bucket.in_use, Weight(0));
        assert_eq!(bucket.allocated, Weight(7 + (1 << 40) + 12_345_678_901));
        assert_eq!(stack_of(id).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn threads_that_add_the_same_kinds_find_the_same_buckets() {
        let of_size = |size| Origin { labels: 9, thread: 1 << 20, size, is_cut: false };
        let add_all = move || (0..2000).map(|size| find_or_add(of_size(size), &[size, 5], None)).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(add_all)).collect();
        let ids: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        assert!(ids.iter().all(|other| *other == ids[0] && other.iter().all(Option::is_some)));
        assert_eq!(all().filter(|bucket| (bucket.labels, bucket.thread) == (9, 1 << 20)).count(), 2000);
    }
}
