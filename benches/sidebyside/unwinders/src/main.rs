//! framehop and libgcc, each in a handler as a profiler would use it; what counts is the cost of a frame.

mod modules;

use std::env;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::time::Instant;

use framehop::{CacheNative, MustNotAllocateDuringUnwind, UnwindRegsNative, Unwinder, UnwinderNative};
use work::interrupt::in_handler;
use work::{argument, chain, clock, median, print, sidebyside_counted};

const DEPTHS: [usize; 2] = [29, 109];
const WALKS: u32 = 60;

unsafe extern "C" {
    fn _Unwind_Backtrace(callback: extern "C" fn(*mut c_void, *mut c_void) -> c_int, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
}

struct Framehop {
    unwinder: UnwinderNative<&'static [u8], MustNotAllocateDuringUnwind>,
    cache: CacheNative<MustNotAllocateDuringUnwind>,
}

#[cfg(target_arch = "x86_64")]
fn registers(context: *mut c_void) -> (u64, UnwindRegsNative) {
    // SAFETY: handlers with SA_SIGINFO get the interrupted thread's context.
    let registers = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    let register = |index: c_int| registers[index as usize] as u64;
    let pc = register(libc::REG_RIP);
    (pc, UnwindRegsNative::new(pc, register(libc::REG_RSP), register(libc::REG_RBP)))
}

#[cfg(target_arch = "aarch64")]
fn registers(context: *mut c_void) -> (u64, UnwindRegsNative) {
    // SAFETY: handlers with SA_SIGINFO get the interrupted thread's context.
    let context = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext };
    (context.pc, UnwindRegsNative::new(context.regs[30], context.sp, context.regs[29]))
}

impl Framehop {
    fn new() -> Self {
        let mut unwinder = UnwinderNative::new();
        modules::all().into_iter().for_each(|module| unwinder.add_module(module));
        Self { unwinder, cache: CacheNative::default() }
    }

    /// Walks the stack of what was interrupted, and returns how many frames there are.
    fn walk(&mut self, context: *mut c_void) -> usize {
        let (pc, registers) = registers(context);
        // Profilers have to check addresses; this is the walk alone.
        let mut read = |address: u64| {
            // SAFETY: the stack is whole, and walked as its unwind tables say.
            Ok(unsafe { (address as *const u64).read() })
        };
        let mut frames = self.unwinder.iter_frames(pc, registers, &mut self.cache, &mut read);
        let mut count = 0;
        while let Ok(Some(frame)) = frames.next() {
            black_box(frame.address());
            count += 1;
        }
        count
    }
}

extern "C" fn take_frame(context: *mut c_void, count: *mut c_void) -> c_int {
    // SAFETY: libgcc passes its own context.
    black_box(unsafe { _Unwind_GetIP(context) });
    // SAFETY: `walk_by_libgcc` passes its count.
    unsafe { *count.cast::<usize>() += 1 };
    0
}

/// Walks from here through the handler's frame to the stack of what was interrupted.
fn walk_by_libgcc() -> usize {
    let mut count = 0_usize;
    // SAFETY: the callback takes what it is given.
    unsafe { _Unwind_Backtrace(take_frame, (&raw mut count).cast()) };
    count
}

/// Does `walk` so many times below `depth` frames; returns the nanoseconds of a walk and its frames.
fn time_below(depth: usize, walk: &mut dyn FnMut(*mut c_void) -> usize) -> (f64, usize) {
    let (mut nanos, mut frames) = (0.0, 0);
    let mut walks = |context| {
        frames = walk(context);
        let start = clock::thread_cpu();
        for _ in 0..WALKS {
            black_box(walk(context));
        }
        nanos = (clock::thread_cpu() - start).as_nanos() as f64 / f64::from(WALKS);
    };
    chain::call_below(depth, &mut || in_handler(&mut walks));
    (nanos, frames)
}

/// Does `walk` so many times below `depth` frames, new ones each time; returns the median nanoseconds of a walk.
fn time_of_new(depth: usize, walk: &mut dyn FnMut(*mut c_void) -> usize) -> f64 {
    let mut nanos = Vec::new();
    let mut time_one = |context| {
        let start = Instant::now();
        black_box(walk(context));
        nanos.push(start.elapsed().as_nanos() as f64);
    };
    chain::call_changing(depth, depth - 1, WALKS, &mut || in_handler(&mut time_one));
    median(nanos)
}

fn measure(name: &str, rounds: u32, walk: &mut dyn FnMut(*mut c_void) -> usize) {
    let [mut same_frame, mut new_frame] = [const { Vec::new() }; 2];
    for _ in 0..rounds {
        let [(short, few), (long, many)] = DEPTHS.map(|depth| time_below(depth, walk));
        assert_eq!(many - few, DEPTHS[1] - DEPTHS[0], "{name} sees all frames");
        same_frame.push((long - short) / (many - few) as f64);
        let [short, long] = DEPTHS.map(|depth| time_of_new(depth, walk));
        new_frame.push((long - short) / (many - few) as f64);
    }
    print(format_args!("{name}_frame"), median(same_frame));
    print(format_args!("{name}_new_frame"), median(new_frame));
}

fn count(depth: usize, walk: &mut dyn FnMut(*mut c_void) -> usize) {
    let mut count_one = |context| {
        sidebyside_counted(&mut || {
            black_box(walk(context));
        });
    };
    chain::call_changing(depth, depth - 1, WALKS, &mut || in_handler(&mut count_one));
    print("calls", f64::from(WALKS));
}

fn main() {
    let mut framehop = Framehop::new();
    let mut by_framehop = |context| framehop.walk(context);
    let mut by_libgcc = |_| walk_by_libgcc();
    match env::args().nth(1).as_deref() {
        Some("frames") => {
            measure("framehop", argument(2), &mut by_framehop);
            measure("libgcc", argument(2), &mut by_libgcc);
        }
        Some("count-framehop") => count(argument(2), &mut by_framehop),
        Some("count-libgcc") => count(argument(2), &mut by_libgcc),
        other => panic!("nobody knows how to {other:?}"),
    }
}
