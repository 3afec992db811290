//! A handler writes into a ring while the helper drains it.

use loom::sync::Arc;
use loom::thread;

use crate::collector::recorder::ring::Ring;
use crate::collector::sys::atomics;

/// Writes a record of `number`, as many times as its size.
fn put(ring: &Ring<4>, number: u64, size: usize) -> bool {
    let mut entry = ring.begin();
    (0..size).all(|_| entry.push(number)) && entry.commit(0)
}

/// Drains what is complete; a record must be as it was written.
fn drain(ring: &Ring<4>, taken: &mut Vec<u64>) {
    ring.drain(ring.written(), &mut Vec::new(), |words| {
        let number = words[1];
        assert_eq!(words[1..], vec![number; SIZES[number as usize]], "a record is half another");
        taken.push(number);
    });
}

/// Words of the records beside their headers: more than the ring has in all, so that it is used again from its start.
const SIZES: [usize; 3] = [1, 2, 1];

/// Every record that the ring took comes out once, whole and in order, and those it refused do not.
pub(crate) fn whole_records_come_out_in_order() {
    let (runs, refused) =
        (std::sync::Arc::new(std::sync::Mutex::new(0_u64)), std::sync::Arc::new(std::sync::Mutex::new(0_u64)));
    let (all, without) = (std::sync::Arc::clone(&runs), std::sync::Arc::clone(&refused));
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(4);
    model.check(move || {
        atomics::begin_run();
        let ring = Arc::new(Ring::<4>::new());
        // The thread that starts the others uses all of it first.
        drain(&ring, &mut Vec::new());
        let writer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let numbers = (0_u64..).zip(SIZES);
                numbers.filter(|&(number, size)| put(&ring, number, size)).map(|(number, _)| number).collect::<Vec<_>>()
            })
        };
        let mut taken = Vec::new();
        drain(&ring, &mut taken);
        drain(&ring, &mut taken);
        let accepted = writer.join().expect("the writer does not panic");
        drain(&ring, &mut taken);
        assert_eq!(taken, accepted);
        *all.lock().expect("nobody panicked") += 1;
        *without.lock().expect("nobody panicked") += u64::from(accepted.len() < SIZES.len());
    });
    let (runs, refused) = (*runs.lock().expect("nobody panicked"), *refused.lock().expect("nobody panicked"));
    println!("ring: {runs} orders, in {refused} of them it was full at some time");
    assert!(refused > 0 && refused < runs, "the ring has to be full sometimes, and sometimes not");
}
