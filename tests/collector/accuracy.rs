//! Do profiles say how much time was spent, and where?

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use rpprof::collector::{CpuProfiler, Engine, LabelSet};
use rpprof::{ErrorKind, labels};

use crate::in_own_process;
use crate::measure::{
    Before, assert_near, assert_sum, burn, is_quiet, label, process_cpu, ratio, thread_cpu, total, total_where,
};

/// Checks the sum of the profile of `threads` threads that burn `time` each.
fn check_sum(what: &str, profiler: &CpuProfiler, threads: usize, time: Duration, tolerance: f64) {
    let before = Before::session();
    let session = profiler.start().expect("it starts");
    let before = before.started();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || burn(time));
        }
    });
    let (profile, taken) = before.taken(|| session.stop().expect("it stops"));
    assert_sum(what, &profile, taken, tolerance);
}

#[test]
fn weights_add_up_to_the_time_taken_at_every_rate() {
    in_own_process("accuracy::weights_add_up_to_the_time_taken_at_every_rate", || {
        for (hz, threads, tolerance) in [(100, 8, 0.02), (1000, 1, 0.01), (1000, 4, 0.01), (10_000, 1, 0.01)] {
            let what = format!("{hz} Hz, {threads} threads");
            check_sum(&what, &CpuProfiler::builder().hz(hz), threads, Duration::from_millis(500), tolerance);
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
        check_sum("perf events", &profiler, 2, Duration::from_millis(500), 0.01);
    });
}

/// Returns how much a profile shows of each thread beyond what the thread took, as a number of periods.
///
/// Threads wait for the end of the session, or end before it.
fn errors_of_threads(hz: u32, count: usize, time: Duration, they_wait: bool) -> Vec<f64> {
    let session = CpuProfiler::builder().hz(hz).start().expect("it starts");
    let waiting = Barrier::new(count + 1);
    let work = |name: usize| {
        labels! { "thread" => name.to_string() }.scope(|| {
            burn(time);
            let taken = thread_cpu();
            if they_wait {
                // Nobody goes on before the session is over.
                waiting.wait();
                waiting.wait();
            }
            taken
        })
    };
    let (taken, profile) = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..count).map(|name| scope.spawn(move || work(name))).collect();
        let join = || threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>();
        if they_wait {
            waiting.wait();
            let profile = session.stop().expect("it stops");
            waiting.wait();
            (join(), profile)
        } else {
            (join(), session.stop().expect("it stops"))
        }
    });
    let shown = |name: String| total_where(&profile, |sample| label(&profile, sample, "thread") == Some(name.as_str()));
    let error = |(name, taken): (usize, Duration)| {
        (shown(name.to_string()).as_secs_f64() - taken.as_secs_f64()) * f64::from(hz)
    };
    taken.into_iter().enumerate().map(error).collect()
}

#[test]
fn each_thread_has_its_share() {
    in_own_process("accuracy::each_thread_has_its_share", || {
        for (hz, they_wait) in [(100, true), (1000, true), (1000, false), (10_000, true)] {
            let errors = errors_of_threads(hz, 8, Duration::from_millis(100), they_wait);
            println!("{hz} Hz, {they_wait}: {errors:.1?} periods");
            let worst = errors.iter().copied().map(f64::abs).fold(0.0, f64::max);
            // A thread's own account is right to a period, but for what it does outside of its label. What it does
            // after the last look at its clock is shared out.
            let allowed = if they_wait { 2.0 } else { 10.0 };
            // Who shares processors with many others is interrupted between looks at two clocks.
            let allowed = if is_quiet() { allowed } else { f64::max(allowed, f64::from(hz) * 0.1 * 0.02) };
            assert_near(&format!("periods that a thread is off at {hz} Hz"), worst, 0.0, allowed);
        }
    });
}

