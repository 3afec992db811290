//! Labels: what a thread is working on, told by every sample that is taken of it.
//!
//! A [`LabelSet`] is interned: equal sets are the same number, and switching from one to another is one store to a word
//! of the thread, cheap enough for every request. Sets add up as in Go's `pprof.Do`: one inside another has the labels
//! of both, and of the same key the inner one.
//!
//! ```
//! use rpprof::collector::LabelSet;
//! use rpprof::labels;
//!
//! let request = labels! { "tenant" => "acme", "route" => "/cart" };
//! request.scope(|| {
//!     let _guard = labels! { "step" => "parse" }.enter();
//!     assert_eq!(LabelSet::current(), labels! { "tenant" => "acme", "route" => "/cart", "step" => "parse" });
//! });
//! assert_eq!(LabelSet::current(), LabelSet::EMPTY);
//! ```
//!
//! A set is forgotten when nobody holds it any more, so a request's number may be a label. Profiles under way hold the
//! sets of their samples, and what the heap's samples name stays for the life of the program.

mod sets;

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::sys::tls;

pub use super::sys::labeled::{Labeled, WithLabels};
pub use sets::LabelText;
pub(crate) use sets::{HeldSets, Pairs, note_sessions, pin, reading_begins, reading_ends};

/// In the thread's word of the labels in force if it does not hold the set, which a [`LabelSet::scope`] around all that
/// runs does.
const BORROWED: u32 = 1 << 31;

/// Returns the number of the set that a thread's word of the labels in force is about.
#[inline]
pub(crate) fn number_in_force(word: u32) -> u32 {
    word & !BORROWED
}

/// Writes the running thread's word, and returns the old one.
#[inline]
fn put(new: u32) -> u32 {
    tls::with_slot(|slot| {
        // No swap: nobody else writes the word, and a handler only reads it.
        let old = slot.labels.load(Ordering::Relaxed);
        slot.labels.store(new, Ordering::Relaxed);
        old
    })
}

/// A set of labels, by number; making an equal set gives the same number.
///
/// A clone is one more that holds the set: an atomic addition, and another one when it is dropped.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LabelSet(
    /// A set that this value holds; it stays the number's as long as somebody does.
    u32,
);

impl Clone for LabelSet {
    fn clone(&self) -> Self {
        sets::hold(self.0);
        Self(self.0)
    }
}

impl Drop for LabelSet {
    #[inline]
    fn drop(&mut self) {
        sets::release(self.0);
    }
}

impl LabelSet {
    /// The set without labels, which threads begin with.
    pub const EMPTY: Self = Self(0);

