//! Slots for sampled small blocks, in an arena of our own.
//!
//! The arena is cut into slabs, and a slab into slots of one size. What is known of a slot stands in another table, so
//! that a program that writes past its block does not hurt it. Free slots of a size are a stack without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

use super::buckets::BucketId;
use super::countdown::Weight;
use super::{LARGE, Sample};
use crate::collector::sys::arena;
use crate::collector::sys::lazy_words::LazyWords;

/// Bytes of a slab; its slots are at most `LARGE` bytes.
const SLAB: usize = 1 << 18;
/// The smallest slot.
const UNIT: usize = 16;
/// Numbers of slots in a slab; larger slots leave most of them out.
const NUMBERS: usize = SLAB / UNIT;
/// Sizes of slots: 16, 32, 48 and 64, and then four for each doubling up to 32 KiB.
const CLASSES: usize = 40;

/// The words of each slot: two for each number.
static RECORDS: LazyWords = LazyWords::new(arena::WINDOW / 8, SLAB / 8);
/// The class of each slab, plus 1.
static SLAB_CLASSES: LazyWords = LazyWords::new(arena::WINDOW / SLAB, 64);
/// How many slabs there are.
static SLABS: AtomicU64 = AtomicU64::new(0);
/// For each class, the free slot that was freed last: its link, and a count of changes in the high half.
static FREE: [AtomicU64; CLASSES] = [const { AtomicU64::new(0) }; CLASSES];
/// For each class, the slab that is being filled, plus 1, in the high half; how many of its slots were given out.
static FILLING: [AtomicU64; CLASSES] = [const { AtomicU64::new(0) }; CLASSES];

/// In a slot's first word if it is in use; its bucket is then in the low half, and otherwise the link to the next one.
const IN_USE: u64 = 1 << 63;
const LOW: u64 = u32::MAX as u64;

/// Returns the class of the smallest slots that fit.
fn class_of(size: usize, align: usize) -> usize {
    // Slots of a power of two are as aligned as they are large.
    let size = if align > UNIT { size.max(align).next_power_of_two() } else { size.max(1) };
    if size <= 64 {
        return (size - 1) / UNIT;
    }
    let doubling = (size - 1).ilog2(); // 6 from 65 to 128 bytes.
    let quarter = (size - 1) >> (doubling - 2) & 3;
    4 * (doubling as usize - 5) + quarter
}

/// Returns the size of slots of a class.
const fn size_of_class(class: usize) -> usize {
    if class < 4 { (class + 1) * UNIT } else { (class % 4 + 5) << (class / 4 + 3) }
}

const _: () = assert!(size_of_class(CLASSES - 1) == LARGE);

/// A slot: its number among all slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number(u32);

impl Number {
    fn new(slab: usize, row: usize) -> Self {
        Self((slab * NUMBERS + row) as u32) // The arena has 2^31 units.
    }

    /// What stands for the slot in lists, where 0 is their end.
    fn link(self) -> u64 {
        u64::from(self.0) + 1
    }

    fn of_link(link: u64) -> Option<Self> {
        link.checked_sub(1).map(|number| Self(number as u32)) // It was made of one.
    }

    fn words(self) -> &'static [AtomicU64] {
        &RECORDS.get()[self.0 as usize * 2..][..2]
    }

    fn offset(self, class: usize) -> usize {
        let (slab, row) = (self.0 as usize / NUMBERS, self.0 as usize % NUMBERS);
        slab * SLAB + row * size_of_class(class)
    }
}

/// A slot that was taken.
#[derive(Debug)]
pub(crate) struct Slot {
    number: Number,
    pub(crate) pointer: *mut u8,
    /// Whether its bytes are all 0.
    pub(crate) is_zeroed: bool,
}

/// Takes a slot; `None` if the system refuses memory.
///
/// # Panics
/// If the block is large.
pub(super) fn take(size: usize, align: usize) -> Option<Slot> {
    let class = class_of(size, align);
    let (number, is_zeroed) = match pop(class) {
        Some(number) => (number, false),
        None => (fill(class)?, true),
    };
    Some(Slot { number, pointer: arena::pointer(number.offset(class)), is_zeroed })
}

/// Writes what is known of a slot that was taken.
pub(super) fn set(slot: &Slot, sample: Sample) {
    let words = slot.number.words();
    words[1].store(sample.weight.0, Ordering::Relaxed);
    words[0].store(IN_USE | u64::from(sample.bucket.to_bits()), Ordering::Relaxed);
}

/// Takes the slot that was freed last.
fn pop(class: usize) -> Option<Number> {
    let head = &FREE[class];
    let mut seen = head.load(Ordering::Acquire);
    loop {
        let number = Number::of_link(seen & LOW)?;
        // The slot may be taken and freed meanwhile; then the count has changed, and the exchange fails.
        let next = number.words()[0].load(Ordering::Relaxed) & LOW;
        let new = (seen >> 32).wrapping_add(1) << 32 | next;
        match head.compare_exchange_weak(seen, new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Some(number),
            Err(other) => seen = other,
        }
    }
}

