//! Programs that do what they can to break a profiler while it profiles them, each in a process of its own.
//!
//! `cargo test --test stress` has each of them run for some seconds. `sh tests/stress/soak.sh 30` repeats them for half
//! an hour. Both print a table, and fail if a process ended by a signal or an error, hung, or left something behind.
#![allow(unsafe_code)]

macro_rules! linux {
    ($($item:item)*) => {$(
        #[cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
        $item
    )*};
}

linux! {
    mod coroutines;
    mod crowd;
    mod driver;
    mod findings;
    mod forks;
    mod heap_loads;
    mod heap_places;
    mod inner;
    mod odd_stacks;
    mod plugin_files;
    mod plugins;
    mod profiler;
    mod sessions;
    mod shortage;
    mod signals;
    mod work;
    mod workloads;

    #[global_allocator]
    static ALLOCATOR: rpprof::collector::Allocator<inner::Inner> = rpprof::collector::Allocator::new(inner::Inner);

    fn main() -> std::process::ExitCode {
        driver::main()
    }
}

#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
fn main() {
    println!("skipped: there is no recorder for this system");
}
