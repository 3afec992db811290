//! Many threads that do at once what profilers fear most.

use std::time::Duration;

use crate::findings::{Findings, Holdings};
use crate::plugin_files::Plugin;
use crate::profiler::profile_at;
use crate::work::{FAST, allocate, panic_once, silence_panics, spin, spin_deep, watch_errno, with_crew};

/// 64 threads: objects that come and go, panics, allocations, brief threads, backtraces; the rest computes.
pub(crate) fn everything_at_once(time: Duration, findings: &mut Findings) {
    silence_panics();
    let plugins = Plugin::make(4);
    let session = profile_at(FAST);
    with_crew(time, |crew| {
        for plugin in &plugins {
            let plugin = plugin.clone();
            crew.add(1, move || plugin.load().work());
        }
        crew.add(4, panic_once);
        crew.add(4, allocate);
        crew.add(4, || std::thread::spawn(spin).join().expect("no panic"));
        crew.add(2, || drop(std::backtrace::Backtrace::force_capture()));
        crew.add(4, watch_errno);
        crew.add(42, || spin_deep(20));
    });
    session.stop(findings);
}

/// Two threads for each processor that panic all the time, which is where unwinding is interrupted by unwinding.
pub(crate) fn panics(time: Duration, findings: &mut Findings) {
    silence_panics();
    panic_once();
    let round = |time, findings: &mut Findings| {
        let session = profile_at(FAST);
        with_crew(time, |crew| {
            crew.add(3, panic_once);
            crew.add(1, watch_errno);
        });
        session.stop(findings);
    };
    round(time / 4, findings);
    let holdings = Holdings::now();
    round(time / 4 * 3, findings);
    holdings.add_leaks(8 << 10, findings);
}
