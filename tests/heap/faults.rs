//! What else happens in a process: forks, signals, panics, a lack of memory.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rpprof::collector::{CpuProfiler, heap_profile, set_heap_sampling_rate};
use rpprof::profile::{Profile, Sample};

use crate::sums::{Block, labels, sums};
use crate::{in_own_process, in_process_with, inner};

/// Returns whether callers are missing; only then has a stack a name.
pub(crate) fn is_cut(profile: &Profile, sample: &Sample<'_>) -> bool {
    profile.stack(sample.stack).iter().any(|&id| !profile.symbols().lines_of(id).is_empty())
}

fn cut(profile: &Profile) -> usize {
    profile.samples().iter().filter(|sample| is_cut(profile, sample)).count()
}

#[test]
fn stacks_go_from_the_caller_to_the_start_of_the_thread() {
    #[inline(never)]
    fn allocate() -> Block {
        black_box(Block::new(777, 8))
    }
    in_own_process("faults::stacks_go_from_the_caller_to_the_start_of_the_thread", || {
        // The code of musl that begins threads has no unwind tables: its rules are known once a profile was made.
        let is_first_cut = cfg!(not(target_env = "gnu"));
        drop(is_first_cut.then(heap_profile));
        let cut_before = if is_first_cut { cut(&heap_profile().expect("the allocator is ours")) } else { 0 };
        set_heap_sampling_rate(1);
        let block = thread::spawn(|| {
            set_heap_sampling_rate(1);
            labels("stack").scope(allocate)
        });
        let block = block.join().expect("no panic");
        let profile = heap_profile().expect("the allocator is ours");
        let symbols = profile.symbols();
        let entry = allocate as *const () as u64;
        let of_allocate = |sample: &rpprof::profile::Sample<'_>| {
            let stack = profile.stack(sample.stack);
            stack.iter().any(|id| (entry..entry + 300).contains(&symbols.locations()[id.index()].address))
        };
        let samples: Vec<_> = profile.samples().iter().filter(|sample| sample.values == [1, 777, 1, 777]).collect();
        assert_eq!(samples.len(), 1);
        assert!(of_allocate(&samples[0]));
        assert!(!is_cut(&profile, &samples[0]));
        assert_eq!(cut(&profile), cut_before, "of {}", profile.samples().len());
        drop(block);
    });
}

#[test]
fn children_go_on_with_a_heap_of_their_own() {
    in_own_process("faults::children_go_on_with_a_heap_of_their_own", || {
        set_heap_sampling_rate(1);
        // What is read of all objects once, children need not read again.
        drop(heap_profile().expect("the allocator is ours"));
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        drop(Block::new(200, 8));
                        drop(Block::new(40_000, 8));
                    }
                });
            }
            for _ in 0..12 {
                let kept = labels("parent").scope(|| Block::new(500, 8));
                // SAFETY: the child does only what a child of a thread may as far as glibc lets it, which is malloc.
                let child = unsafe { libc::fork() };
                if child == 0 {
                    drop(kept);
                    let blocks: Vec<Block> = labels("child").scope(|| (0..100).map(|_| Block::new(90, 8)).collect());
                    let (parent, child) = (sums("parent"), sums("child"));
                    let is_right = parent.inuse_space == 0 && child.inuse_objects >= 100;
                    drop(blocks);
                    let is_empty = sums("child").inuse_space == 0;
                    // SAFETY: ends the child at once.
                    unsafe { libc::_exit(if is_right && is_empty { 0 } else { 1 }) };
                }
                assert!(child > 0);
                let mut status = 0;
                // SAFETY: the child is ours, and there is room for its status.
                unsafe { libc::waitpid(child, &raw mut status, 0) };
                assert_eq!(status, 0);
                drop(kept);
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(sums("child").alloc_objects, 0);
        assert_eq!((sums("parent").alloc_objects, sums("parent").inuse_objects), (12, 0));
    });
}

/// Blocks that the signal handler made.
static MADE: AtomicU64 = AtomicU64::new(0);

extern "C" fn allocate_in_handler(_signal: libc::c_int) {
    drop(black_box(Block::new(64, 8)));
    MADE.fetch_add(1, Ordering::Relaxed);
}

