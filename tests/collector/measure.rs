//! Work of known cost, and sums of profiles.

use std::hint::black_box;
use std::time::Duration;

use rpprof::profile::{LabelValue, Profile};

fn clock(id: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` has room for the answer.
    unsafe { libc::clock_gettime(id, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Returns the CPU time of the running thread.
pub(crate) fn thread_cpu() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Returns the CPU time of the process.
pub(crate) fn process_cpu() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// Computes for `time` of CPU time.
#[inline(never)]
pub(crate) fn burn(time: Duration) {
    let start = thread_cpu();
    while thread_cpu() - start < time {
        // Asking for the time is a system call.
        (0..10).for_each(|_| spin());
    }
}

/// Computes for some microseconds.
#[inline(never)]
pub(crate) fn spin() {
    let mut number = 0_u64;
    while number < 20_000 {
        number += black_box(1);
    }
}

/// Returns the sum of the last column, which is nanoseconds.
pub(crate) fn total(profile: &Profile) -> Duration {
    total_where(profile, |_| true)
}

/// Returns the sum of the last column over the samples that `wanted` takes, by index.
pub(crate) fn total_where(profile: &Profile, wanted: impl Fn(usize) -> bool) -> Duration {
    let nanos = profile.samples().column(1).enumerate().filter(|(index, _)| wanted(*index)).map(|(_, value)| value);
    Duration::from_nanos(nanos.sum::<i64>() as u64)
}

/// Returns the text of a sample's label.
pub(crate) fn label<'p>(profile: &'p Profile, sample: usize, key: &str) -> Option<&'p str> {
    let set = profile.samples().label_sets().nth(sample).expect("there is such a sample");
    let label = profile.labels(set).iter().find(|label| profile.str(label.key()) == key)?;
    match label.value() {
        LabelValue::Text(text) => Some(profile.str(text)),
        LabelValue::Number { .. } => None,
    }
}

/// Returns the addresses of a sample's stack, leaf first; 0 for frames that stand for something.
pub(crate) fn addresses(profile: &Profile, sample: usize) -> Vec<u64> {
    let stack = profile.samples().stacks()[sample];
    profile.stack(stack).iter().map(|id| profile.symbols().locations()[id.index()].address).collect()
}

/// Returns whether a sample's stack lacks callers.
pub(crate) fn is_cut(profile: &Profile, sample: usize) -> bool {
    let outermost = profile.stack(profile.samples().stacks()[sample]).last();
    let location = outermost.filter(|id| profile.symbols().locations()[id.index()].address == 0);
    let lines = location.map_or(&[][..], |&id| profile.symbols().lines_of(id));
    lines
        .iter()
        .any(|line| profile.str(profile.symbols().functions()[line.function.index()].name) == "[callers missing]")
}

/// Returns `part` as a share of `whole`.
pub(crate) fn ratio(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}

/// Says that nothing else runs on the machine: then a test whose shares are off is not run again.
const QUIET: &str = "RPPROF_QUIET_MACHINE";

/// Returns whether a test has to be precise the first time.
pub(crate) fn is_quiet() -> bool {
    std::env::var_os(QUIET).is_some()
}

/// Ends the test if a share or sum is off by more than `tolerance`: it fails, or is run again as often as it may.
#[track_caller]
pub(crate) fn assert_near(what: &str, value: f64, expected: f64, tolerance: f64) {
    println!("{what}: {value:.4}, expected {expected:.4} within {tolerance}");
    if (value - expected).abs() <= tolerance {
        return;
    }
    if std::env::var_os(crate::MAY_TRY_AGAIN).is_some() {
        println!("{what} is off, and tried again; {QUIET}=1 makes it fail");
        std::process::exit(crate::IMPRECISE);
    }
    panic!("{what} is {value}, expected {expected} within {tolerance}");
}

/// CPU time that the process took: what surely is in a profile, and what may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    least: Duration,
    most: Duration,
}

/// The CPU time of the process before a session starts.
pub(crate) struct Before {
    start: Duration,
    started: Option<Duration>,
}

impl Before {
    /// Begins before the session.
    pub(crate) fn session() -> Self {
        Self { start: process_cpu(), started: None }
    }

    /// Notes that the session has started.
    pub(crate) fn started(mut self) -> Self {
        self.started = Some(process_cpu());
        self
    }

    /// Returns what was taken from the start on; `stop` ends the session. How long that takes depends on the machine.
    pub(crate) fn taken<T>(&self, stop: impl FnOnce() -> T) -> (T, Taken) {
        let least = process_cpu() - self.started.expect("it was noted");
        let stopped = stop();
        (stopped, Taken { least, most: process_cpu() - self.start })
    }
}

impl Taken {
    /// Returns what was taken between the start and the end of the session.
    pub(crate) fn least(self) -> Duration {
        self.least
    }

    /// Returns what was taken from before the start until after the end of the session.
    pub(crate) fn most(self) -> Duration {
        self.most
    }
}

/// Fails if the sum of a profile is off by more than `tolerance`, however crowded the machine is: sums do not depend on
/// ticks. What threads took is rounded to a period each: the main one's, the profiler's, and that of all that are gone.
#[track_caller]
pub(crate) fn assert_sum(what: &str, profile: &Profile, taken: Taken, tolerance: f64) {
    let shown = total(profile);
    println!("{what}: {shown:.1?}, expected {:.1?} to {:.1?} within {tolerance}", taken.least, taken.most);
    assert!(is_sum(profile, taken, tolerance), "{what}: {shown:?} is not {taken:?} within {tolerance}");
}

/// Returns whether the sum of a profile is right.
pub(crate) fn is_sum(profile: &Profile, taken: Taken, tolerance: f64) -> bool {
    let rounding = 4 * Duration::from_nanos(profile.header().period.unsigned_abs());
    let least = taken.least.mul_f64(1.0 - tolerance).saturating_sub(rounding);
    (least..=taken.most.mul_f64(1.0 + tolerance) + rounding).contains(&total(profile))
}

/// The name of a thread whose samples are looked at alone: how much the rest of the process takes depends on the machine.
const WORKER: &str = "worker";

/// Runs `work` on a thread of its own.
pub(crate) fn on_worker<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(WORKER.to_owned()).spawn_scoped(scope, work);
        thread.expect("it starts").join().expect("no panic")
    })
}

/// Returns the share that the samples which `wanted` takes have of all those of the worker; the profile must have labels
/// of threads.
pub(crate) fn share_of_worker(profile: &Profile, wanted: impl Fn(usize) -> bool) -> f64 {
    let is_of_worker = |sample: usize| label(profile, sample, "thread") == Some(WORKER);
    ratio(total_where(profile, |sample| is_of_worker(sample) && wanted(sample)), total_where(profile, is_of_worker))
}

/// Prints where stacks end that lack callers, the heaviest first.
pub(crate) fn print_cut(profile: &Profile) {
    print_ends(profile, |sample| is_cut(profile, sample));
}

/// Prints where the stacks of the samples that `wanted` takes end, the heaviest first.
pub(crate) fn print_ends(profile: &Profile, wanted: impl Fn(usize) -> bool) {
    let symbols = profile.symbols();
    let mut ends = std::collections::BTreeMap::<String, i64>::new();
    for (index, sample) in profile.samples().iter().enumerate().filter(|(index, _)| wanted(*index)) {
        let addresses = addresses(profile, index);
        let place = |address: &u64| {
            let location = symbols.locations().iter().find(|location| location.address == *address);
            let mapping = location.and_then(|location| location.mapping).map(|id| &symbols.mappings()[id.index()]);
            mapping.map_or_else(
                || format!("{address:#x}"),
                |mapping| {
                    let offset = address - mapping.start_address + mapping.file_offset;
                    format!("{}+{offset:#x}", profile.str(mapping.file).rsplit('/').next().unwrap_or_default())
                },
            )
        };
        let tail = addresses.iter().take(6).map(place).collect::<Vec<_>>().join(" <- ");
        *ends.entry(tail).or_default() += sample.values[0];
    }
    let mut ends: Vec<_> = ends.into_iter().collect();
    ends.sort_by_key(|end| -end.1);
    for (end, weight) in ends.iter().take(12) {
        println!("{weight:8} {end}");
    }
}
