//! The allocator underneath: the system's, which counts its calls, and fails when it is told to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

/// Counts the calls of a thread and fails some.
pub(crate) struct Inner;

/// What a thread has asked of the allocator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) allocations: u64,
    pub(crate) resizes: u64,
    pub(crate) frees: u64,
}

thread_local! {
    static CALLS: Cell<Calls> = const { Cell::new(Calls { allocations: 0, resizes: 0, frees: 0 }) };
    static FAILS: Cell<bool> = const { Cell::new(false) };
}

/// Returns what this thread has asked so far.
pub(crate) fn calls() -> Calls {
    CALLS.get()
}

/// Lets all allocations of this thread fail, or none.
pub(crate) fn set_fails(wanted: bool) {
    FAILS.set(wanted);
}

fn count(change: impl FnOnce(&mut Calls)) {
    let mut calls = CALLS.get();
    change(&mut calls);
    CALLS.set(calls);
}

// SAFETY: all is the system's, or nothing.
unsafe impl GlobalAlloc for Inner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.allocations += 1);
        // SAFETY: the caller's promises.
        if FAILS.get() { ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(|calls| calls.frees += 1);
        // SAFETY: the caller's promises.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.allocations += 1);
        // SAFETY: the caller's promises.
        if FAILS.get() { ptr::null_mut() } else { unsafe { System.alloc_zeroed(layout) } }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(|calls| calls.resizes += 1);
        // SAFETY: the caller's promises.
        if FAILS.get() { ptr::null_mut() } else { unsafe { System.realloc(block, layout, new_size) } }
    }
}
