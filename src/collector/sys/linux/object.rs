//! The loaded object that some code is of, found without a lock.

use std::arch::asm;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::ptr;

use libc::c_int;

/// What the C library fills in; the same on x86-64 and aarch64.
#[repr(C)]
struct Found {
    flags: u64,
    map_start: usize,
    map_end: usize,
    link_map: usize,
    unwind_header: usize,
    reserved: [u64; 7],
}

type FindObject = extern "C" fn(*mut c_void, *mut Found) -> c_int;

/// Returns the C library's `_dl_find_object`, which may be called anywhere.
///
/// Others and older ones do not have it: the reference is weak, in each object file that this is inlined into.
#[inline]
fn find_object() -> Option<FindObject> {
    let address: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads the function's address, or 0, from the global offset table, which the loader has filled in.
    unsafe {
        asm!(
            ".weak _dl_find_object", "mov {}, qword ptr [rip + _dl_find_object@GOTPCREL]",
            out(reg) address, options(nostack, readonly),
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads the function's address, or 0, from the global offset table, which the loader has filled in.
    unsafe {
        asm!(
            ".weak _dl_find_object", "adrp {address}, :got:_dl_find_object",
            "ldr {address}, [{address}, :got_lo12:_dl_find_object]",
            address = out(reg) address, options(nostack, readonly),
        );
    }
    if address == 0 {
        return None;
    }
    // SAFETY: a symbol of this name is the C library's function, of these arguments, since version 2.35.
    Some(unsafe { mem::transmute::<usize, FindObject>(address) })
}

/// An object with code that the running thread will return to, so that nobody may unload it meanwhile.
#[derive(Clone, Copy)]
pub(crate) struct Object {
    start: u64,
    end: u64,
    unwind_header: u64,
    /// It is of this thread's stack.
    this_thread: PhantomData<*const ()>,
}

impl Object {
    /// Returns the object that has the instruction at `address`, which is to be of the running thread's call stack.
    ///
    /// Allowed in a handler: the C library promises so much of the function. `None` if it has no such function, or no
    /// such object with unwind rules.
    #[inline]
    pub(crate) fn at(address: u64) -> Option<Self> {
        let find_object = find_object()?;
        let mut found = MaybeUninit::<Found>::zeroed();
        let failed = find_object(ptr::without_provenance_mut(address as usize), found.as_mut_ptr());
        // SAFETY: zero is valid for all fields, whether or not the call filled them in.
        let found = unsafe { found.assume_init() };
        (failed == 0 && found.unwind_header != 0).then_some(Self {
            start: found.map_start as u64,
            end: found.map_end as u64,
            unwind_header: found.unwind_header as u64,
            this_thread: PhantomData,
        })
    }

    /// Returns whether the instruction at `address` is of this object.
    #[inline]
    pub(crate) fn has(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// Returns the address of the object's `.eh_frame_hdr`.
    pub(crate) fn unwind_header(&self) -> u64 {
        self.unwind_header
    }

    /// Returns bytes of the object; `None` if they are not all inside.
    ///
    /// Only for its unwind sections, which are in one read-only segment.
    pub(crate) fn bytes(&self, address: u64, length: u64) -> Option<&[u8]> {
        if address < self.start || length > self.end.checked_sub(address)? {
            return None;
        }
        let start = ptr::with_exposed_provenance::<u8>(address as usize);
        // SAFETY: the bytes are inside the object, which stays loaded as long as the thread may return to it. They are
        // named by its unwind header, whose sections the loader mapped for reading, and which nobody writes.
        Some(unsafe { std::slice::from_raw_parts(start, length as usize) })
    }
}
