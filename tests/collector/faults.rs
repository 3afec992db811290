//! What goes wrong in programs, or should not because of a profiler.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CStr, c_int};
use std::fs;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rpprof::ErrorKind;
use rpprof::collector::{CpuProfiler, start_cpu_profile, stop_cpu_profile};

use crate::in_own_process;
use crate::measure::{
    Before, assert_near, assert_sum, burn, is_cut, is_sum, print_cut, ratio, spin, thread_cpu, total, total_where,
};

/// The system's allocator, which notices when it is used while SIGPROF is blocked: only its handler does that here.
struct Watched;

static IN_HANDLER: AtomicUsize = AtomicUsize::new(0);
static IS_WATCHING: AtomicBool = AtomicBool::new(false);

#[global_allocator]
static ALLOCATOR: Watched = Watched;

fn is_blocked() -> bool {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: no new mask; the old one has room.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), set.as_mut_ptr()) };
    // SAFETY: the set was filled in.
    unsafe { libc::sigismember(set.as_ptr(), libc::SIGPROF) == 1 }
}

fn notice() {
    if IS_WATCHING.load(Ordering::Relaxed) && is_blocked() {
        IN_HANDLER.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        notice();
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        notice();
        // SAFETY: the caller's promises are the same.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Runs `work` again and again for `time` of CPU time each, on `threads` threads.
fn again(threads: usize, time: Duration, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let start = thread_cpu();
                while thread_cpu() - start < time {
                    work();
                }
            });
        }
    });
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("it can be read").count()
}

