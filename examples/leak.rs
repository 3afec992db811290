//! Leaks some memory, and finds where: `cargo run --release --features collector --example leak -- heap.pb.gz`.

use std::collections::HashMap;
use std::env;
use std::fs::File;

use rpprof::codec::{self, WriteOptions};
use rpprof::collector::{Allocator, HeapSnapshot};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator::system();

/// Answers are kept for ever.
#[derive(Default)]
struct Cache(HashMap<u64, Vec<u8>>);

impl Cache {
    #[inline(never)]
    fn answer(&mut self, question: u64) -> &[u8] {
        self.0.entry(question).or_insert_with(|| vec![question as u8; 1000])
    }
}

/// Needs as much memory, and gives it back.
#[inline(never)]
fn scratch(question: u64) -> usize {
    let numbers: Vec<u64> = (0..125).map(|number| number ^ question).collect();
    numbers.iter().filter(|number| *number % 3 == 0).count()
}

fn main() -> Result<(), rpprof::Error> {
    let path = env::args().nth(1).unwrap_or_else(|| "heap.pb.gz".to_owned());
    let mut cache = Cache::default();
    let before = HeapSnapshot::take()?;
    let sum: usize = (0..100_000).map(|question| scratch(question) + cache.answer(question).len()).sum();
    let growth = HeapSnapshot::take()?.since(&before)?;
    codec::write(&growth, File::create(&path)?, &WriteOptions::default())?;
    println!("wrote {path}: {} different samples ({sum})", growth.samples().len());
    Ok(())
}
