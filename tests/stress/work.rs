//! Work to be profiled: computing, panicking, allocating; and a watch over `errno`.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

/// The rate of workloads that want many signals.
pub(crate) const FAST: u32 = 10_000;

/// Computes for some microseconds.
#[inline(never)]
pub(crate) fn spin() {
    let mut number = 0_u32;
    while number < 2000 {
        number += black_box(1);
    }
}

/// Calls itself `depth` times before it computes.
#[inline(never)]
pub(crate) fn spin_deep(depth: u32) {
    if depth == 0 {
        spin();
    } else {
        spin_deep(black_box(depth - 1));
    }
    black_box(());
}

/// Panics and catches it.
pub(crate) fn panic_once() {
    let result = std::panic::catch_unwind(|| {
        let _dropped = Box::new([1_u8; 30]);
        spin_deep(3);
        panic!("as asked");
    });
    assert!(result.is_err());
}

/// Allocates blocks of many sizes and frees them.
pub(crate) fn allocate() {
    let blocks: Vec<Vec<u8>> = (1..60).map(|size| vec![size as u8; size * size * 9]).collect();
    drop(black_box(blocks));
}

/// Threads that work until a moment has come.
#[derive(Clone, Copy)]
pub(crate) struct Crew<'s, 'e> {
    scope: &'s Scope<'s, 'e>,
    end: Instant,
}

impl<'s, 'e> Crew<'s, 'e> {
    pub(crate) fn new(scope: &'s Scope<'s, 'e>, end: Instant) -> Self {
        Self { scope, end }
    }

    /// Has `count` threads do `work` again and again.
    pub(crate) fn add(self, count: usize, work: impl Fn() + Send + Clone + 's) {
        for _ in 0..count {
            let work = work.clone();
            self.scope.spawn(move || {
                while Instant::now() < self.end {
                    work();
                }
            });
        }
    }
}

/// Runs `setup` with a crew, and returns when its time is over.
pub(crate) fn with_crew(time: Duration, setup: impl for<'s, 'e> FnOnce(Crew<'s, 'e>)) {
    let end = Instant::now() + time;
    thread::scope(|scope| setup(Crew::new(scope, end)));
}

/// How many times `errno` was not what it had been set to.
static DISTURBED: AtomicU64 = AtomicU64::new(0);

/// Returns how many times a signal changed `errno`.
pub(crate) fn errno_disturbed() -> u64 {
    DISTURBED.load(Ordering::Relaxed)
}

/// Sets `errno`, computes, and looks whether it is still what it was.
pub(crate) fn watch_errno() {
    // SAFETY: the function returns the thread's own place, which is valid as long as the thread.
    let errno = unsafe { libc::__errno_location() };
    for number in 100..140 {
        // SAFETY: as above.
        unsafe { errno.write_volatile(number) };
        spin();
        // SAFETY: as above.
        if unsafe { errno.read_volatile() } != number {
            DISTURBED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Set once the hook of panics is silent.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// Keeps panics that are asked for from printing; all others print.
pub(crate) fn silence_panics() {
    if IS_SILENT.swap(true, Ordering::Relaxed) {
        return;
    }
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref() != Some(&"as asked") {
            usual(panic);
        }
    }));
}
