//! A service whose requests have labels, on a runtime of several threads; it profiles itself until ctrl-c, or for some
//! seconds: `cargo run --profile profiling --features collector-symbols --example service -- 5`, and then
//! `rpprof top --label 'route = /sort' service_cpu.pb.gz`.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{env, hint};

use rpprof::codec::{self, WriteOptions};
use rpprof::collector::{Allocator, CpuProfiler, WithLabels, heap_profile, symbolize_here};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator::system();

/// Answers that are kept, by question.
type Cache = Arc<Mutex<HashMap<u64, Vec<u8>>>>;

#[inline(never)]
fn sort(question: u64) -> u64 {
    let mut numbers: Vec<u64> =
        (0..5000).map(|number| (number ^ question).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    numbers.sort_by(|one, other| other.cmp(one));
    numbers[7]
}

#[inline(never)]
fn look_up(question: u64, cache: &Cache) -> u64 {
    let mut answers = cache.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = answers.entry(question % 20_000).or_insert_with(|| vec![question as u8; 2000]);
    answer.iter().map(|&byte| u64::from(byte)).sum()
}

async fn answer(route: &str, question: u64, cache: &Cache) -> String {
    let result = if route == "/sort" { sort(question) } else { look_up(question, cache) };
    // The next part may run on another thread; the labels go along.
    tokio::task::yield_now().await;
    format!("{}\n", hint::black_box(result))
}

/// Answers lines of a route and a number.
async fn serve(stream: TcpStream, cache: Cache) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let (route, question) = line.trim().split_once(' ').unwrap_or(("/", "0"));
        let labels = rpprof::labels! { "route" => route };
        let text = answer(route, question.parse().unwrap_or(0), &cache).with_labels(labels).await;
        stream.write_all(text.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

/// Asks for ever.
async fn ask(mut stream: BufReader<TcpStream>) -> std::io::Result<()> {
    let mut line = String::new();
    for question in 0_u64.. {
        let route = if question % 4 == 0 { "/sort" } else { "/look-up" };
        stream.write_all(format!("{route} {question}\n").as_bytes()).await?;
        line.clear();
        stream.read_line(&mut line).await?;
    }
    Ok(())
}

async fn run(time: Duration) -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let cache = Cache::default();
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&cache)));
        }
    });
    for _ in 0..4 {
        tokio::spawn(ask(BufReader::new(TcpStream::connect(address).await?)));
    }
    println!("serving on {address} until ctrl-c, or for {time:?}");
    // Either is an end.
    let _ = tokio::time::timeout(time, tokio::signal::ctrl_c()).await;
    Ok(())
}

fn main() -> Result<(), rpprof::Error> {
    let seconds = env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(5);
    let session = CpuProfiler::builder().hz(250).start()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run(Duration::from_secs(seconds)))?;
    // The service's memory is still in use.
    let heap = heap_profile()?;
    for (path, profile) in [("service_cpu.pb.gz", session.stop()?), ("service_heap.pb.gz", heap)] {
        codec::write(&symbolize_here(&profile)?, File::create(path)?, &WriteOptions::default())?;
        println!("wrote {path}: {} different samples", profile.samples().len());
    }
    Ok(())
}