/// The handler's allocations that find the hook at work go to the inner allocator, which a handler must not interrupt
/// at its own work; at rate 1 small blocks never get there.
#[test]
fn handlers_may_allocate_while_the_hook_is_at_work() {
    in_own_process("faults::handlers_may_allocate_while_the_hook_is_at_work", || {
        set_heap_sampling_rate(1);
        // SAFETY: the handler fits the signal.
        unsafe { libc::signal(libc::SIGALRM, allocate_in_handler as *const () as usize) };
        let every = libc::timeval { tv_sec: 0, tv_usec: 1000 };
        let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let set = |every| {
            let timer = libc::itimerval { it_interval: every, it_value: every };
            // SAFETY: the timer is whole, and no old one is wanted.
            unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) };
        };
        let start = Instant::now();
        labels("interrupted").scope(|| {
            set(every);
            // Alarms that come while the processor is elsewhere are one.
            while start.elapsed() < Duration::from_secs(2) || MADE.load(Ordering::Relaxed) < 100 {
                let mut block = Block::new(64, 8);
                assert!(block.resize(200));
                drop(black_box(block));
            }
            set(never);
        });
        assert_eq!(sums("interrupted").inuse_objects, 0);
    });
}

#[test]
fn panics_and_the_cpu_profiler_do_no_harm() {
    in_own_process("faults::panics_and_the_cpu_profiler_do_no_harm", || {
        set_heap_sampling_rate(200);
        std::panic::set_hook(Box::new(|_| {}));
        let session = CpuProfiler::builder().hz(5000).start().expect("it starts");
        let stop = Instant::now() + Duration::from_secs(3);
        const LEAST: usize = 500;
        let work = || {
            set_heap_sampling_rate(200);
            for _ in (0..).take_while(|&count| count < LEAST || Instant::now() < stop) {
                let unwound = std::panic::catch_unwind(|| {
                    labels("panic").scope(|| {
                        let _block = Block::new(300, 8);
                        let _text = format!("{:?}", Instant::now());
                        panic!("{}", "as asked".repeat(20));
                    });
                });
                assert!(unwound.is_err());
                drop(black_box(std::backtrace::Backtrace::force_capture()));
            }
        };
        let churn = || {
            for _ in (0..).take_while(|&count| count < LEAST || Instant::now() < stop) {
                thread::spawn(|| labels("churn").scope(|| drop(Block::new(5000, 8)))).join().expect("no panic");
            }
        };
        thread::scope(|scope| {
            (0..4).for_each(|_| drop(scope.spawn(work)));
            (0..2).for_each(|_| drop(scope.spawn(churn)));
        });
        drop(session.stop().expect("it stops"));
        let profile = heap_profile().expect("the allocator is ours");
        // Each has the block, the text of the time and that of the panic.
        assert!(crate::sums::sums_of(&profile, "panic").alloc_objects > 2 * LEAST as i64);
        assert_eq!(crate::sums::sums_of(&profile, "churn").inuse_objects, 0);
    });
}

#[test]
fn failures_of_the_inner_allocator_are_passed_on_and_not_counted() {
    in_own_process("faults::failures_of_the_inner_allocator_are_passed_on_and_not_counted", || {
        set_heap_sampling_rate(1);
        let mut block = labels("failing").scope(|| Block::new(40_000, 8));
        let (failed, has_grown) = labels("failing").scope(|| {
            inner::set_fails(true);
            let failed = Block::try_new(50_000, 8);
            let has_grown = block.resize(60_000);
            inner::set_fails(false);
            (failed, has_grown)
        });
        assert!(failed.is_none() && !has_grown);
        let sums_while = sums("failing");
        drop(block);
        assert_eq!((sums_while.alloc_objects, sums_while.inuse_space), (1, 40_000));
        assert_eq!(sums("failing").inuse_space, 0);
    });
}

#[test]
fn little_address_space_makes_it_poorer_and_no_worse() {
    in_process_with("faults::little_address_space_makes_it_poorer_and_no_worse", &[("RPPROF_HEAP_RATE", "0")], || {
        let limit = libc::rlimit { rlim_cur: 1 << 30, rlim_max: 1 << 30 };
        // SAFETY: the limit is whole.
        unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        set_heap_sampling_rate(1);
        let blocks: Vec<Block> = labels("little").scope(|| (0..10_000).map(|size| Block::new(size + 1, 8)).collect());
        let profile = heap_profile().expect("the allocator is ours");
        assert!(crate::sums::sums_of(&profile, "little").alloc_objects >= 10_000);
        drop(blocks);
        assert_eq!(sums("little").inuse_space, 0);
    });
}
