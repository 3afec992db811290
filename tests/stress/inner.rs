//! The allocator under the profiler's: the system's, which counts blocks and bytes and may fail some.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// Passes all on to the system's allocator, or fails.
pub(crate) struct Inner;

thread_local! {
    /// One in how many allocations fails; 0 for none.
    static FAILS_ONE_IN: Cell<u64> = const { Cell::new(0) };
    static RANDOM: Cell<u64> = const { Cell::new(0x1234_5678_9abc_def1) };
    static FAILED: Cell<u64> = const { Cell::new(0) };
}

/// Blocks that were handed out and not yet freed.
static BLOCKS: AtomicU64 = AtomicU64::new(0);

/// Returns how many blocks are out.
pub(crate) fn blocks() -> u64 {
    BLOCKS.load(Ordering::Relaxed)
}

/// The sizes of the blocks that are out.
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Returns how many bytes the blocks that are out have.
pub(crate) fn bytes() -> u64 {
    BYTES.load(Ordering::Relaxed)
}

/// Lets one in `count` allocations of this thread fail; none if it is 0.
pub(crate) fn fail_one_in(count: u64) {
    FAILS_ONE_IN.set(count);
}

/// Returns how many allocations of this thread failed.
pub(crate) fn failed() -> u64 {
    FAILED.get()
}

fn fails() -> bool {
    let one_in = FAILS_ONE_IN.get();
    if one_in == 0 {
        return false;
    }
    let mut random = RANDOM.get();
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    RANDOM.set(random);
    let fails = random.is_multiple_of(one_in);
    FAILED.set(FAILED.get() + u64::from(fails));
    fails
}

fn counted(block: *mut u8, size: usize) -> *mut u8 {
    if !block.is_null() {
        BLOCKS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(size as u64, Ordering::Relaxed);
    }
    block
}

// SAFETY: all is the system's, or nothing.
unsafe impl GlobalAlloc for Inner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises.
        if fails() { ptr::null_mut() } else { counted(unsafe { System.alloc(layout) }, layout.size()) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BLOCKS.fetch_sub(1, Ordering::Relaxed);
        BYTES.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promises.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises.
        if fails() { ptr::null_mut() } else { counted(unsafe { System.alloc_zeroed(layout) }, layout.size()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promises.
        let new = unsafe { System.realloc(block, layout, new_size) };
        if !new.is_null() {
            BYTES.fetch_add(new_size as u64, Ordering::Relaxed);
            BYTES.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        }
        new
    }
}
