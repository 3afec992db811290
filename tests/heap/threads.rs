//! Do samples tell which thread allocated, if they are to?

use rpprof::collector::{heap_profile, set_heap_sampling_rate, set_heap_thread_labels};
use rpprof::profile::{LabelValue, Profile};

use crate::in_own_process;
use crate::sums::Block;

/// Returns the name and the id of the threads that allocated blocks of `size` bytes, and how many of them are in use.
fn threads_of(profile: &Profile, size: i64) -> Vec<(String, i64, i64)> {
    let mut threads = Vec::new();
    for sample in profile.samples().iter() {
        let (mut name, mut id, mut bytes) = (String::new(), 0, 0);
        for label in profile.labels(sample.labels) {
            match (profile.str(label.key()), label.value()) {
                ("thread", LabelValue::Text(text)) => name = profile.str(text).to_owned(),
                ("thread_id", LabelValue::Number { value, .. }) => id = value,
                ("bytes", LabelValue::Number { value, .. }) => bytes = value,
                _ => {}
            }
        }
        if bytes == size {
            threads.push((name, id, sample.values[2]));
        }
    }
    threads.sort();
    threads
}

fn own_id() -> i64 {
    // SAFETY: the call has no arguments.
    i64::from(unsafe { libc::gettid() })
}

#[test]
fn blocks_are_of_the_thread_that_made_them() {
    in_own_process("threads::blocks_are_of_the_thread_that_made_them", || {
        set_heap_sampling_rate(1);
        set_heap_thread_labels(true);
        let work = || (own_id(), (0..10).map(|_| Block::new(12_345, 8)).collect::<Vec<_>>());
        let spawned = ["first", "second"].map(|name| {
            let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work).expect("it can be started");
            thread.join().expect("no panic")
        });
        let profile = heap_profile().expect("the allocator is ours");
        let [first, second] = [&spawned[0], &spawned[1]].map(|(id, _)| *id);
        let expected = [("first".to_owned(), first, 10), ("second".to_owned(), second, 10)];
        assert_eq!(threads_of(&profile, 12_345), expected);
        // Whoever frees them.
        drop(spawned);
        let profile = heap_profile().expect("the allocator is ours");
        let expected = [("first".to_owned(), first, 0), ("second".to_owned(), second, 0)];
        assert_eq!(threads_of(&profile, 12_345), expected);
        set_heap_thread_labels(false);
        let block = Block::new(23_456, 8);
        let profile = heap_profile().expect("the allocator is ours");
        assert_eq!(threads_of(&profile, 23_456), [(String::new(), 0, 1)]);
        drop(block);
    });
}

#[test]
fn a_forked_thread_is_another_one() {
    in_own_process("threads::a_forked_thread_is_another_one", || {
        set_heap_sampling_rate(1);
        set_heap_thread_labels(true);
        let block = Block::new(12_345, 8);
        // SAFETY: the child allocates, which the C library allows after a fork, and ends at once.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let own = Block::new(23_456, 8);
            let profile = heap_profile().expect("the allocator is ours");
            let id_of = |size| threads_of(&profile, size).first().map(|thread| thread.1);
            let is_right = id_of(23_456) == Some(own_id()) && id_of(12_345).is_some_and(|id| id != own_id());
            drop(own);
            // SAFETY: ends the child without what belongs to its parent.
            unsafe { libc::_exit(if is_right { 0 } else { 3 }) };
        }
        let mut status = 0;
        // SAFETY: the child is ours and was not waited for.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        drop(block);
    });
}
