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
