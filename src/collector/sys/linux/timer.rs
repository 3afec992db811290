//! The kernel's timers, which send SIGPROF.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use libc::{c_int, c_long, clockid_t};

/// What a timer measures, and who gets its signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The CPU time of a thread, signalled to that thread.
    ThreadCpu(i32),
    /// The CPU time of the process, signalled to a thread that runs.
    ProcessCpu,
    /// Time as it passes, signalled to a thread.
    Wall(i32),
}

/// A timer of the kernel; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Timer(c_int);

/// Returns the clock of a thread's CPU time, as the kernel encodes it.
fn thread_clock(thread: i32) -> clockid_t {
    const PER_THREAD_SCHEDULED: clockid_t = 4 | 2;
    (!thread << 3) | PER_THREAD_SCHEDULED
}

fn timespec(nanos: u64) -> libc::timespec {
    const SECOND: u64 = 1_000_000_000;
    // Below 10^9, and at most 2^64 / 10^9: both fit.
    libc::timespec { tv_sec: (nanos / SECOND).cast_signed(), tv_nsec: (nanos % SECOND).cast_signed() }
}

/// Returns the CPU time that this thread has taken, in nanoseconds; safe in a handler.
pub(crate) fn own_cpu_nanos() -> u64 {
    let mut time = timespec(0);
    // SAFETY: `time` has room for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// Returns the CPU time that a thread has taken; `None` if it is gone.
pub(crate) fn thread_cpu_time(thread: i32) -> Option<Duration> {
    let mut time = timespec(0);
    // SAFETY: `time` has room for the answer.
    let result = unsafe { libc::clock_gettime(thread_clock(thread), &raw mut time) };
    // Times are not negative, and nanoseconds are below 10^9.
    (result == 0).then(|| Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32))
}

impl Timer {
    /// Makes a timer that does not run yet, and gives `value` along with each signal.
    ///
    /// # Errors
    /// Those of `timer_create`: no such thread, or too many timers (they count as pending signals).
    pub(crate) fn new(clock: Clock, value: u64) -> io::Result<Self> {
        let (clock, notify, thread) = match clock {
            Clock::ThreadCpu(thread) => (thread_clock(thread), libc::SIGEV_THREAD_ID, thread),
            Clock::ProcessCpu => (libc::CLOCK_PROCESS_CPUTIME_ID, libc::SIGEV_SIGNAL, 0),
            Clock::Wall(thread) => (libc::CLOCK_MONOTONIC, libc::SIGEV_THREAD_ID, thread),
        };
        let event = MaybeUninit::<libc::sigevent>::zeroed();
        // SAFETY: the type is made of integers and a union of a pointer, for all of which zero is valid.
        let mut event = unsafe { event.assume_init() };
        event.sigev_notify = notify;
        event.sigev_signo = libc::SIGPROF;
        event.sigev_value.sival_ptr = ptr::without_provenance_mut(value as usize);
        event.sigev_notify_thread_id = thread;
        let mut id: c_int = 0;
        // SAFETY: the pointers are to a whole event and to the kernel's type of timer ids, an int. The C library's
        // function is not used: for some notifications it allocates and keeps a record of its own.
        let result =
            unsafe { libc::syscall(libc::SYS_timer_create, c_long::from(clock), &raw const event, &raw mut id) };
        if result == 0 { Ok(Self(id)) } else { Err(io::Error::last_os_error()) }
    }

    /// Lets the timer expire `first_nanos` from now and every `period_nanos` after that; 0 and 0 stop it.
    pub(crate) fn arm(&self, first_nanos: u64, period_nanos: u64) -> io::Result<()> {
        let times = libc::itimerspec { it_interval: timespec(period_nanos), it_value: timespec(first_nanos) };
        let no_old: *mut libc::itimerspec = ptr::null_mut();
        // SAFETY: the timer is ours, `times` is whole, and no old value is wanted.
        let result = unsafe {
            libc::syscall(libc::SYS_timer_settime, c_long::from(self.0), 0 as c_long, &raw const times, no_old)
        };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // SAFETY: the timer is ours, and nobody uses its id any more.
        unsafe { libc::syscall(libc::SYS_timer_delete, c_long::from(self.0)) };
    }
}
