//! The loaded object that some code is of, found without a lock.

use std::arch::asm;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

use libc::{Elf64_Ehdr, Elf64_Phdr, c_int};

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

/// Returns the address of the ELF header of the object that this code is linked into, or 0.
///
/// Linkers define the symbol; where they do not, the weak reference is 0.
#[inline]
fn own_header() -> usize {
    let address: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads the symbol's address, or 0, from the global offset table.
    unsafe {
        asm!(
            ".weak __ehdr_start", ".hidden __ehdr_start", "mov {}, qword ptr [rip + __ehdr_start@GOTPCREL]",
            out(reg) address, options(nostack, readonly),
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads the symbol's address, or 0, from the global offset table.
    unsafe {
        asm!(
            ".weak __ehdr_start", ".hidden __ehdr_start", "adrp {address}, :got:__ehdr_start",
            "ldr {address}, [{address}, :got_lo12:__ehdr_start]",
            address = out(reg) address, options(nostack, readonly),
        );
    }
    address
}

/// An object with code that the running thread will return to, so that nobody may unload it meanwhile.
#[derive(Clone, Copy)]
pub(crate) struct Object {
    start: u64,
    end: u64,
    unwind_header: u64,
    /// Whether other objects cannot be found.
    is_alone: bool,
    /// It is of this thread's stack.
    this_thread: PhantomData<*const ()>,
}

impl Object {
    /// Returns the object that has the instruction at `address`, which is to be of the running thread's call stack.
    ///
    /// Allowed in a handler: the C library promises so much of the function. Where it has no such function, as musl and
    /// glibc before 2.35, only the object with this very code is found: the program. `None` if there is no such object
    /// with unwind rules.
    #[inline]
    pub(crate) fn at(address: u64) -> Option<Self> {
        let Some(find_object) = find_object() else {
            return Self::own().filter(|object| object.has(address));
        };
        let mut found = MaybeUninit::<Found>::zeroed();
        let failed = find_object(ptr::without_provenance_mut(address as usize), found.as_mut_ptr());
        // SAFETY: zero is valid for all fields, whether or not the call filled them in.
        let found = unsafe { found.assume_init() };
        (failed == 0 && found.unwind_header != 0).then_some(Self {
            start: found.map_start as u64,
            end: found.map_end as u64,
            unwind_header: found.unwind_header as u64,
            is_alone: false,
            this_thread: PhantomData,
        })
    }

    /// Returns the object that this code is linked into, by its program headers.
    #[cold]
    fn own() -> Option<Self> {
        /// First address, one past the last one, and that of the unwind header, which is written last.
        static OWN: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
        let [start, end, unwind_header] = &OWN;
        if unwind_header.load(Ordering::Acquire) == 0 {
            let file = ptr::with_exposed_provenance::<Elf64_Ehdr>(own_header());
            if file.is_null() {
                return None;
            }
            // SAFETY: the linker says that the header is there, in a segment that is mapped for reading.
            let header = unsafe { file.read() };
            let headers = file.wrapping_byte_add(header.e_phoff as usize).cast::<Elf64_Phdr>();
            // SAFETY: the program headers follow in the same segment, as many as the header says.
            let headers = unsafe { std::slice::from_raw_parts(headers, usize::from(header.e_phnum)) };
            let loaded = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
            let first = loaded().find(|header| header.p_offset == 0)?;
            let bias = (file.addr() as u64).wrapping_sub(first.p_vaddr);
            let unwinding = headers.iter().find(|header| header.p_type == libc::PT_GNU_EH_FRAME)?;
            start.store(file.addr() as u64, Ordering::Relaxed);
            let ends = loaded().map(|header| header.p_vaddr + header.p_memsz);
            end.store(ends.max()?.wrapping_add(bias), Ordering::Relaxed);
            unwind_header.store(unwinding.p_vaddr.wrapping_add(bias), Ordering::Release);
        }
        Some(Self {
            start: start.load(Ordering::Relaxed),
            end: end.load(Ordering::Relaxed),
            unwind_header: unwind_header.load(Ordering::Acquire),
            is_alone: true,
            this_thread: PhantomData,
        })
    }

    /// Returns whether other objects cannot be found.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_alone
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "it asks the C library")]
    fn the_program_is_found_by_its_headers_as_by_the_c_library() {
        let address = the_program_is_found_by_its_headers_as_by_the_c_library as *const () as u64;
        let own = Object::own().expect("the linker says where the program is");
        assert!(own.is_alone() && own.has(address) && !own.has(own.start - 1) && !own.has(own.end));
        if let Some(found) = Object::at(address).filter(|object| !object.is_alone()) {
            assert_eq!((own.start, own.unwind_header), (found.start, found.unwind_header));
            // It counts whole pages, or does not.
            assert!(own.end.abs_diff(found.end) < 1 << 16, "{:x} {:x}", own.end, found.end);
        }
    }
}
