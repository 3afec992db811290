//! What a sample costs: the profiler's handler, called and by real signals, and its own thread.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use crate::cpu::Profiler;
use crate::interrupt::{self, Handler, Told, emptied, handler_of, in_handler, install, installed};
use crate::{argument, chain, clock, median, print, sidebyside_counted};

/// Samples in a row, of which three with 40 frames fit into any contender's buffer.
const BATCH: u32 = 60;
/// Batches are so far apart that the profiler's own thread has emptied its buffers.
const REST: Duration = Duration::from_millis(40);
/// A processor that has rested takes some time to be at full speed.
const WARM_UP: Duration = Duration::from_micros(500);
/// Frames that change from one sample to the next, where some do.
const CHANGED: usize = 8;
/// Samples with cold caches.
const COLD: u32 = 10;
/// Frames of the chain for stacks of 40 frames and of 80 more.
const DEPTHS: [usize; 2] = [29, 109];
/// How long it takes until the running thread has a timer of its own, and signals of it have come in.
const HEARING: Duration = Duration::from_millis(500);
/// The rate: low, so that the profiler's own timers are out of the way.
const HZ: u32 = 20;

/// Starts, and returns what the handler is to be told.
///
/// Of what it was told by its own timers, that is what it spends most time on: of others it may take no sample now.
fn start<P: Profiler>() -> (P, Told) {
    let profiler = P::start(HZ);
    if !P::MARKS_TIMERS {
        return (profiler, Told::NOTHING);
    }
    let heard = interrupt::hear(HEARING);
    let handler = handler_of(libc::SIGPROF);
    let [_, long] = DEPTHS;
    let time_of = |mut told: Told| {
        call_below(long, BATCH / 2, handler, &mut told); // The first time may be another matter.
        call_below(long, BATCH / 2, handler, &mut told) as u64
    };
    let slowest = heard.into_iter().max_by_key(|told| time_of(*told));
    let told = slowest.expect("signals of the profiler's timers come in");
    thread::sleep(REST);
    (profiler, told)
}

/// Calls the handler `count` times below `depth` frames, and returns the nanoseconds of a call.
fn call_below(depth: usize, count: u32, handler: Handler, told: &mut Told) -> f64 {
    let mut nanos = 0.0;
    let mut call = |context| {
        let start = clock::thread_cpu();
        for _ in 0..count {
            handler(libc::SIGPROF, told.as_mut_ptr(), context);
        }
        nanos = (clock::thread_cpu() - start).as_nanos() as f64 / f64::from(count);
    };
    chain::call_below(depth, &mut || in_handler(&mut call));
    nanos
}

/// Calls the handler `count` times below `depth` frames, of which `changed` are others each time; returns the median
/// nanoseconds of a call, and of looking at the clock.
fn call_changing(depth: usize, changed: usize, count: u32, handler: Handler, told: &mut Told) -> f64 {
    let mut nanos = Vec::new();
    let mut call = |context| {
        let start = Instant::now();
        handler(libc::SIGPROF, told.as_mut_ptr(), context);
        nanos.push(start.elapsed().as_nanos() as f64);
    };
    chain::call_changing(depth, changed, count, &mut || in_handler(&mut call));
    median(nanos)
}

/// Handles a batch of signals below `depth` frames, and returns the nanoseconds of a signal.
fn signal_below(depth: usize, told: &mut Told) -> f64 {
    let mut nanos = 0.0;
    chain::call_below(depth, &mut || {
        let start = clock::thread_cpu();
        for _ in 0..BATCH {
            interrupt::raise(libc::SIGPROF, told);
        }
        nanos = (clock::thread_cpu() - start).as_nanos() as f64 / f64::from(BATCH);
    });
    nanos
}

/// Returns the median nanoseconds of single signals below `depth` frames, each after other data filled the caches.
fn cold_signal_below(depth: usize, told: &mut Told, other: &mut [u8]) -> f64 {
    let mut nanos = Vec::new();
    chain::call_below(depth, &mut || {
        for _ in 0..COLD {
            other.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
            black_box(&other);
            let start = Instant::now();
            interrupt::raise(libc::SIGPROF, told);
            nanos.push(start.elapsed().as_nanos() as f64);
        }
    });
    median(nanos)
}

