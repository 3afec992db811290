//! Is every block followed to its end, however it is resized, freed or handed on?

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::{Mutex, mpsc};

use rpprof::codec::{self, ReadOptions};
use rpprof::collector::{Debug, HeapSnapshot, Profile, lookup, profiles, set_heap_peak_noted, set_heap_sampling_rate};
use rpprof::profile::{Label, LabelValue};

use crate::inner;
use crate::sums::{Block, Sums, labels, sums, sums_of};
use crate::{in_own_process, in_process_with};

const SIZES: [usize; 14] = [1, 8, 16, 17, 63, 100, 1000, 4096, 5000, 32_767, 32_768, 100_000, 1 << 20, 5 << 20];

#[test]
fn everything_is_counted_at_rate_one() {
    in_own_process("lifetimes::everything_is_counted_at_rate_one", || {
        set_heap_sampling_rate(1);
        let mut expected = Sums::default();
        let mut blocks = Vec::with_capacity(1000);
        labels("exact").scope(|| {
            for size in SIZES {
                for align in (0..=20).map(|bits| 1 << bits) {
                    blocks.push(Block::new(size, align));
                    expected.alloc_objects += 1;
                    expected.alloc_space += size as i64;
                }
            }
        });
        (expected.inuse_objects, expected.inuse_space) = (expected.alloc_objects, expected.alloc_space);
        assert_eq!(sums("exact"), expected);
        for (seed, block) in blocks.iter_mut().enumerate() {
            block.fill(seed);
        }
        for (seed, block) in blocks.iter_mut().enumerate() {
            let size = block.layout.size();
            block.check(seed, size);
        }
        blocks.clear();
        assert_eq!(sums("exact"), Sums { inuse_objects: 0, inuse_space: 0, ..expected });
    });
}

#[test]
fn resized_blocks_keep_their_bytes_and_leave_nothing_behind() {
    in_own_process("lifetimes::resized_blocks_keep_their_bytes_and_leave_nothing_behind", || {
        // 0 and 1 in turns: from sampled to not, and back.
        for rates in [[1, 1], [0, 0], [1, 0], [0, 1], [4096, 100_000]] {
            let mut seed = 0;
            for from in SIZES {
                for to in SIZES {
                    seed += 1;
                    set_heap_sampling_rate(rates[0]);
                    let mut block = labels("resized").scope(|| Block::new(from, 8));
                    block.fill(seed);
                    set_heap_sampling_rate(rates[1]);
                    assert!(labels("resized").scope(|| block.resize(to)));
                    block.check(seed, from.min(to));
                    if rates[1] == 1 {
                        assert_eq!(sums("resized").inuse_space, to as i64);
                    }
                    drop(block);
                }
            }
            assert_eq!((sums("resized").inuse_objects, sums("resized").inuse_space), (0, 0));
        }
    });
}

#[test]
fn zeroed_blocks_are_zero() {
    in_own_process("lifetimes::zeroed_blocks_are_zero", || {
        for rate in [1, 1000, 0] {
            set_heap_sampling_rate(rate);
            for _ in 0..3 {
                for size in SIZES {
                    let mut block = labels("zeroed").scope(|| Block::zeroed(size, 16));
                    assert!(block.bytes().iter().all(|&byte| byte == 0));
                    block.fill(size);
                }
            }
        }
        assert_eq!((sums("zeroed").inuse_objects, sums("zeroed").inuse_space), (0, 0));
        // Pages that nobody touches stay the system's.
        let resident = || {
            let text = std::fs::read_to_string("/proc/self/statm").expect("there is procfs");
            text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("a number of pages")
        };
        let before = resident();
        let block = Block::zeroed(1 << 28, 8);
        assert!(resident() < before + 10_000);
        drop(block);
    });
}

#[test]
fn blocks_are_freed_by_other_threads() {
    in_own_process("lifetimes::blocks_are_freed_by_other_threads", || {
        for rate in [1, 5000] {
            set_heap_sampling_rate(rate);
            let (senders, receivers): (Vec<_>, Vec<_>) = (0..8).map(|_| mpsc::channel::<(usize, Block)>()).unzip();
            std::thread::scope(|scope| {
                for (number, receiver) in receivers.into_iter().enumerate() {
                    let senders = senders.clone();
                    scope.spawn(move || {
                        set_heap_sampling_rate(rate);
                        for round in 0..5000 {
                            let size = 1 + (round * 37 + number * 11) % 3000;
                            let mut block = labels("handed").scope(|| Block::new(size, 8));
                            block.fill(round);
                            senders[(number + round) % 8].send((round, block)).expect("somebody receives");
                            while let Ok((seed, mut block)) = receiver.try_recv() {
                                let size = block.layout.size();
                                block.check(seed, size);
                            }
                        }
                        drop(senders);
                        receiver.into_iter().for_each(|(seed, mut block)| block.check(seed, 1));
                    });
                }
                drop(senders);
            });
            let sums = sums("handed");
            assert_eq!((sums.inuse_objects, sums.inuse_space), (0, 0));
            assert!(rate != 1 || sums.alloc_objects == 40_000);
        }
    });
}

