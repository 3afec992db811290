//! The thread's own words, reachable from a signal handler.
//!
//! `thread_local!` will not do: in a library that is loaded at run time, its first use in a thread may allocate. This
//! slot is in the initial-exec model, so its address is the thread pointer plus a constant, and it is all zero when a
//! thread begins. It has no destructor, so it works until the thread's last instruction.

use std::arch::{asm, global_asm};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64};

/// What the collector knows of the running thread; all words are 0 at its start.
#[repr(C, align(64))]
pub(crate) struct ThreadSlot {
    /// The label set in force, and whether it is borrowed; 0 is the empty set.
    pub(crate) labels: AtomicU32,
    /// The thread's record: its index plus 1, or 0 as long as it has none.
    pub(crate) record: AtomicU32,
    /// Not 0 while a foreign signal handler runs on behalf of ours.
    pub(crate) chaining: AtomicU32,
    /// What the allocator's hook knows; in the same cache line.
    pub(crate) heap: HeapWords,
    /// The bucket that the last sample of the heap was of; 0 for none.
    pub(crate) heap_bucket: AtomicU32,
    /// The thread's number among those that heap samples tell of; 0 as long as it has none.
    pub(crate) heap_thread: AtomicU32,
    reserved: [AtomicU32; 14],
}

/// What the allocator's hook knows of the running thread.
#[repr(C)]
pub(crate) struct HeapWords {
    /// How many bytes are to be allocated before the next decision; negative when it is due.
    pub(crate) bytes_left: AtomicI64,
    /// The sampling rate that `bytes_left` was drawn with; 0 if nothing is to be sampled.
    pub(crate) rate: AtomicU64,
    /// The state of the random numbers; 0 as long as nothing was drawn.
    pub(crate) random: AtomicU64,
    /// Not 0 while the hook or another walk of this thread's stack is at work.
    pub(crate) busy: AtomicU32,
    /// Not 0 if `bytes_left` ends before the interval that was drawn.
    pub(crate) is_capped: AtomicU32,
    /// What was found of the thread's stack.
    pub(crate) stack: [AtomicU64; 2],
}

const _: () = assert!(std::mem::offset_of!(ThreadSlot, heap) + size_of::<HeapWords>() == 64);

/// Where [`HeapWords::bytes_left`] is in a slot.
#[cfg(target_arch = "x86_64")]
const BYTES_LEFT: usize = std::mem::offset_of!(ThreadSlot, heap) + std::mem::offset_of!(HeapWords, bytes_left);

const _: () = assert!(size_of::<ThreadSlot>() == 128);

// The version is in the name, so that two versions of this crate can be linked into one program.
macro_rules! slot_name {
    () => {
        concat!("rpprof_", env!("CARGO_PKG_VERSION_MAJOR"), "_", env!("CARGO_PKG_VERSION_MINOR"), "_thread_slot")
    };
}

global_asm!(
    ".pushsection .tbss.rpprof_thread_slot,\"awT\",@nobits",
    concat!(".globl ", slot_name!()),
    concat!(".hidden ", slot_name!()),
    concat!(".type ", slot_name!(), ",@object"),
    concat!(".size ", slot_name!(), ",128"),
    ".p2align 6",
    concat!(slot_name!(), ":"),
    ".zero 128",
    ".popsection",
);

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn address() -> *const ThreadSlot {
    let address: *const ThreadSlot;
    // SAFETY: reads the slot's offset from the global offset table, and the thread pointer, which the ABI keeps at
    // fs:0; it changes nothing but the named register and the flags.
    unsafe {
        asm!(
            concat!("mov {address}, qword ptr [rip + ", slot_name!(), "@GOTTPOFF]"),
            "add {address}, qword ptr fs:[0]",
            address = out(reg) address,
            options(nostack, readonly),
        );
    }
    address
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn address() -> *const ThreadSlot {
    let address: *const ThreadSlot;
    // SAFETY: reads the thread pointer, and the slot's offset from the global offset table; it changes nothing but the
    // named registers.
    unsafe {
        asm!(
            concat!("adrp {address}, :gottprel:", slot_name!()),
            concat!("ldr {address}, [{address}, :gottprel_lo12:", slot_name!(), "]"),
            "mrs {thread}, tpidr_el0",
            "add {address}, {address}, {thread}",
            address = out(reg) address,
            thread = out(reg) _,
            options(nostack, readonly, preserves_flags),
        );
    }
    address
}

/// Counts `size` bytes down on the running thread; returns whether the countdown goes on, so that nothing is to be
/// decided.
///
/// It is what every allocation waits for, so it is a subtraction in place and a branch.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn spend(size: usize) -> bool {
    // SAFETY: reads the slot's offset, and changes a word of the slot, an atomic that no other thread has, in one
    // instruction; the scratch register and the flags are named.
    unsafe {
        asm!(
            concat!("mov {offset}, qword ptr [rip + ", slot_name!(), "@GOTTPOFF]"),
            "sub qword ptr fs:[{offset} + {bytes_left}], {size}",
            "js {ended}",
            offset = out(reg) _,
            size = in(reg) size,
            bytes_left = const BYTES_LEFT,
            ended = label { return false },
            options(nostack),
        );
    }
    true
}

/// Counts `size` bytes down on the running thread; returns whether the countdown goes on, so that nothing is to be
/// decided.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(crate) fn spend(size: usize) -> bool {
    with_slot(|slot| slot.heap.spend(size))
}

/// Calls `work` with the running thread's slot.
#[inline(always)]
pub(crate) fn with_slot<T>(work: impl FnOnce(&ThreadSlot) -> T) -> T {
    // SAFETY: the slot is 128 zeroed and aligned bytes of this thread's storage, which outlives `work`; all its fields
    // are atomics, so that it may be shared with a handler on the same thread.
    work(unsafe { &*address() })
}