/// The CPU time of the profiler's own thread, in nanoseconds.
fn helper_cpu<P: Profiler>() -> f64 {
    P::HELPER.map_or(0.0, |name| clock::cpu_of_threads(name).as_nanos() as f64)
}

/// What the profiler's own thread takes for some samples, and what for none in the same time.
struct Drain {
    cpu: f64,
    since: Instant,
}

impl Drain {
    fn begin<P: Profiler>() -> Self {
        Self { cpu: helper_cpu::<P>(), since: Instant::now() }
    }

    /// Rests, and returns the CPU time of the profiler's own thread since the beginning and how long that was.
    fn end<P: Profiler>(&self) -> (f64, f64) {
        thread::sleep(REST);
        (helper_cpu::<P>() - self.cpu, self.since.elapsed().as_secs_f64())
    }
}

/// Measures in so many batches, and prints what a sample costs.
pub(crate) fn measure<P: Profiler>() {
    let batches: u32 = argument(2);
    let (profiler, mut told) = start::<P>();
    let theirs = installed(libc::SIGPROF);
    let handler = handler_of(libc::SIGPROF);
    let [short, long] = DEPTHS;
    let mut other = vec![0; 4 << 20];
    let mut sent = 0;
    let [mut call, mut frame, mut signal, mut cold, mut drain, mut changing, mut new, mut new_frame] =
        [const { Vec::new() }; 8];
    for _ in 0..batches {
        let (idle, idle_time) = Drain::begin::<P>().end::<P>();
        let busy = Drain::begin::<P>();
        clock::burn(WARM_UP);
        install(libc::SIGPROF, &emptied(&theirs));
        let empty = signal_below(short, &mut told);
        install(libc::SIGPROF, &theirs);
        signal.push(signal_below(short, &mut told) - empty);
        call.push(call_below(short, 2 * BATCH, handler, &mut told));
        let (busy, busy_time) = busy.end::<P>();
        // Now and then it looks for new threads and objects, samples or not.
        drain.push((busy - idle * busy_time / idle_time) / f64::from(3 * BATCH));

        clock::burn(WARM_UP);
        let flat = call_below(short, BATCH, handler, &mut told);
        let deep = call_below(long, BATCH / 2, handler, &mut told);
        frame.push((deep - flat) / (long - short) as f64);
        install(libc::SIGPROF, &emptied(&theirs));
        let empty = cold_signal_below(short, &mut told, &mut other);
        install(libc::SIGPROF, &theirs);
        thread::sleep(REST);
        cold.push(cold_signal_below(short, &mut told, &mut other) - empty);
        thread::sleep(REST);

        changing.push(call_changing(short, CHANGED, BATCH, handler, &mut told));
        let flat = call_changing(short, short - 1, BATCH, handler, &mut told);
        new.push(flat);
        thread::sleep(REST);
        let deep = call_changing(long, long - 1, BATCH, handler, &mut told);
        new_frame.push((deep - flat) / (long - short) as f64);
        thread::sleep(REST);
        sent += 7 * BATCH + BATCH / 2 + COLD;
    }
    print("call", median(call));
    print("frame", median(frame));
    print("signal", median(signal));
    print("cold_signal", median(cold));
    print("changing", median(changing));
    print("new", median(new));
    print("new_frame", median(new_frame));
    print("drain", median(drain));

    let chained = |frames: &[String]| frames.iter().filter(|name| name.contains("chain_")).count();
    let (mut periods, mut depths) = (0.0, Vec::new());
    for stack in profiler.stacks().iter().filter(|stack| chained(&stack.frames) > 0) {
        periods += stack.periods;
        if chained(&stack.frames) <= short + 1 {
            depths.push(stack.frames.len() as f64);
        }
    }
    print("stored", periods / f64::from(sent));
    print("frames", median(depths));
}

/// Calls the handler on a new stack each time for callgrind to count, and prints how often.
pub(crate) fn count<P: Profiler>() {
    let depth: usize = argument(2);
    let (profiler, mut told) = start::<P>();
    let handler = handler_of(libc::SIGPROF);
    let mut count_one = |context| {
        sidebyside_counted(&mut || handler(libc::SIGPROF, told.as_mut_ptr(), context));
    };
    chain::call_changing(depth, depth - 1, BATCH, &mut || in_handler(&mut count_one));
    print("calls", f64::from(BATCH));
    drop(profiler);
}
