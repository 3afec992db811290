//! SIGPROF: the one handler, what it was told, and whoever had the signal before.
//!
//! The handler is installed once and stays: SIGPROF's default action ends the process, and a signal may still be under
//! way when the last session ends. Signals that are not ours go to the handler that was there before.

use std::io;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use libc::{c_int, c_long, c_void, siginfo_t, ucontext_t};

use super::registers::{self, Registers};
use super::tls;

/// What the handler learns of a signal.
pub(crate) struct Interrupt<'c> {
    /// Who sent it: `SI_TIMER`, `POLL_IN`…
    pub(crate) code: c_int,
    /// What the sender gave along; only of timers.
    pub(crate) value: u64,
    /// How many more expirations of the timer this signal stands for.
    pub(crate) overrun: u32,
    /// The file descriptor that is ready; only of `POLL_IN` and `POLL_HUP`.
    pub(crate) descriptor: c_int,
    /// Where the thread was.
    pub(crate) registers: Registers,
    context: &'c ucontext_t,
}

impl Interrupt<'_> {
    /// Returns how many bytes are left of the stack that signals are taken on; `u64::MAX` if that is the thread's own.
    #[inline]
    pub(crate) fn stack_left(&self) -> u64 {
        let stack = &self.context.uc_stack;
        let left = Registers::here().sp.wrapping_sub(stack.ss_sp.addr() as u64);
        if stack.ss_flags & libc::SS_DISABLE == 0 && left < stack.ss_size as u64 { left } else { u64::MAX }
    }

    /// Returns whether the thread waited in a system call when the signal came in, and did not compute.
    pub(crate) fn has_waited(&self) -> bool {
        registers::has_waited(self.context)
    }
}

/// Whose signal it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One of our timers or events sent it.
    Ours,
    /// Somebody else did; the handler that was there before gets it.
    Foreign,
}

type Handler = fn(&Interrupt<'_>) -> Verdict;

/// The [`Handler`]; 0 before the first installation.
static OURS: AtomicUsize = AtomicUsize::new(0);
/// What `sigaction` returned as the handler that was there before.
static PREVIOUS: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
static PREVIOUS_FLAGS: AtomicI32 = AtomicI32::new(0);

/// Keeps `errno` as the interrupted code left it.
pub(crate) struct Errno(c_int);

fn errno() -> *mut c_int {
    // SAFETY: the function returns the address of the thread's errno and has no preconditions.
    unsafe { libc::__errno_location() }
}

impl Errno {
    pub(crate) fn save() -> Self {
        // SAFETY: errno's address is valid for the thread's whole life.
        Self(unsafe { *errno() })
    }
}

impl Drop for Errno {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { *errno() = self.0 };
    }
}

/// The part of `siginfo_t` that timers fill in; the C library's type does not show the overrun.
#[repr(C)]
struct TimerInfo {
    signal: c_int,
    error: c_int,
    code: c_int,
    padding: c_int,
    timer: c_int,
    overrun: c_int,
    value: u64,
}

/// The part of `siginfo_t` that file descriptors fill in.
#[repr(C)]
struct PollInfo {
    signal: c_int,
    error: c_int,
    code: c_int,
    padding: c_int,
    band: i64,
    descriptor: c_int,
}

const _: () = assert!(size_of::<TimerInfo>() <= size_of::<siginfo_t>());
const _: () = assert!(size_of::<PollInfo>() <= size_of::<siginfo_t>());
const _: () = assert!(align_of::<TimerInfo>() <= align_of::<siginfo_t>());

extern "C" fn on_sigprof(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let _errno = Errno::save();
    // SAFETY: the kernel passes a whole siginfo_t; TimerInfo is its layout on 64-bit Linux, and any bits are valid.
    let timer = unsafe { &*info.cast::<TimerInfo>() };
    // SAFETY: the same bytes as the kernel lays them out for file descriptors.
    let poll = unsafe { &*info.cast::<PollInfo>() };
    // SAFETY: with SA_SIGINFO the third argument is the interrupted thread's ucontext_t.
    let context_ref = unsafe { &*context.cast::<ucontext_t>() };
    let interrupt = Interrupt {
        code: timer.code,
        value: timer.value,
        overrun: u32::try_from(timer.overrun).unwrap_or(0),
        descriptor: poll.descriptor,
        registers: Registers::of(context_ref),
        context: context_ref,
    };
    let ours = OURS.load(Ordering::Acquire);
    if ours != 0 {
        // SAFETY: `install` stored a `Handler` there and nothing else ever does.
        let handler = unsafe { mem::transmute::<usize, Handler>(ours) };
        if handler(&interrupt) == Verdict::Ours {
            return;
        }
    }
    chain(signal, info, context);
}

