//! The atomics that threads share, named here so that a model checker can put its own in their place, and for how many.

pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};

/// How many threads can have a record at a time.
pub(crate) const MAX_RECORDS: usize = 4096;
