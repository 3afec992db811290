//! What there is to do under the profiler: what rpprof's own list has for a CPU profiler with one session at a time.

use std::time::{Duration, Instant};

use crate::findings::{Findings, Holdings};
use crate::plugin_files::Plugin;
use crate::profiler::profile_at;
use crate::work::{FAST, allocate, silence_panics, spin, with_crew};
use crate::{coroutines, crowd, forks, odd_stacks, signals};

type Run = fn(Duration, &mut Findings);

/// Something to do under a profiler.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    /// How long it works; it may take some longer to begin and to end.
    pub(crate) seconds: u64,
    /// Of the heap's sampling, which there is none of.
    pub(crate) heap_rate: &'static str,
}

const fn workload(name: &'static str, seconds: u64, run: Run) -> Workload {
    Workload { name, run, seconds, heap_rate: "0" }
}

/// What the driver runs, one after the other.
pub(crate) const WORKLOADS: &[Workload] = &[
    workload("everything_at_once", 5, crowd::everything_at_once),
    workload("panics", 4, crowd::panics),
    workload("plugins_come_and_go", 6, plugins_come_and_go),
    workload("forks", 6, forks::forks),
    workload("signal_storm", 4, signals::storm),
    workload("foreign_timer", 2, signals::foreign_timer),
    workload("coroutines", 3, coroutines::coroutines),
    workload("stack_overflows", 2, odd_stacks::overflows),
    workload("sessions", 4, sessions),
];

/// What only other workloads start.
pub(crate) const PARTS: &[Workload] = &[workload("overflow_once", 1, odd_stacks::overflow_once)];

/// Plugins that are loaded, run and unloaded without a pause, while sessions begin and end every 50 ms.
fn plugins_come_and_go(time: Duration, findings: &mut Findings) {
    silence_panics();
    let plugins = Plugin::make(4);
    let end = Instant::now() + time;
    with_crew(time, |crew| {
        for (number, plugin) in plugins.iter().enumerate() {
            let (plugin, rounds) = (plugin.clone(), if number == 0 { 60 } else { 1 });
            crew.add(1, move || {
                let loaded = plugin.load();
                (0..rounds).for_each(|_| loaded.work());
            });
        }
        crew.add(1, allocate);
        while Instant::now() < end {
            let session = profile_at(FAST);
            std::thread::sleep(Duration::from_millis(50));
            session.stop(findings);
            findings.add("sessions", 1);
        }
    });
}

/// One session after the other; afterwards a stray SIGPROF must do nothing.
fn sessions(time: Duration, findings: &mut Findings) {
    let holdings = Holdings::now();
    let end = Instant::now() + time;
    while Instant::now() < end {
        let session = profile_at(100 + (findings.get("sessions") % 97 * 100) as u32);
        spin();
        session.stop(findings);
        findings.add("sessions", 1);
    }
    holdings.add_leaks(32 << 10, findings);
    // SAFETY: a profiler must not leave the signal with what ends the process.
    unsafe { libc::raise(libc::SIGPROF) };
}