/// Returns how much memory the process has that is of no file; pages of files come and go as the system likes.
fn resident_kib() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("it can be read");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("it is there");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn handlers_do_not_allocate() {
    in_own_process("faults::handlers_do_not_allocate", || {
        let session = CpuProfiler::builder().hz(10_000).start().expect("it starts");
        IS_WATCHING.store(true, Ordering::Relaxed);
        again(2, Duration::from_millis(700), || drop(vec![1_u8; 100]));
        IS_WATCHING.store(false, Ordering::Relaxed);
        let profile = session.stop().expect("it stops");
        assert!(profile.samples().len() > 5);
        assert_eq!(IN_HANDLER.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn starting_and_stopping_leaks_nothing() {
    in_own_process("faults::starting_and_stopping_leaks_nothing", || {
        let rounds = |count: usize| {
            for round in 0..count {
                let hz = 100 + (round % 7 * 100) as u32;
                let session = CpuProfiler::builder().hz(hz).start().expect("it starts");
                if round % 10 == 0 {
                    spin();
                }
                if round % 2 == 0 { drop(session) } else { drop(session.stop().expect("it stops")) }
            }
        };
        rounds(500);
        let (descriptors, resident) = (open_descriptors(), resident_kib());
        let start = Instant::now();
        rounds(10_000);
        println!("{:?} a round", start.elapsed() / 10_000);
        assert!(open_descriptors() <= descriptors);
        let timers = fs::read_to_string("/proc/self/timers").unwrap_or_default();
        assert_eq!(timers.lines().count(), 0, "timers are left:\n{timers}");
        let grown = resident_kib().saturating_sub(resident);
        // Some huge pages are no leak.
        assert!(grown < 8192, "{grown} KiB more than before");
    });
}

#[test]
fn errno_stays_as_it_was() {
    in_own_process("faults::errno_stays_as_it_was", || {
        let session = CpuProfiler::builder().hz(10_000).start().expect("it starts");
        // SAFETY: the function returns the thread's own place.
        let errno = unsafe { libc::__errno_location() };
        for round in 0..3000 {
            // SAFETY: the place is valid for the thread's life.
            unsafe { errno.write_volatile(round) };
            spin();
            // SAFETY: as above.
            assert_eq!(unsafe { errno.read_volatile() }, round);
        }
        drop(session);
    });
}

static FOREIGN: AtomicUsize = AtomicUsize::new(0);

extern "C" fn foreign(_signal: c_int) {
    FOREIGN.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn signals_of_others_go_to_their_handler() {
    in_own_process("faults::signals_of_others_go_to_their_handler", || {
        // SAFETY: the handler only counts.
        unsafe { libc::signal(libc::SIGPROF, foreign as extern "C" fn(c_int) as libc::sighandler_t) };
        for round in 1..=3 {
            let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
            burn(Duration::from_millis(50));
            assert_eq!(FOREIGN.load(Ordering::Relaxed), (round - 1) * 2);
            // SAFETY: the signal has a handler.
            unsafe { libc::raise(libc::SIGPROF) };
            let profile = session.stop().expect("it stops");
            assert!(total(&profile) < Duration::from_millis(200));
            // SAFETY: the handler stays after the session.
            unsafe { libc::raise(libc::SIGPROF) };
            assert_eq!(FOREIGN.load(Ordering::Relaxed), round * 2);
        }
    });
}

#[test]
fn a_signal_without_a_session_ends_nothing() {
    in_own_process("faults::a_signal_without_a_session_ends_nothing", || {
        drop(CpuProfiler::builder().start().expect("it starts"));
        // SAFETY: the signal has our handler for ever.
        unsafe { libc::raise(libc::SIGPROF) };
    });
}

#[test]
fn panics_allocations_and_backtraces_are_survived() {
    in_own_process("faults::panics_allocations_and_backtraces_are_survived", || {
        std::panic::set_hook(Box::new(|_| {}));
        let before = Before::session();
        let session = CpuProfiler::builder().hz(10_000).start().expect("it starts");
        let before = before.started();
        again(6, Duration::from_secs(1), || {
            assert!(std::panic::catch_unwind(|| panic!("as asked")).is_err());
            drop(std::hint::black_box((0..50).map(|size| vec![size as u8; size * 40]).collect::<Vec<_>>()));
            drop(std::backtrace::Backtrace::force_capture());
            thread::spawn(spin).join().expect("no panic");
        });
        let (profile, taken) = before.taken(|| session.stop().expect("it stops"));
        let cut = total_where(&profile, |sample| is_cut(&profile, sample));
        print_cut(&profile);
        assert_near("cut stacks", ratio(cut, total(&profile)), 0.0, 0.05);
        assert_sum("time", &profile, taken, 0.02);
    });
}

const LIBRARIES: [&CStr; 3] = [c"libresolv.so.2", c"libutil.so.1", c"libnsl.so.1"];

#[test]
fn objects_may_come_and_go() {
    in_own_process("faults::objects_may_come_and_go", || {
        let end = Instant::now() + Duration::from_secs(2);
        thread::scope(|scope| {
            for library in LIBRARIES {
                scope.spawn(move || {
                    while Instant::now() < end {
                        // SAFETY: a system library without initializers that matter.
                        let handle = unsafe { libc::dlopen(library.as_ptr(), libc::RTLD_NOW) };
                        if !handle.is_null() {
                            // SAFETY: the handle was just returned.
                            unsafe { libc::dlclose(handle) };
                        }
                    }
                });
            }
            let (mut cut, mut all) = (Duration::ZERO, Duration::ZERO);
            while Instant::now() < end {
                let session = CpuProfiler::builder().hz(4000).start().expect("it starts");
                burn(Duration::from_millis(30));
                let profile = session.stop().expect("it stops");
                cut += total_where(&profile, |sample| is_cut(&profile, sample));
                all += total(&profile);
                print_cut(&profile);
            }
            assert_near("stacks that lack callers", ratio(cut, all), 0.0, 0.05);
        });
    });
}

#[test]
fn forks_are_quick_and_children_can_profile_themselves() {
    in_own_process("faults::forks_are_quick_and_children_can_profile_themselves", || {
        let heap = vec![7_u8; 200 << 20];
        let session = CpuProfiler::builder().hz(10_000).start().expect("it starts");
        let (children, mut with_wrong_sums) = (15, 0);
        for round in 0..children {
            // SAFETY: the child uses nothing that another thread may hold, and ends by _exit.
            let child = unsafe { libc::fork() };
            assert!(child >= 0);
            if child == 0 {
                let before = Before::session();
                let ours = CpuProfiler::builder().hz(1000).start().expect("a child can start");
                let before = before.started();
                burn(Duration::from_millis(80));
                let (profile, taken) = before.taken(|| ours.stop().expect("a child can stop"));
                // SAFETY: ends the child without its parent's destructors.
                unsafe { libc::_exit(if is_sum(&profile, taken, 0.05) { 0 } else { 1 }) };
            }
            let mut status = 0;
            // SAFETY: the status has room.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            const WRONG_SUM: i32 = 1 << 8;
            with_wrong_sums += i32::from(status == WRONG_SUM);
            assert!([0, WRONG_SUM].contains(&status), "child {round}: {status:#x}");
            assert!(std::process::Command::new("true").status().expect("it starts").success());
        }
        std::hint::black_box(heap);
        assert_near("children with wrong sums", f64::from(with_wrong_sums), 0.0, f64::from(children / 7));
        assert!(!session.stop().expect("it stops").samples().is_empty());
    });
}

#[test]
fn a_session_does_not_pass_on_to_a_child() {
    in_own_process("faults::a_session_does_not_pass_on_to_a_child", || {
        let session = CpuProfiler::builder().start().expect("it starts");
        // SAFETY: the child ends by _exit.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let is_refused = session.stop().is_err_and(|error| error.kind() == ErrorKind::Unsupported);
            // SAFETY: ends the child without its parent's destructors.
            unsafe { libc::_exit(if is_refused { 0 } else { 1 }) };
        }
        let mut status = 0;
        // SAFETY: the status has room.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        drop(session.stop().expect("the parent's goes on"));
    });
}

#[test]
fn a_profile_to_a_writer_is_one_at_a_time() {
    in_own_process("faults::a_profile_to_a_writer_is_one_at_a_time", || {
        let path = std::env::temp_dir().join(format!("rpprof-{}.pb.gz", std::process::id()));
        stop_cpu_profile().expect("there is none to stop");
        start_cpu_profile(fs::File::create(&path).expect("it can be made")).expect("it starts");
        assert_eq!(start_cpu_profile(Vec::new()).expect_err("there is one").kind(), ErrorKind::Argument);
        burn(Duration::from_millis(100));
        stop_cpu_profile().expect("it stops");
        let bytes = fs::read(&path).expect("it was written");
        fs::remove_file(&path).expect("it is there");
        assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() > 300);
    });
}

#[test]
fn rates_that_cannot_be_are_refused() {
    for hz in [0, 100_001, u32::MAX] {
        let error = CpuProfiler::builder().hz(hz).start().expect_err("no such rate");
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
}

/// Gives the running thread a stack for signals on which a handler can begin, and has no room to walk a stack.
fn take_signals_on_a_small_stack() {
    const ROOM: usize = if cfg!(debug_assertions) { 1536 } else { 768 };
    // SAFETY: the call only looks the number up; it is 0 from kernels that do not tell.
    let frame = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
    let memory = Box::leak(vec![0_u8; frame.max(libc::MINSIGSTKSZ) + ROOM].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
    // SAFETY: the memory stays, and no signal is being taken on another stack.
    assert_eq!(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) }, 0);
}

#[test]
fn samples_that_are_lost_are_counted_and_told() {
    in_own_process("faults::samples_that_are_lost_are_counted_and_told", || {
        let before = Before::session();
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        let before = before.started();
        let work = || {
            take_signals_on_a_small_stack();
            let start = thread_cpu();
            burn(Duration::from_millis(600));
            thread_cpu() - start
        };
        let taken = thread::spawn(work).join().expect("no panic");
        let (profile, all) = before.taken(|| session.stop().expect("it stops"));
        let symbols = profile.symbols();
        let lost = total_where(&profile, |sample| {
            let stack = profile.stack(profile.samples().stacks()[sample]);
            let lines = stack.iter().flat_map(|&id| symbols.lines_of(id));
            let mut names = lines.map(|line| profile.str(symbols.functions()[line.function.index()].name));
            names.any(|name| name == "[samples lost]")
        });
        println!("{lost:?} lost of {taken:?}");
        // What it took after its last signal is not lost; no stack was seen of it. What it took to begin and to end is.
        let most = all.most() + Duration::from_millis(1);
        assert!(lost <= most && lost >= taken / 4, "{lost:?} of {taken:?}, {most:?} with its begin and end");
        assert_sum("lost and other samples", &profile, all, 0.02);
        let count = lost.as_millis();
        let comments: Vec<&str> = profile.header().comments.iter().map(|&comment| profile.str(comment)).collect();
        let start = format!("rpprof: {count} samples were lost");
        assert!(comments.iter().any(|comment| comment.starts_with(&start)), "{comments:?}");
    });
}
