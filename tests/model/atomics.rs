//! The model checker's atomics in place of the machine's.
//!
//! The checker's atomics live for one run of the model and are made at run time, while those of the collector stand in
//! statics; so they are made anew when they are first used in a run.

use std::sync::atomic::AtomicU64 as Counter;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use loom::sync::atomic::fence;
pub(crate) use std::sync::atomic::Ordering;

/// How many threads have a record: few, for each of them is a place to look at in every order.
pub(crate) const MAX_RECORDS: usize = 2;
/// Room for two samples of the model.
pub(crate) const RING_WORDS: usize = 8;
pub(crate) const MAX_SESSIONS: usize = 1;

/// The number of the run under way.
static RUN: Counter = Counter::new(0);

/// Begins a run of a model, in which all statics have their first values.
///
/// To the checker a static is made by the thread that first uses it, which has to be the one that starts the others.
pub(crate) fn begin_run() {
    RUN.fetch_add(1, Ordering::Relaxed);
    step();
}

/// An atomic of the checker, and the run that it is of.
#[derive(Debug)]
struct OfRun<T>(Mutex<Option<(u64, Arc<T>)>>);

impl<T> OfRun<T> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let run = RUN.load(Ordering::Relaxed);
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*place {
            Some((of, atomic)) if *of == run => Arc::clone(atomic),
            _ => Arc::clone(&place.insert((run, Arc::new(make()))).1),
        }
    }
}

/// Lets another thread run first, in some of the orders.
///
/// The checker looks for another order only where an access depends on the last one of the same atomic, and so misses
/// those after which a thread has read an atomic before it writes it. All accesses count as of this one, too; being
/// relaxed, it orders nothing for them.
pub(crate) fn step() {
    static STEPS: OfRun<loom::sync::atomic::AtomicU32> = OfRun::new();
    STEPS.get(|| loom::sync::atomic::AtomicU32::new(0)).fetch_add(1, Ordering::Relaxed);
}

/// Makes an atomic whose place is made when it is first used in a run.
macro_rules! atomic {
    ($name:ident, $number:ty) => {
        #[derive(Debug)]
        pub(crate) struct $name {
            first: $number,
            of_run: OfRun<loom::sync::atomic::$name>,
        }

        impl $name {
            pub(crate) const fn new(first: $number) -> Self {
                Self { first, of_run: OfRun::new() }
            }

            fn get(&self) -> Arc<loom::sync::atomic::$name> {
                step();
                self.of_run.get(|| loom::sync::atomic::$name::new(self.first))
            }

            pub(crate) fn load(&self, order: Ordering) -> $number {
                self.get().load(order)
            }

            pub(crate) fn store(&self, value: $number, order: Ordering) {
                self.get().store(value, order);
            }

            pub(crate) fn fetch_add(&self, value: $number, order: Ordering) -> $number {
                self.get().fetch_add(value, order)
            }

            pub(crate) fn fetch_sub(&self, value: $number, order: Ordering) -> $number {
                self.get().fetch_sub(value, order)
            }

            pub(crate) fn swap(&self, value: $number, order: Ordering) -> $number {
                self.get().swap(value, order)
            }

            pub(crate) fn compare_exchange(
                &self,
                old: $number,
                new: $number,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$number, $number> {
                self.get().compare_exchange(old, new, success, failure)
            }
        }
    };
}

atomic!(AtomicI32, i32);
atomic!(AtomicU32, u32);
atomic!(AtomicU64, u64);
atomic!(AtomicUsize, usize);

/// A value that is made once in a run, by the thread that starts the others.
pub(crate) struct OnceLock<T: 'static>(Mutex<Option<(u64, &'static T)>>);

impl<T> OnceLock<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn get(&self) -> Option<&'static T> {
        let place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.filter(|(of, _)| *of == RUN.load(Ordering::Relaxed)).map(|(_, value)| value)
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &'static T {
        // Runs are few enough to leave what they made.
        self.get().unwrap_or_else(|| {
            let value = Box::leak(Box::new(make()));
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((RUN.load(Ordering::Relaxed), value));
            value
        })
    }
}

pub(crate) struct AtomicPtr<T> {
    first: *mut T,
    of_run: OfRun<loom::sync::atomic::AtomicPtr<T>>,
}

// SAFETY: it is a pointer that is changed as a whole, and what it points to is its user's business, as in std.
unsafe impl<T> Send for AtomicPtr<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for AtomicPtr<T> {}

impl<T> AtomicPtr<T> {
    pub(crate) const fn new(first: *mut T) -> Self {
        Self { first, of_run: OfRun::new() }
    }

    fn get(&self) -> Arc<loom::sync::atomic::AtomicPtr<T>> {
        step();
        self.of_run.get(|| loom::sync::atomic::AtomicPtr::new(self.first))
    }

    pub(crate) fn load(&self, order: Ordering) -> *mut T {
        self.get().load(order)
    }

    pub(crate) fn swap(&self, value: *mut T, order: Ordering) -> *mut T {
        self.get().swap(value, order)
    }
}
