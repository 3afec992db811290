//! Asking the dynamic loader whether its list of objects has changed.

use std::ptr;

use libc::{c_int, c_void, dl_phdr_info};

use super::process;

/// Returns how many objects were ever loaded and unloaded; not from a handler, because it takes the loader's lock.
///
/// `None` in the child of a fork: a thread that is not there may have held the lock, which then stays locked for ever.
pub(crate) fn generation() -> Option<u64> {
    if process::is_forked() {
        return None;
    }
    extern "C" fn first(info: *mut dl_phdr_info, size: usize, answer: *mut c_void) -> c_int {
        if size < size_of::<dl_phdr_info>() {
            return 1; // An old loader that does not count.
        }
        // SAFETY: the loader passes a whole record, as its size says. Only its counts are read: what its pointers
        // point to may be unmapped by another thread.
        let info = unsafe { &*info };
        // SAFETY: this is the address of `generation` below, which waits for the call.
        unsafe { *answer.cast::<u64>() = info.dlpi_adds.wrapping_add(info.dlpi_subs) };
        1
    }
    let mut generation = 0_u64;
    // SAFETY: the callback fits the argument it gets, and stops at the first object.
    unsafe { libc::dl_iterate_phdr(Some(first), ptr::from_mut(&mut generation).cast()) };
    Some(generation)
}
