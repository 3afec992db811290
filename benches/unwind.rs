//! What a walk of the call stack takes for each frame, against framehop and the compiler's own unwinder.
//!
//! `cargo bench --features collector --bench unwind`. The collector's walk is no part of the public interface, so its
//! files are compiled into the bench. Rounds take turns, and of each way the fastest one counts.
#![allow(unsafe_code, dead_code, unreachable_pub, unused_imports, missing_docs)]
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "support/framehop_modules.rs"]
mod framehop_modules;

/// What the walk is made of, at the places where the library has it.
#[path = "../src/collector"]
mod collector {
    #[path = "sys/linux"]
    pub(crate) mod sys {
        pub(crate) mod atomics;
        pub(crate) mod loader;
        pub(crate) mod object;
        pub(crate) mod process;
        pub(crate) mod published;
        pub(crate) mod registers;
        pub(crate) mod stack_memory;
        pub(crate) mod tls;
        pub(crate) mod zeroed;
    }
    pub(crate) mod recorder {
        pub(crate) mod modules;
        pub(crate) mod unwind;
    }
}

use std::ffi::c_void;
use std::hint::black_box;
use std::time::Instant;

use collector::recorder::modules::MODULE_MAP;
use collector::recorder::unwind::{End, Foreign, Memo, walk};
use collector::sys::published::Reading;
use collector::sys::registers::Registers;
use collector::sys::stack_memory::StackMemory;
use framehop::x86_64::UnwindRegsX86_64;
use framehop::{MustNotAllocateDuringUnwind, Unwinder};

type FramehopCache = framehop::CacheNative<MustNotAllocateDuringUnwind>;

/// Walks of a round.
const WALKS: u32 = 1000;
const ROUNDS: usize = 300;
/// Calls below `main`, and with those above it about 40 frames.
const CALLS: u32 = 32;

unsafe extern "C" {
    fn _Unwind_Backtrace(step: extern "C" fn(*mut c_void, *mut c_void) -> i32, frames: *mut c_void) -> i32;
}

/// Makes functions with frames of different sizes, each of which calls the next one.
macro_rules! functions {
    ($($name:ident($words:literal) -> $next:ident),*) => {$(
        #[inline(never)]
        fn $name(calls: u32, work: &mut dyn FnMut()) -> u64 {
            let mut words = [0_u64; $words];
            black_box(&mut words);
            if calls == 0 { work() } else { let _ = black_box($next(calls - 1, work)); }
            black_box(&words)[0]
        }
    )*};
}

functions!(one(1) -> two, two(2) -> three, three(5) -> four, four(3) -> five, five(17) -> six, six(1) -> seven,
    seven(4) -> eight, eight(40) -> one);

/// Calls `one` through frames that differ in where they return to, or in how large they are.
#[inline(never)]
fn from_either_place(way: u32, work: &mut dyn FnMut()) {
    if way == 0 {
        black_box(one(CALLS, work))
    } else {
        black_box(one(CALLS, work)) + 1
    };
}

#[inline(never)]
fn from_either_height(way: u32, work: &mut dyn FnMut()) {
    if way == 0 {
        black_box(one(CALLS, work))
    } else {
        black_box(eight(CALLS - 1, work)) + 1
    };
}

extern "C" fn count(_frame: *mut c_void, frames: *mut c_void) -> i32 {
    // SAFETY: `libgcc` passes the address of its count.
    unsafe { *frames.cast::<usize>() += 1 };
    0
}

/// Walks by the compiler's unwinder and returns the number of frames.
fn libgcc() -> usize {
    let mut frames = 0_usize;
    // SAFETY: the callback fits its argument.
    unsafe { _Unwind_Backtrace(count, (&raw mut frames).cast()) };
    frames
}

/// The collector's walk, with what it keeps from walk to walk.
struct Walker {
    memo: Memo,
    stack: [u64; 2],
    addresses: [u64; 256],
}

impl Walker {
    fn walk(&mut self, registers: Registers) -> usize {
        let reading = Reading::begin(1);
        let mut stack = StackMemory::from_words(self.stack, registers.sp);
        let mut count = 0;
        let addresses = &mut self.addresses;
        let emit = |address| {
            addresses[count] = address;
            count += 1;
            true
        };
        let end = walk(MODULE_MAP.read(&reading), Foreign::LookUp, &self.memo, &mut stack, registers, 256, emit);
        assert_eq!(end, End::Outermost);
        self.stack = stack.to_words();
        black_box(&self.addresses);
        count
    }
}

/// Returns the nanoseconds that a frame takes; `work` makes a walk and returns how many frames it saw.
fn time(walks: u32, mut work: impl FnMut() -> usize) -> (f64, usize) {
    let start = Instant::now();
    let mut frames = 0;
    for _ in 0..walks {
        frames += work();
    }
    (start.elapsed().as_nanos() as f64 / frames as f64, frames / walks as usize)
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    framehop_modules::read_ours();
    let unwinder = framehop_modules::unwinder();
    let mut cache = FramehopCache::new_in();
    let mut walker = Walker { memo: Memo::new(), stack: [0; 2], addresses: [0; 256] };
    let mut best = [(f64::MAX, 0); 5];
    let mut keep = |way: usize, one: (f64, usize)| best[way] = if one.0 < best[way].0 { one } else { best[way] };
    for _ in 0..ROUNDS {
        let _ = black_box(one(CALLS, &mut || {
            let registers = Registers::here();
            keep(0, time(WALKS, || walker.walk(registers)));
            let [low, high] = walker.stack;
            let mut read = |address: u64| {
                // SAFETY: the words are of the stack that was just walked.
                (low..high - 7).contains(&address).then(|| unsafe { *(address as *const u64) }).ok_or(())
            };
            let start = UnwindRegsX86_64::new(registers.pc, registers.sp, registers.fp);
            let addresses = &mut walker.addresses;
            keep(
                3,
                time(WALKS, || {
                    let mut frames = unwinder.iter_frames(registers.pc, start, &mut cache, &mut read);
                    let mut count = 0;
                    while let Ok(Some(frame)) = frames.next() {
                        addresses[count] = frame.address_for_lookup();
                        count += 1;
                    }
                    black_box(&*addresses);
                    count
                }),
            );
            keep(4, time(WALKS / 10, libgcc));
        }));
        for (way, call) in [(1, from_either_place as fn(u32, &mut dyn FnMut())), (2, from_either_height)] {
            let (mut nanos, mut frames) = (0.0, 0);
            for walk in 0..WALKS {
                call(walk & 1, &mut || {
                    let registers = Registers::here();
                    let start = Instant::now();
                    frames += walker.walk(registers);
                    nanos += start.elapsed().as_nanos() as f64;
                });
            }
            keep(way, (nanos / frames as f64, frames / WALKS as usize));
        }
    }
    let names =
        ["same stack", "another outer caller", "frames elsewhere", "framehop, same stack", "libgcc, same stack"];
    println!("| walk | frames | ns a frame | of framehop | of libgcc |\n|---|---|---|---|---|");
    for (name, (nanos, frames)) in names.into_iter().zip(best) {
        let (framehop, libgcc) = (nanos / best[3].0, nanos / best[4].0);
        println!("| {name} | {frames} | {nanos:.1} | {framehop:.2} | {libgcc:.3} |");
    }
}
