//! The allocator that samples: the hook around another one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

use super::arena;
use super::registers::Registers;
use super::tls;
use crate::collector::recorder::heap::{self, Verdict};

/// A global allocator that has another one do the work, and samples what it is asked for.
///
/// ```
/// use rpprof::collector::Allocator;
///
/// #[global_allocator]
/// static ALLOCATOR: Allocator = Allocator::system();
/// # fn main() -> Result<(), rpprof::Error> {
/// let numbers: Vec<u64> = (0..4_000_000).collect();
/// let profile = rpprof::collector::heap_profile()?;
/// # assert!(profile.samples().len() > 0);
/// # drop(numbers);
/// # Ok(())
/// # }
/// ```
///
/// On average one byte in [`heap_sampling_rate`](crate::collector::heap_sampling_rate) is a hit, and blocks with a hit
/// are samples: their stacks and labels are noted. Sampled blocks below 32 KiB lie in memory of the profiler's own, so
/// that other blocks cost next to nothing when they are freed.
///
/// It may be used from a program's first instruction to its last: before `main`, in destructors of threads, in signal
/// handlers as far as the inner allocator may. It takes no lock and does not allocate for itself. A program should
/// have one; a second one's blocks are counted along with the first one's.
#[derive(Debug, Default)]
pub struct Allocator<A = System> {
    inner: A,
}

impl Allocator {
    /// Makes an allocator around the system's.
    pub const fn system() -> Self {
        Self { inner: System }
    }
}

impl<A> Allocator<A> {
    /// Makes an allocator around `inner`.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

/// Whether the bytes of a new block are to be 0.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Any,
    Zeros,
}

/// Returns whether nothing is noted about the block, so that the inner allocator can have it at once.
#[inline(always)]
fn is_plain(pointer: *mut u8, layout: Layout) -> bool {
    !arena::may_have(pointer) && !heap::may_have_large(pointer.addr(), layout.size(), layout.align())
}

impl<A: GlobalAlloc> Allocator<A> {
    /// Allocates when the countdown has ended.
    ///
    /// # Safety
    /// As for `GlobalAlloc::alloc`.
    #[cold]
    #[inline(never)]
    unsafe fn allocate(&self, layout: Layout, content: Content) -> *mut u8 {
        let verdict = heap::on_allocation(layout.size(), layout.align(), Registers::here());
        if let Verdict::Slot(slot) = verdict {
            if content == Content::Zeros && !slot.is_zeroed {
                // SAFETY: the slot has at least as many bytes as the layout, and is this call's alone.
                unsafe { slot.pointer.write_bytes(0, layout.size()) };
            }
            return slot.pointer;
        }
        let block = match content {
            // SAFETY: the caller keeps the promises of `alloc`.
            Content::Any => unsafe { self.inner.alloc(layout) },
            // SAFETY: the caller keeps the promises of `alloc_zeroed`, which are the same.
            Content::Zeros => unsafe { self.inner.alloc_zeroed(layout) },
        };
        note(block, layout, &verdict);
        block
    }

    /// Frees a block that something may be noted about.
    ///
    /// # Safety
    /// As for `GlobalAlloc::dealloc`.
    #[cold]
    #[inline(never)]
    unsafe fn free(&self, block: *mut u8, layout: Layout) {
        if arena::may_have(block) && heap::free_slot(block) {
            return;
        }
        if let Some(sample) = heap::take_large(block.addr(), layout.size(), layout.align()) {
            heap::release(sample);
        }
        // SAFETY: the block is not of a slot, so it came from the inner allocator with this layout.
        unsafe { self.inner.dealloc(block, layout) };
    }

    /// Reallocates a block that something may be noted about, or one that is to be sampled if `is_due`.
    ///
    /// A new size counts as a new block, and the old one as freed, whether or not it moves.
    ///
    /// # Safety
    /// As for `GlobalAlloc::realloc`.
    #[cold]
    #[inline(never)]
    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize, is_due: bool) -> *mut u8 {
        // SAFETY: the caller promises that the new size, rounded up to the alignment, does not overflow.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let verdict = match is_due {
            true => heap::on_allocation(new_size, layout.align(), Registers::here()),
            false => Verdict::Plain,
        };
        let is_slot = arena::may_have(block) && heap::is_slot(block);
        if let Verdict::Slot(slot) = verdict {
            // SAFETY: both blocks have that many bytes, and the slot is new, so they do not overlap.
            unsafe { ptr::copy_nonoverlapping(block, slot.pointer, layout.size().min(new_size)) };
            // SAFETY: the block is the caller's, of this layout, and not used any more.
            unsafe { self.dealloc(block, layout) };
            return slot.pointer;
        }
        if is_slot {
            // SAFETY: the new size is not 0, as the caller promises.
            let new = unsafe { self.inner.alloc(new_layout) };
            if !new.is_null() {
                // SAFETY: both blocks have that many bytes, and the new one does not overlap.
                unsafe { ptr::copy_nonoverlapping(block, new, layout.size().min(new_size)) };
                heap::free_slot(block);
                note(new, new_layout, &verdict);
            }
            return new;
        }
        // Before the call: behind it, the address may be another block's already.
        let old = heap::take_large(block.addr(), layout.size(), layout.align());
        // SAFETY: the block is not of a slot, so it came from the inner allocator; the rest is the caller's promise.
        let new = unsafe { self.inner.realloc(block, layout, new_size) };
        match old {
            Some(sample) if new.is_null() => heap::put_back_large(block.addr(), sample),
            Some(sample) => heap::release(sample),
            None => {}
        }
        note(new, new_layout, &verdict);
        new
    }
}

/// Counts a sampled block that the inner allocator made.
fn note(block: *mut u8, layout: Layout, verdict: &Verdict) {
    if let Verdict::Count(sample) = *verdict
        && !block.is_null()
    {
        heap::count(block.addr(), layout.size(), layout.align(), sample);
    }
}

// SAFETY: blocks are the inner allocator's, which keeps the promises, or slots: those are mapped memory that fits the
// layout's size and alignment, belong to one block at a time, and are never given to the inner allocator. Nothing
// unwinds: the hook does not panic, and the inner allocator must not.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Allocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if tls::spend(layout.size()) {
            // SAFETY: the caller's promises are the inner allocator's.
            return unsafe { self.inner.alloc(layout) };
        }
        // SAFETY: the caller's promises.
        unsafe { self.allocate(layout, Content::Any) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_plain(block, layout) {
            // SAFETY: the block is not in the arena, so it came from the inner allocator with this layout.
            return unsafe { self.inner.dealloc(block, layout) };
        }
        // SAFETY: the caller's promises.
        unsafe { self.free(block, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if tls::spend(layout.size()) {
            // SAFETY: the caller's promises are the inner allocator's.
            return unsafe { self.inner.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's promises.
        unsafe { self.allocate(layout, Content::Zeros) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let is_due = !tls::spend(new_size);
        if !is_due && is_plain(block, layout) {
            // SAFETY: the block is not in the arena, so it came from the inner allocator; the rest is the caller's.
            return unsafe { self.inner.realloc(block, layout, new_size) };
        }
        // SAFETY: the caller's promises.
        unsafe { self.resize(block, layout, new_size, is_due) }
    }
}
