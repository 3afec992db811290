//! A toy stock-keeping program. It profiles itself and writes what it finds
//! as a gzipped pprof message.
//!
//! Usage: `inventory FILE [SECONDS]`

mod movements;
mod parts;
mod rank;

use std::{
    env,
    error::Error,
    fs::File,
    hint::black_box,
    io::Write,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use pprof::{ProfilerGuardBuilder, protos::Message};

/// A prime rate does not fall into step with work that repeats every 10 ms.
const FREQUENCY: i32 = 199;

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let Some(file) = args.next() else {
        eprintln!("usage: inventory FILE [SECONDS]");
        return ExitCode::from(2);
    };
    let result = args
        .next()
        .map_or(Ok(3.0), |seconds| seconds.parse())
        .map_err(Into::into)
        .and_then(|seconds: f64| run(&file, Duration::try_from_secs_f64(seconds)?));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inventory: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(file: &str, length: Duration) -> Result<(), Box<dyn Error>> {
    let guard = ProfilerGuardBuilder::default()
        .frequency(FREQUENCY)
        // Unwinding out of these from a signal handler can deadlock.
        .blocklist(&["libc", "libgcc", "pthread", "vdso"])
        .build()?;

    let end = Instant::now() + length;
    let parser = spawn("parser", end, parse_movements)?;
    let ranker = spawn("ranker", end, rank_parts)?;
    for worker in [parser, ranker] {
        worker.join().map_err(|_| "a worker panicked")?;
    }

    let profile = guard.report().build()?.pprof()?;
    let mut out = GzEncoder::new(File::create(file)?, Compression::best());
    out.write_all(&profile.encode_to_vec())?;
    out.finish()?;
    Ok(())
}

/// The name of a thread becomes a label of its samples.
fn spawn(name: &str, end: Instant, work: fn(u64)) -> std::io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(move || {
        (1..).take_while(|_| Instant::now() < end).for_each(work);
    })
}

fn parse_movements(round: u64) {
    let text = movements::sheet(round, 4_000);
    match movements::parse(&text) {
        Ok(list) => {
            black_box(movements::stock(&list, |m| m.part));
            black_box(movements::stock(&list, |m| m.depot.to_string()));
        }
        Err(error) => unreachable!("the sheet is our own: {error}"),
    }
}

fn rank_parts(round: u64) {
    let catalogue = parts::Catalogue::new(round, 1_500);
    let by_cost = rank::Order::new(|&id: &usize| catalogue.cost(id));
    let by_depth = rank::Order::new(|&id: &usize| catalogue.depth(id));
    let mut ids: Vec<usize> = (0..catalogue.len()).collect();
    rank::sort(&mut ids, &by_cost);
    black_box(&ids);
    rank::sort(&mut ids, &rank::Then(&by_depth, &by_cost));
    black_box(&ids);
}
