//! Systems without a recorder: all that is left are the thread's own words.

/// The thread's own words, which nobody but the thread itself reads.
pub(crate) mod tls {
    use std::sync::atomic::AtomicU32;

    /// What the collector knows of the running thread; all words are 0 at its start.
    #[derive(Default)]
    pub(crate) struct ThreadSlot {
        /// The label set in force; 0 is the empty set.
        pub(crate) labels: AtomicU32,
    }

    thread_local! {
        static SLOT: ThreadSlot = const { ThreadSlot { labels: AtomicU32::new(0) } };
    }

    /// Calls `work` with the running thread's slot.
    pub(crate) fn with_slot<T>(work: impl FnOnce(&ThreadSlot) -> T) -> T {
        SLOT.with(work)
    }
}

/// The allocator, which only passes on here.
pub(crate) mod allocator {
    use std::alloc::{GlobalAlloc, Layout, System};

    /// A global allocator that has another one do the work; on this system it samples nothing.
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

    // SAFETY: all calls are the inner allocator's, which keeps the promises.
    unsafe impl<A: GlobalAlloc> GlobalAlloc for Allocator<A> {
        // SAFETY: the caller's promises are the inner allocator's.
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as above.
            unsafe { self.inner.alloc(layout) }
        }

        // SAFETY: the caller's promises are the inner allocator's.
        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: as above.
            unsafe { self.inner.dealloc(block, layout) };
        }

        // SAFETY: the caller's promises are the inner allocator's.
        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as above.
            unsafe { self.inner.alloc_zeroed(layout) }
        }

        // SAFETY: the caller's promises are the inner allocator's.
        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            // SAFETY: as above.
            unsafe { self.inner.realloc(block, layout, new_size) }
        }
    }
}
