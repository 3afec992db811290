//! rpprof: CPU profiles, and what labels cost.

use std::env;
use std::hint::black_box;

use rpprof::collector::{CpuProfiler, CpuSession, LabelSet, symbolize_here};
use rpprof::profile::Profile;
use work::cpu::{self, Profiler, Stack};
use work::{argument, clock, median, print, sidebyside_counted};

struct Session(CpuSession);

impl Session {
    fn profile(self) -> Profile {
        let profile = self.0.stop().expect("it stops");
        // Samples are lost where rings are full; sums and shares would hide it.
        profile.header().comments.iter().for_each(|&comment| eprintln!("{}", profile.str(comment)));
        profile
    }
}

impl Profiler for Session {
    const HELPER: Option<&'static str> = Some("rpprof");
    const MARKS_TIMERS: bool = true;

    fn start(hz: u32) -> Self {
        Self(CpuProfiler::builder().hz(hz).start().expect("it starts"))
    }

    fn periods(self) -> f64 {
        self.profile().samples().column(0).sum::<i64>() as f64
    }

    fn stacks(self) -> Vec<Stack> {
        let profile = symbolize_here(&self.profile()).expect("names are found");
        let symbols = profile.symbols();
        let name = |location| {
            let function = symbols.lines_of(location).last().map(|line| symbols.functions()[line.function.index()]);
            function.map_or_else(String::new, |function| profile.str(function.name).to_owned())
        };
        let samples = profile.samples().iter();
        let stack = |stack| profile.stack(stack).iter().map(|&location| name(location)).collect();
        samples.map(|sample| Stack { frames: stack(sample.stack), periods: sample.values[0] as f64 }).collect()
    }
}

const SWITCHES: u32 = 1_000_000;

/// Returns the nanoseconds of a call.
fn time_of<T>(mut call: impl FnMut() -> T) -> f64 {
    let start = clock::thread_cpu();
    for _ in 0..SWITCHES {
        black_box(black_box(&mut call)());
    }
    (clock::thread_cpu() - start).as_nanos() as f64 / f64::from(SWITCHES)
}

fn labels() {
    let set = rpprof::labels! { "tenant" => "acme", "route" => "/cart" };
    let mut rounds = [const { Vec::new() }; 3];
    for _ in 0..20 {
        let nothing = time_of(|| 1);
        let mut other = Some(set.clone());
        rounds[0].push(time_of(|| other = other.take().map(LabelSet::replace)) - nothing);
        drop(LabelSet::replace(LabelSet::EMPTY));
        rounds[1].push(time_of(|| set.enter()) - nothing);
        rounds[2].push(time_of(|| set.scope(|| 1)) - nothing);
    }
    for (name, nanos) in ["replace", "enter_and_leave", "scope"].into_iter().zip(rounds) {
        print(name, median(nanos));
    }
}

/// Switches for callgrind to count.
fn count_labels() {
    const CALLS: u32 = 1000;
    let mut other = rpprof::labels! { "tenant" => "acme", "route" => "/cart" };
    sidebyside_counted(&mut || {
        for _ in 0..CALLS {
            let labels = std::mem::replace(&mut other, LabelSet::EMPTY);
            other = LabelSet::replace(black_box(labels));
        }
    });
    print("calls", f64::from(CALLS));
}

fn main() {
    match env::args().nth(1).as_deref() {
        Some("labels") => labels(),
        Some("count") if argument::<String>(2) == "labels" => count_labels(),
        _ => cpu::main::<Session>(),
    }
}
