//! What a model's threads have of a machine: an id, a place of their own, and whether they are gone.

/// The thread's own words.
pub(crate) mod tls {
    use std::sync::atomic::{AtomicI32, AtomicU32};

    /// What the collector knows of the running thread.
    pub(crate) struct ThreadSlot {
        pub(crate) record: AtomicU32,
        /// The thread's id; set when it begins.
        pub(crate) id: AtomicI32,
    }

    loom::thread_local! {
        static SLOT: ThreadSlot = ThreadSlot { record: AtomicU32::new(0), id: AtomicI32::new(0) };
    }

    pub(crate) fn with_slot<T>(work: impl FnOnce(&ThreadSlot) -> T) -> T {
        SLOT.with(work)
    }
}

/// Which threads there are.
pub(crate) mod process {
    use super::super::atomics::{AtomicU32, Ordering};
    use super::tls;

    /// How many threads have ids: 1 and those that follow.
    const THREADS: usize = 3;
    static ARE_GONE: [AtomicU32; THREADS + 1] = [const { AtomicU32::new(0) }; THREADS + 1];

    /// Makes all threads that the model is about to start.
    pub(crate) fn begin_threads() {
        ARE_GONE.iter().for_each(|is_gone| is_gone.store(0, Ordering::Relaxed));
    }

    /// Runs `work` as the thread with an id, which is gone afterwards.
    pub(crate) fn as_thread<T>(id: i32, work: impl FnOnce() -> T) -> T {
        tls::with_slot(|slot| slot.id.store(id, Ordering::Relaxed));
        let result = work();
        ARE_GONE[id as usize].store(1, Ordering::Release);
        result
    }

    pub(crate) fn thread_id() -> i32 {
        tls::with_slot(|slot| slot.id.load(Ordering::Relaxed))
    }

    pub(crate) fn thread_name() -> [u64; 2] {
        [u64::from(thread_id().cast_unsigned()), 0]
    }

    /// The kernel tells that a thread is gone when all is done that the thread did.
    pub(crate) fn has_thread(id: i32) -> bool {
        ARE_GONE[id as usize].load(Ordering::Acquire) == 0
    }
}

/// Clocks, which stand still.
pub(crate) mod timer {
    pub(crate) fn own_cpu_nanos() -> u64 {
        0
    }
}

/// A thread's stack, of which nothing is read.
pub(crate) mod stack_memory {
    #[derive(Clone, Copy)]
    pub(crate) struct StackMemory;

    impl StackMemory {
        pub(crate) fn empty() -> Self {
            Self
        }

        pub(crate) fn from_words(_words: [u64; 2], _stack_pointer: u64) -> Self {
            Self
        }

        pub(crate) fn to_words(self) -> [u64; 2] {
            [0; 2]
        }
    }
}

/// Words of the model's kind.
pub(crate) mod zeroed {
    use super::super::atomics::{AtomicU64, Ordering};

    pub(crate) fn words(count: usize) -> Box<[AtomicU64]> {
        let words: Box<[AtomicU64]> = (0..count).map(|_| AtomicU64::new(0)).collect();
        words.iter().for_each(|word| word.store(0, Ordering::Relaxed));
        words
    }
}
