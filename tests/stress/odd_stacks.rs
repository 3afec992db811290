//! Stacks that are small, and stacks that overflow.

use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::ptr;
use std::time::{Duration, Instant};

use crate::driver::{PATIENCE, command_for, wait};
use crate::findings::Findings;
use crate::profiler::profile_at;
use crate::work::{FAST, spin};

/// An alternate stack for signal handlers of this thread; dropping it puts the old one back.
pub(crate) struct AlternateStack {
    _memory: Vec<u8>,
    old: libc::stack_t,
}

impl AlternateStack {
    /// Makes a stack of `size` bytes, or of as many more as this processor's registers need.
    pub(crate) fn new(size: usize) -> Self {
        // SAFETY: the call only looks up a number.
        let least = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
        let mut memory = vec![0_u8; size.max(least + 4096)];
        let new = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
        let mut old = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };
        // SAFETY: the new stack lives until `drop`, and there is room for the old one.
        assert_eq!(unsafe { libc::sigaltstack(&raw const new, &raw mut old) }, 0);
        Self { _memory: memory, old }
    }
}

impl Drop for AlternateStack {
    fn drop(&mut self) {
        // SAFETY: the stack is the one that was there before, and no handler is running.
        assert_eq!(unsafe { libc::sigaltstack(&raw const self.old, ptr::null_mut()) }, 0);
    }
}

/// Programs that overflow the stack of a thread while they are profiled: they end as they do without a profiler.
pub(crate) fn overflows(time: Duration, findings: &mut Findings) {
    let end = Instant::now() + time;
    while Instant::now() < end || findings.get("overflows") < 3 {
        let mut child = command_for("overflow_once", 0).stderr(std::process::Stdio::null()).spawn().expect("it starts");
        let status = wait(&mut child, PATIENCE / 4);
        if status.is_none() {
            drop(child.kill());
        }
        // The standard library says so and aborts.
        assert_eq!(status.and_then(|status| status.signal()), Some(libc::SIGABRT), "{status:?}");
        findings.add("overflows", 1);
    }
}

#[inline(never)]
#[allow(unconditional_recursion, reason = "it is to overflow")]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    spin();
    black_box(descend(depth + 1)) + frame[3]
}

/// Overflows the stack of a thread, and so never returns.
pub(crate) fn overflow_once(_time: Duration, _findings: &mut Findings) {
    let _session = profile_at(FAST);
    std::thread::spawn(|| descend(0)).join().expect("it does not come back");
}
