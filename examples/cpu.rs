//! Profiles its own work, names what it found, and writes the profile:
//! `cargo run --profile profiling --features collector-symbols --example cpu -- cpu.pb.gz`.

use std::fs::File;
use std::time::{Duration, Instant};
use std::{env, hint, thread};

use rpprof::codec::{self, WriteOptions};
use rpprof::collector::{CpuProfiler, symbolize_here};

/// Spends about a quarter of the time here.
#[inline(never)]
fn add(seed: u64) -> u64 {
    (0..10_000).fold(seed, |sum, number| hint::black_box(sum.wrapping_mul(31) ^ number))
}

/// Spends about three quarters of the time below.
#[inline(never)]
fn sort(seed: u64) -> u64 {
    let mut numbers: Vec<u64> = (0..2_000).map(|number| (number ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    numbers.sort_by(|one, other| other.cmp(one));
    numbers[7]
}

fn work(time: Duration) -> u64 {
    let start = Instant::now();
    let mut seed = 1;
    while start.elapsed() < time {
        seed = add(seed) ^ sort(seed);
    }
    seed
}

fn main() -> Result<(), rpprof::Error> {
    let path = env::args().nth(1).unwrap_or_else(|| "cpu.pb.gz".to_owned());
    let session = CpuProfiler::builder().hz(1000).start()?;
    let thread = thread::spawn(|| rpprof::labels! { "tenant" => "acme" }.scope(|| work(Duration::from_secs(1))));
    let sum = work(Duration::from_secs(1)) ^ thread.join().unwrap_or(0);
    let profile = symbolize_here(&session.stop()?)?;
    codec::write(&profile, File::create(&path)?, &WriteOptions::default())?;
    println!("wrote {path}: {} different samples ({sum})", profile.samples().len());
    Ok(())
}