/// Passes a signal on to the handler that was there before ours.
fn chain(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let previous = PREVIOUS.load(Ordering::Acquire);
    if previous == libc::SIG_DFL || previous == libc::SIG_IGN {
        return;
    }
    // A foreign handler that chains too may have been told of ours, and would call it for ever.
    if tls::with_slot(|slot| slot.chaining.swap(1, Ordering::Relaxed)) != 0 {
        return;
    }
    if PREVIOUS_FLAGS.load(Ordering::Relaxed) & libc::SA_SIGINFO != 0 {
        // SAFETY: the handler was registered with SA_SIGINFO, so it is a function of these three arguments.
        let handler = unsafe { mem::transmute::<usize, extern "C" fn(c_int, *mut siginfo_t, *mut c_void)>(previous) };
        handler(signal, info, context);
    } else {
        // SAFETY: the handler was registered without SA_SIGINFO, so it is a function of the signal's number.
        let handler = unsafe { mem::transmute::<usize, extern "C" fn(c_int)>(previous) };
        handler(signal);
    }
    tls::with_slot(|slot| slot.chaining.store(0, Ordering::Relaxed));
}

/// Makes `handler` the handler of SIGPROF, in front of the one that is there now.
///
/// It does nothing if ours is there already.
pub(crate) fn install(handler: Handler) -> io::Result<()> {
    OURS.store(handler as usize, Ordering::Release);
    let mut current = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null new action only asks; `current` has room for the answer.
    if unsafe { libc::sigaction(libc::SIGPROF, ptr::null(), current.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: zeroed is a valid sigaction, and the call filled it in.
    let current = unsafe { current.assume_init() };
    let entry = on_sigprof as extern "C" fn(c_int, *mut siginfo_t, *mut c_void) as usize;
    if current.sa_sigaction == entry {
        return Ok(());
    }
    PREVIOUS_FLAGS.store(current.sa_flags, Ordering::Relaxed);
    PREVIOUS.store(current.sa_sigaction, Ordering::Release);
    let mut action = current;
    action.sa_sigaction = entry;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
    // SAFETY: `sa_mask` is a valid place for a set. Nothing interrupts the handler: it is short.
    unsafe { libc::sigfillset(&raw mut action.sa_mask) };
    // SAFETY: the action is complete, and the handler is safe to run at any instruction: see `collector`.
    if unsafe { libc::sigaction(libc::SIGPROF, &raw const action, ptr::null_mut()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Sends SIGPROF to a thread of this process as one of our timers would, with `value`.
pub(crate) fn ask(thread: i32, value: u64) {
    const SENT_BY_TIMER: c_int = -2;
    #[repr(C)]
    struct Info(TimerInfo, [u8; REST_BYTES]);
    const REST_BYTES: usize = size_of::<siginfo_t>() - size_of::<TimerInfo>();
    let timer =
        TimerInfo { signal: libc::SIGPROF, error: 0, code: SENT_BY_TIMER, padding: 0, timer: 0, overrun: 0, value };
    let info = Info(timer, [0; REST_BYTES]);
    // SAFETY: the kernel copies the whole of a siginfo_t, which `info` is as large as. A thread that is gone is an error
    // that nobody needs to know of.
    unsafe {
        let process = c_long::from(libc::getpid());
        let signal = c_long::from(libc::SIGPROF);
        libc::syscall(libc::SYS_rt_tgsigqueueinfo, process, c_long::from(thread), signal, &raw const info);
    }
}

/// A signal mask to put back.
pub(crate) struct Mask(libc::sigset_t);

/// Keeps SIGPROF from this thread until the mask is put back.
pub(crate) fn block() -> Mask {
    let mut old = MaybeUninit::<libc::sigset_t>::zeroed();
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: `set` has room for a set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: `set` is a set now.
    unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGPROF) };
    // SAFETY: both point to sets of this frame.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), old.as_mut_ptr()) };
    // SAFETY: zeroed is a valid set, whether or not the call filled it in.
    Mask(unsafe { old.assume_init() })
}

/// Leaves this thread no signal but SIGPROF and those that its own mistakes raise: others are for other threads.
pub(crate) fn take_only_ours() {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: `set` has room for a set.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    for signal in [libc::SIGPROF, libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT] {
        // SAFETY: `set` is a set now.
        unsafe { libc::sigdelset(set.as_mut_ptr(), signal) };
    }
    // SAFETY: `set` is a set, and no old one is wanted.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), ptr::null_mut()) };
}

impl Mask {
    /// Puts the mask back that was in force before.
    pub(crate) fn restore(self) {
        // SAFETY: the set is the one that the system gave us.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, ptr::null_mut()) };
    }
}
