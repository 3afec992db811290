//! Whether CPU profiles tell the truth, and what it costs.
//!
//! `cargo bench --features collector --bench cpu`. The first table sets what profiles show against what the kernel counted
//! of the process and of each thread; the second one does so for threads that are gone before anybody looks.

#![allow(unsafe_code)]

use std::hint::black_box;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rpprof::collector::{CpuProfiler, Engine, LabelSet};
use rpprof::labels;
use rpprof::profile::{LabelValue, Profile};

fn clock(id: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` has room for the answer.
    unsafe { libc::clock_gettime(id, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn thread_cpu() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Returns the CPU time of the process, as `getrusage` tells it to the nanosecond.
fn process_cpu() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// Returns the CPU time of the other threads.
fn others_cpu() -> Duration {
    process_cpu().saturating_sub(thread_cpu())
}

#[inline(never)]
fn burn(time: Duration) {
    let start = thread_cpu();
    while thread_cpu() - start < time {
        for number in 0..20_000_u64 {
            black_box(number);
        }
    }
}

/// Returns the nanoseconds of the samples that have the label `worker` with this value, or of all.
fn shown(profile: &Profile, worker: Option<&str>) -> Duration {
    let is_wanted = |set| {
        let Some(worker) = worker else { return true };
        profile.labels(set).iter().any(|label| match label.value() {
            LabelValue::Text(text) => profile.str(label.key()) == "worker" && profile.str(text) == worker,
            LabelValue::Number { .. } => false,
        })
    };
    let samples = profile.samples().label_sets().zip(profile.samples().column(1));
    Duration::from_nanos(samples.filter(|(set, _)| is_wanted(*set)).map(|(_, nanos)| nanos as u64).sum())
}

/// Prints how profiles of `threads` threads, which burn `each` in slices with rests if they have some, fit the truth.
fn print_sums(engine: Engine, hz: u32, threads: usize, each: Duration, slices: u32) {
    let Ok(session) = CpuProfiler::builder().engine(engine).hz(hz).start() else {
        return println!("{engine:<14?} {hz:>6} {threads:>7}   not allowed here");
    };
    let before = process_cpu();
    let taken_by = Mutex::new(vec![Duration::ZERO; threads]);
    thread::scope(|scope| {
        for worker in 0..threads {
            let taken_by = &taken_by;
            scope.spawn(move || {
                labels! { "worker" => worker.to_string() }.scope(|| {
                    let start = thread_cpu();
                    for _ in 0..slices {
                        burn(each / slices);
                        if slices > 1 {
                            thread::sleep(Duration::from_millis(1));
                        }
                    }
                    taken_by.lock().expect("no panic")[worker] = thread_cpu() - start;
                });
            });
        }
    });
    let taken = process_cpu() - before;
    let profile = session.stop().expect("it stops");
    let period = 1e9 / f64::from(hz);
    let errors = taken_by.into_inner().expect("no panic").into_iter().enumerate().map(|(worker, taken)| {
        let shown = shown(&profile, Some(&worker.to_string()));
        (shown.as_nanos() as f64 - taken.as_nanos() as f64, taken.as_nanos() as f64)
    });
    let (off, of) = errors.max_by(|one, other| one.0.abs().total_cmp(&other.0.abs())).unwrap_or((0.0, 1.0));
    let ratio = shown(&profile, None).as_secs_f64() / taken.as_secs_f64();
    println!(
        "{engine:<14?} {hz:>6} {threads:>7} {:>7.2} s {ratio:>9.4} {:>+8.2} % {:>+8.1} periods",
        taken.as_secs_f64(),
        100.0 * off / of,
        off / period
    );
}

/// Prints how a profile of `count` threads that burn `each`, some at a time, fits the truth.
fn print_brief(hz: u32, count: usize, at_a_time: usize, each: Duration) {
    let session = CpuProfiler::builder().hz(hz).start().expect("it starts");
    let (before, own) = (process_cpu(), thread_cpu());
    for _ in 0..count / at_a_time {
        thread::scope(|scope| {
            for _ in 0..at_a_time {
                scope.spawn(|| labels! { "worker" => "brief" }.scope(|| burn(each)));
            }
        });
    }
    let (taken, own) = (process_cpu() - before, thread_cpu() - own);
    let profile = session.stop().expect("it stops");
    let of_brief = shown(&profile, Some("brief")).as_secs_f64();
    println!(
        "{hz:>6} {count:>7} {at_a_time:>6} {:>8.1} µs {:>9.4} {:>11.4} {:>11.4}",
        each.as_secs_f64() * 1e6,
        shown(&profile, None).as_secs_f64() / taken.as_secs_f64(),
        of_brief / (taken - own).as_secs_f64(),
        of_brief / (each * count as u32).as_secs_f64(),
    );
}

/// Sends a signal to this thread as a timer of the first session would.
fn send(signal: libc::c_int) {
    /// Mark, slot 0, generation 1: what the session's timers give along.
    const TAG: u64 = 0x7270_7066 << 32 | 1;
    const SENT_BY_TIMER: i32 = -2;
    let mut info = [0_u64; 16];
    info[0] = signal as u64;
    info[1] = u64::from(SENT_BY_TIMER.cast_unsigned());
    info[3] = TAG;
    // SAFETY: the kernel copies the 128 bytes of a siginfo_t.
    unsafe { libc::syscall(libc::SYS_rt_tgsigqueueinfo, libc::getpid(), libc::gettid(), signal, info.as_ptr()) };
}

extern "C" fn nothing(_signal: libc::c_int) {}

/// Calls itself until the stack has `depth` more frames, then `work`.
#[inline(never)]
fn recurse(depth: usize, work: &mut dyn FnMut()) {
    if depth == 0 {
        work();
    } else {
        recurse(depth - 1, work);
    }
    black_box(depth);
}

/// Returns the lower quartile.
fn quartile(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 4]
}

/// Prints what a sample costs on a stack of about `depth` frames; with `rounds` of 100 samples.
fn print_cost(depth: usize, rounds: usize) {
    const BATCH: u32 = 100;
    let batch = |signal| {
        let start = thread_cpu();
        (0..BATCH).for_each(|_| send(signal));
        (thread_cpu() - start).as_nanos() as f64 / f64::from(BATCH)
    };
    let (mut empty, mut ours, mut helped) = (Vec::new(), Vec::new(), Vec::new());
    recurse(depth, &mut || {
        for _ in 0..rounds {
            empty.push(batch(libc::SIGURG));
            let others = others_cpu();
            ours.push(batch(libc::SIGPROF));
            // The helper takes samples out of the ring every 20 ms at most.
            thread::sleep(Duration::from_millis(30));
            helped.push(others_cpu().saturating_sub(others).as_nanos() as f64 / f64::from(BATCH));
        }
    });
    let idle: Vec<f64> = (0..rounds.min(50))
        .map(|_| {
            let others = others_cpu();
            thread::sleep(Duration::from_millis(30));
            others_cpu().saturating_sub(others).as_nanos() as f64 / f64::from(BATCH)
        })
        .collect();
    let (empty, ours, helped, idle) = (quartile(empty), quartile(ours), quartile(helped), quartile(idle));
    println!(
        "{depth:>6} {empty:>10.0} ns {ours:>10.0} ns {:>8.0} ns {:>8.0} ns",
        ours - empty,
        (helped - idle).max(0.0)
    );
}

fn print_costs(rounds: usize) {
    // SAFETY: the handler does nothing.
    unsafe { libc::signal(libc::SIGURG, nothing as extern "C" fn(libc::c_int) as libc::sighandler_t) };
    let session = CpuProfiler::builder().hz(1).start().expect("it starts");
    println!("\ncost of a sample; the signal alone, with our handler, the handler, the helper");
    println!("{:>6} {:>13} {:>13} {:>11} {:>11}", "frames", "signal", "sample", "handler", "helper");
    for depth in [5, 40, 200] {
        print_cost(depth, rounds);
    }
    drop(session);
}

/// Returns the nanoseconds of a call, the lower quartile of many rounds.
fn time_of(mut work: impl FnMut()) -> f64 {
    const CALLS: u32 = 100_000;
    let round = || {
        let start = thread_cpu();
        (0..CALLS).for_each(|_| work());
        (thread_cpu() - start).as_nanos() as f64 / f64::from(CALLS)
    };
    quartile(std::iter::repeat_with(round).take(41).collect())
}

fn print_labels() {
    let nothing = time_of(|| _ = black_box(0));
    let (set, inner) = (labels! { "tenant" => "acme" }, labels! { "step" => "parse" });
    let mut other = Some(set.clone());
    println!("\nlabels, less an empty loop of {nothing:.2} ns");
    let print = |what: &str, time: f64| println!("{what:<44} {:>8.2} ns", time - nothing);
    print("switch to another set", time_of(|| other = other.take().map(LabelSet::replace)));
    print("enter and leave a set", time_of(|| set.scope(|| _ = black_box(0))));
    let _guard = set.enter();
    print("enter and leave one more", time_of(|| inner.scope(|| _ = black_box(0))));
    let text = String::from("acme");
    print("make a set that is there", time_of(|| _ = black_box(labels! { "tenant" => black_box(&text) })));
    let mut number = 0;
    let make = || {
        number += 1;
        _ = black_box(labels! { "request" => number.to_string() });
    };
    print("make a new set, forget it later", time_of(make));
}

fn main() {
    // The argument is for counting instructions: costs alone, of so many rounds.
    if let Some(rounds) = std::env::args().skip(1).find_map(|argument| argument.parse().ok()) {
        return print_costs(rounds);
    }
    print_costs(200);
    print_labels();
    println!("\nwhat profiles show of the CPU time that was taken; the thread that is most off");
    println!(
        "{:<14} {:>6} {:>7} {:>9} {:>9} {:>10} {:>16}",
        "engine", "Hz", "threads", "taken", "ratio", "thread", "thread"
    );
    for engine in [Engine::ThreadTimers, Engine::PerfEvents] {
        for (hz, threads) in
            [(50, 8), (100, 1), (100, 8), (250, 2), (1000, 1), (1000, 8), (4000, 2), (10_000, 1), (10_000, 64)]
        {
            let each = Duration::from_millis(if threads > 8 { 40 } else { 600 });
            print_sums(engine, hz, threads, each, 1);
        }
        print_sums(engine, 1000, 8, Duration::from_millis(400), 400);
    }
    println!(
        "\nthreads of a tenth of a period and less: of the whole process; of what its main thread left; of what they asked for"
    );
    println!(
        "{:>6} {:>7} {:>6} {:>11} {:>9} {:>11} {:>11}",
        "Hz", "threads", "at once", "each", "all", "brief", "burnt"
    );
    for (hz, count, at_a_time) in [(100, 5000, 1), (100, 5000, 4), (1000, 20_000, 1), (1000, 20_000, 4)] {
        print_brief(hz, count, at_a_time, Duration::from_secs(1) / hz / 10);
    }
}
