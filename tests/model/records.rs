//! Threads claim the pool's only record, take samples and go, while the helper drains and frees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::thread;

use crate::collector::recorder::records;
use crate::collector::sys::atomics;
use crate::collector::sys::process;

/// A thread's id and the number of its claim, which its samples have.
type Who = [u64; 2];

/// Records a sample as a handler does; `None` if no record is free or the ring is full.
fn sample() -> Option<Who> {
    let (_, record) = records::current()?;
    let who = [u64::from(process::thread_id().cast_unsigned()), record.claim()];
    let mut entry = record.ring.begin();
    (who.into_iter().all(|word| entry.push(word)) && entry.commit(0)).then_some(who)
}

/// Drains all rings as far as they are written; a sample must be the owner's of its record.
fn drain(taken: &mut Vec<Who>) {
    let ends: Vec<u64> = records::all().map(|record| record.ring.written()).collect();
    for (record, end) in records::all().zip(ends) {
        record.ring.drain(end, &mut Vec::new(), |words| {
            let owner = [u64::from(record.owner().cast_unsigned()), record.claim()];
            assert_eq!(words[1..], owner, "a sample is taken for another thread's");
            taken.push(owner);
        });
    }
}

/// Uses all that threads share of a record once, as the thread that starts the others has to.
fn use_first() {
    for record in records::all() {
        _ = (record.owner(), record.claim(), record.owner_name(), record.stack(0), record.take_lost(0));
        _ = record.cpu_if_it_worked(0, false);
        record.keep_stack(record.stack(0));
    }
    drain(&mut Vec::new());
    assert!(process::has_thread(0));
}

/// Every sample that found room comes out once, as its thread's, though the record goes from one to the other.
pub(crate) fn samples_are_of_the_thread_that_wrote_them() {
    let counts: Arc<[AtomicU64; 3]> = Arc::default();
    let of_model = Arc::clone(&counts);
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.max_branches = 100_000;
    model.check(move || {
        atomics::begin_run();
        process::begin_threads();
        records::grow(1);
        assert_eq!(records::all().count(), 1, "the threads have to share a record");
        use_first();
        let threads: Vec<_> =
            (1..3).map(|id| thread::spawn(move || process::as_thread(id, || [sample(), sample()]))).collect();
        let mut taken = Vec::new();
        drain(&mut taken);
        records::free_those_gone(|| drain(&mut taken));
        let written: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        drain(&mut taken);
        let mut accepted: Vec<Who> = written.iter().flatten().flatten().copied().collect();
        accepted.sort_unstable();
        taken.sort_unstable();
        assert_eq!(taken, accepted);
        records::free_those_gone(|| {});
        assert!(records::all().all(|record| record.owner() == 0), "a record is kept for a thread that is gone");
        let both = written.iter().all(|samples| samples.iter().any(Option::is_some));
        of_model[0].fetch_add(1, Ordering::Relaxed);
        of_model[1].fetch_add(u64::from(both), Ordering::Relaxed);
        of_model[2].fetch_add(u64::from(written.iter().any(|samples| samples == &[None; 2])), Ordering::Relaxed);
    });
    let [runs, reused, refused] = [0, 1, 2].map(|count| counts[count].load(Ordering::Relaxed));
    println!("records: {runs} orders, in {reused} both threads had the record, in {refused} one of them never");
    assert!(0 < reused && 0 < refused && reused < runs, "the orders are not all there");
}
