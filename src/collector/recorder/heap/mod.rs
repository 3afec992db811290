//! What the allocator's hook does: which blocks are sampled, with what weight, and that they are freed.
//!
//! A thread counts down bytes (`countdown`); when it arrives, the block is a sample: the stack is walked (`trace`) and
//! counted with the block's size in a bucket (`buckets`). A small block moves to a slot of our own (`slots`), so that
//! its address alone tells when it is freed; a large one stays where it is and is looked up (`large`).
//!
//! All of it may run inside any allocation: before `main`, in a signal handler, while a thread ends. It takes no lock
//! and its memory comes straight from the system.

mod assemble;
mod buckets;
mod countdown;
mod large;
mod slots;
mod snapshot;
pub(crate) mod threads;
mod trace;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::collector::labels::number_in_force;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::signal::Errno;
use crate::collector::sys::tls::{self, ThreadSlot};
use buckets::{BucketId, Origin};
use countdown::Weight;
use trace::MAX_DEPTH;

pub(crate) use buckets::{in_use_bytes, len, set_notes_peak};
pub(crate) use countdown::{rate, set_rate};
pub(crate) use snapshot::Snapshot;

/// Whether the allocator of the process is ours.
static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
/// Samples that found no room in the buckets.
static LOST: AtomicU64 = AtomicU64::new(0);
/// Samples whose blocks cannot be told when they are freed; they count as allocated and not as in use.
static UNTRACKED: AtomicU64 = AtomicU64::new(0);

/// Returns whether the allocator of the process is ours.
pub(crate) fn is_installed() -> bool {
    IS_INSTALLED.load(Ordering::Relaxed)
}

/// Returns how many samples were lost, and how many could not be followed to their end.
pub(crate) fn shortfalls() -> (u64, u64) {
    (LOST.load(Ordering::Relaxed), UNTRACKED.load(Ordering::Relaxed))
}

/// The size from which on blocks are large.
const LARGE: usize = 1 << 15;

/// Returns whether blocks of this size and alignment are never in slots of ours.
#[inline(always)]
fn is_large(size: usize, align: usize) -> bool {
    // Both are below the bit: sizes below 32 KiB, alignments up to 2 KiB.
    size | align << 3 >= LARGE
}

/// Returns false if nothing is known of a block of this size and alignment at `address`, outside of slots.
#[inline(always)]
pub(crate) fn may_have_large(address: usize, size: usize, align: usize) -> bool {
    is_large(size, align) && large::may_have(address)
}

/// A sampled allocation: where it counts, and for how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) bucket: BucketId,
    pub(crate) weight: Weight,
}

/// What is to become of an allocation.
pub(crate) enum Verdict {
    /// It is not sampled.
    Plain,
    /// It is sampled and counted, and has a slot of ours.
    Slot(slots::Slot),
    /// It is sampled; once it has succeeded it is to be counted, by [`count`].
    Count(Sample),
}

/// Keeps signal handlers on this thread from sampling, and `errno` as it is.
struct Busy<'s> {
    slot: &'s ThreadSlot,
    _errno: Errno,
}

impl<'s> Busy<'s> {
    /// `None` if the thread is busy already.
    fn begin(slot: &'s ThreadSlot) -> Option<Self> {
        if slot.heap.busy.load(Ordering::Relaxed) != 0 {
            return None;
        }
        slot.heap.busy.store(1, Ordering::Relaxed);
        Some(Self { slot, _errno: Errno::save() })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.slot.heap.busy.store(0, Ordering::Relaxed);
    }
}

/// Decides about an allocation of `size` bytes at which the countdown has ended; `registers` are of the hook's frame.
pub(crate) fn on_allocation(size: usize, align: usize, registers: Registers) -> Verdict {
    tls::with_slot(|slot| {
        let Some(_busy) = Busy::begin(slot) else { return Verdict::Plain };
        IS_INSTALLED.store(true, Ordering::Relaxed);
        let Some(weight) = countdown::decide(&slot.heap, size as u64) else { return Verdict::Plain };
        let mut stack = [0; MAX_DEPTH];
        let trace = trace::walk_from(slot, registers, &mut stack);
        let labels = number_in_force(slot.labels.load(Ordering::Relaxed));
        let (last, stack) = (BucketId::of_word(&slot.heap_bucket), &stack[..trace.depth]);
        let thread = threads::own_number(slot);
        let origin = Origin { labels, thread, size: size as u64, is_cut: trace.is_cut };
        let Some(bucket) = buckets::find_or_add(origin, stack, last) else {
            LOST.fetch_add(1, Ordering::Relaxed);
            return Verdict::Plain;
        };
        slot.heap_bucket.store(bucket.to_bits(), Ordering::Relaxed);
        let sample = Sample { bucket, weight };
        if is_large(size, align) {
            return Verdict::Count(sample);
        }
        match slots::take(size, align) {
            Some(slot) => {
                slots::set(&slot, sample);
                buckets::add(bucket, weight);
                Verdict::Slot(slot)
            }
            None => Verdict::Count(sample),
        }
    })
}

/// Counts a sampled allocation at `address` that has succeeded and is in no slot of ours.
pub(crate) fn count(address: usize, size: usize, align: usize, sample: Sample) {
    let _errno = Errno::save();
    if is_large(size, align) && large::insert(address, sample) {
        buckets::add(sample.bucket, sample.weight);
    } else {
        buckets::add_untracked(sample.bucket, sample.weight);
        UNTRACKED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Frees the slot at `pointer`, if there is one.
pub(crate) fn free_slot(pointer: *mut u8) -> bool {
    let Some(sample) = slots::free(pointer) else { return slots::is_slot(pointer) };
    buckets::remove(sample.bucket, sample.weight);
    true
}

/// Returns whether there is a slot at `pointer`.
pub(crate) fn is_slot(pointer: *mut u8) -> bool {
    slots::is_slot(pointer)
}

/// Takes a block out of the books, if it is a large one that is in them, for as long as it is not certain that it will
/// be freed.
pub(crate) fn take_large(address: usize, size: usize, align: usize) -> Option<Sample> {
    if is_large(size, align) { large::take(address) } else { None }
}

/// Puts a block back that [`take_large`] returned, and that was not freed.
pub(crate) fn put_back_large(address: usize, sample: Sample) {
    if !large::insert(address, sample) {
        buckets::remove(sample.bucket, sample.weight);
    }
}

/// Counts a block as freed that [`take_large`] returned.
pub(crate) fn release(sample: Sample) {
    buckets::remove(sample.bucket, sample.weight);
}
