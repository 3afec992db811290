//! Are sums as near to the truth as theory says?

use rpprof::collector::{heap_sampling_rate, set_heap_sampling_rate};

use crate::in_own_process;
use crate::sums::{Block, labels, sums};

/// Returns the variance of the estimated number of blocks of a size.
fn variance(size: usize, count: usize, rate: usize) -> f64 {
    if rate <= 1 {
        return 0.0;
    }
    let probability = -(-(size as f64) / rate as f64).exp_m1();
    count as f64 * (1.0 - probability) / probability
}

#[track_caller]
fn assert_within(what: &str, estimate: i64, truth: f64, variance: f64) {
    let error = (estimate as f64 - truth).abs();
    // Rounding adds up to a block or a byte for each sample.
    assert!(error <= 6.0 * variance.sqrt() + 3.0, "{what}: {estimate}, not {truth} ± {}", variance.sqrt());
    println!("{what}: {estimate} of {truth}, {:+.2} sigma", (estimate as f64 - truth) / variance.sqrt().max(1.0));
}

#[test]
fn blocks_of_every_size_are_estimated_within_six_sigma() {
    in_own_process("estimates::blocks_of_every_size_are_estimated_within_six_sigma", || {
        let rate = heap_sampling_rate();
        assert_eq!(rate, 512 << 10);
        let sizes =
            [(1, 1_000_000), (16, 1_000_000), (100, 500_000), (1000, 200_000), (10_000, 50_000), (32_767, 20_000)];
        let large = [(32_768, 30_000), (100_000, 10_000), (1 << 19, 5000), (2 << 20, 3000), (64 << 20, 100)];
        for (size, count) in sizes.into_iter().chain(large) {
            let name = size.to_string();
            labels(&name).scope(|| (0..count).for_each(|_| drop(Block::new(size, 1))));
            let sums = sums(&name);
            let variance = variance(size, count, rate);
            assert_within(&format!("{size} bytes, objects"), sums.alloc_objects, count as f64, variance);
            let scale = size as f64;
            assert_within("  bytes", sums.alloc_space, count as f64 * scale, variance * scale * scale);
            assert_eq!((sums.inuse_objects, sums.inuse_space), (0, 0));
        }
    });
}

#[test]
fn single_live_blocks_of_the_rate_count_as_one_each() {
    in_own_process("estimates::single_live_blocks_of_the_rate_count_as_one_each", || {
        // Each at a site of its own, as far as the profile goes: each has labels of its own, and so a row.
        let (size, count) = (heap_sampling_rate(), 2000);
        let at_site = |site: usize| {
            let set = rpprof::labels! { "test" => "k=T", "site" => site.to_string() };
            set.scope(|| Block::new(size, 8))
        };
        let mut blocks = Vec::with_capacity(count);
        blocks.extend((0..count).map(at_site));
        let sums = sums("k=T");
        assert_within("objects in use", sums.inuse_objects, count as f64, variance(size, count, size));
        // Where the weight of each row is cut to an integer, this is 0.63.
        assert!((sums.inuse_objects as f64 / count as f64 - 1.0).abs() < 0.1);
        drop(blocks);
        assert_eq!(crate::sums::sums("k=T").inuse_space, 0);
    });
}

#[test]
fn sizes_that_are_mixed_on_one_stack_do_not_mix_in_the_estimate() {
    in_own_process("estimates::sizes_that_are_mixed_on_one_stack_do_not_mix_in_the_estimate", || {
        let sizes = std::iter::repeat_n(8, 1_000_000).chain([8 << 20]);
        labels("mixed").scope(|| sizes.for_each(|size| drop(Block::new(size, 8))));
        let sums = sums("mixed");
        let small = variance(8, 1_000_000, heap_sampling_rate());
        assert_within("objects", sums.alloc_objects, 1_000_001.0, small);
        assert_within("bytes", sums.alloc_space, (8_000_000 + (8 << 20)) as f64, small * 64.0);
    });
}

#[test]
fn the_rate_may_change_at_any_time() {
    in_own_process("estimates::the_rate_may_change_at_any_time", || {
        let rates = [512 << 10, 64 << 10, 4 << 20, 1, 0, 512 << 10];
        let (mut live, mut count, mut sum) = (Vec::new(), 0, 0.0);
        for (round, &rate) in rates.iter().cycle().take(30).enumerate() {
            set_heap_sampling_rate(rate);
            let blocks = if rate == 1 { 2000 } else { 20_000 };
            labels("rates").scope(|| live.extend((0..blocks).map(|_| Block::new(1000, 8))));
            if rate != 0 {
                count += blocks;
                sum += variance(1000, blocks, rate);
            }
            if round % 3 == 2 {
                live.truncate(live.len() / 2);
            }
        }
        let before = sums("rates");
        assert_within("objects", before.alloc_objects, count as f64, sum);
        assert_within("bytes", before.alloc_space, 1000.0 * count as f64, 1e6 * sum);
        drop(live);
        assert_eq!((sums("rates").inuse_objects, sums("rates").inuse_space), (0, 0));
    });
}

#[test]
fn threads_take_up_another_rate_within_a_mebibyte() {
    in_own_process("estimates::threads_take_up_another_rate_within_a_mebibyte", || {
        set_heap_sampling_rate(0);
        let (to_thread, from_main) = std::sync::mpsc::channel::<()>();
        let (to_main, from_thread) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            drop(Block::new(1000, 8));
            to_main.send(()).expect("main waits");
            from_main.recv().expect("main sends");
            (0..1049).for_each(|_| drop(Block::new(1000, 8)));
            labels("late").scope(|| (0..1000).for_each(|_| drop(Block::new(1000, 8))));
        });
        from_thread.recv().expect("the thread sends");
        set_heap_sampling_rate(1);
        to_thread.send(()).expect("the thread waits");
        thread.join().expect("no panic");
        assert_eq!(sums("late").alloc_objects, 1000);
    });
}

#[test]
fn many_threads_add_up() {
    in_own_process("estimates::many_threads_add_up", || {
        let work = || labels("threads").scope(|| (0..100_000).for_each(|_| drop(Block::new(64, 8))));
        std::thread::scope(|scope| (0..16).for_each(|_| drop(scope.spawn(work))));
        let sums = sums("threads");
        assert_within("objects", sums.alloc_objects, 1.6e6, variance(64, 1_600_000, heap_sampling_rate()));
        assert_eq!(sums.inuse_objects, 0);
    });
}

#[test]
fn threads_that_allocate_little_are_counted_as_well() {
    in_own_process("estimates::threads_that_allocate_little_are_counted_as_well", || {
        // Each thread draws anew; were its first blocks left out or favoured, the sum would be wrong.
        const BLOCKS: usize = 4;
        const SIZE: usize = 50_000;
        let threads = 3000;
        let work = || labels("short").scope(|| (0..BLOCKS).for_each(|_| drop(Block::new(SIZE, 8))));
        (0..threads).for_each(|_| std::thread::spawn(work).join().expect("no panic"));
        let count = threads * BLOCKS;
        let truth = count as f64;
        assert_within("objects", sums("short").alloc_objects, truth, variance(SIZE, count, heap_sampling_rate()));
    });
}