thread_local! {
    static KEPT: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Allocates and frees when its thread ends.
struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        labels("ending").scope(|| (0..100).for_each(|_| drop(Block::new(100, 8))));
    }
}

thread_local! {
    static AT_END: AtEnd = const { AtEnd };
}

#[test]
fn threads_free_blocks_while_they_end() {
    in_own_process("lifetimes::threads_free_blocks_while_they_end", || {
        set_heap_sampling_rate(1);
        for _ in 0..200 {
            let work = || {
                AT_END.with(|_| {});
                set_heap_sampling_rate(1);
                labels("ending")
                    .scope(|| KEPT.with_borrow_mut(|kept| kept.extend((0..100).map(|_| Block::new(70, 8)))));
                black_box(labels("ending"));
            };
            std::thread::spawn(work).join().expect("no panic");
        }
        let sums = sums("ending");
        assert!(sums.alloc_objects >= 200 * 200, "{sums:?}");
        // Of the list that grows, the label holds its pieces, too.
        assert_eq!((sums.inuse_objects, sums.inuse_space), (0, 0));
    });
}

#[test]
fn the_recorder_does_not_allocate() {
    in_own_process("lifetimes::the_recorder_does_not_allocate", || {
        set_heap_sampling_rate(1);
        let mut blocks = Vec::with_capacity(10_000);
        let before = inner::calls();
        blocks.extend((0..9000).map(|number| Block::new(1 + number % 3000, 8)));
        // All of them are in slots of the recorder, so the allocator underneath has not been asked for anything.
        assert_eq!(inner::calls(), before);
        blocks.iter_mut().for_each(|block| assert!(block.resize(3001)));
        blocks.truncate(10);
        assert_eq!(inner::calls(), before);
        let large: Vec<Block> = labels("large").scope(|| (0..100).map(|_| Block::new(50_000, 8)).collect());
        // The list is small, so it is in a slot.
        assert_eq!(inner::calls().allocations, before.allocations + 100);
        drop(large);
        assert_eq!(inner::calls().frees, before.frees + 100);
        set_heap_sampling_rate(0);
        let before = inner::calls();
        let mut block = Block::new(100, 8);
        assert!(block.resize(200));
        drop(block);
        let after = inner::calls();
        assert_eq!(
            (after.allocations, after.resizes, after.frees),
            (before.allocations + 1, before.resizes + 1, before.frees + 1)
        );
    });
}

#[test]
fn changes_and_the_peak_are_told() {
    in_own_process("lifetimes::changes_and_the_peak_are_told", || {
        set_heap_sampling_rate(1);
        set_heap_peak_noted(true);
        let old: Vec<Block> = labels("old").scope(|| (0..1000).map(|_| Block::new(1000, 8)).collect());
        let before = HeapSnapshot::take().expect("the allocator is ours");
        drop(old);
        let (kept, many) = labels("new").scope(|| {
            let many: Vec<Block> = (0..5000).map(|_| Block::new(2000, 8)).collect();
            (Block::new(300, 8), many)
        });
        let list_bytes = size_of::<Block>() as i64;
        drop(many);
        let after = HeapSnapshot::take().expect("the allocator is ours");
        let change = after.since(&before).expect("it can be told");
        let (old, new) = (sums_of(&change, "old"), sums_of(&change, "new"));
        assert_eq!((old.inuse_space, old.alloc_space), (-1000 * (1000 + list_bytes), 0));
        assert_eq!((new.inuse_space, new.alloc_objects), (300, 5002));
        assert!(change.header().duration_nanos > 0);
        let peak = sums_of(&after.peak().expect("it can be told"), "new").inuse_space;
        // To a sixty-fourth.
        let most = 5000 * (2000 + list_bytes) + 300;
        assert!((most - most / 60..=most).contains(&peak), "{peak} of {most}");
        drop(kept);
    });
}

