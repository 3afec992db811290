//! Do profiles say how much time was spent, and where?

use std::thread;
use std::time::Duration;

use rpprof::collector::{CpuProfiler, Engine, LabelSet};
use rpprof::{ErrorKind, labels};

use crate::in_own_process;
use crate::measure::{assert_near, burn, label, process_cpu, ratio, total, total_where};

/// Returns the time that a profile shows and the time that the process took, while `threads` threads burn `time` each.
fn shown_and_taken(profiler: &CpuProfiler, threads: usize, time: Duration) -> f64 {
    let session = profiler.start().expect("it starts");
    let before = process_cpu();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || burn(time));
        }
    });
    let taken = process_cpu() - before;
    let profile = session.stop().expect("it stops");
    ratio(total(&profile), taken)
}

#[test]
fn weights_add_up_to_the_time_taken_at_every_rate() {
    in_own_process("accuracy::weights_add_up_to_the_time_taken_at_every_rate", || {
        for (hz, threads, tolerance) in [(100, 2, 0.15), (1000, 1, 0.04), (1000, 4, 0.05), (10_000, 1, 0.04)] {
            let ratio = shown_and_taken(&CpuProfiler::builder().hz(hz), threads, Duration::from_millis(600));
            assert_near(&format!("{hz} Hz, {threads} threads"), ratio, 1.0, tolerance);
        }
    });
}

#[test]
fn perf_events_add_up_where_they_are_allowed() {
    in_own_process("accuracy::perf_events_add_up_where_they_are_allowed", || {
        let profiler = CpuProfiler::builder().hz(5000).engine(Engine::PerfEvents);
        match profiler.start() {
            Ok(session) => drop(session),
            Err(error) => return assert_eq!(error.kind(), ErrorKind::Unsupported),
        }
        let ratio = shown_and_taken(&profiler, 2, Duration::from_millis(500));
        assert_near("perf events", ratio, 1.0, 0.1);
    });
}

#[test]
fn labels_have_their_shares() {
    in_own_process("accuracy::labels_have_their_shares", || {
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        for _ in 0..50 {
            labels! { "kind" => "large" }.scope(|| burn(Duration::from_millis(15)));
            let guard = labels! { "kind" => "small" }.enter();
            burn(Duration::from_millis(5));
            drop(guard);
        }
        let profile = session.stop().expect("it stops");
        let of = |kind: &str| total_where(&profile, |sample| label(&profile, sample, "kind") == Some(kind));
        assert_near("the large part", ratio(of("large"), of("large") + of("small")), 0.75, 0.06);
        assert_near("what has a label", ratio(of("large") + of("small"), total(&profile)), 1.0, 0.05);
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
    });
}

#[test]
fn threads_that_come_and_go_are_seen() {
    in_own_process("accuracy::threads_that_come_and_go_are_seen", || {
        let before = process_cpu();
        let session = CpuProfiler::builder().hz(500).thread_labels(true).start().expect("it starts");
        for _ in 0..100 {
            thread::scope(|scope| {
                for _ in 0..4 {
                    let thread = thread::Builder::new().name("brief".to_owned());
                    thread.spawn_scoped(scope, || burn(Duration::from_millis(2))).expect("it starts");
                }
            });
        }
        let profile = session.stop().expect("it stops");
        assert_near("brief threads", ratio(total(&profile), process_cpu() - before), 1.0, 0.15);
        let brief = total_where(&profile, |sample| label(&profile, sample, "thread") == Some("brief"));
        assert_near("brief threads by name", ratio(brief, total(&profile)), 0.8, 0.2);
    });
}

#[test]
fn sessions_overlap_each_at_its_own_rate() {
    in_own_process("accuracy::sessions_overlap_each_at_its_own_rate", || {
        let sessions: Vec<_> = [50, 250, 1000, 4000]
            .into_iter()
            .map(|hz| (hz, process_cpu(), CpuProfiler::builder().hz(hz).start().expect("it starts")))
            .collect();
        burn(Duration::from_secs(1));
        for (hz, before, session) in sessions {
            let profile = session.stop().expect("it stops");
            assert_eq!(profile.header().period, 1_000_000_000 / i64::from(hz));
            let tolerance = if hz < 100 { 0.25 } else { 0.08 };
            assert_near(&format!("{hz} Hz of four"), ratio(total(&profile), process_cpu() - before), 1.0, tolerance);
        }
    });
}

#[test]
fn the_wall_clock_sees_sleepers() {
    in_own_process("accuracy::the_wall_clock_sees_sleepers", || {
        let stop = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            let sleeper = || {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(20));
                }
            };
            scope.spawn(move || labels! { "who" => "sleeper" }.scope(sleeper));
            thread::sleep(Duration::from_millis(20));
            let session = CpuProfiler::builder().engine(Engine::WallClock).hz(100).start().expect("it starts");
            burn(Duration::from_millis(600));
            let profile = session.stop().expect("it stops");
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            let slept = total_where(&profile, |sample| label(&profile, sample, "who") == Some("sleeper"));
            let duration = Duration::from_nanos(profile.header().duration_nanos as u64);
            assert_near("the sleeper's time", ratio(slept, duration), 1.0, 0.15);
            assert_eq!(profile.value_type_names(profile.sample_types()[1]), ("wall", "nanoseconds"));
        });
    });
}
