//! rpprof's stress workloads against pprof-rs, in the mode that it was built with.
//!
//! `cargo run --release --bin stress` has each of them run for some seconds, `-- --soak MINUTES` repeats them.

#[path = "../../../../../../tests/stress/coroutines.rs"]
mod coroutines;
#[path = "../../../../../../tests/stress/crowd.rs"]
mod crowd;
#[path = "../../../../../../tests/stress/driver.rs"]
mod driver;
#[path = "../../../../../../tests/stress/findings.rs"]
mod findings;
#[path = "../../../../../../tests/stress/forks.rs"]
mod forks;
#[path = "../../../../../../tests/stress/odd_stacks.rs"]
mod odd_stacks;
#[allow(dead_code, reason = "plugins have names and call back for the heap, too")]
#[path = "../../../../../../tests/stress/plugin_files.rs"]
mod plugin_files;
mod profiler;
#[path = "../../../../../../tests/stress/signals.rs"]
mod signals;
#[path = "../../../../../../tests/stress/work.rs"]
mod work;
mod workloads;

fn main() -> std::process::ExitCode {
    driver::main()
}
