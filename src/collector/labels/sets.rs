//! The sets themselves, by number, and how many hold on to each.
//!
//! A number is a set's as long as somebody holds it: a `LabelSet`, the thread that it is in force on, a profile under
//! way. In a scope it is the scope's `LabelSet`, from which the thread only borrows it. A sample in a ring has a number that nobody may hold any more; so a set that nobody holds is forgotten only when
//! all rings were read once since that was seen. What the heap's samples name stays for ever, as those do.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::LabelSet;

/// A key or a value.
pub type LabelText = Arc<str>;
/// Keys and values of a set, in the order of the keys, which differ.
pub(crate) type Pairs = Arc<[(LabelText, LabelText)]>;

/// What can be known of a set without the lock.
#[derive(Default)]
struct Holders {
    count: AtomicU32,
    /// Whether it must stay whoever holds it.
    is_pinned: AtomicBool,
}

/// How many sets the first segment has; each next one has twice as many.
const FIRST_SEGMENT: u32 = 1024;
/// Together 2^31 sets.
const SEGMENTS: usize = 21;

/// The holders of all sets, in segments that stay where they are.
static HOLDERS: [OnceLock<Box<[Holders]>>; SEGMENTS] = [const { OnceLock::new() }; SEGMENTS];

/// Returns the segment of a set's holders and the place in it.
fn place(number: u32) -> (usize, usize) {
    // Set 1 is the first one.
    let row = number - 1 + FIRST_SEGMENT;
    let segment = row.ilog2() - FIRST_SEGMENT.ilog2();
    (segment as usize, (row - (FIRST_SEGMENT << segment)) as usize)
}

/// Returns the holders of a set; `None` of the empty set.
#[inline]
fn holders(number: u32) -> Option<&'static Holders> {
    if number == 0 {
        return None;
    }
    let (segment, row) = place(number);
    HOLDERS[segment].get()?.get(row)
}

