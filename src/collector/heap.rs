//! Heap profiles: what is allocated and in use, by call stack.
//!
//! What they show, how exact they are and what they cost stands in [`collector`](super).

use super::recorder::{self, heap};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

/// Returns the mean number of bytes from one sampled byte to the next; 524,288 as in Go unless it was set.
pub fn heap_sampling_rate() -> usize {
    heap::rate()
}

/// Sets the mean number of bytes from one sampled byte to the next: 1 samples every block, 0 none.
///
/// It can be changed at any time; what was sampled keeps its weight, and sums stay right. The running thread takes it
/// up at once, each other one when it has allocated another mebibyte at most. Rates above 64 GiB count as 64 GiB.
pub fn set_heap_sampling_rate(bytes: usize) {
    heap::set_rate(bytes);
}

/// Returns an estimate of the bytes in use, without making a profile.
pub fn heap_in_use_bytes() -> u64 {
    heap::in_use_bytes()
}

/// Sets whether the heap is noted when more is in use than ever, for [`HeapSnapshot::peak`]; begins anew.
///
/// Cost: each time that the estimate of what is in use grows by a sixty-fourth, a pass over all stacks that ever
/// allocated, about 10 ns each, on the thread that allocates.
pub fn set_heap_peak_noted(wanted: bool) {
    heap::set_notes_peak(wanted);
}

/// Sets whether blocks that are sampled from now on are labelled with their thread: its name as `thread`, its id as
/// `thread_id`, as [`CpuProfiler::thread_labels`](super::CpuProfiler::thread_labels) does with CPU profiles.
///
/// The name is the one that the thread has at its first sample. Each thread then has stacks of its own, which stay for
/// the life of the program; after a million threads, further ones are not told apart.
pub fn set_heap_thread_labels(wanted: bool) {
    recorder::set_heap_threads(wanted);
}

pub(crate) fn is_installed() -> bool {
    heap::is_installed()
}

/// Makes a heap profile of now, as Go's `WriteHeapProfile`: all that was ever allocated, and what is in use.
///
/// The sample types are Go's: `alloc_objects` in `count`, `alloc_space` in `bytes`, `inuse_objects` and `inuse_space`.
/// The label `bytes` is the size of the blocks; a stack has a sample for each size and label set.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if the program's allocator is not [`Allocator`](super::Allocator).
pub fn heap_profile() -> Result<Profile> {
    HeapSnapshot::take()?.profile()
}

/// What was allocated and in use at some moment, for a profile of it or of what changed since.
///
/// ```no_run
/// use rpprof::collector::HeapSnapshot;
///
/// let before = HeapSnapshot::take()?;
/// // … work …
/// let growth = HeapSnapshot::take()?.since(&before)?;
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeapSnapshot(heap::Snapshot);

impl HeapSnapshot {
    /// Notes what the heap holds now, without stopping other threads.
    ///
    /// Cost: about 20 ns and 64 bytes for each stack and size that ever allocated.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if the program's allocator is not [`Allocator`](super::Allocator).
    pub fn take() -> Result<Self> {
        if !is_installed() {
            let message = "the program's allocator is not rpprof's: no heap profile";
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        Ok(Self(heap::Snapshot::take()))
    }

    /// Makes a heap profile of that moment; see [`heap_profile`].
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn profile(&self) -> Result<Profile> {
        self.0.profile("")
    }

    /// Makes the same profile with `alloc_space` as the sample type to show first, as Go's profile `allocs`.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn allocs(&self) -> Result<Profile> {
        self.0.profile("alloc_space")
    }

    /// Makes a profile of the samples themselves; its period is the rate that scales them.
    pub(crate) fn samples(&self) -> Result<Profile> {
        self.0.samples()
    }

    /// Makes a heap profile of what changed since `earlier`, in bytes and blocks.
    ///
    /// Where less is in use than then, values are negative. Stacks without a change are left out.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn since(&self, earlier: &Self) -> Result<Profile> {
        self.0.since(&earlier.0, "")
    }

    /// Makes a heap profile with what was in use when most was, to a sixty-fourth, as long as [`set_heap_peak_noted`]
    /// was on.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn peak(&self) -> Result<Profile> {
        self.0.peak()
    }
}
