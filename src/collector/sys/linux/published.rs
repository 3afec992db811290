//! Values that handlers read while another thread replaces them.
//!
//! A handler says that it reads by raising the flag of its thread's record; the writer frees a replaced value when it
//! has seen every flag down once since it replaced it. Neither ever waits for the other.

use std::ptr;

use crate::collector::sys::atomics::{AtomicPtr, AtomicU32, MAX_RECORDS, Ordering, fence};

/// How many readings a record's thread is in; a cache line each.
#[repr(align(64))]
struct Flag(AtomicU32);

static FLAGS: [Flag; MAX_RECORDS] = [const { Flag(AtomicU32::new(0)) }; MAX_RECORDS];

/// Proof that the flag of a record is up.
pub(crate) struct Reading(usize);

impl Reading {
    /// Raises the flag of the record at `index`.
    ///
    /// # Panics
    /// If there is no such record.
    #[inline]
    pub(crate) fn begin(index: usize) -> Self {
        FLAGS[index].0.fetch_add(1, Ordering::Relaxed);
        // The flag is up before any pointer is loaded, in the one order that all threads see.
        fence(Ordering::SeqCst);
        Self(index)
    }
}

impl Drop for Reading {
    #[inline]
    fn drop(&mut self) {
        FLAGS[self.0].0.fetch_sub(1, Ordering::Release);
    }
}

/// Returns whether the flag of the record at `index` is up.
pub(crate) fn is_reading(index: usize) -> bool {
    FLAGS[index].0.load(Ordering::SeqCst) != 0
}

/// Lowers all flags, in the child of a fork: the threads that raised them are not there.
pub(super) fn forget_readers() {
    for flag in &FLAGS {
        flag.0.store(0, Ordering::SeqCst);
    }
}

/// A value that is replaced as a whole.
pub(crate) struct Published<T: 'static>(AtomicPtr<T>);

impl<T: Send + Sync + 'static> Published<T> {
    /// Makes an empty place.
    pub(crate) const fn empty() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Returns the value, if there is one.
    #[inline]
    pub(crate) fn read<'r>(&self, _reading: &'r Reading) -> Option<&'r T> {
        let value = self.0.load(Ordering::SeqCst);
        // SAFETY: the pointer is null or of a box that `publish` took apart. It is freed only when every flag was seen
        // down after the pointer was replaced; the reader's flag is up since before the load and for as long as the
        // reference lives, so either the load saw the new pointer or the writer sees the flag.
        unsafe { value.as_ref() }
    }

    /// Replaces the value; the old one lives until no reader can have it.
    pub(crate) fn publish(&self, value: Option<Box<T>>) -> Retired<T> {
        let new = value.map_or(ptr::null_mut(), Box::into_raw);
        let old = self.0.swap(new, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let waiting =
            if old.is_null() { Vec::new() } else { (0..MAX_RECORDS).filter(|&index| is_reading(index)).collect() };
        Retired { value: old, waiting }
    }
}

/// A value that was replaced, and may still be read.
pub(crate) struct Retired<T: 'static> {
    /// Null, or of a box that `publish` took apart.
    value: *mut T,
    /// Records whose flags have been up since the value was replaced, as far as was seen.
    waiting: Vec<usize>,
}

// SAFETY: it is a box in all but the type, so it may go where a box may.
unsafe impl<T: Send + 'static> Send for Retired<T> {}

impl<T> Retired<T> {
    /// Returns whether nobody reads the value any more, so that dropping this frees it.
    pub(crate) fn is_unread(&mut self) -> bool {
        self.waiting.retain(|&index| is_reading(index));
        self.waiting.is_empty()
    }
}

impl<T> Drop for Retired<T> {
    fn drop(&mut self) {
        // If a reader may still have it, it is better lost than freed.
        if self.is_unread() && !self.value.is_null() {
            // SAFETY: the pointer came from a box, was replaced, and every flag was seen down since.
            drop(unsafe { Box::from_raw(self.value) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lives_as_long_as_it_may_be_read() {
        static PLACE: Published<Vec<u8>> = Published::empty();
        const RECORD: usize = MAX_RECORDS - 2;
        drop(PLACE.publish(Some(Box::new(vec![1]))));
        let reading = Reading::begin(RECORD);
        assert_eq!(PLACE.read(&reading), Some(&vec![1]));
        let mut old = PLACE.publish(Some(Box::new(vec![2])));
        assert!(!old.is_unread());
        drop(reading);
        assert!(old.is_unread());
        let reading = Reading::begin(RECORD);
        assert_eq!(PLACE.read(&reading), Some(&vec![2]));
    }
}
