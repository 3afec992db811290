//! Profiles its own work in slices and puts these together, so that each sample tells when it was taken:
//! `cargo run --features collector-symbols,analyze,proto --example slices -- slices_cpu.pb.gz`, and then
//! `rpprof tui slices_cpu.pb.gz`, where `8` shows it over time.

use std::fs::File;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, hint, thread};

use rpprof::codec::proto::pb;
use rpprof::codec::{self, WriteOptions};
use rpprof::collector::{CpuProfiler, symbolize_here};
use rpprof::profile::Profile;
use rpprof::transform::merge;

/// How long a slice is, and so how exact the times are.
const SLICE: Duration = Duration::from_millis(20);

/// Makes words out of nothing.
#[inline(never)]
fn read(seed: u64) -> Vec<u64> {
    (0..20_000_u64).map(|number| hint::black_box((number ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect()
}

#[inline(never)]
fn sort(words: &mut [u64]) {
    words.sort_by(|one, other| other.cmp(one));
}

#[inline(never)]
fn check(words: &[u64]) -> u64 {
    words.iter().fold(7, |sum, &word| hint::black_box(sum.rotate_left(5) ^ word))
}

fn for_a_while(time: Duration, mut work: impl FnMut()) {
    let start = Instant::now();
    while start.elapsed() < time {
        work();
    }
}

/// Reads, sorts, and checks twice: between both it waits, as for a disk.
fn work() -> u64 {
    let (mut words, mut sum) = (Vec::new(), 0);
    for_a_while(Duration::from_millis(700), || words = read(words.len() as u64));
    for_a_while(Duration::from_millis(900), || sort(&mut words.clone()));
    for_a_while(Duration::from_millis(300), || sum ^= check(&words));
    thread::sleep(Duration::from_millis(400));
    for_a_while(Duration::from_millis(500), || sum ^= check(&words));
    sum
}

/// Adds to each sample when it was taken.
fn with_time(slice: &Profile, end: SystemTime) -> Result<Profile, rpprof::Error> {
    let mut message = pb::Profile::from(slice);
    let mut string = |text: &str| {
        message.string_table.push(text.to_owned());
        message.string_table.len() as i64 - 1
    };
    let (key, num_unit) = (string("end_timestamp_ns"), string("nanoseconds"));
    let nanos = end.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let label = pb::Label { key, num_unit, num: nanos as i64, str: 0 };
    for sample in &mut message.sample {
        sample.label.push(label);
    }
    Profile::try_from(&message)
}

fn main() -> Result<(), rpprof::Error> {
    let path = env::args().nth(1).unwrap_or_else(|| "slices_cpu.pb.gz".to_owned());
    let worker = thread::spawn(work);
    let mut slices = Vec::new();
    while !worker.is_finished() {
        let session = CpuProfiler::builder().hz(250).start()?;
        thread::sleep(SLICE);
        slices.push(with_time(&session.stop()?, SystemTime::now())?);
    }
    let profile = merge(&slices.iter().collect::<Vec<_>>())?;
    codec::write(&symbolize_here(&profile)?, File::create(&path)?, &WriteOptions::default())?;
    println!("wrote {path}: {} slices, {} different samples", slices.len(), profile.samples().len());
    Ok(())
}
