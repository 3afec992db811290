//! Signals of others, among ours.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::findings::{Findings, Holdings};
use crate::odd_stacks::AlternateStack;
use crate::profiler::profile_at;
use crate::work::{FAST, allocate, panic_once, silence_panics, spin, spin_deep, watch_errno, with_crew};

/// Foreign SIGPROFs that came to their handler.
static FORWARDED: AtomicU64 = AtomicU64::new(0);
/// Those that a timer stands for with one signal.
static FORWARDED_OVERRUN: AtomicU64 = AtomicU64::new(0);
/// When the last of them came, in nanoseconds of the clock that never goes back.
static LAST_NANOS: AtomicU64 = AtomicU64::new(0);
/// Foreign SIGPROFs that were sent.
static SENT: AtomicU64 = AtomicU64::new(0);

fn raise(signal: c_int) {
    // SAFETY: the signal has a handler.
    unsafe { libc::raise(signal) };
}

/// The part of `siginfo_t` that timers fill in.
#[repr(C)]
struct TimerInfo {
    numbers: [c_int; 5],
    overrun: c_int,
    value: u64,
}

fn now_nanos() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` has room for the answer; the call is one that handlers may make.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

extern "C" fn on_foreign(_signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    assert!(!info.is_null() && !context.is_null());
    FORWARDED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the kernel passes a whole siginfo_t, and this is how it lays it out for timers.
    let timer = unsafe { &*info.cast::<TimerInfo>() };
    const SENT_BY_TIMER: c_int = -2;
    if timer.numbers[2] == SENT_BY_TIMER {
        LAST_NANOS.store(now_nanos(), Ordering::Relaxed);
        FORWARDED_OVERRUN.fetch_add(u64::from(timer.overrun.unsigned_abs()), Ordering::Relaxed);
    }
}

/// Computes on the alternate stack, and has the next signal come in there.
extern "C" fn on_usr1(_signal: c_int) {
    spin();
    raise(libc::SIGUSR2);
    spin();
}

/// Computes, and has a foreign SIGPROF come in two handlers deep.
extern "C" fn on_usr2(_signal: c_int) {
    spin();
    SENT.fetch_add(1, Ordering::Relaxed);
    raise(libc::SIGPROF);
}

static FAULTS: AtomicU64 = AtomicU64::new(0);
const PAGE: usize = 4096;

/// Makes the page accessible that somebody stumbled over, as programs do that map memory as they need it.
extern "C" fn on_fault(_signal: c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel passes a whole siginfo_t with an address.
    let address = unsafe { (*info).si_addr() };
    let page = address.map_addr(|address| address & !(PAGE - 1));
    // SAFETY: the only faults of this program are at its own page; at any other address the call fails or the fault
    // comes again, which the count of tries ends.
    let result = unsafe { libc::mprotect(page, PAGE, libc::PROT_READ | libc::PROT_WRITE) };
    FAULTS.fetch_add(1, Ordering::Relaxed);
    if result != 0 {
        // SAFETY: ends the process at once.
        unsafe { libc::abort() };
    }
}

type WithInfo = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

fn handle(signal: c_int, handler: usize, flags: c_int) {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: zero is valid for all its fields.
    let action = unsafe { action.assume_init_mut() };
    action.sa_sigaction = handler;
    action.sa_flags = flags | libc::SA_RESTART;
    // SAFETY: the action is complete, and the handlers of this file do what handlers may.
    assert_eq!(unsafe { libc::sigaction(signal, action, ptr::null_mut()) }, 0);
}

/// Touches a page that is inaccessible until the handler of the fault has run.
fn fault_once() {
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: asks for new addresses anywhere.
    let page = unsafe { libc::mmap(ptr::null_mut(), PAGE, libc::PROT_NONE, kind, -1, 0) };
    assert_ne!(page, libc::MAP_FAILED);
    // SAFETY: the page is ours; the fault makes it accessible, and the instruction is run again.
    unsafe { page.cast::<u8>().write_volatile(1) };
    // SAFETY: nobody uses the page any more.
    unsafe { libc::munmap(page, PAGE) };
}

/// Keeps all signals away for a while.
fn block_all() {
    let (mut all, mut old) = (std::mem::MaybeUninit::uninit(), std::mem::MaybeUninit::uninit());
    // SAFETY: both have room for a set, and the first one is full before it is used.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), old.as_mut_ptr());
    }
    (0..200).for_each(|_| spin());
    // SAFETY: the set is the one that the call above filled in.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, old.as_ptr(), ptr::null_mut()) };
}

/// SIGPROFs of others by the ten thousand, handlers in handlers on small stacks, faults, and threads that block all.
pub(crate) fn storm(time: Duration, findings: &mut Findings) {
    silence_panics();
    handle(libc::SIGPROF, on_foreign as WithInfo as usize, libc::SA_SIGINFO);
    handle(libc::SIGUSR1, on_usr1 as extern "C" fn(c_int) as usize, libc::SA_ONSTACK);
    handle(libc::SIGUSR2, on_usr2 as extern "C" fn(c_int) as usize, libc::SA_ONSTACK);
    handle(libc::SIGSEGV, on_fault as WithInfo as usize, libc::SA_SIGINFO | libc::SA_ONSTACK);
    let round = |time, findings: &mut Findings| {
        let session = profile_at(FAST);
        with_crew(time, |crew| {
            crew.add(2, || {
                for _ in 0..100 {
                    SENT.fetch_add(1, Ordering::Relaxed);
                    raise(libc::SIGPROF);
                }
            });
            // Room for our handler alone, and for three in each other.
            crew.add(1, || {
                let _stack = AlternateStack::new(8 << 10);
                (0..100).for_each(|_| spin_deep(10));
            });
            crew.add(2, || {
                let _stack = AlternateStack::new(32 << 10);
                for _ in 0..100 {
                    spin_deep(10);
                    raise(libc::SIGUSR1);
                }
            });
            crew.add(1, fault_once);
            crew.add(1, block_all);
            crew.add(1, panic_once);
            crew.add(1, allocate);
            crew.add(1, watch_errno);
        });
        session.stop(findings);
    };
    round(time / 4, findings);
    let holdings = Holdings::now();
    round(time / 4 * 3, findings);
    holdings.add_leaks(16 << 10, findings);
    let samples = findings.get("samples");
    let (sent, forwarded) = (SENT.load(Ordering::Relaxed), FORWARDED.load(Ordering::Relaxed));
    findings.add("foreign_sent", sent);
    findings.add("foreign_forwarded", forwarded);
    findings.add("faults", FAULTS.load(Ordering::Relaxed));
    // The kernel drops a signal that finds one of its kind pending: one of ours, for all others are taken at once.
    assert!((sent.saturating_sub(samples)..=sent).contains(&forwarded), "{forwarded} of {sent}, {samples} of ours");
    // Had they been counted, there would be far more than 10,000 in a second of each processor.
    let possible = (time.as_secs() + 2) * u64::from(FAST) * processors();
    assert!(samples < possible * 2, "{samples} samples of {possible} that there can be");
    // The handler stays when the session has ended.
    raise(libc::SIGPROF);
    assert_eq!(FORWARDED.load(Ordering::Relaxed), forwarded + 1);
}

fn processors() -> u64 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u64)
}

/// A timer of somebody else's that sends SIGPROF 50,000 times a second; none of it may be lost, and none counted.
pub(crate) fn foreign_timer(time: Duration, findings: &mut Findings) {
    const PERIOD_NANOS: u64 = 20_000;
    handle(libc::SIGPROF, on_foreign as WithInfo as usize, libc::SA_SIGINFO);
    let session = profile_at(1000);
    let event = std::mem::MaybeUninit::<libc::sigevent>::zeroed();
    // SAFETY: zero is valid for all its fields.
    let mut event = unsafe { event.assume_init() };
    event.sigev_notify = libc::SIGEV_THREAD_ID;
    event.sigev_signo = libc::SIGPROF;
    // SAFETY: the call has no arguments.
    event.sigev_notify_thread_id = unsafe { libc::gettid() };
    let mut timer: libc::timer_t = ptr::null_mut();
    // SAFETY: the event is whole, and the id has room.
    assert_eq!(unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) }, 0);
    let period = libc::timespec { tv_sec: 0, tv_nsec: PERIOD_NANOS.cast_signed() };
    let times = libc::itimerspec { it_interval: period, it_value: period };
    let (start, start_nanos) = (Instant::now(), now_nanos());
    // SAFETY: the timer is ours, and the times are whole.
    assert_eq!(unsafe { libc::timer_settime(timer, 0, &raw const times, ptr::null_mut()) }, 0);
    while start.elapsed() < time || FORWARDED.load(Ordering::Relaxed) <= 100 {
        watch_errno();
    }
    // SAFETY: the timer is ours.
    unsafe { libc::timer_delete(timer) };
    // What expired between the last signal and the end of the timer is in no signal: the processor may have been away.
    let expirations = LAST_NANOS.load(Ordering::Relaxed).saturating_sub(start_nanos) / PERIOD_NANOS;
    session.stop(findings);
    let signals = FORWARDED.load(Ordering::Relaxed);
    let seen = signals + FORWARDED_OVERRUN.load(Ordering::Relaxed);
    findings.add("foreign_expirations", expirations);
    findings.add("foreign_forwarded", seen);
    assert!(signals > 100 && seen <= expirations + 1, "{seen} of {expirations}");
    assert!(seen * 10 >= expirations * 8, "{seen} of {expirations} expirations came to their handler");
    // 50,000 a second at a period of 1 ms would be 50 times the time that went by.
    let possible = (start.elapsed().as_millis() as u64 + 1000) * 2;
    assert!(findings.get("samples") < possible, "{} samples in {possible} ms", findings.get("samples"));
}
