//! What every contender that profiles CPU time is asked: what a sample costs, what the sum is, what the shares are.

use std::thread;
use std::time::Duration;

use crate::program::{self, KINDS, Place};
use crate::{argument, clock, print, sample};

/// Samples with the same stack.
pub struct Stack {
    /// The names of the functions, leaf first, without those that were inlined.
    pub frames: Vec<String>,
    /// How many periods it stands for.
    pub periods: f64,
}

/// A profiler that is running.
pub trait Profiler: Sized {
    /// The name of the profiler's own thread, if it has one.
    const HELPER: Option<&'static str>;
    /// Whether its handler takes no signals but those of its own timers.
    const MARKS_TIMERS: bool;

    /// Starts to profile.
    fn start(hz: u32) -> Self;
    /// Ends it, and returns for how many periods the profile stands.
    fn periods(self) -> f64;
    /// Ends it, and returns what was seen.
    fn stacks(self) -> Vec<Stack>;
}

/// Does what the first argument says.
///
/// # Panics
/// If the arguments are wrong.
pub fn main<P: Profiler>() {
    match argument::<String>(1).as_str() {
        "sample" => sample::measure::<P>(),
        "count" => sample::count::<P>(),
        "weights" => weights::<P>(),
        "shares" => shares::<P>(),
        other => panic!("nobody knows how to {other}"),
    }
}

/// Prints the sum of a profile as a share of the CPU time that was taken.
fn weights<P: Profiler>() {
    let (hz, threads, millis) = (argument::<u32>(2), argument::<usize>(3), argument(4));
    let time = Duration::from_millis(millis);
    let profiler = P::start(hz);
    let before = clock::process_cpu();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| clock::burn(time));
        }
    });
    let taken = clock::process_cpu() - before;
    let shown = profiler.periods() / f64::from(hz);
    print("shown", shown / taken.as_secs_f64());
}

/// Whether a frame is an outermost one.
fn is_root(name: &str) -> bool {
    name.contains("thread_start") || name == "main" || name == "_start"
}

/// Prints, for each kind of work of the program, the CPU time that it took and the periods in which it was seen.
fn shares<P: Profiler>() {
    let (hz, millis) = (argument::<u32>(2), argument(3));
    let units = program::calibrate();
    let profiler = P::start(hz);
    let before = clock::process_cpu();
    let threads: Vec<_> =
        (1..=2).map(|seed| thread::spawn(move || program::run(seed, Duration::from_millis(millis), &units))).collect();
    let mut taken = [Duration::ZERO; KINDS.len()];
    for thread in threads {
        let of_thread = thread.join().expect("no panic");
        taken.iter_mut().zip(of_thread).for_each(|(sum, time)| *sum += time);
    }
    let all = clock::process_cpu() - before;
    let stacks = profiler.stacks();
    let periods = |is_wanted: &dyn Fn(&Stack) -> bool| -> f64 {
        stacks.iter().filter(|stack| is_wanted(stack)).map(|stack| stack.periods).sum()
    };
    print("taken", all.as_nanos() as f64);
    print("seen", periods(&|_| true));
    print("whole", periods(&|stack| stack.frames.iter().any(|name| is_root(name))));
    for (kind, time) in KINDS.iter().zip(taken) {
        print(format_args!("taken_{}", kind.name), time.as_nanos() as f64);
        let seen = match kind.place {
            Place::Leaf => periods(&|stack| stack.leaf().is_some_and(|leaf| leaf.ends_with(kind.name))),
            Place::Below => periods(&|stack| stack.frames.iter().any(|name| name.ends_with(kind.name))),
        };
        print(format_args!("seen_{}", kind.name), seen);
    }
}

impl Stack {
    /// Returns the innermost frame that is not of what took the sample.
    fn leaf(&self) -> Option<&str> {
        const OF_HANDLER: [&str; 5] = ["pprof::", "<pprof::", "backtrace::", "perf_signal_handler", "Unknown"];
        let is_of_handler = |name: &&String| OF_HANDLER.iter().any(|start| name.starts_with(start));
        self.frames.iter().find(|name| !is_of_handler(name)).map(String::as_str)
    }
}
