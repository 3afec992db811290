//! The loaded object that some code is of, found without a lock.

use std::arch::asm;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

use libc::{Elf64_Ehdr, Elf64_Phdr, c_int};

use super::loader;

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
    /// The address of its `.eh_frame_hdr`; 0 if it has none.
    unwind_header: u64,
    /// Whether the C library does not find objects.
    is_unaided: bool,
    /// It is of this thread's stack.
    this_thread: PhantomData<*const ()>,
}

/// An object that is never unloaded, once it is noted: where it is, its last word written last; all are 0 before.
struct Permanent {
    start: AtomicU64,
    unwind_header: AtomicU64,
    end: AtomicU64,
}

impl Permanent {
    const fn none() -> Self {
        Self { start: AtomicU64::new(0), unwind_header: AtomicU64::new(0), end: AtomicU64::new(0) }
    }

    /// Notes the object with these program headers, whose bias is the first that `bias_of` gives.
    fn note(&self, headers: &[Elf64_Phdr], bias_of: impl Fn(&Elf64_Phdr) -> Option<u64>) -> Option<()> {
        let bias = headers.iter().find_map(bias_of)?;
        let loaded = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let start = loaded().map(|header| header.p_vaddr).min()?;
        let end = loaded().map(|header| header.p_vaddr + header.p_memsz).max()?;
        let unwinding = headers.iter().find(|header| header.p_type == libc::PT_GNU_EH_FRAME);
        self.start.store(start.wrapping_add(bias), Ordering::Relaxed);
        let unwind_header = unwinding.map_or(0, |header| header.p_vaddr.wrapping_add(bias));
        self.unwind_header.store(unwind_header, Ordering::Relaxed);
        self.end.store(end.wrapping_add(bias), Ordering::Release);
        Some(())
    }

    fn get(&self) -> Option<Object> {
        let end = self.end.load(Ordering::Acquire);
        (end != 0).then(|| Object {
            start: self.start.load(Ordering::Relaxed),
            end,
            unwind_header: self.unwind_header.load(Ordering::Relaxed),
            is_unaided: true,
            this_thread: PhantomData,
        })
    }
}

/// The object that this code is linked into.
static OWN: Permanent = Permanent::none();

/// The objects that came with the program, where the C library does not find objects.
static AT_START: [Permanent; 64] = [const { Permanent::none() }; 64];

/// Notes the objects that came with the program, if the C library does not find objects; before `main`.
pub(super) fn note_at_start() {
    // Miri runs this too, and knows no assembly.
    if cfg!(miri) || find_object().is_some() {
        return;
    }
    for (place, object) in AT_START.iter().zip(loader::permanent_objects()) {
        let (headers, count) = object.headers;
        // SAFETY: the loader says so, and the object stays.
        let headers = unsafe { std::slice::from_raw_parts(headers, count) };
        place.note(headers, |_| Some(object.bias));
    }
}

impl Object {
    /// Returns the object that has the instruction at `address`, which is to be of the running thread's call stack.
    ///
    /// Allowed in a handler: the C library promises so much of the function. Where it has no such function, as musl and
    /// glibc before 2.35, only objects are found that came with the program. `None` if there is no such object.
    #[inline]
    pub(crate) fn at(address: u64) -> Option<Self> {
        let Some(find_object) = find_object() else { return Self::permanent(address) };
        let mut found = MaybeUninit::<Found>::zeroed();
        let failed = find_object(ptr::without_provenance_mut(address as usize), found.as_mut_ptr());
        // SAFETY: zero is valid for all fields, whether or not the call filled them in.
        let found = unsafe { found.assume_init() };
        (failed == 0 && found.unwind_header != 0).then_some(Self {
            start: found.map_start as u64,
            end: found.map_end as u64,
            unwind_header: found.unwind_header as u64,
            is_unaided: false,
            this_thread: PhantomData,
        })
    }

    /// Returns the object that has the instruction at `address`, of those that are never unloaded.
    #[cold]
    fn permanent(address: u64) -> Option<Self> {
        let at_start = AT_START.iter().map_while(Permanent::get);
        Self::own().into_iter().chain(at_start).find(|object| object.has(address))
    }

    /// Returns the object that this code is linked into, by its program headers.
    fn own() -> Option<Self> {
        if OWN.get().is_none() {
            let file = ptr::with_exposed_provenance::<Elf64_Ehdr>(own_header());
            if file.is_null() {
                return None;
            }
            // SAFETY: the linker says that the header is there, in a segment that is mapped for reading.
            let header = unsafe { file.read() };
            let headers = file.wrapping_byte_add(header.e_phoff as usize).cast::<Elf64_Phdr>();
            // SAFETY: the program headers follow in the same segment, as many as the header says.
            let headers = unsafe { std::slice::from_raw_parts(headers, usize::from(header.e_phnum)) };
            let is_first = |header: &Elf64_Phdr| header.p_type == libc::PT_LOAD && header.p_offset == 0;
            OWN.note(headers, |header| is_first(header).then(|| (file.addr() as u64).wrapping_sub(header.p_vaddr)));
        }
        OWN.get()
    }

    /// Returns whether the C library finds objects; else those are found that came with the program.
    pub(crate) fn are_found() -> bool {
        find_object().is_some()
    }

    /// Returns whether the C library does not find objects, so that there may be more to know of this one.
    pub(crate) fn is_unaided(&self) -> bool {
        self.is_unaided
    }

    /// Returns whether the instruction at `address` is of this object.
    #[inline]
    pub(crate) fn has(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// Returns the address of the object's `.eh_frame_hdr`; 0 if it has none.
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
    fn objects_are_found_by_their_headers_as_by_the_c_library() {
        let address = objects_are_found_by_their_headers_as_by_the_c_library as *const () as u64;
        let own = Object::own().expect("the linker says where the program is");
        assert!(own.is_unaided() && own.has(address) && !own.has(own.start - 1) && !own.has(own.end));
        let objects = loader::permanent_objects();
        assert_eq!(objects.is_empty(), cfg!(target_feature = "crt-static"));
        for object in objects {
            let place = Permanent::none();
            // SAFETY: the loader says so, and the object stays.
            let headers = unsafe { std::slice::from_raw_parts(object.headers.0, object.headers.1) };
            place.note(headers, |_| Some(object.bias)).expect("it has code");
            let noted = place.get().expect("it was noted");
            if noted.has(address) {
                assert_eq!((own.start, own.end, own.unwind_header), (noted.start, noted.end, noted.unwind_header));
            }
            let code = headers.iter().find(|header| header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0);
            let code = code.expect("it has code").p_vaddr + object.bias;
            assert!(noted.has(code));
            if let Some(found) = Object::at(code).filter(|object| !object.is_unaided()) {
                assert_eq!((noted.start, noted.unwind_header), (found.start, found.unwind_header));
                // It counts whole pages, or does not.
                assert!(noted.end.abs_diff(found.end) < 1 << 16, "{:x} {:x}", noted.end, found.end);
            }
        }
    }
}
