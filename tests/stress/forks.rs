//! Forks of all kinds, by a process with much memory that was written to.

use std::env;
use std::ffi::CString;
use std::hint::black_box;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;
use std::time::{Duration, Instant};

use crate::driver::SOAK;
use crate::findings::{Findings, Holdings};
use crate::profiler::profile_at;
use crate::work::{FAST, allocate, spin, watch_errno, with_crew};

/// Forks, has the child do `work`, and returns how long the call took in the parent, and the child's status.
fn fork(work: impl FnOnce() -> i32) -> (Duration, i32) {
    let start = Instant::now();
    // SAFETY: the child uses nothing that other threads may hold but what the C library and the profiler make whole.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let status = work();
        // SAFETY: ends the child without its parent's destructors.
        unsafe { libc::_exit(status) };
    }
    let took = start.elapsed();
    assert!(child > 0, "fork: {}", std::io::Error::last_os_error());
    (took, wait(child))
}

fn wait(child: libc::pid_t) -> i32 {
    let mut status = 0;
    loop {
        // SAFETY: the status has room.
        match unsafe { libc::waitpid(child, &raw mut status, 0) } {
            -1 => assert_eq!(std::io::Error::last_os_error().raw_os_error(), Some(libc::EINTR)),
            _ => return status,
        }
    }
}

/// Starts `true` by `vfork`, whose child borrows the memory of this process.
#[inline(never)]
fn vfork() -> i32 {
    let program = CString::new("/bin/true").expect("no zero in it");
    let arguments = [program.as_ptr(), ptr::null()];
    #[allow(deprecated, reason = "it is what old programs call")]
    // SAFETY: the child only calls execv or _exit, and this frame does not return before.
    let child = unsafe { libc::vfork() };
    if child == 0 {
        // SAFETY: the arguments are strings with an end; if there is no such program, the child ends.
        unsafe {
            libc::execv(program.as_ptr(), arguments.as_ptr());
            libc::_exit(0);
        }
    }
    assert!(child > 0);
    wait(child)
}

/// A session of a child; if it cannot be ended, the child panics.
fn profile_itself() -> i32 {
    let session = profile_at(1000);
    let end = Instant::now() + Duration::from_millis(20);
    while Instant::now() < end {
        spin();
    }
    session.stop(&mut Findings::default());
    0
}

/// Ends this program and begins another one in its place, with a session under way.
fn become_another() -> i32 {
    let _session = profile_at(FAST);
    (0..1000).for_each(|_| spin());
    drop(Command::new("true").exec());
    2
}

fn percentile_99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// All ways to make a process, over and over.
fn round(times: &mut Vec<Duration>, findings: &mut Findings) {
    for _ in 0..4 {
        let (took, status) = fork(|| 0);
        assert_eq!(status, 0, "a child that does nothing: {status:#x}");
        times.push(took);
    }
    let status = fork(profile_itself).1;
    assert_eq!(status, 0, "a child that profiles itself: {status:#x}");
    let status = fork(become_another).1;
    assert_eq!(status, 0, "a child that becomes another program: {status:#x}");
    let status = vfork();
    assert_eq!(status, 0, "a child by vfork: {status:#x}");
    assert!(Command::new("true").status().expect("it starts").success());
    let mut by_fork = Command::new("true");
    // SAFETY: it does nothing; with it there must be a real fork.
    unsafe { by_fork.pre_exec(|| Ok(())) };
    assert!(by_fork.status().expect("it starts").success());
    findings.add("children", 9);
}

/// Children of all kinds, while other threads compute and allocate; and how long a fork takes with and without.
pub(crate) fn forks(time: Duration, findings: &mut Findings) {
    let size = if env::var_os(SOAK).is_some() { 1 << 30 } else { 200 << 20 };
    let heap = black_box(vec![7_u8; size]);
    let (mut bare, mut profiled) = (Vec::new(), Vec::new());
    drop(profile_at(FAST));
    round(&mut bare, findings);
    let holdings = Holdings::now();
    let end = Instant::now() + time;
    with_crew(time, |crew| {
        crew.add(1, spin);
        crew.add(1, allocate);
        crew.add(1, watch_errno);
        while Instant::now() < end {
            round(&mut bare, findings);
            let session = profile_at(FAST);
            round(&mut profiled, findings);
            session.stop(findings);
        }
    });
    holdings.add_leaks(32 << 10, findings);
    findings.add("fork_p99_us_bare", percentile_99(&mut bare).as_micros() as u64);
    findings.add("fork_p99_us_profiled", percentile_99(&mut profiled).as_micros() as u64);
    drop(heap);
}
