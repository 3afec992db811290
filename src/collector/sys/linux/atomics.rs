//! The atomics that threads share, named here so that a model checker can put its own in their place, and for how many.

pub(crate) use std::sync::OnceLock;
pub(crate) use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};

/// How many threads can have a record at a time.
pub(crate) const MAX_RECORDS: usize = 4096;
/// Words of a thread's ring: 64 KiB, some 180 stacks of ordinary depth, or 31 of the greatest.
pub(crate) const RING_WORDS: usize = 8192;
/// How many sessions there can be at a time; a power of two.
pub(crate) const MAX_SESSIONS: usize = 16;
