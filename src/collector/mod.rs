//! Profiles of this process.
//!
//! What Go programs have in `runtime/pprof`, for Rust: CPU profiles by signals, and labels.
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
//! # What is allowed in a handler
//!
//! A signal handler or an allocator hook of this room may: read and write atomics; read the thread's own slot; read what
//! is published to it under a flag; read words of its own stack; and call `gettid`, `prctl`, `rt_sigprocmask` and
//! `clock_gettime`. It
//! must not allocate, lock, wait, panic, format, or look up names. What it must not do it cannot: it is given
//! a `ring::Entry`, which only appends; a `RuleCache` and a `ModuleMap`, which only look up; and a `StackMemory`, which
//! only reads. `errno` is put back by the entry in `sys::signal`.

mod cpu;
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
#[cfg(feature = "collector-symbols")]
mod symbols;
mod sys;

pub use cpu::{CpuProfiler, CpuSession, Engine, start_cpu_profile, stop_cpu_profile};
pub use labels::{LabelGuard, LabelSet, LabelText, Labeled, WithLabels, inherit_labels};
pub use registry::{Debug, Profile, ProfileEntry, lookup, profiles};
#[cfg(feature = "collector-symbols")]
pub use symbols::symbolize_here;
