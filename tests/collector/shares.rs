//! Do the parts of a program whose times are known have the shares that they took, whatever kind of code they are?

use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::time::Duration;

use rpprof::collector::{CpuProfiler, symbolize_here};
use rpprof::profile::Profile;

use crate::in_own_process;
use crate::measure::{assert_near, is_cut, label, ratio, spin, thread_cpu, total_where};

#[cfg(target_arch = "x86_64")]
std::arch::global_asm!(
    // Its users may be compiled into other objects than this.
    ".globl rpprof_test_tail, rpprof_test_framed",
    ".hidden rpprof_test_tail, rpprof_test_framed",
    // A jump in the place of a call: the function that makes it is not on the stack.
    ".p2align 4",
    "rpprof_test_tail:",
    ".cfi_startproc",
    "jmp rpprof_test_bare",
    ".cfi_endproc",
    // Code that no table tells of, as it comes out of generators: a loop, with nothing on the stack.
    ".p2align 4",
    "rpprof_test_bare:",
    "mov eax, 20000",
    "2: dec eax",
    "jnz 2b",
    "ret",
    // The same in a frame of its own.
    ".p2align 4",
    "rpprof_test_framed:",
    "push rbp",
    "mov rbp, rsp",
    "sub rsp, 64",
    "mov eax, 20000",
    "3: dec eax",
    "jnz 3b",
    "leave",
    "ret",
);

#[cfg(target_arch = "x86_64")]
unsafe extern "C" {
    safe fn rpprof_test_tail();
    safe fn rpprof_test_framed();
}

/// Calls `work` again and again for `time` of CPU time.
#[inline(always)]
fn for_time(time: Duration, mut work: impl FnMut()) {
    let start = thread_cpu();
    while thread_cpu() - start < time {
        (0..10).for_each(|_| work());
    }
}

#[inline(never)]
fn plain(time: Duration) {
    for_time(time, spin);
}

#[inline(never)]
fn recursive(time: Duration) {
    fn down(depth: u32) -> u32 {
        if depth == 0 {
            spin();
            return 0;
        }
        black_box(down(black_box(depth - 1))) + 1
    }
    for_time(time, || _ = black_box(down(60)));
}

/// Copies by the C library.
#[inline(never)]
fn library(time: Duration) {
    let from = vec![7_u8; 64 << 10];
    let mut to = vec![0_u8; 64 << 10];
    for_time(time, || to.copy_from_slice(black_box(&from)));
    black_box(to);
}

/// Asks for the time, which the kernel's object in the process answers.
#[inline(never)]
fn kernel_object(time: Duration) {
    for_time(time, || (0..100).for_each(|_| _ = black_box(std::time::Instant::now())));
}

#[inline(never)]
fn callback(time: Duration) {
    extern "C" fn compare(one: *const c_void, other: *const c_void) -> c_int {
        // SAFETY: qsort passes pointers to two items of the array, which are 32-bit numbers.
        let (one, other) = unsafe { (*one.cast::<u32>(), *other.cast::<u32>()) };
        one.cmp(&other) as c_int
    }
    let mut numbers = vec![0_u32; 200];
    for_time(time, || {
        numbers.iter_mut().zip(0_u32..).for_each(|(place, number)| *place = number.wrapping_mul(2_654_435_761));
        // SAFETY: the array has as many items of that size, and the function compares two of them.
        unsafe { libc::qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, Some(compare)) };
    });
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn without_table(time: Duration) {
    for_time(time, || rpprof_test_tail());
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn framed_without_table(time: Duration) {
    for_time(time, || rpprof_test_framed());
}

/// Gives the running thread a stack for signals on which unoptimized code has room to find callers of code without
/// tables; optimized code has enough in the 8 KiB that threads of Rust have.
fn take_room_for_signals() {
    if cfg!(debug_assertions) {
        let memory = Box::leak(vec![0_u8; 64 << 10].into_boxed_slice());
        let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
        // SAFETY: the memory stays, and no signal is being taken on another stack.
        assert_eq!(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) }, 0);
    }
}

/// A part of the program: its name, its function, and how long it takes.
type Part = (&'static str, fn(Duration), Duration);

const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

const PARTS: &[Part] = &[
    ("plain", plain, millis(600)),
    ("recursive", recursive, millis(500)),
    ("library", library, millis(400)),
    ("kernel_object", kernel_object, millis(300)),
    ("callback", callback, millis(300)),
    #[cfg(target_arch = "x86_64")]
    ("without_table", without_table, millis(300)),
    #[cfg(target_arch = "x86_64")]
    ("framed_without_table", framed_without_table, millis(300)),
];

/// Calls a part; the frame is on the stack of all that it does.
#[inline(never)]
fn call(part: &Part) -> Duration {
    let start = thread_cpu();
    (part.1)(part.2);
    black_box(thread_cpu() - start)
}

/// Returns whether a sample has a frame of this file's function `name`.
fn has(profile: &Profile, sample: usize, name: &str) -> bool {
    let symbols = profile.symbols();
    let stack = profile.stack(profile.samples().stacks()[sample]);
    let lines = stack.iter().flat_map(|&id| symbols.lines_of(id));
    let mut names = lines.map(|line| profile.str(symbols.functions()[line.function.index()].name));
    names.any(|function| function.strip_suffix(name).is_some_and(|rest| rest.ends_with("shares::")))
}

#[test]
fn each_kind_of_code_has_its_share() {
    in_own_process("shares::each_kind_of_code_has_its_share", || {
        const ROUNDS: u32 = 2;
        let session = CpuProfiler::builder().hz(1000).thread_labels(true).start().expect("it starts");
        let work = || {
            take_room_for_signals();
            let mut taken = vec![Duration::ZERO; PARTS.len()];
            for _ in 0..ROUNDS {
                PARTS.iter().zip(&mut taken).for_each(|(part, taken)| *taken += call(part));
            }
            taken
        };
        let thread = std::thread::Builder::new().name("parts".to_owned()).spawn(work).expect("it starts");
        let taken = thread.join().expect("no panic");
        let profile = symbolize_here(&session.stop().expect("it stops")).expect("it has names");
        let of_parts: Vec<bool> =
            (0..profile.samples().len()).map(|sample| label(&profile, sample, "thread") == Some("parts")).collect();
        let (whole, all) = (total_where(&profile, |sample| of_parts[sample]), taken.iter().sum());
        assert_near("all parts", ratio(whole, all), 1.0, 0.01);
        for (part, taken) in PARTS.iter().zip(taken) {
            let shown = total_where(&profile, |sample| of_parts[sample] && has(&profile, sample, part.0));
            let (share, expected) = (ratio(shown, whole), ratio(taken, all));
            let deviation = (expected * (1.0 - expected) / (all.as_secs_f64() * 1000.0)).sqrt();
            assert_near(part.0, share, expected, 3.0 * deviation);
        }
        let uncut = total_where(&profile, |sample| of_parts[sample] && !is_cut(&profile, sample));
        crate::measure::print_cut(&profile);
        assert_near("whole stacks", ratio(uncut, whole), 1.0, 0.01);
    });
}
