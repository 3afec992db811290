//! Labels while samples are taken: none is wrong, and none stays when nobody holds it.

use std::fs;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use rpprof::collector::{CpuProfiler, Engine, LabelSet, WithLabels};
use rpprof::labels;
use rpprof::profile::{LabelValue, Profile};

use crate::in_own_process;
use crate::measure::addresses;

macro_rules! spin_in {
    ($name:ident) => {
        /// Computes where the address of a sample tells which of the two it is.
        #[inline(never)]
        extern "C" fn $name() {
            for number in 0..200_u32 {
                std::hint::black_box((number, stringify!($name)));
            }
        }
    };
}

spin_in!(even);
spin_in!(odd);

fn kind_of(request: usize) -> &'static str {
    if request.is_multiple_of(2) { "even" } else { "odd" }
}

/// Works on a request under nested labels, in a scope, in a guard and in a future that goes on on another thread.
fn serve(request: usize) {
    let work = if request.is_multiple_of(2) { even } else { odd };
    let kind = kind_of(request);
    labels! { "request" => request.to_string(), "kind" => "outer" }.scope(|| {
        let _guard = labels! { "kind" => kind }.enter();
        work();
    });
    if request % 64 > 1 {
        return;
    }
    let mut is_second = false;
    let steps = std::future::poll_fn(move |_| {
        work();
        if std::mem::replace(&mut is_second, true) { Poll::Ready(()) } else { Poll::Pending }
    });
    let mut future = Box::pin(steps.with_labels(labels! { "request" => request.to_string(), "kind" => kind }));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(future.as_mut().poll(&mut context), Poll::Pending);
    let rest = thread::spawn(move || {
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(future).poll(&mut context), Poll::Ready(()));
        assert_eq!(LabelSet::current(), LabelSet::EMPTY);
    });
    rest.join().expect("no panic");
}

/// Returns whether a sample was taken in a function, which is shorter than the next one's distance.
fn is_in(profile: &Profile, sample: usize, function: extern "C" fn()) -> bool {
    const LONGEST: u64 = 96;
    let address_of = |function: extern "C" fn()| function as usize as u64;
    let start = address_of(function);
    let end = [address_of(even), address_of(odd)].into_iter().filter(|&other| other > start).min();
    let end = end.unwrap_or(u64::MAX).min(start + LONGEST);
    addresses(profile, sample).iter().any(|address| (start..end).contains(address))
}

#[test]
fn no_sample_has_the_labels_of_another_request() {
    in_own_process("labels::no_sample_has_the_labels_of_another_request", || {
        let fast = CpuProfiler::builder().hz(20_000).engine(Engine::PerfEvents).start();
        let session = fast.or_else(|_| CpuProfiler::builder().hz(20_000).start()).expect("it starts");
        let seconds = std::env::var("RPPROF_TEST_SECONDS").ok().and_then(|text| text.parse().ok());
        let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(2));
        thread::scope(|scope| {
            for first in 0..2 {
                scope.spawn(move || {
                    let mut request = first * 1_000_000_000;
                    while Instant::now() < end {
                        serve(request);
                        request += 1;
                    }
                });
            }
        });
        let profile = session.stop().expect("it stops");
        let (mut seen, mut with_labels) = (0, 0);
        for (sample, row) in profile.samples().iter().enumerate() {
            let value =
                |key| match profile.labels(row.labels).iter().find(|label| profile.str(label.key()) == key)?.value() {
                    LabelValue::Text(text) => Some(profile.str(text)),
                    LabelValue::Number { .. } => None,
                };
            let request = value("request").map(|text| text.parse::<usize>().expect("a number"));
            let kind = value("kind");
            with_labels += row.values[0] * i64::from(kind.is_some());
            if let (Some(request), Some(kind)) = (request, kind)
                && kind != "outer"
            {
                assert_eq!(kind, kind_of(request), "request {request}");
            }
            for (function, name) in [(even as extern "C" fn(), "even"), (odd, "odd")] {
                if is_in(&profile, sample, function) {
                    assert_eq!(kind, Some(name), "request {request:?}");
                    seen += row.values[0];
                }
            }
        }
        println!("{seen} samples in one of the two functions, {with_labels} with labels");
        assert!(with_labels > 0);
    });
}

/// Returns how much memory the process has that is of no file; pages of files come and go as the system likes.
fn resident_kib() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("it can be read");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("it is there");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn a_million_requests_leave_no_labels_behind() {
    in_own_process("labels::a_million_requests_leave_no_labels_behind", || {
        let serve_all = |requests: std::ops::Range<usize>| {
            for request in requests {
                labels! { "request" => request.to_string() }.scope(|| {
                    if request.is_multiple_of(8) {
                        labels! { "step" => "parse" }.scope(|| std::hint::black_box(request));
                    }
                });
            }
        };
        serve_all(0..100_000);
        for is_profiled in [false, true] {
            let session = is_profiled.then(|| CpuProfiler::builder().start().expect("it starts"));
            let before = resident_kib();
            serve_all(100_000..1_100_000);
            let grown = resident_kib().saturating_sub(before);
            println!("{grown} KiB for a million requests, profiled: {is_profiled}");
            // While there is a profile, sets wait for the helper to read the rings.
            assert!(grown < if is_profiled { 64 << 10 } else { 4 << 10 }, "{grown} KiB more");
            drop(session);
        }
    });
}
