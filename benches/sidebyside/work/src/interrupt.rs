//! Handlers of signals: which one is installed, what it was told, and calls of it as if a signal had come in.

use std::ffi::{c_int, c_void};
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use libc::siginfo_t;

use crate::clock;

/// A handler with `SA_SIGINFO`.
pub type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// What a handler is told; the kernel's type, with room for what the C library's does not show.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub struct Told(pub [i32; 32]);

const _: () = assert!(size_of::<Told>() == size_of::<siginfo_t>());

impl Told {
    /// As a signal of nobody known.
    pub const NOTHING: Self = Self([0; 32]);
    const CODE: usize = 2;
    const TIMER: usize = 4;
    const OVERRUN: usize = 5;

    /// Returns a pointer as handlers take it.
    pub fn as_mut_ptr(&mut self) -> *mut siginfo_t {
        ptr::from_mut(self).cast()
    }
}

/// Returns what is installed for a signal.
pub fn installed(signal: c_int) -> libc::sigaction {
    let mut action = MaybeUninit::zeroed();
    // SAFETY: a null new action only asks, and there is room for the answer.
    unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed is valid, and the call filled it in.
    unsafe { action.assume_init() }
}

/// Installs an action for a signal.
pub fn install(signal: c_int, action: &libc::sigaction) {
    // SAFETY: the action is whole; what it calls is the caller's.
    let result = unsafe { libc::sigaction(signal, action, ptr::null_mut()) };
    assert_eq!(result, 0, "the system refuses a handler");
}

/// Makes the action that calls `handler` with all signals blocked, on the stack that it interrupted: pprof-rs's handler
/// needs more than the alternative stack that Rust's threads have.
fn action(handler: Handler) -> libc::sigaction {
    // SAFETY: the type is made of integers and an optional function.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
    // SAFETY: the mask is a place for a set.
    unsafe { libc::sigfillset(&raw mut action.sa_mask) };
    action
}

extern "C" fn nothing(_: c_int, _: *mut siginfo_t, _: *mut c_void) {}

/// Returns `action` with a handler that does nothing: what a signal costs by itself.
pub fn emptied(action: &libc::sigaction) -> libc::sigaction {
    libc::sigaction { sa_sigaction: nothing as Handler as usize, ..*action }
}

/// Returns the handler of a signal.
pub fn handler_of(signal: c_int) -> Handler {
    let action = installed(signal);
    assert!(action.sa_flags & libc::SA_SIGINFO != 0, "the profiler's handler takes three arguments");
    // SAFETY: with SA_SIGINFO it is a function of these three arguments.
    unsafe { mem::transmute::<usize, Handler>(action.sa_sigaction) }
}

/// The handler behind [`listen`].
static BEHIND: AtomicUsize = AtomicUsize::new(0);
/// What was told of the first timers, by their numbers, as pairs of words.
static HEARD: [[AtomicU64; 16]; 8] = [const { [const { AtomicU64::new(0) }; 16] }; 8];

extern "C" fn listen(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    const SENT_BY_TIMER: i32 = -2;
    // SAFETY: the kernel passes a whole siginfo_t, which is that long.
    let told = unsafe { *info.cast::<Told>() };
    if told.0[Told::CODE] == SENT_BY_TIMER {
        let place = &HEARD[told.0[Told::TIMER] as usize % HEARD.len()];
        for (word, pair) in place.iter().zip(told.0.chunks(2)) {
            word.store(u64::from(pair[0] as u32) | u64::from(pair[1] as u32) << 32, Ordering::Relaxed);
        }
    }
    // SAFETY: `hear` stored a handler.
    let behind = unsafe { mem::transmute::<usize, Handler>(BEHIND.load(Ordering::Relaxed)) };
    behind(signal, info, context);
}

/// Computes for `time`, and returns what the profiler's handler was told of each timer, as if none had overrun.
///
/// Profilers that mark their timers take no other signals.
pub fn hear(time: Duration) -> Vec<Told> {
    let theirs = installed(libc::SIGPROF);
    BEHIND.store(theirs.sa_sigaction, Ordering::Relaxed);
    install(libc::SIGPROF, &libc::sigaction { sa_sigaction: listen as Handler as usize, ..theirs });
    clock::burn(time);
    install(libc::SIGPROF, &theirs);
    let told = |place: &[AtomicU64; 16]| {
        let mut told = Told::NOTHING;
        for (pair, word) in told.0.chunks_mut(2).zip(place) {
            let word = word.load(Ordering::Relaxed);
            (pair[0], pair[1]) = (word as i32, (word >> 32) as i32);
        }
        told.0[Told::OVERRUN] = 0;
        told
    };
    HEARD.iter().map(told).filter(|told| told.0[Told::CODE] != 0).collect()
}

/// Sends this thread a signal along with `told`; it is handled when this returns.
pub fn raise(signal: c_int, told: &mut Told) {
    told.0[0] = signal;
    // SAFETY: a process may send itself any information; it is whole.
    let result = unsafe {
        libc::syscall(libc::SYS_rt_tgsigqueueinfo, libc::getpid(), libc::gettid(), signal, told.as_mut_ptr())
    };
    assert_eq!(result, 0, "the system refuses a signal");
}

type Work<'w> = &'w mut dyn FnMut(*mut c_void);

/// What [`interrupted`] is to call: a pointer to a [`Work`].
static WORK: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
static IS_BUSY: AtomicBool = AtomicBool::new(false);

extern "C" fn interrupted(_: c_int, _: *mut siginfo_t, context: *mut c_void) {
    let work = WORK.load(Ordering::Relaxed).cast::<Work<'_>>();
    // SAFETY: `in_handler` waits in its frame, which owns the work, until this returns.
    unsafe { (*work)(context) };
}

/// Calls `work` in a signal's handler, which interrupted this call, with the context that handlers get.
///
/// The signal comes in at a known place, so that `work` may do what it likes.
pub fn in_handler(work: Work<'_>) {
    assert!(!IS_BUSY.swap(true, Ordering::Relaxed), "one at a time");
    let mut work = work;
    WORK.store(ptr::from_mut(&mut work).cast(), Ordering::Relaxed);
    install(libc::SIGUSR1, &action(interrupted));
    // SAFETY: the signal has a handler.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), libc::SIGUSR1) };
    IS_BUSY.store(false, Ordering::Relaxed);
}