#[test]
fn the_heap_has_two_names() {
    in_own_process("lifetimes::the_heap_has_two_names", || {
        set_heap_sampling_rate(1);
        let block = labels("named").scope(|| Block::new(4321, 8));
        let names: Vec<String> = profiles().iter().map(|profile| profile.name().to_owned()).collect();
        assert_eq!(names, ["allocs", "heap"]);
        assert!(Profile::new("heap").is_err());
        let heap = lookup("heap").expect("it is there");
        assert!(heap.count() > 0 && heap.add(1, 0).is_err());
        let allocs = lookup("allocs").expect("it is there").snapshot().expect("the allocator is ours");
        assert_eq!(allocs.str(allocs.header().default_sample_type), "alloc_space");
        assert_eq!(sums_of(&heap.snapshot().expect("the allocator is ours"), "named").inuse_space, 4321);
        drop(block);
    });
}

/// Returns the numbers of the samples of blocks of `size` bytes, added up for each column.
fn of_size(profile: &rpprof::profile::Profile, size: i64) -> [i64; 4] {
    let has_size = |label: Label| matches!(label.value(), LabelValue::Number { value, .. } if value == size);
    let samples = profile.samples().iter().filter(|sample| profile.labels(sample.labels).iter().any(has_size));
    samples.fold([0; 4], |sums, sample| std::array::from_fn(|column| sums[column] + sample.values[column]))
}

fn text() -> String {
    let mut text = Vec::new();
    lookup("heap").expect("it is there").write_to(&mut text, Debug::Text).expect("a vector takes all bytes");
    String::from_utf8(text).expect("it is text")
}

#[test]
fn texts_have_samples_and_are_read_back() {
    const NAME: &str = "lifetimes::texts_have_samples_and_are_read_back";
    in_process_with(NAME, &[("RPPROF_HEAP_RATE", "100000")], || {
        let read = |text: &str| codec::read(text.as_bytes(), &ReadOptions::default()).expect("it is a profile");
        let mut blocks: Vec<Block> = labels("text").scope(|| (0..2000).map(|_| Block::new(43_210, 8)).collect());
        blocks.truncate(500);
        let samples = text();
        let header = samples.lines().next().unwrap_or_default();
        assert!(header.starts_with("heap profile: ") && header.ends_with("] @ heap/200000"), "{header}");
        assert!(samples.contains("\n# labels: {\"test\":\"text\"}\n") && samples.contains("\n# MaxRSS = "));
        let (estimates, read_back) = (lookup("heap").expect("it is there").snapshot(), read(&samples));
        let estimates = of_size(&estimates.expect("the allocator is ours"), 43_210);
        assert_eq!(read_back.header().period, 100_000);
        // Readers cut each of the numbers to a whole one, and weights are whole parts of a block.
        let is_near = |(one, other): (&i64, &i64)| one.abs_diff(*other) <= 1;
        assert!(estimates.iter().zip(&of_size(&read_back, 43_210)).all(is_near), "{estimates:?} {samples}");
        assert!(estimates[2] > 0 && estimates[0] > estimates[2]);
        // Samples of several rates have no common scale.
        set_heap_sampling_rate(1 << 30);
        let scaled = text();
        let header = scaled.lines().next().unwrap_or_default();
        assert!(header.ends_with("] @ heap/2"), "{header}");
        assert!(read(&scaled).samples().iter().any(|sample| *sample.values == estimates), "{estimates:?} {scaled}");
        drop(blocks);
    });
}

/// What is freed when the program ends.
static AT_EXIT: Mutex<Vec<Block>> = Mutex::new(Vec::new());

extern "C" fn free_at_exit() {
    let blocks = std::mem::take(&mut *AT_EXIT.lock().expect("nobody panicked"));
    let is_kept = sums("exit").inuse_objects == blocks.len() as i64 && !blocks.is_empty();
    drop(blocks);
    labels("exit").scope(|| (0..100).for_each(|size| drop(Block::new(size + 1, 8))));
    let is_empty = sums("exit").inuse_space == 0;
    if !is_kept || !is_empty {
        // SAFETY: ends the program at once, so that the test sees it.
        unsafe { libc::_exit(3) };
    }
}

#[test]
fn blocks_are_followed_until_the_program_has_ended() {
    in_own_process("lifetimes::blocks_are_followed_until_the_program_has_ended", || {
        // SAFETY: the function may be called at any time.
        assert_eq!(unsafe { libc::atexit(free_at_exit) }, 0);
        set_heap_sampling_rate(1);
        let mut kept = Vec::with_capacity(SIZES.len());
        labels("exit").scope(|| kept.extend(SIZES.map(|size| Block::new(size, 8))));
        *AT_EXIT.lock().expect("nobody panicked") = kept;
    });
}
