//! Loads of allocators' benchmarks with every block sampled, and the memory that it takes.

use std::alloc::{Layout, alloc, dealloc};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rpprof::collector::{heap_profile, heap_sampling_rate};
use rpprof::profile::LabelValue;

use crate::driver::{PATIENCE, command_for, wait};
use crate::findings::{Findings, peak_kib};

const THREADS: usize = 64;
/// How often each thread works at least, so that a load takes its memory however little time there is.
const LEAST: usize = 10;
/// Blocks that a thread of `larson` holds.
const HELD: usize = 1000;

/// A block of bytes that are all the low byte of its size; checked when it is freed.
struct Block(*mut u8, usize);

// SAFETY: it owns its block.
unsafe impl Send for Block {}

impl Block {
    fn new(size: usize) -> Self {
        let layout = Layout::from_size_align(size, 8).expect("a layout");
        // SAFETY: the size is not 0.
        let block = unsafe { alloc(layout) };
        assert!(!block.is_null());
        // SAFETY: first and last byte are in the block.
        unsafe {
            block.write(size as u8);
            block.add(size - 1).write(size as u8);
        }
        Self(block, size)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block is of this size and ours, and its first and last byte were written.
        unsafe {
            assert_eq!((self.0.read(), self.0.add(self.1 - 1).read()), (self.1 as u8, self.1 as u8));
            dealloc(self.0, Layout::from_size_align_unchecked(self.1, 8));
        }
    }
}

/// A generator of sizes.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Small blocks, with a large one among some hundreds.
    fn size(&mut self) -> usize {
        if self.below(400) == 0 { 30_000 + self.below(10_000) } else { 16 + self.below(64) * 16 }
    }
}

static OPERATIONS: AtomicU64 = AtomicU64::new(0);

/// Returns objects and bytes in use of the blocks that were made under the label.
fn in_use() -> (i64, i64) {
    let profile = heap_profile().expect("the allocator is ours");
    let mut sums = (0, 0);
    for sample in profile.samples().iter() {
        let is_load = |label: rpprof::profile::Label| {
            profile.str(label.key()) == "load"
                && matches!(label.value(), LabelValue::Text(text) if profile.str(text) == "yes")
        };
        if profile.labels(sample.labels).iter().any(is_load) {
            sums = (sums.0 + sample.values[2], sums.1 + sample.values[3]);
        }
    }
    sums
}

fn run_larson(time: Duration) {
    let end = Instant::now() + time;
    thread::scope(|scope| {
        for number in 0..THREADS as u64 {
            scope.spawn(move || {
                let mut random = Random(number * 77 + 1);
                let mut blocks = Vec::new();
                for _ in (0..).take_while(|&round| round < LEAST || Instant::now() < end) {
                    let seed = Random(random.below(1 << 30) as u64 + 1);
                    blocks = thread::spawn(move || serve(blocks, seed)).join().expect("no panic");
                }
            });
        }
    });
}

/// A server's worker, which replaces random blocks and leaves them to its successor.
fn serve(mut blocks: Vec<Block>, mut random: Random) -> Vec<Block> {
    let _labels = rpprof::labels! { "load" => "yes" }.enter();
    blocks.resize_with(HELD, || Block::new(random.size()));
    for _ in 0..2000 {
        let place = random.below(HELD);
        blocks[place] = Block::new(random.size());
    }
    OPERATIONS.fetch_add(2000, Ordering::Relaxed);
    blocks
}

/// Half of the threads allocate, the other half frees.
fn run_producers_and_consumers(time: Duration) {
    let end = Instant::now() + time;
    thread::scope(|scope| {
        for number in 0..THREADS as u64 / 2 {
            let (sender, receiver) = mpsc::sync_channel::<Vec<Block>>(4);
            scope.spawn(move || {
                let mut random = Random(number * 77 + 1);
                for _ in (0..).take_while(|&round| round < LEAST || Instant::now() < end) {
                    let labels = rpprof::labels! { "load" => "yes" }.enter();
                    let blocks = (0..120).map(|_| Block::new(random.size())).collect();
                    drop(labels);
                    OPERATIONS.fetch_add(120, Ordering::Relaxed);
                    sender.send(blocks).expect("somebody listens");
                }
            });
            scope.spawn(move || receiver.iter().for_each(drop));
        }
    });
}

/// Runs a load with every block sampled; its memory is at most three times that of the same load with none.
fn compare(time: Duration, load: fn(Duration), bare: &str, findings: &mut Findings) {
    assert_eq!(heap_sampling_rate(), 1);
    let mut command = command_for(bare, time.as_secs().max(2) / 2);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let status = wait(&mut child, time + PATIENCE / 2);
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    let mut printed = Findings::default();
    let text = std::io::read_to_string(child.stdout.take().expect("it is piped")).expect("text");
    printed.add_printed(&text);
    load(time);
    assert_eq!(in_use(), (0, 0), "objects and bytes are in use");
    let (bare_kib, sampled_kib) = (printed.get("rss_kib"), peak_kib());
    findings.add("bare_kib", bare_kib);
    findings.add("sampled_kib", sampled_kib);
    findings.add("operations", OPERATIONS.load(Ordering::Relaxed));
    assert!(bare_kib > 0 && sampled_kib <= bare_kib * 3, "{sampled_kib} KiB, and {bare_kib} KiB without samples");
}

pub(crate) fn larson(time: Duration, findings: &mut Findings) {
    compare(time, run_larson, "larson_bare", findings);
}

pub(crate) fn larson_bare(time: Duration, _findings: &mut Findings) {
    assert_eq!(heap_sampling_rate(), 0);
    run_larson(time);
}

pub(crate) fn producers_and_consumers(time: Duration, findings: &mut Findings) {
    compare(time, run_producers_and_consumers, "producers_and_consumers_bare", findings);
}

pub(crate) fn producers_and_consumers_bare(time: Duration, _findings: &mut Findings) {
    assert_eq!(heap_sampling_rate(), 0);
    run_producers_and_consumers(time);
}