/// Counts one more that holds a set, which somebody holds already or a ring may name.
#[inline]
pub(super) fn hold(number: u32) {
    if let Some(holders) = holders(number) {
        holders.count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts one less that holds a set.
#[inline]
pub(super) fn release(number: u32) {
    if let Some(holders) = holders(number) {
        holders.count.fetch_sub(1, Ordering::Release);
    }
}

/// Returns how many hold a set.
#[cfg(test)]
pub(super) fn count(number: u32) -> u32 {
    holders(number).map_or(0, |holders| holders.count.load(Ordering::Relaxed))
}

/// Keeps a set for ever, which is in force on the running thread; allowed in the allocator's hook.
pub(crate) fn pin(number: u32) {
    if let Some(holders) = holders(number) {
        holders.is_pinned.store(true, Ordering::Release);
    }
}

/// How often reading all rings was begun and ended, and how many sessions there are.
static READINGS_BEGUN: AtomicU64 = AtomicU64::new(0);
static READINGS_ENDED: AtomicU64 = AtomicU64::new(0);
static SESSIONS: AtomicUsize = AtomicUsize::new(0);

/// Notes that all rings are about to be read.
pub(crate) fn reading_begins() {
    READINGS_BEGUN.fetch_add(1, Ordering::AcqRel);
}

/// Notes that all rings were read, and the sets that their samples name are held by sessions.
pub(crate) fn reading_ends() {
    READINGS_ENDED.fetch_add(1, Ordering::AcqRel);
}

/// Notes how many sessions there are; without one, nobody reads what is in rings.
pub(crate) fn note_sessions(count: usize) {
    SESSIONS.store(count, Ordering::Release);
}

/// All sets; set 0 is the empty one and not among them.
#[derive(Default)]
struct Sets {
    /// Set 1 and those that follow; `None` if the number is free.
    sets: Vec<Option<Pairs>>,
    free: Vec<u32>,
    numbers: HashMap<Pairs, u32>,
    /// The sets that two sets add up to.
    merged: HashMap<(u32, u32), u32>,
    /// Sets that nobody held when it was last looked.
    suspects: Vec<u32>,
    /// How many readings of the rings had begun then.
    readings_begun: u64,
    /// It is looked again when there are this many sets.
    next_look: usize,
}

/// So few sets are never looked through.
const FEW: usize = 1024;

static SETS: Mutex<Option<Sets>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<Sets>> {
    // A panic for want of memory leaves sets behind that are whole.
    SETS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps all other threads from changing sets, for the time of a fork.
pub(crate) struct HeldSets {
    _guard: MutexGuard<'static, Option<Sets>>,
}

impl HeldSets {
    pub(crate) fn hold() -> Self {
        Self { _guard: lock() }
    }
}

fn is_held(number: u32) -> bool {
    holders(number)
        .is_none_or(|holders| holders.count.load(Ordering::Acquire) > 0 || holders.is_pinned.load(Ordering::Acquire))
}

impl Sets {
    /// Returns the number of a set, which the caller holds.
    fn intern(&mut self, mut pairs: Vec<(LabelText, LabelText)>) -> u32 {
        // Of the same key the last one stays: the sort is stable, and so it comes first in reverse.
        pairs.reverse();
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        pairs.dedup_by(|later, earlier| later.0 == earlier.0);
        if pairs.is_empty() {
            return 0;
        }
        if let Some(&number) = self.numbers.get(pairs.as_slice()) {
            hold(number);
            return number;
        }
        if self.numbers.len() >= self.next_look.max(FEW) {
            self.forget_unheld();
        }
        let pairs: Pairs = pairs.into();
        let number = self.free.pop().unwrap_or_else(|| {
            self.sets.push(None);
            let number = u32::try_from(self.sets.len()).expect("fewer than 2^31 label sets");
            let segment = place(number).0;
            HOLDERS[segment].get_or_init(|| (0..FIRST_SEGMENT << segment).map(|_| Holders::default()).collect());
            number
        });
        self.sets[number as usize - 1] = Some(Arc::clone(&pairs));
        self.numbers.insert(pairs, number);
        hold(number);
        number
    }

    /// Forgets sets that nobody holds and no ring names.
    fn forget_unheld(&mut self) {
        self.forget_suspects();
        let numbers = self.numbers.values().copied();
        self.suspects = numbers.filter(|&number| !is_held(number)).collect();
        self.readings_begun = READINGS_BEGUN.load(Ordering::Acquire);
        self.forget_suspects();
        // The next look costs no more than what it is for, and comes soon enough to keep sets few.
        let waiting = self.suspects.len();
        self.next_look = (2 * (self.numbers.len() - waiting)).max(FEW) + waiting + waiting / 2;
    }

    /// Forgets suspects that are still not held, if all rings were read since they were found.
    fn forget_suspects(&mut self) {
        let is_read = READINGS_ENDED.load(Ordering::Acquire) > self.readings_begun;
        if !is_read && SESSIONS.load(Ordering::Acquire) > 0 {
            return;
        }
        let suspects = std::mem::take(&mut self.suspects);
        let count = suspects.len();
        for number in suspects.into_iter().filter(|&number| !is_held(number)) {
            if let Some(pairs) = self.sets[number as usize - 1].take() {
                self.numbers.remove(&pairs);
                self.free.push(number);
            }
        }
        if count > 0 {
            let is_set = |number: u32| number == 0 || self.sets[number as usize - 1].is_some();
            self.merged.retain(|&(outer, inner), &mut sum| is_set(outer) && is_set(inner) && is_set(sum));
        }
    }

    fn pairs(&self, number: u32) -> Pairs {
        number.checked_sub(1).and_then(|row| self.sets.get(row as usize)?.clone()).unwrap_or_default()
    }
}

/// Returns the number of a set, which the caller holds.
pub(super) fn intern(pairs: impl Iterator<Item = (LabelText, LabelText)>) -> u32 {
    let pairs = pairs.collect();
    lock().get_or_insert_default().intern(pairs)
}

thread_local! {
    /// The last two sets that this thread added up, and their sum.
    static LAST: RefCell<[LabelSet; 3]> = const { RefCell::new([LabelSet::EMPTY; 3]) };
}

/// Returns the set with the labels of both, neither of which is empty.
pub(super) fn merge(outer: &LabelSet, inner: &LabelSet) -> LabelSet {
    let last = LAST.try_with(|last| {
        let last = last.borrow();
        let [last_outer, last_inner, sum] = &*last;
        ((last_outer, last_inner) == (outer, inner)).then(|| sum.clone())
    });
    if let Ok(Some(sum)) = last {
        return sum;
    }
    let sum = LabelSet::of_held(sum_of(outer.number(), inner.number()));
    let new = [outer.clone(), inner.clone(), sum.clone()];
    // At its very end a thread has no place for it.
    drop(LAST.try_with(|last| last.replace(new)));
    sum
}

/// Returns the number of the set with the labels of both, which the caller holds.
fn sum_of(outer: u32, inner: u32) -> u32 {
    let mut guard = lock();
    let sets = guard.get_or_insert_default();
    if let Some(&sum) = sets.merged.get(&(outer, inner)) {
        hold(sum);
        return sum;
    }
    let both = sets.pairs(outer).iter().chain(sets.pairs(inner).iter()).cloned().collect();
    let sum = sets.intern(both);
    sets.merged.insert((outer, inner), sum);
    sum
}

/// Returns keys and values of a set.
pub(super) fn pairs(number: u32) -> Pairs {
    if number == 0 { Pairs::default() } else { lock().as_ref().map(|sets| sets.pairs(number)).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_of_all_sets_have_places_of_their_own() {
        let mut expected = (0, 0);
        for number in 1..if cfg!(miri) { 1000 } else { 100_000 } {
            assert_eq!(place(number), expected);
            expected.1 += 1;
            if expected.1 == (FIRST_SEGMENT as usize) << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert_eq!(place(1 << 30).0, SEGMENTS - 1);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn sets_that_nobody_holds_are_forgotten() {
        let kept = crate::labels! { "kept" => "yes" };
        let pinned = crate::labels! { "pinned" => "yes" }.number();
        pin(pinned);
        for number in 0..100_000 {
            let set = crate::labels! { "request" => number.to_string() };
            set.scope(|| {
                let inner = crate::labels! { "step" => "parse" };
                inner.scope(|| assert_eq!(LabelSet::current().get("request").as_deref(), Some(&*number.to_string())));
            });
        }
        let guard = lock();
        let sets = guard.as_ref().expect("there are some");
        assert!(sets.sets.len() < 20_000 && sets.merged.len() < 20_000, "{} sets", sets.sets.len());
        assert_eq!(sets.pairs(pinned)[0].0.as_ref(), "pinned");
        drop(guard);
        assert_eq!(kept.get("kept").as_deref(), Some("yes"));
        assert_eq!(kept, crate::labels! { "kept" => "yes" });
    }

    #[test]
    fn a_set_that_a_ring_may_name_keeps_its_number() {
        let mut sets = Sets::default();
        let pairs = |value: &str| vec![(LabelText::from("ring"), LabelText::from(value))];
        // The real holders of high numbers, which no other test uses.
        sets.sets.resize(50_000, None);
        let number = sets.intern(pairs("one"));
        release(number);
        note_sessions(1);
        sets.forget_unheld();
        sets.forget_unheld();
        assert_eq!(sets.suspects, [number]);
        assert_eq!(sets.intern(pairs("one")), number);
        release(number);
        reading_begins();
        reading_ends();
        sets.forget_unheld();
        note_sessions(0);
        assert_ne!(sets.pairs(number), pairs("one").into());
        assert_eq!(sets.intern(pairs("two")), number);
    }
}
