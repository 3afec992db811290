//! Are stacks whole and right?

use std::ffi::{CStr, c_char, c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rpprof::collector::CpuProfiler;

use crate::in_own_process;
use crate::measure::{
    addresses, assert_near, burn, is_cut, on_worker, ratio, share_of_worker, spin, thread_cpu, total, total_where,
};

extern "C" fn compare(one: *const c_void, other: *const c_void) -> c_int {
    for _ in 0..20 {
        black_box(1);
    }
    // SAFETY: qsort passes pointers to two items of the array, which are 32-bit numbers.
    let (one, other) = unsafe { (*one.cast::<u32>(), *other.cast::<u32>()) };
    one.cmp(&other) as c_int
}

/// Sorts by the C library, which calls back.
#[inline(never)]
fn sort(time: Duration) {
    let start = thread_cpu();
    while thread_cpu() - start < time {
        let mut numbers: Vec<u32> = (0..5_000_u32).map(|number| number.wrapping_mul(2_654_435_761)).collect();
        // SAFETY: the array has as many items of that size, and the function compares two of them.
        unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, Some(compare)) };
        black_box(numbers);
    }
}

#[inline(never)]
fn recurse(depth: usize, time: Duration) -> u64 {
    if depth == 0 {
        burn(time);
        return black_box(1);
    }
    black_box(recurse(depth - 1, time)) + 1
}

/// Returns whether an address is in the code of the function at `entry`, which is at most `size` bytes long.
fn is_in(address: u64, entry: usize, size: u64) -> bool {
    (entry as u64..entry as u64 + size).contains(&address)
}

#[test]
fn stacks_are_whole_through_callbacks_of_the_c_library() {
    in_own_process("stacks::stacks_are_whole_through_callbacks_of_the_c_library", || {
        let session = CpuProfiler::builder().hz(1000).thread_labels(true).start().expect("it starts");
        on_worker(|| sort(Duration::from_millis(500)));
        let profile = session.stop().expect("it stops");
        let whole = share_of_worker(&profile, |sample| !is_cut(&profile, sample));
        assert_near("whole stacks", whole, 1.0, 0.01);
        let below_sort = share_of_worker(&profile, |sample| {
            addresses(&profile, sample)[1..].iter().any(|&address| is_in(address, sort as *const () as usize, 2000))
        });
        assert_near("samples below the caller of qsort", below_sort, 1.0, 0.05);
    });
}

#[test]
fn the_leaf_is_the_function_that_runs() {
    in_own_process("stacks::the_leaf_is_the_function_that_runs", || {
        let session = CpuProfiler::builder().hz(1000).thread_labels(true).start().expect("it starts");
        on_worker(|| burn(Duration::from_millis(500)));
        let profile = session.stop().expect("it stops");
        // Without optimization, what the loop calls is a function of its own.
        let in_loop = |address: &u64| is_in(*address, spin as *const () as usize, 600);
        let in_leaf = share_of_worker(&profile, |sample| addresses(&profile, sample).iter().take(4).any(in_loop));
        crate::measure::print_ends(&profile, |sample| !addresses(&profile, sample).iter().take(4).any(in_loop));
        assert_near("samples of the loop", in_leaf, 1.0, 0.1);
    });
}

/// Computes in a handler, on the stack of the code that it interrupts.
extern "C" fn work_in_handler(_signal: c_int) {
    (0..10).for_each(|_| spin());
}

#[test]
fn stacks_are_whole_through_frames_of_signals() {
    in_own_process("stacks::stacks_are_whole_through_frames_of_signals", || {
        let handler = work_in_handler as extern "C" fn(c_int) as libc::sighandler_t;
        // SAFETY: the handler only computes.
        unsafe { libc::signal(libc::SIGUSR1, handler) };
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // SAFETY: the call only asks for the running thread.
            let interrupted = unsafe { libc::pthread_self() } as usize;
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    // SAFETY: the thread waits for this one.
                    unsafe { libc::pthread_kill(interrupted as libc::pthread_t, libc::SIGUSR1) };
                    std::thread::sleep(Duration::from_micros(300));
                }
            });
            // Wherever it is: in loops, calls, sorting by the C library, or asking the kernel for the time.
            for _ in 0..20 {
                black_box(recurse(20, Duration::from_millis(20)));
                sort(Duration::from_millis(20));
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let profile = session.stop().expect("it stops");
        let is_inside = |sample, entry: usize, size| {
            addresses(&profile, sample)[..].iter().any(|&address| is_in(address, entry, size))
        };
        let in_handler = |sample| is_inside(sample, work_in_handler as *const () as usize, 200);
        let handled = total_where(&profile, in_handler);
        assert!(handled >= Duration::from_millis(20), "{handled:?} in the handler");
        let whole = total_where(&profile, |sample| {
            let is_below = |entry: usize, size| is_inside(sample, entry, size);
            in_handler(sample)
                && !is_cut(&profile, sample)
                && (is_below(recurse as *const () as usize, 600) || is_below(sort as *const () as usize, 2000))
        });
        crate::measure::print_ends(&profile, |sample| in_handler(sample) && is_cut(&profile, sample));
        // A few signals come in before the loop or behind it.
        assert_near("whole stacks of what is in the handler", ratio(whole, handled), 1.0, 0.02);
    });
}

