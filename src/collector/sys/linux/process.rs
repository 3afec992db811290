//! This thread, this process, and what happens when it forks.

use std::sync::Once;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// The process that the program was started in; 0 as long as nobody has noted it.
static FIRST: AtomicI32 = AtomicI32::new(0);

/// Notes the process; once, before `main`.
pub(super) fn note_start() {
    FIRST.store(std::process::id().cast_signed(), Ordering::Relaxed);
}

/// Returns whether this process is the child of a fork, in which threads that held locks may be missing.
pub(crate) fn is_forked() -> bool {
    let first = FIRST.load(Ordering::Relaxed);
    first != 0 && first != std::process::id().cast_signed()
}

/// Returns the running thread's id; safe in a handler.
pub(crate) fn thread_id() -> i32 {
    // SAFETY: the call has no arguments, and thread ids fit in an int.
    unsafe { libc::syscall(libc::SYS_gettid) as i32 }
}

/// Returns the running thread's name, padded with zeros; safe in a handler.
pub(crate) fn thread_name() -> [u64; 2] {
    let mut name = [0_u64; 2];
    // SAFETY: the kernel writes 16 bytes at most, the last one a zero; that is the size of the array.
    unsafe { libc::syscall(libc::SYS_prctl, libc::c_long::from(libc::PR_GET_NAME), name.as_mut_ptr()) };
    name
}

/// Returns whether the process has a thread with this id.
pub(crate) fn has_thread(thread: i32) -> bool {
    let no_signal: libc::c_long = 0;
    // SAFETY: signal 0 is never sent; the call only looks for the thread.
    let result = unsafe {
        libc::syscall(libc::SYS_tgkill, libc::c_long::from(libc::getpid()), libc::c_long::from(thread), no_signal)
    };
    result == 0
}

/// What to do around a fork, in the thread that forks.
pub(crate) struct ForkHooks {
    /// Before, in the parent.
    pub(crate) prepare: fn(),
    /// After, in the parent.
    pub(crate) parent: fn(),
    /// After, in the child.
    pub(crate) child: fn(),
}

static HOOKS: AtomicUsize = AtomicUsize::new(0);

fn hooks() -> &'static ForkHooks {
    // SAFETY: the handlers are registered after the reference was stored.
    unsafe { &*(HOOKS.load(Ordering::Acquire) as *const ForkHooks) }
}

extern "C" fn prepare() {
    (hooks().prepare)();
}

extern "C" fn parent() {
    (hooks().parent)();
}

extern "C" fn child() {
    super::published::forget_readers();
    (hooks().child)();
}

/// Has the hooks called around every fork from now on; later calls do nothing.
pub(crate) fn at_fork(hooks: &'static ForkHooks) {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        HOOKS.store(std::ptr::from_ref(hooks) as usize, Ordering::Release);
        // SAFETY: the three are functions of no arguments that live as long as the program. A failure means no memory;
        // then a child of a fork merely must not use the collector.
        unsafe { libc::pthread_atfork(Some(prepare), Some(parent), Some(child)) };
    });
}