    /// Makes the set with these keys and values; of the same key the last one counts.
    ///
    /// Cost: a lock and a look-up, about 0.2 µs; keep sets that are used often.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(labels: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(sets::intern(labels.into_iter().map(|(key, value)| (Arc::from(key.as_ref()), Arc::from(value.as_ref())))))
    }

    /// Returns the labels in force on the running thread.
    pub fn current() -> Self {
        Self::clone(&Self::in_force())
    }

    /// Returns the labels in force on the running thread, as the thread holds them.
    #[inline]
    fn in_force() -> ManuallyDrop<Self> {
        ManuallyDrop::new(Self(number_in_force(tls::with_slot(|slot| slot.labels.load(Ordering::Relaxed)))))
    }

    /// Makes the value of a number that the caller holds.
    fn of_held(number: u32) -> Self {
        Self(number)
    }

    fn number(&self) -> u32 {
        self.0
    }

    /// Makes the set with the labels of both; of the same key the one of `inner` counts.
    ///
    /// Cost: nothing if one of them is empty, else a lock and a look-up.
    #[must_use]
    pub fn and(&self, inner: Self) -> Self {
        match (self.0, inner.0) {
            (0, _) => inner,
            (_, 0) => self.clone(),
            (outer, number) if outer == number => inner,
            _ => sets::merge(self, &inner),
        }
    }

    /// Calls `work` with these labels added to those in force.
    ///
    /// Cost: where none are in force, two stores; else what [`and`](Self::and) costs.
    #[inline]
    pub fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        let outer = Self::in_force();
        if outer.0 == 0 || outer.0 == self.0 {
            let _back = Back::from_borrowed(self);
            return work();
        }
        let both = sets::merge(&outer, self);
        let _back = Back::from_borrowed(&both);
        work()
    }

    /// Adds these labels to those in force until the guard is dropped; [`scope`](Self::scope) is cheaper.
    ///
    /// Guards are to be dropped in the reverse order of their making.
    pub fn enter(&self) -> LabelGuard {
        let both = Self::in_force().and(self.clone());
        LabelGuard { outer: Self::replace(both), this_thread: PhantomData }
    }

    /// Puts these labels in force in place of those that were; returns those.
    ///
    /// This is the bare store, for schedulers that switch between tasks; others want [`enter`](Self::enter). A thread
    /// should end with the labels that it began with: those in force at its end are never forgotten.
    #[inline]
    pub fn replace(labels: Self) -> Self {
        // From now on the thread holds it.
        let old = put(ManuallyDrop::new(labels).0);
        // What a scope lent to the thread is not the thread's to give away.
        if old & BORROWED == 0 { Self(old) } else { Self::of_sample(number_in_force(old)) }
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<LabelText> {
        self.pairs().iter().find(|(label, _)| **label == *key).map(|(_, value)| Arc::clone(value))
    }

    /// Returns keys and values, in the order of the keys.
    pub(crate) fn pairs(&self) -> Pairs {
        sets::pairs(self.0)
    }

    /// Returns the set that a sample was taken under, which a ring names, or something else holds.
    pub(crate) fn of_sample(number: u32) -> Self {
        sets::hold(number);
        Self(number)
    }
}

impl fmt::Debug for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.pairs().iter().map(|(key, value)| (key, value))).finish()
    }
}

/// Puts the thread's word back that was there before a scope, when the scope is left; nobody else has one.
///
/// Whoever is called may replace what is in force, and what is then there at the end is the thread's to release.
struct Back {
    outer: u32,
}

impl Back {
    /// Has the thread borrow a set, which whoever calls this keeps until it is dropped.
    #[inline]
    fn from_borrowed(set: &LabelSet) -> Self {
        Self { outer: put(if set.0 == 0 { 0 } else { set.0 | BORROWED }) }
    }
}

impl Drop for Back {
    #[inline]
    fn drop(&mut self) {
        let inner = put(self.outer);
        if inner & BORROWED == 0 {
            sets::release(inner);
        }
    }
}

/// Puts the labels back that were in force, when it is dropped.
#[derive(Debug)]
#[must_use = "the labels are in force until the guard is dropped"]
pub struct LabelGuard {
    outer: LabelSet,
    /// The labels are a thread's, and so is the guard.
    this_thread: PhantomData<*const ()>,
}

impl Drop for LabelGuard {
    fn drop(&mut self) {
        LabelSet::replace(std::mem::replace(&mut self.outer, LabelSet::EMPTY));
    }
}

/// Makes a closure that runs `work` with the labels in force here, for another thread to call.
///
/// Threads begin without labels; this is how one inherits those of the thread that makes it.
///
/// ```
/// use rpprof::collector::{LabelSet, inherit_labels};
/// use rpprof::labels;
///
/// labels! { "tenant" => "acme" }.scope(|| {
///     let thread = std::thread::spawn(inherit_labels(LabelSet::current));
///     assert_eq!(thread.join().unwrap(), labels! { "tenant" => "acme" });
/// });
/// ```
pub fn inherit_labels<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let labels = LabelSet::current();
    move || labels.scope(work)
}

