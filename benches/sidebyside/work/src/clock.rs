//! CPU time: of the process, of a thread, of another thread.

use std::fs;
use std::time::Duration;

fn clock(id: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` has room for the answer.
    unsafe { libc::clock_gettime(id, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Returns the CPU time of the running thread.
pub fn thread_cpu() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Returns the CPU time of the process, as `getrusage` has it.
pub fn process_cpu() -> Duration {
    // SAFETY: the type is made of integers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` has room for the answer.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    let duration = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    duration(usage.ru_utime) + duration(usage.ru_stime)
}

/// Returns the CPU time of this process's threads with a name, its first one left out: that has the program's name.
pub fn cpu_of_threads(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let named = tasks.filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name));
    let ids = named.filter_map(|task| task.file_name().to_str()?.parse().ok());
    let first = i32::try_from(std::process::id()).ok();
    // The kernel's encoding of a thread's clock.
    ids.filter(|&id: &i32| Some(id) != first).map(|id| clock(!id << 3 | 6)).sum()
}

/// Computes for `time` of the running thread's CPU time.
#[inline(never)]
pub fn burn(time: Duration) {
    let start = thread_cpu();
    let mut number = 0_u64;
    while thread_cpu() - start < time {
        // Asking for the time is a system call.
        for _ in 0..200_000 {
            number = std::hint::black_box(number.wrapping_mul(31) + 1);
        }
    }
}
