//! Allocations at every point of a program's life.

use std::cell::RefCell;
use std::ffi::c_int;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rpprof::collector::{heap_profile, heap_sampling_rate, set_heap_sampling_rate};

use crate::findings::{Findings, Holdings};
use crate::plugin_files::{AT_LOAD, Plugin};
use crate::profiler::profile_at;
use crate::work::{FAST, watch_errno, with_crew};

/// Blocks from before `main`, which live until after it.
#[allow(clippy::vec_box, reason = "each is to be a block")]
static EARLY: Mutex<Vec<Box<[u8; 100]>>> = Mutex::new(Vec::new());
/// How many blocks each place made.
static BEFORE_MAIN: AtomicU64 = AtomicU64::new(0);
static AT_LOAD_OF_PLUGIN: AtomicU64 = AtomicU64::new(0);
static AT_END_OF_THREAD: AtomicU64 = AtomicU64::new(0);
static IN_HANDLER: AtomicU64 = AtomicU64::new(0);
static IN_PANIC_HOOK: AtomicU64 = AtomicU64::new(0);

fn make_and_drop(count: &AtomicU64) {
    for size in [1, 24, 100, 3000, 40_000] {
        drop(black_box(vec![1_u8; size]));
    }
    count.fetch_add(5, Ordering::Relaxed);
}

extern "C" fn before_main() {
    make_and_drop(&BEFORE_MAIN);
    if let Ok(mut early) = EARLY.lock() {
        early.extend((0..10).map(|byte| Box::new([byte; 100])));
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN_ENTRY: extern "C" fn() = before_main;

extern "C" fn after_main() {
    if let Ok(mut early) = EARLY.lock() {
        early.push(Box::new([9; 100]));
        early.clear();
    }
    make_and_drop(&BEFORE_MAIN);
}

extern "C" fn at_load() {
    make_and_drop(&AT_LOAD_OF_PLUGIN);
}

/// Allocates while its thread ends.
struct Last(Vec<u8>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.extend([1; 500]);
        make_and_drop(&AT_END_OF_THREAD);
    }
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Small blocks only: at rate 1 these never get to the inner allocator, which a handler must not interrupt at work.
extern "C" fn on_alarm(_signal: c_int) {
    drop(black_box(Box::new([1_u8; 64])));
    IN_HANDLER.fetch_add(1, Ordering::Relaxed);
}

fn set_alarms(micros: i64) {
    let every = libc::timeval { tv_sec: 0, tv_usec: micros };
    let timer = libc::itimerval { it_interval: every, it_value: every };
    // SAFETY: the timer is whole, and no old one is wanted.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) };
}

/// The only thread makes small blocks while its handler does, too.
fn in_handlers(time: Duration) {
    // SAFETY: the handler fits the signal.
    unsafe { libc::signal(libc::SIGALRM, on_alarm as extern "C" fn(c_int) as libc::sighandler_t) };
    let end = Instant::now() + time;
    set_alarms(500);
    while Instant::now() < end {
        drop(black_box(Box::new([2_u8; 200])));
    }
    set_alarms(0);
}

fn in_child_of_fork() {
    // SAFETY: the child allocates, which glibc makes possible, and ends by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        make_and_drop(&BEFORE_MAIN);
        let has_profile = heap_profile().is_ok();
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(i32::from(!has_profile)) };
    }
    let mut status = 0;
    // SAFETY: the child is ours, and there is room for its status.
    while unsafe { libc::waitpid(child, &raw mut status, 0) } < 0 {}
    assert_eq!(status, 0, "a child: {status:#x}");
}

/// Before `main` and after it, while objects are loaded, threads end, panics are told, handlers run; in children.
pub(crate) fn odd_places(time: Duration, findings: &mut Findings) {
    // SAFETY: the function has no arguments and lives as long as the program.
    unsafe { libc::atexit(after_main) };
    assert_eq!((heap_sampling_rate(), BEFORE_MAIN.load(Ordering::Relaxed)), (1, 5));
    set_heap_sampling_rate(1);
    in_handlers(time / 4);
    std::panic::set_hook(Box::new(|panic| {
        drop(black_box(panic.to_string()));
        make_and_drop(&IN_PANIC_HOOK);
    }));
    // SAFETY: no other thread reads the environment yet.
    unsafe { std::env::set_var(AT_LOAD, (at_load as extern "C" fn() as usize).to_string()) };
    let plugin = Plugin::make(1).remove(0);
    let round = |time, findings: &mut Findings| {
        let session = profile_at(FAST);
        with_crew(time, |crew| {
            crew.add(2, || {
                let last = Last(vec![1; 10]);
                std::thread::spawn(|| LAST.set(Some(last))).join().expect("no panic");
            });
            crew.add(1, || assert!(std::panic::catch_unwind(|| panic!("as asked")).is_err()));
            let plugin = plugin.clone();
            crew.add(1, move || drop(plugin.load()));
            crew.add(1, in_child_of_fork);
            crew.add(1, watch_errno);
        });
        session.stop(findings);
    };
    round(time / 4, findings);
    let holdings = Holdings::now();
    round(time / 2, findings);
    holdings.add_leaks(64 << 10, findings);
    let counts = [
        ("at_load", &AT_LOAD_OF_PLUGIN),
        ("at_end_of_thread", &AT_END_OF_THREAD),
        ("in_handler", &IN_HANDLER),
        ("in_panic_hook", &IN_PANIC_HOOK),
    ];
    for (name, count) in counts {
        let count = count.load(Ordering::Relaxed);
        findings.add(name, count);
        assert!(count > 0, "nothing was allocated {name}");
    }
}
