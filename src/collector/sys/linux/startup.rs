//! Before `main` and after it, and signals that ask for something.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use libc::c_int;

use super::signal::Errno;

/// Runs before `main`, after the C library is ready.
#[used]
// SAFETY: the section is of pointers to functions, which the C library calls with arguments that this one ignores.
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = at_start;

extern "C" fn at_start() {
    super::process::note_start();
    super::object::note_at_start();
    crate::collector::recorder::dump::at_start();
}

/// What is to be called at exit; 0 for nothing.
static AT_EXIT: AtomicUsize = AtomicUsize::new(0);

extern "C" fn at_exit_called() {
    let work = AT_EXIT.load(Ordering::Acquire);
    if work != 0 {
        // SAFETY: `at_exit` stored a `fn()` there, and nothing else ever does.
        let work = unsafe { std::mem::transmute::<usize, fn()>(work) };
        work();
    }
}

/// Has `work` called when the program ends by itself: `main` returns, or somebody calls `exit`.
pub(crate) fn at_exit(work: fn()) {
    AT_EXIT.store(work as usize, Ordering::Release);
    // SAFETY: the function has no arguments and lives as long as the program.
    unsafe { libc::atexit(at_exit_called) };
}

/// The descriptor that the signal's handler writes to, and the process that is asked.
static WAKE: AtomicI32 = AtomicI32::new(-1);
static PROCESS: AtomicI32 = AtomicI32::new(0);

extern "C" fn on_signal(_signal: c_int) {
    let _errno = Errno::save();
    // SAFETY: the call has no arguments. A child of a fork shares the descriptor, but is not asked by it.
    if unsafe { libc::getpid() } == PROCESS.load(Ordering::Relaxed) {
        let one = 1_u64;
        // SAFETY: the eight bytes are this frame's; `write` is allowed in a handler, and the descriptor never blocks.
        unsafe { libc::write(WAKE.load(Ordering::Relaxed), ptr::from_ref(&one).cast(), size_of::<u64>()) };
    }
}

/// Waits for a signal; made by [`Signal::new`].
pub(crate) struct Signal(c_int);

impl Signal {
    /// Makes `signal` ask this process for something from now on; only once.
    ///
    /// # Errors
    /// Those of `eventfd` and `sigaction`: no more descriptors, or no such signal.
    pub(crate) fn new(signal: c_int) -> io::Result<Self> {
        // SAFETY: the call takes no memory.
        let wake = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC) };
        if wake < 0 {
            return Err(io::Error::last_os_error());
        }
        WAKE.store(wake, Ordering::Relaxed);
        PROCESS.store(std::process::id().cast_signed(), Ordering::Relaxed);
        let action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: zero is valid for all its fields.
        let mut action = unsafe { action.assume_init() };
        action.sa_sigaction = on_signal as extern "C" fn(c_int) as usize;
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        // SAFETY: the action is complete, and the handler does only what handlers may.
        if unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(wake))
    }

    /// Waits until the signal has come in again; several at once count as one.
    pub(crate) fn wait(&self) {
        let mut count = 0_u64;
        // SAFETY: there is room for the eight bytes; the descriptor is ours.
        unsafe { libc::read(self.0, ptr::from_mut(&mut count).cast(), size_of::<u64>()) };
    }
}
