//! Profiles of this process.
//!
//! What Go programs have in `runtime/pprof`, for Rust: CPU profiles by signals, heap profiles by sampling, labels, and
//! profiles of whatever a program counts.
//!
//! ```no_run
//! use rpprof::collector::CpuProfiler;
//!
//! let session = CpuProfiler::builder().hz(100).start()?;
//! rpprof::labels! { "tenant" => "acme" }.scope(|| { /* work */ });
//! let profile = session.stop()?;
//! rpprof::codec::write(&profile, std::fs::File::create("cpu.pb.gz")?, &Default::default())?;
//! # Ok::<(), rpprof::Error>(())
//! ```
//!
//! Profiles hold addresses and mappings with build ids; with the feature `collector-symbols`, `symbolize_here` names
//! the functions, files and lines in the process itself.
//!
//! # CPU profiles
//!
//! **What they show.** Where threads were while they took CPU time, in user and system mode, as stacks of addresses with
//! the labels in force. Not shown is time in which threads wait, unless the engine is [`Engine::WallClock`]; what the
//! kernel does on behalf of a thread counts where the thread called it; and frames that the compiler has left out, as
//! those of tail calls are. A profile is of this process: children begin without a session.
//!
//! **How exact they are.** The sum is the process's CPU time, rounded to periods, at any rate. What a function has is a
//! sample of that: one with a share `p` of `n` samples has a standard error of the square root of `p(1-p)/n`, so of a
//! minute of CPU time at 100 Hz a share of 10 % is right to 0.4 %. The kernel looks at its timers on a tick, of 1 to
//! 10 ms; higher rates weigh the samples of a tick and take no more of them, unless the engine is
//! [`Engine::PerfEvents`]. Stacks are whole but for a few in a thousand; the others end with a frame `[callers missing]`.
//! Frame pointers are not needed, nor unwind tables of all code: where there are none, as of musl, the
//! instructions tell. Samples for which there was no room are counted, and have the frame `[samples lost]`.
//!
//! **What they cost.** A sample takes 0.2 to 1 µs beside the signal's 3 µs, and 0.1 µs to take it in: at 100 Hz, a
//! twentieth of a percent. Nothing is done between samples but that a thread of the profiler's own looks for threads and
//! objects. Unwind tables take 8 bytes for each place where a rule changes, and each thread about 100 KiB.
//!
//! # Heap profiles
//!
//! A program takes [`Allocator`] as its global allocator. From then on blocks are sampled, and [`heap_profile`] or
//! [`HeapSnapshot`] makes a profile at any time:
//!
//! ```
//! use rpprof::collector::{Allocator, HeapSnapshot};
//!
//! #[global_allocator]
//! static ALLOCATOR: Allocator = Allocator::system();
//!
//! # fn main() -> Result<(), rpprof::Error> {
//! # let path = std::env::temp_dir().join(format!("rpprof-doc-{}.pb.gz", std::process::id()));
//! let before = HeapSnapshot::take()?;
//! let kept: Vec<Vec<u8>> = (0..100).map(|_| vec![0; 100_000]).collect();
//! let growth = HeapSnapshot::take()?.since(&before)?;
//! rpprof::codec::write(&growth, std::fs::File::create(&path)?, &Default::default())?;
//! # drop(kept);
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```
//!
//! **What they show.** Blocks that are asked for by `GlobalAlloc`, with the size that was asked for: boxes, vectors,
//! strings, maps. A block that is resized counts as a new one of the new size, and the old one as freed. Not shown is
//! memory that C libraries get for themselves, mappings, stacks and the allocator's own waste; and pages that were asked
//! for and never touched do count. The resident size of a process is thus another number, and larger by what the C
//! library's allocator keeps of freed blocks; with [`return_large_blocks`] and [`limit_arenas`] that is less.
//!
//! **How exact they are.** A block of `k` bytes is sampled at the rate `T` with the chance `P = 1 - exp(-k/T)`, and then
//! stands for `1/P` blocks (Horvitz and Thompson), so sums are right on average for any mix of sizes and rates. The
//! relative error of `n` blocks is the square root of `(1/P - 1)/n`: of 100 MiB in small blocks at 512 KiB, 7 %; of a
//! single block of 2 MiB, 14 %. Blocks of many times the rate are exact. When all was freed, nothing is in use, exactly.
//! Stacks that lack callers end with `[callers missing]`. Musl, and glibc before 2.35, cannot be asked for objects while
//! memory is allocated: there, until the first profile of any kind was written, or with `RPPROF_HEAP_DUMP` from the start,
//! stacks lead through the libraries that came with the program, and end so in others and in code without unwind tables,
//! as the code of musl that begins a program or a thread.
//!
//! **What they cost.** A pair of allocating and freeing took 0.6 ns more than the 8 ns of the C library alone, for 64
//! bytes and at Go's rate; one of 1 KiB took 0.7 ns more. A sample, on average one every 512 KiB, costs 0.13 µs where the
//! stack is flat, and 0.2 µs below 25 frames: of blocks of 64 KiB each ninth is one, and a pair took 16 ns more than 18.
//! `cargo bench --bench heap --features collector` measures it. The recorder takes 64 GiB of addresses and, at Go's rate,
//! a few megabytes of memory.
//!
//! **Without a line of code.** Variables of the environment are read before `main`, if the program has the allocator:
//!
//! | variable | meaning |
//! | --- | --- |
//! | `RPPROF_HEAP_RATE` | the sampling rate in bytes; 0 is off |
//! | `RPPROF_HEAP_DUMP` | the file to write a heap profile to at exit; `%p` is the process, `%n` the number of the profile |
//! | `RPPROF_HEAP_DUMP_SIGNAL` | also on this signal: a number, `HUP`, `USR1`, `USR2` or `QUIT` |
//!
//! A program that is killed or that calls `_exit` writes nothing at its end.
//!
//! # What is allowed in a handler
//!
//! A signal handler or an allocator hook of this room may: read and write atomics; read the thread's own slot; read what
//! is published to it under a flag; read words of its own stack; and call `gettid`, `prctl`, `rt_sigprocmask`,
//! `clock_gettime`, `getauxval` and `_dl_find_object`; a hook may also call `mmap`, `munmap` and `mprotect`. It must not allocate,
//! lock, wait, panic, format, or look up names. What it must not do it cannot: it is given a `ring::Entry`, which only
//! appends; a `Memo`, a `ModuleMap` and an `Object`, which only look up; and a `StackMemory`, which only reads.
//! `errno` is put back by the entry in `sys::signal` and by `heap::Busy`.

mod cpu;
mod entries;
mod heap;
mod labels;
#[cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod recorder;
#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
#[path = "unsupported.rs"]
mod recorder;
mod registry;
#[cfg(all(feature = "collector-symbols", not(feature = "symbolize")))]
mod symbols;
#[cfg(all(feature = "collector-symbols", feature = "symbolize"))]
#[path = "symbols_by_room.rs"]
mod symbols;
#[cfg(not(feature = "collector-symbols"))]
#[path = "no_symbols.rs"]
mod symbols;
mod sys;
mod text;

pub use cpu::{CpuProfiler, CpuSession, Engine, start_cpu_profile, stop_cpu_profile};
pub use heap::{
    HeapSnapshot, heap_in_use_bytes, heap_profile, heap_sampling_rate, set_heap_peak_noted, set_heap_sampling_rate,
    set_heap_thread_labels,
};
pub use labels::{LabelGuard, LabelSet, LabelText, Labeled, WithLabels, inherit_labels};
pub use registry::{Debug, Profile, ProfileEntry, lookup, profiles};
#[cfg(feature = "collector-symbols")]
pub use symbols::symbolize_here;
pub use sys::allocator::Allocator;
pub use sys::arenas::limit_arenas;
pub use sys::large_blocks::return_large_blocks;
