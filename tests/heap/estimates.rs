//! Are sums as near to the truth as theory says?

use rpprof::collector::{heap_sampling_rate, set_heap_sampling_rate};

use crate::in_own_process;
use crate::sums::{Block, labels, sums};

/// How an estimated number of blocks is spread.
#[derive(Clone, Copy, Default)]
struct Spread {
    variance: f64,
    /// How many blocks a sampled one stands for.
    weight: f64,
}

impl Spread {
    /// Returns that of `count` blocks of a size.
    fn of(size: usize, count: usize, rate: usize) -> Self {
        if rate <= 1 {
            return Self::default();
        }
        let probability = -(-(size as f64) / rate as f64).exp_m1();
        Self { variance: count as f64 * (1.0 - probability) / probability, weight: 1.0 / probability }
    }

    /// Returns that of the sum with others.
    fn and(self, other: Self) -> Self {
        Self { variance: self.variance + other.variance, weight: self.weight.max(other.weight) }
    }

    /// Returns that of bytes, where each block has so many.
    fn times(self, scale: f64) -> Self {
        Self { variance: self.variance * scale * scale, weight: self.weight * scale }
    }

    /// Returns by how much an estimate is off less than once in 10^12 runs, by Bernstein's inequality.
    ///
    /// Some sigmas would not do: with few samples there are far more of large errors than a normal distribution has.
    fn most(self) -> f64 {
        const NATS: f64 = 28.5;
        let of_few = self.weight * NATS / 3.0;
        of_few + (of_few * of_few + 2.0 * self.variance * NATS).sqrt()
    }
}

#[track_caller]
fn assert_within(what: &str, estimate: i64, truth: f64, spread: Spread) {
    let error = estimate as f64 - truth;
    println!("{what}: {estimate} of {truth}, {:+.2} sigma", error / spread.variance.sqrt().max(1.0));
    // Rounding adds up to a block or a byte for each sample.
    assert!(error.abs() <= spread.most() + 3.0, "{what}: {estimate}, not {truth} ± {}", spread.most());
}

#[test]
fn blocks_of_every_size_are_estimated_as_well_as_can_be() {
    in_own_process("estimates::blocks_of_every_size_are_estimated_as_well_as_can_be", || {
        let rate = heap_sampling_rate();
        assert_eq!(rate, 512 << 10);
        let sizes =
            [(1, 1_000_000), (16, 1_000_000), (100, 500_000), (1000, 200_000), (10_000, 50_000), (32_767, 20_000)];
        let large = [(32_768, 30_000), (100_000, 10_000), (1 << 19, 5000), (2 << 20, 3000), (64 << 20, 100)];
        for (size, count) in sizes.into_iter().chain(large) {
            let name = size.to_string();
            labels(&name).scope(|| (0..count).for_each(|_| drop(Block::new(size, 1))));
            let sums = sums(&name);
            let spread = Spread::of(size, count, rate);
            assert_within(&format!("{size} bytes, objects"), sums.alloc_objects, count as f64, spread);
            let scale = size as f64;
            assert_within("  bytes", sums.alloc_space, count as f64 * scale, spread.times(scale));
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
        let spread = Spread::of(size, count, size);
        // Where the weight of each row is cut to an integer, there are 0.63 for each.
        assert!(spread.most() < 0.2 * count as f64);
        assert_within("objects in use", sums.inuse_objects, count as f64, spread);
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
        let small = Spread::of(8, 1_000_000, heap_sampling_rate());
        assert_within("objects", sums.alloc_objects, 1_000_001.0, small);
        assert_within("bytes", sums.alloc_space, (8_000_000 + (8 << 20)) as f64, small.times(8.0));
    });
}

#[test]
fn the_rate_may_change_at_any_time() {
    in_own_process("estimates::the_rate_may_change_at_any_time", || {
        let rates = [512 << 10, 64 << 10, 4 << 20, 1, 0, 512 << 10];
        let (mut live, mut count, mut spread) = (Vec::new(), 0, Spread::default());
        for (round, &rate) in rates.iter().cycle().take(30).enumerate() {
            set_heap_sampling_rate(rate);
            let blocks = if rate == 1 { 2000 } else { 20_000 };
            labels("rates").scope(|| live.extend((0..blocks).map(|_| Block::new(1000, 8))));
            if rate != 0 {
                count += blocks;
                spread = spread.and(Spread::of(1000, blocks, rate));
            }
            if round % 3 == 2 {
                live.truncate(live.len() / 2);
            }
        }
        let before = sums("rates");
        assert_within("objects", before.alloc_objects, count as f64, spread);
        assert_within("bytes", before.alloc_space, 1000.0 * count as f64, spread.times(1000.0));
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
        assert_within("objects", sums.alloc_objects, 1.6e6, Spread::of(64, 1_600_000, heap_sampling_rate()));
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
        assert_within("objects", sums("short").alloc_objects, truth, Spread::of(SIZE, count, heap_sampling_rate()));
    });
}
