//! A handler reads a value while another thread replaces and frees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use loom::thread;

use crate::collector::sys::atomics;
use crate::collector::sys::published::{Published, Reading};

/// A value that tells when it is freed.
struct Value {
    number: usize,
    freed: Arc<[AtomicBool; 3]>,
}

impl Drop for Value {
    fn drop(&mut self) {
        self.freed[self.number].store(true, Ordering::Relaxed);
    }
}

/// Reads the value and looks at whether it is freed meanwhile; returns its number.
fn read(place: &Published<Value>, record: usize, freed: &[AtomicBool; 3]) -> usize {
    let reading = Reading::begin(record);
    let number = place.read(&reading).expect("there is always one").number;
    // A number that nobody gave is what is left of a freed value.
    let is_freed = || freed.get(number).is_none_or(|freed| freed.load(Ordering::Relaxed));
    assert!(!is_freed(), "the value {number} is freed before it is read");
    // Here the others may run.
    atomics::step();
    assert!(!is_freed(), "the value {number} is freed while it is read");
    drop(reading);
    number
}

/// A value is freed when no handler has it, and only then.
pub(crate) fn a_value_is_freed_only_when_nobody_reads_it() {
    let counts: Arc<[AtomicU64; 3]> = Arc::default();
    let of_model = Arc::clone(&counts);
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        atomics::begin_run();
        (0..atomics::MAX_RECORDS).for_each(|record| drop(Reading::begin(record)));
        let freed: Arc<[AtomicBool; 3]> = Arc::default();
        let place = Arc::new(Published::<Value>::empty());
        let value = |number| Some(Box::new(Value { number, freed: Arc::clone(&freed) }));
        drop(place.publish(value(0)));
        let readers: Vec<_> = (0..2)
            .map(|record| {
                let (place, freed) = (Arc::clone(&place), Arc::clone(&freed));
                thread::spawn(move || read(&place, record, &freed))
            })
            .collect();
        let mut first = place.publish(value(1));
        let was_unread = first.is_unread();
        if was_unread {
            drop(first);
            assert!(freed[0].load(Ordering::Relaxed), "an unread value is kept");
        } else {
            // It is lost if it is read still, and freed if it is not any more.
            drop(first);
        }
        let seen: Vec<usize> = readers.into_iter().map(|reader| reader.join().expect("readers do not panic")).collect();
        drop(place.publish(value(2)));
        assert!(freed[1].load(Ordering::Relaxed), "a value is kept when all readers have ended");
        let old = place.publish(None);
        drop(old);
        of_model[0].fetch_add(1, Ordering::Relaxed);
        of_model[1].fetch_add(u64::from(!was_unread), Ordering::Relaxed);
        of_model[2].fetch_add(u64::from(seen.contains(&1)), Ordering::Relaxed);
    });
    let [runs, waited, new] = [0, 1, 2].map(|count| counts[count].load(Ordering::Relaxed));
    println!("published: {runs} orders, in {waited} the old value was in use, in {new} a reader saw the new one");
    assert!(0 < waited && waited < runs && 0 < new && new < runs, "the orders are not all there");
}