#[test]
fn threads_shorter_than_a_period_are_worth_what_they_took() {
    in_own_process("accuracy::threads_shorter_than_a_period_are_worth_what_they_took", || {
        for (hz, count, at_a_time) in [(100, 1000, 1), (1000, 5000, 4)] {
            let before = Before::session();
            let session = CpuProfiler::builder().hz(hz).thread_labels(true).start().expect("it starts");
            let (before, own_before) = (before.started(), thread_cpu());
            for _ in 0..count / at_a_time {
                thread::scope(|scope| {
                    for _ in 0..at_a_time {
                        let thread = thread::Builder::new().name("brief".to_owned());
                        let burn = move || burn(Duration::from_millis(100) / hz);
                        thread.spawn_scoped(scope, burn).expect("it starts");
                    }
                });
            }
            let own = thread_cpu() - own_before;
            let (profile, taken) = before.taken(|| session.stop().expect("it stops"));
            let of = |name| total_where(&profile, |sample| label(&profile, sample, "thread") == name);
            let of_profiler = of(None) + of(Some("rpprof"));
            assert_sum(&format!("all, at {hz} Hz"), &profile, taken, 0.02);
            let what = format!("brief threads, at {hz} Hz");
            assert_near(&what, ratio(of(Some("brief")), taken.least() - own - of_profiler), 1.0, 0.05);
        }
    });
}

#[test]
fn labels_have_their_shares() {
    in_own_process("accuracy::labels_have_their_shares", || {
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        let process_before = process_cpu();
        let (mut large, mut small) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..75 {
            let before = thread_cpu();
            labels! { "kind" => "large" }.scope(|| burn(Duration::from_millis(15)));
            let between = thread_cpu();
            let guard = labels! { "kind" => "small" }.enter();
            burn(Duration::from_millis(5));
            drop(guard);
            large += between - before;
            small += thread_cpu() - between;
        }
        let process = process_cpu() - process_before;
        let profile = session.stop().expect("it stops");
        let of = |kind: &str| total_where(&profile, |sample| label(&profile, sample, "kind") == Some(kind));
        let part = ratio(of("large"), of("large") + of("small"));
        // Of the 375 ticks or so of 1.5 seconds, two standard errors.
        assert_near("the large part", part, ratio(large, large + small), 0.045);
        let labeled = ratio(of("large") + of("small"), total(&profile));
        assert_near("what has a label", labeled, ratio(large + small, process), 0.02);
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
    });
}

#[test]
fn threads_that_come_and_go_are_seen() {
    in_own_process("accuracy::threads_that_come_and_go_are_seen", || {
        let before = Before::session();
        let session = CpuProfiler::builder().hz(500).thread_labels(true).start().expect("it starts");
        let (before, own_before) = (before.started(), thread_cpu());
        for _ in 0..100 {
            thread::scope(|scope| {
                for _ in 0..4 {
                    let thread = thread::Builder::new().name("brief".to_owned());
                    thread.spawn_scoped(scope, || burn(Duration::from_millis(2))).expect("it starts");
                }
            });
        }
        let own = thread_cpu() - own_before;
        let (profile, taken) = before.taken(|| session.stop().expect("it stops"));
        assert_sum("brief threads", &profile, taken, 0.02);
        let of = |name| total_where(&profile, |sample| label(&profile, sample, "thread") == name);
        let of_profiler = of(None) + of(Some("rpprof"));
        let of_others = taken.least() - own - of_profiler;
        assert_near("brief threads by name", ratio(of(Some("brief")), of_others), 1.0, 0.05);
    });
}

#[test]
fn sessions_overlap_each_at_its_own_rate() {
    in_own_process("accuracy::sessions_overlap_each_at_its_own_rate", || {
        let sessions: Vec<_> = [50, 250, 1000, 4000]
            .into_iter()
            .map(|hz| {
                let before = Before::session();
                let session = CpuProfiler::builder().hz(hz).start().expect("it starts");
                (hz, before.started(), session)
            })
            .collect();
        burn(Duration::from_secs(1));
        for (hz, before, session) in sessions {
            let (profile, taken) = before.taken(|| session.stop().expect("it stops"));
            assert_eq!(profile.header().period, 1_000_000_000 / i64::from(hz));
            assert_sum(&format!("{hz} Hz of four"), &profile, taken, 0.03);
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
