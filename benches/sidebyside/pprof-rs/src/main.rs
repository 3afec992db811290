//! pprof-rs in the mode that it was built with.

use pprof::{ProfilerGuard, Symbol};
use work::cpu::{self, Profiler, Stack};

struct Guard(ProfilerGuard<'static>);

impl Profiler for Guard {
    const HELPER: Option<&'static str> = None;
    const MARKS_TIMERS: bool = false;

    fn start(hz: u32) -> Self {
        Self(ProfilerGuard::new(i32::try_from(hz).expect("a rate is small")).expect("it starts"))
    }

    fn periods(self) -> f64 {
        let report = self.0.report().build_unresolved().expect("there is a report");
        report.data.values().map(|&count| count as f64).sum()
    }

    fn stacks(self) -> Vec<Stack> {
        let report = self.0.report().build().expect("there is a report");
        let name = |symbols: &Vec<Symbol>| symbols.last().map_or_else(String::new, Symbol::name);
        let stacks = report.data.iter();
        stacks
            .map(|(stack, &count)| Stack { frames: stack.frames.iter().map(name).collect(), periods: count as f64 })
            .collect()
    }
}

fn main() {
    cpu::main::<Guard>();
}