/// Demangles a long name for some time by the C++ library, which is loaded for it.
///
/// Returns false if there is no such library.
#[inline(never)]
fn demangle(time: Duration) -> bool {
    type Demangle = extern "C" fn(*const c_char, *mut c_char, *mut usize, *mut c_int) -> *mut c_char;
    const NAME: &CStr =
        c"_ZNSt8_Rb_treeISsSt4pairIKSsSt3mapISsiSt4lessISsESaIS0_IS1_iEEEESt10_Select1stIS8_ES4_SaIS8_EE4findERS1_";
    // SAFETY: a system library, whose initializers do nothing that matters here.
    let library = unsafe { libc::dlopen(c"libstdc++.so.6".as_ptr(), libc::RTLD_NOW) };
    if library.is_null() {
        return false;
    }
    // SAFETY: the library is loaded, and its function of this name is such a one.
    let demangle: Demangle = unsafe { std::mem::transmute(libc::dlsym(library, c"__cxa_demangle".as_ptr())) };
    let start = thread_cpu();
    while thread_cpu() - start < time {
        for _ in 0..20 {
            let text = demangle(NAME.as_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            // SAFETY: malloc made the text.
            unsafe { libc::free(text.cast()) };
        }
    }
    // SAFETY: nothing of the library is in use any more.
    unsafe { libc::dlclose(library) };
    true
}

#[test]
fn stacks_are_whole_in_a_library_that_was_just_loaded() {
    in_own_process("stacks::stacks_are_whole_in_a_library_that_was_just_loaded", || {
        let session = CpuProfiler::builder().hz(4000).thread_labels(true).start().expect("it starts");
        // The helper looks for new objects less often than that, so that it sees only some of them.
        let has_library = on_worker(|| (0..40).all(|_| demangle(Duration::from_millis(15))));
        let profile = session.stop().expect("it stops");
        if !has_library {
            return println!("skipped: there is no libstdc++.so.6");
        }
        let whole = share_of_worker(&profile, |sample| !is_cut(&profile, sample));
        assert!(total(&profile) >= Duration::from_millis(100));
        // Without optimization, finding rules takes more stack than the threads of a test have for signals.
        let most_cut = if cfg!(debug_assertions) { 0.1 } else { 0.01 };
        assert_near("whole stacks", whole, 1.0, most_cut);
    });
}

#[test]
fn deep_stacks_are_cut_and_say_so() {
    in_own_process("stacks::deep_stacks_are_cut_and_say_so", || {
        for (depth, limit, expected_cut) in [(500, 256, true), (30, 16, true), (30, 256, false)] {
            let profiler = CpuProfiler::builder().hz(1000).max_depth(limit).thread_labels(true);
            let session = profiler.start().expect("it starts");
            on_worker(|| recurse(depth, Duration::from_millis(250)));
            let profile = session.stop().expect("it stops");
            let cut = share_of_worker(&profile, |sample| is_cut(&profile, sample));
            assert_near("cut stacks", cut, f64::from(u8::from(expected_cut)), 0.1);
            let longest = (0..profile.samples().len()).map(|sample| addresses(&profile, sample).len()).max();
            assert!(longest <= Some(limit + 1), "{longest:?} frames with a limit of {limit}");
            let comments = profile.header().comments.iter().map(|&comment| profile.str(comment));
            assert_eq!(comments.into_iter().any(|comment| comment.contains("lack callers")), expected_cut);
        }
    });
}

#[test]
fn mappings_are_real_and_the_program_is_first() {
    in_own_process("stacks::mappings_are_real_and_the_program_is_first", || {
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        burn(Duration::from_millis(100));
        let profile = session.stop().expect("it stops");
        let symbols = profile.symbols();
        let program = std::env::current_exe().expect("the program has a path");
        assert_eq!(profile.str(symbols.mappings()[0].file), program.to_str().expect("UTF-8"));
        let of_libc = symbols.mappings().iter().find(|mapping| profile.str(mapping.file).contains("libc.so"));
        if let Some(of_libc) = of_libc {
            assert!(profile.str(of_libc.build_id).len() >= 16);
        }
        for location in symbols.locations().iter().filter(|location| location.address != 0) {
            let mapping = &symbols.mappings()[location.mapping.expect("every address is of an object").index()];
            assert!((mapping.start_address..mapping.limit_address).contains(&location.address));
        }
        assert!(profile.header().time_nanos > 0 && profile.header().duration_nanos >= 100_000_000);
    });
}
