//! Tables of words straight from the system, for code that must not allocate.

use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};

/// A table of words of 0, which is mapped when it is first asked for; memory is taken up as it is written.
pub(crate) struct LazyWords {
    start: AtomicPtr<AtomicU64>,
    /// How many words there are; written before `start`.
    count: AtomicUsize,
    /// How many words there are to be, and at least, where address space is limited.
    wanted: usize,
    least: usize,
}

impl LazyWords {
    /// Makes a table of `wanted` words; where address space is limited, of as many as [`share`] says, and at least `least`.
    pub(crate) const fn new(wanted: usize, least: usize) -> Self {
        Self { start: AtomicPtr::new(ptr::null_mut()), count: AtomicUsize::new(0), wanted, least }
    }

    /// Returns the words if they were asked for before; none otherwise.
    #[inline]
    pub(crate) fn get(&'static self) -> &'static [AtomicU64] {
        let start = self.start.load(Ordering::Acquire);
        if start.is_null() {
            return &[];
        }
        // SAFETY: `start` is of a mapping of at least `count` words that is never unmapped: `count` is written before
        // it. Words of 0 are valid.
        unsafe { slice::from_raw_parts(start, self.count.load(Ordering::Relaxed)) }
    }

    /// Returns the words; none if the system refuses the memory.
    ///
    /// Allowed in a handler.
    pub(crate) fn get_or_map(&'static self) -> &'static [AtomicU64] {
        if self.start.load(Ordering::Acquire).is_null() && !self.map(self.wanted) {
            let bytes = share(self.wanted * size_of::<u64>(), self.least * size_of::<u64>());
            self.map(bytes / size_of::<u64>());
        }
        self.get()
    }

    /// Maps the table unless another thread does; returns whether it is there.
    fn map(&self, count: usize) -> bool {
        if count < self.least {
            return false;
        }
        let size = count * size_of::<u64>();
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: asks for new memory anywhere.
        let new = unsafe { libc::mmap(ptr::null_mut(), size, access, kind, -1, 0) };
        if new == libc::MAP_FAILED {
            return false;
        }
        // Threads that come here at once try the same sizes, but one of them may be refused; the smaller table counts.
        let _ = self.count.compare_exchange(0, count, Ordering::AcqRel, Ordering::Acquire);
        let is_largest = self.count.load(Ordering::Acquire) <= count;
        let installed = is_largest
            && self.start.compare_exchange(ptr::null_mut(), new.cast(), Ordering::AcqRel, Ordering::Acquire).is_ok();
        if !installed {
            // SAFETY: the mapping is ours, and nobody has seen it.
            unsafe { libc::munmap(new, size) };
        }
        !self.start.load(Ordering::Acquire).is_null()
    }
}

/// Returns how many bytes to ask for when the system has refused `wanted` of them; 0 if there are not even `least`.
///
/// It is a sixteenth of what the system would give, so that most of that is left to the program: an allocation is not to
/// fail for the profiler's sake.
pub(super) fn share(wanted: usize, least: usize) -> usize {
    const PART: usize = 16;
    let can_be_had = |size: usize| {
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: asks for new addresses anywhere.
        let new = unsafe { libc::mmap(ptr::null_mut(), size, libc::PROT_NONE, kind, -1, 0) };
        if new == libc::MAP_FAILED {
            return false;
        }
        // SAFETY: the mapping is ours, and nobody has seen it.
        unsafe { libc::munmap(new, size) };
        true
    };
    let mut size = wanted / 4;
    while size >= least && !can_be_had(size) {
        size /= 4;
    }
    match size / PART {
        _ if size < least => 0,
        part => part.max(least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn words_are_zero_and_stay() {
        static WORDS: LazyWords = LazyWords::new(1 << 20, 16);
        assert!(WORDS.get().is_empty());
        assert_eq!(WORDS.get_or_map().len(), 1 << 20);
        WORDS.get()[77].store(5, Ordering::Relaxed);
        assert_eq!(WORDS.get_or_map()[77].load(Ordering::Relaxed), 5);
        assert_eq!(WORDS.get()[78].load(Ordering::Relaxed), 0);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know memory that is reserved only")]
    fn less_is_taken_if_the_system_refuses() {
        static WORDS: LazyWords = LazyWords::new(1 << 54, 1 << 10);
        assert!((1 << 10..1 << 54).contains(&WORDS.get_or_map().len()));
        static NONE: LazyWords = LazyWords::new(1 << 54, 1 << 53);
        assert!(NONE.get_or_map().is_empty());
    }
}
