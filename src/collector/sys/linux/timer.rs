//! The kernel's timers, which send SIGPROF.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;

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

/// Returns what a clock shows, in nanoseconds; `None` if it is of a thread that is gone. Safe in a handler.
fn nanos_of(clock: clockid_t) -> Option<u64> {
    let mut time = timespec(0);
    // SAFETY: `time` has room for the answer.
    let result = unsafe { libc::clock_gettime(clock, &raw mut time) };
    // Times are not negative.
    (result == 0).then(|| time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned())
}

/// Returns the CPU time that this thread has taken, in nanoseconds; safe in a handler.
pub(crate) fn own_cpu_nanos() -> u64 {
    nanos_of(libc::CLOCK_THREAD_CPUTIME_ID).unwrap_or(0)
}

/// Returns the CPU time that a thread has taken, in nanoseconds; `None` if it is gone.
pub(crate) fn thread_cpu_nanos(thread: i32) -> Option<u64> {
    nanos_of(thread_clock(thread))
}

/// Returns the CPU time that the process has taken, threads that are gone included, in nanoseconds.
pub(crate) fn process_cpu_nanos() -> u64 {
    nanos_of(libc::CLOCK_PROCESS_CPUTIME_ID).unwrap_or(0)
}

/// Returns the time between two ticks of the kernel, on which it looks at timers of CPU time.
pub(crate) fn tick_nanos() -> u64 {
    let mut time = timespec(0);
    // SAFETY: `time` has room for the answer. The coarse clock moves on the tick.
    unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC_COARSE, &raw mut time) };
    time.tv_nsec.cast_unsigned()
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

    /// Lets the timer expire `first_nanos` from now and every `period_nanos` after that.
    pub(crate) fn arm(&self, first_nanos: u64, period_nanos: u64) -> io::Result<()> {
        self.set(0, first_nanos, period_nanos)
    }

    /// Lets the timer expire when its clock shows `first_nanos`, and every `period_nanos` after that.
    pub(crate) fn arm_at(&self, first_nanos: u64, period_nanos: u64) -> io::Result<()> {
        self.set(libc::TIMER_ABSTIME, first_nanos, period_nanos)
    }

    fn set(&self, flags: c_int, first_nanos: u64, period_nanos: u64) -> io::Result<()> {
        let times = libc::itimerspec { it_interval: timespec(period_nanos), it_value: timespec(first_nanos) };
        let no_old: *mut libc::itimerspec = ptr::null_mut();
        // SAFETY: the timer is ours, `times` is whole, and no old value is wanted.
        let result = unsafe {
            libc::syscall(libc::SYS_timer_settime, c_long::from(self.0), c_long::from(flags), &raw const times, no_old)
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