/// Makes a [`LabelSet`](crate::collector::LabelSet) of keys and values.
///
/// ```
/// let tenant = String::from("acme");
/// let labels = rpprof::labels! { "tenant" => tenant, "route" => "/cart" };
/// assert_eq!(labels.get("tenant").as_deref(), Some("acme"));
/// ```
#[macro_export]
macro_rules! labels {
    () => {
        $crate::collector::LabelSet::EMPTY
    };
    ($($key:expr => $value:expr),+ $(,)?) => {
        $crate::collector::LabelSet::new([$((
            ::std::convert::AsRef::<str>::as_ref(&$key),
            ::std::convert::AsRef::<str>::as_ref(&$value),
        )),+])
    };
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use std::thread;

    use super::*;

    #[test]
    fn equal_sets_are_the_same_in_any_order() {
        let one = crate::labels! { "b" => "2", "a" => "1" };
        assert_eq!(one, crate::labels! { "a" => "1", "b" => "2" });
        assert_ne!(one, crate::labels! { "a" => "1" });
        assert_eq!(crate::labels! {}, LabelSet::EMPTY);
        assert_eq!(format!("{one:?}"), r#"{"a": "1", "b": "2"}"#);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn inner_labels_win_and_outer_ones_come_back() {
        let outer = crate::labels! { "a" => "1", "b" => "2" };
        outer.scope(|| {
            crate::labels! { "b" => "3" }.scope(|| {
                assert_eq!(LabelSet::current(), crate::labels! { "a" => "1", "b" => "3" });
                thread::spawn(|| assert_eq!(LabelSet::current(), LabelSet::EMPTY)).join().expect("no panic");
            });
            assert_eq!(LabelSet::current(), outer);
        });
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn labels_come_back_after_a_panic() {
        let unwound = std::panic::catch_unwind(|| crate::labels! { "a" => "1" }.scope(|| panic!("as asked")));
        assert!(unwound.is_err());
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
    }

    /// Returns how many hold a set, less the value at hand.
    fn others_that_hold(set: &LabelSet) -> u32 {
        sets::count(set.0) - 1
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn what_a_scope_lends_is_held_by_whoever_takes_it() {
        let [outer, inner, other] = ["outer", "inner", "other"].map(|kind| crate::labels! { "lent" => kind });
        outer.scope(|| {
            assert_eq!(others_that_hold(&outer), 0);
            // As a scheduler does: it takes what is in force, and puts it back.
            let taken = LabelSet::replace(other.clone());
            assert_eq!((&taken, others_that_hold(&outer), others_that_hold(&other)), (&outer, 1, 1));
            drop(LabelSet::replace(taken));
            assert_eq!((others_that_hold(&outer), LabelSet::current()), (1, outer.clone()));
            inner.scope(|| assert_eq!(LabelSet::current(), inner));
            let guard = inner.enter();
            drop(LabelSet::replace(LabelSet::EMPTY));
            drop(guard);
            outer.scope(|| drop(LabelSet::replace(other.clone())));
            assert_eq!(LabelSet::current(), outer);
            // And what it leaves is the thread's no more.
            drop(LabelSet::replace(other.clone()));
        });
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
        // The thread remembers the last sets that it added up.
        crate::labels! { "one" => "1" }.scope(|| crate::labels! { "lent" => "no" }.scope(|| ()));
        assert_eq!([&outer, &inner, &other].map(others_that_hold), [0; 3]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn a_future_takes_its_labels_with_it() {
        let mut is_second = false;
        let future = std::future::poll_fn(|_| {
            assert_eq!(LabelSet::current(), crate::labels! { "task" => "7" });
            if std::mem::replace(&mut is_second, true) { Poll::Ready(()) } else { Poll::Pending }
        });
        let mut future = pin!(future.with_labels(crate::labels! { "task" => "7" }));
        let mut context = Context::from_waker(Waker::noop());
        for expected in [Poll::Pending, Poll::Ready(())] {
            assert_eq!(future.as_mut().poll(&mut context), expected);
            assert_eq!(LabelSet::current(), LabelSet::EMPTY);
        }
    }
}
