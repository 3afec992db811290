//! The range of addresses where sampled blocks lie, so that freeing a block tells by its address whether it is one.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::lazy_words::share;

/// Bytes of address space; a constant, so that the test of an address is a subtraction and a comparison.
pub(crate) const WINDOW: usize = 32 << 30;
/// Bytes of address space to be worth it, where it is limited.
const LEAST: usize = 1 << 20;
/// No block is at or behind this address.
const NOWHERE: usize = 1 << 63;

/// The first address; `NOWHERE` as long as nothing is reserved.
static START: AtomicUsize = AtomicUsize::new(NOWHERE);
/// How many bytes are reserved; 1 if the system refused.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// Returns false if no sampled block is at `pointer`; true for those that are, and for few others if any.
#[inline(always)]
pub(crate) fn may_have(pointer: *mut u8) -> bool {
    // Whoever has a sampled block had it from a thread that has seen the reservation.
    pointer.addr().wrapping_sub(START.load(Ordering::Relaxed)) < WINDOW
}

/// Returns how far from the arena's start `pointer` is; `None` if it is not inside.
pub(crate) fn offset_of(pointer: *mut u8) -> Option<usize> {
    let offset = pointer.addr().wrapping_sub(START.load(Ordering::Relaxed));
    (offset < RESERVED.load(Ordering::Acquire)).then_some(offset)
}

/// Returns a pointer to `offset`, which is inside.
pub(crate) fn pointer(offset: usize) -> *mut u8 {
    ptr::with_exposed_provenance_mut(START.load(Ordering::Relaxed) + offset)
}

/// Returns how many bytes the arena has; 0 if the system refuses.
///
/// Allowed in a handler.
pub(crate) fn reserve() -> usize {
    const REFUSED: usize = 1;
    match RESERVED.load(Ordering::Acquire) {
        REFUSED => return 0,
        0 => {}
        size => return size,
    }
    let mapped = match map(WINDOW) {
        Some(new) => Some((new, WINDOW)),
        None => {
            let size = share(WINDOW, LEAST);
            map(size).map(|new| (new, size))
        }
    };
    if let Some((new, size)) = mapped {
        let exposed = new.expose_provenance();
        if START.compare_exchange(NOWHERE, exposed, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            RESERVED.store(size, Ordering::Release);
            return size;
        }
        // SAFETY: another thread was first; this mapping is ours, and nobody has seen it.
        unsafe { libc::munmap(new, size) };
        // That thread has not said yet how much there is; this block is then not put into the arena.
        return match RESERVED.load(Ordering::Acquire) {
            REFUSED => 0,
            size => size,
        };
    }
    let _ = RESERVED.compare_exchange(0, REFUSED, Ordering::AcqRel, Ordering::Acquire);
    0
}

/// Takes addresses without memory; `None` if the system refuses, or there are none to take.
fn map(size: usize) -> Option<*mut libc::c_void> {
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: asks for new addresses anywhere.
    let new = unsafe { libc::mmap(ptr::null_mut(), size, libc::PROT_NONE, kind, -1, 0) };
    (size > 0 && new != libc::MAP_FAILED).then_some(new)
}

/// Makes a part of the arena usable; its bytes are 0. Returns false if the system refuses.
///
/// # Panics
/// If the part is not inside.
pub(crate) fn commit(offset: usize, length: usize) -> bool {
    assert!(offset.checked_add(length).is_some_and(|end| end <= RESERVED.load(Ordering::Acquire)));
    // SAFETY: the part is inside the reservation, which is ours and whose bytes nobody uses before.
    unsafe { libc::mprotect(pointer(offset).cast(), length, libc::PROT_READ | libc::PROT_WRITE) == 0 }
}
