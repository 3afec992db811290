//! Memory that costs nothing until it is touched.

use std::sync::atomic::AtomicU64;

/// Makes `count` words of 0; their pages come from the system when they are first written.
pub(crate) fn words(count: usize) -> Box<[AtomicU64]> {
    let words = Box::into_raw(vec![0_u64; count].into_boxed_slice());
    // SAFETY: the box was just taken apart, and AtomicU64 has the same size, alignment and valid values as u64.
    unsafe { Box::from_raw(words as *mut [AtomicU64]) }
}

const _: () = assert!(size_of::<AtomicU64>() == size_of::<u64>() && align_of::<AtomicU64>() == align_of::<u64>());
