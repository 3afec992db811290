//! Ending work early whose result nobody wants any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A sign to work that its result is not wanted any more; all clones are the same sign.
///
/// Work that takes one looks at it every few milliseconds, and returns `None` soon after it was set.
///
/// ```
/// use rpprof::aggregate::Interrupt;
///
/// let interrupt = Interrupt::new();
/// let other = interrupt.clone();
/// std::thread::spawn(move || other.set()).join().unwrap();
/// assert!(interrupt.is_set());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    is_set: Arc<AtomicBool>,
}

impl Interrupt {
    /// Makes a sign that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all work that has this sign to end.
    pub fn set(&self) {
        // Nothing is handed over with it, so there is no order to keep.
        self.is_set.store(true, Ordering::Relaxed);
    }

    /// Returns whether work that has this sign should end.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }
}
