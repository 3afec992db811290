//! The sets themselves, by number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A key or a value.
pub type LabelText = Arc<str>;
/// Keys and values of a set, in the order of the keys, which differ.
pub(crate) type Pairs = Arc<[(LabelText, LabelText)]>;

/// All sets that were ever made; set 0 is the empty one and not among them.
#[derive(Default)]
struct Sets {
    /// Set 1 and those that follow.
    sets: Vec<Pairs>,
    numbers: HashMap<Pairs, u32>,
    /// The sets that two sets add up to.
    merged: HashMap<(u32, u32), u32>,
}

static SETS: Mutex<Option<Sets>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<Sets>> {
    // Sets are only ever appended, so they are whole even after a panic.
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

impl Sets {
    fn intern(&mut self, mut pairs: Vec<(LabelText, LabelText)>) -> u32 {
        // Of the same key the last one stays: the sort is stable, and so it comes first in reverse.
        pairs.reverse();
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        pairs.dedup_by(|later, earlier| later.0 == earlier.0);
        if pairs.is_empty() {
            return 0;
        }
        if let Some(&number) = self.numbers.get(pairs.as_slice()) {
            return number;
        }
        let pairs: Pairs = pairs.into();
        self.sets.push(Arc::clone(&pairs));
        let number = u32::try_from(self.sets.len()).expect("fewer than 2^32 label sets");
        self.numbers.insert(pairs, number);
        number
    }

    fn pairs(&self, number: u32) -> Pairs {
        number.checked_sub(1).and_then(|row| self.sets.get(row as usize)).cloned().unwrap_or_default()
    }
}

/// Returns the number of a set.
pub(super) fn intern(pairs: impl Iterator<Item = (LabelText, LabelText)>) -> u32 {
    let pairs = pairs.collect();
    lock().get_or_insert_default().intern(pairs)
}

thread_local! {
    /// The last two sets that this thread added up, and their sum.
    static LAST: RefCell<[u32; 3]> = const { RefCell::new([0; 3]) };
}

/// Returns the number of the set with the labels of both.
pub(super) fn merge(outer: u32, inner: u32) -> u32 {
    if let [last_outer, last_inner, sum] = LAST.with_borrow(|last| *last)
        && (last_outer, last_inner) == (outer, inner)
    {
        return sum;
    }
    let mut guard = lock();
    let sets = guard.get_or_insert_default();
    let sum = match sets.merged.get(&(outer, inner)) {
        Some(&sum) => sum,
        None => {
            let both = sets.pairs(outer).iter().chain(sets.pairs(inner).iter()).cloned().collect();
            let sum = sets.intern(both);
            sets.merged.insert((outer, inner), sum);
            sum
        }
    };
    LAST.set([outer, inner, sum]);
    sum
}

/// Returns keys and values of a set.
pub(super) fn pairs(number: u32) -> Pairs {
    if number == 0 { Pairs::default() } else { lock().as_ref().map(|sets| sets.pairs(number)).unwrap_or_default() }
}