/// Puts a chain of slots from `first` to `last` in front of the free ones.
fn push(class: usize, first: Number, last: Number) {
    let head = &FREE[class];
    let mut seen = head.load(Ordering::Relaxed);
    loop {
        last.words()[0].store(seen & LOW, Ordering::Relaxed);
        let new = (seen >> 32).wrapping_add(1) << 32 | first.link();
        match head.compare_exchange_weak(seen, new, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => return,
            Err(other) => seen = other,
        }
    }
}

/// Takes a slot that was never used.
fn fill(class: usize) -> Option<Number> {
    let count = SLAB / size_of_class(class);
    let mut seen = FILLING[class].load(Ordering::Acquire);
    loop {
        let (slab, given) = ((seen >> 32) as usize, (seen & LOW) as usize);
        if slab == 0 || given == count {
            return new_slab(class, seen);
        }
        match FILLING[class].compare_exchange_weak(seen, seen + 1, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Some(Number::new(slab - 1, given)),
            Err(other) => seen = other,
        }
    }
}

/// Makes a slab and takes its first slot.
fn new_slab(class: usize, seen: u64) -> Option<Number> {
    let size = arena::reserve();
    let records = RECORDS.get_or_map();
    let classes = SLAB_CLASSES.get_or_map();
    let limit = (size / SLAB).min(records.len() / (NUMBERS * 2)).min(classes.len());
    let slab =
        SLABS.fetch_update(Ordering::AcqRel, Ordering::Acquire, |slab| (slab < limit as u64).then_some(slab + 1));
    let slab = slab.ok()? as usize;
    if !arena::commit(slab * SLAB, SLAB) {
        return None; // The slab is given up; without memory there are other worries.
    }
    classes[slab].store(class as u64 + 1, Ordering::Release);
    let filling = (slab as u64 + 1) << 32 | 1;
    if FILLING[class].compare_exchange(seen, filling, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        // Another thread was first; the rest of this slab goes to the free slots.
        let last = SLAB / size_of_class(class) - 1;
        for row in 1..last {
            Number::new(slab, row).words()[0].store(Number::new(slab, row + 1).link(), Ordering::Relaxed);
        }
        push(class, Number::new(slab, 1), Number::new(slab, last));
    }
    Some(Number::new(slab, 0))
}

/// Returns the slot at `pointer` and its class.
fn find(pointer: *mut u8) -> Option<(Number, usize)> {
    let offset = arena::offset_of(pointer)?;
    let slab = offset / SLAB;
    let class = SLAB_CLASSES.get().get(slab)?.load(Ordering::Acquire).checked_sub(1)? as usize;
    Some((Number::new(slab, offset % SLAB / size_of_class(class)), class))
}

/// Returns whether `pointer` is of a slot.
pub(super) fn is_slot(pointer: *mut u8) -> bool {
    find(pointer).is_some()
}

/// Frees the slot at `pointer` and returns what was known of it; `None` if there is no slot, or it is free.
pub(super) fn free(pointer: *mut u8) -> Option<Sample> {
    let (number, class) = find(pointer)?;
    let words = number.words();
    let state = words[0].load(Ordering::Relaxed);
    if state & IN_USE == 0 {
        return None;
    }
    let bucket = BucketId::from_bits((state & LOW) as u32);
    let sample = Sample { bucket, weight: Weight(words[1].load(Ordering::Relaxed)) };
    push(class, number, number);
    Some(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_fit_and_waste_little() {
        for size in (1..LARGE).step_by(if cfg!(miri) { 61 } else { 1 }) {
            let class = class_of(size, 1);
            assert!(size_of_class(class) >= size && (class == 0 || size_of_class(class - 1) < size), "{size}");
        }
        for align in (5..12).map(|bits| 1 << bits) {
            for size in [1, 40, 100, 5000, LARGE - 1] {
                let slot = size_of_class(class_of(size, align));
                assert!(slot >= size && slot.is_multiple_of(align), "{size} {align}");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn slots_are_apart_and_come_back() {
        let sample = Sample { bucket: BucketId::from_bits(7), weight: Weight(9) };
        let take_some = move || -> Vec<usize> {
            let taken: Vec<Slot> = (0..3000).map(|_| take(300, 8).expect("there is memory")).collect();
            taken.iter().for_each(|slot| set(slot, sample));
            taken.iter().map(|slot| slot.pointer.expose_provenance()).collect()
        };
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(take_some)).collect();
        let mut taken: Vec<usize> = threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
        taken.sort_unstable();
        assert!(taken.windows(2).all(|pair| pair[1] - pair[0] >= 320));
        let pointer = |&address: &usize| std::ptr::with_exposed_provenance_mut::<u8>(address);
        assert!(taken.iter().all(|address| free(pointer(address)) == Some(sample)));
        assert_eq!(free(pointer(&taken[0])), None);
        let slot = take(300, 8).expect("there is memory");
        assert!(taken.contains(&slot.pointer.addr()) && !slot.is_zeroed);
        let mut local = 0;
        assert!(!is_slot(&raw mut local));
    }
}
