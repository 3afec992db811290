//! The objects of this process, as framehop wants them.

use std::ffi::{CStr, c_int, c_void};
use std::ops::Range;

use framehop::{ExplicitModuleSectionInfo, Module};

type Bytes = &'static [u8];

/// Returns the bytes of an object at `addresses`.
fn bytes(base: u64, addresses: &Range<u64>) -> Bytes {
    let start = (base + addresses.start) as *const u8;
    // SAFETY: the loader has mapped the segment that this is a part of, and nothing is unloaded here.
    unsafe { std::slice::from_raw_parts(start, (addresses.end - addresses.start) as usize) }
}

/// Returns where the unwind tables begin, which the header of the search table tells relative to itself.
fn start_of_tables(header: &Range<u64>, content: Bytes) -> Option<u64> {
    const SIGNED_32_BITS_FROM_HERE: u8 = 0x1b;
    let [_, SIGNED_32_BITS_FROM_HERE, _, _, a, b, c, d, ..] = *content else { return None };
    (header.start + 4).checked_add_signed(i64::from(i32::from_le_bytes([a, b, c, d])))
}

fn module(info: &libc::dl_phdr_info) -> Option<Module<Bytes>> {
    let base = info.dlpi_addr;
    // SAFETY: the loader passes the object's table of segments and its length.
    let segments = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
    let range = |segment: &libc::Elf64_Phdr| segment.p_vaddr..segment.p_vaddr + segment.p_memsz;
    let loaded = || segments.iter().filter(|segment| segment.p_type == libc::PT_LOAD);
    let text = range(loaded().find(|segment| segment.p_flags & libc::PF_X != 0)?);
    let header = range(segments.iter().find(|segment| segment.p_type == libc::PT_GNU_EH_FRAME)?);
    let tables_start = start_of_tables(&header, bytes(base, &header))?;
    let tables_end = loaded().map(range).find(|segment| segment.contains(&tables_start))?.end;
    let tables = tables_start..tables_end;
    // SAFETY: the loader passes a string, which is empty for the program itself.
    let name = unsafe { CStr::from_ptr(info.dlpi_name) }.to_string_lossy().into_owned();
    let all = loaded().map(range).reduce(|one, other| one.start.min(other.start)..one.end.max(other.end))?;
    let sections = ExplicitModuleSectionInfo {
        text: Some(bytes(base, &text)),
        text_svma: Some(text),
        eh_frame: Some(bytes(base, &tables)),
        eh_frame_svma: Some(tables),
        eh_frame_hdr: Some(bytes(base, &header)),
        eh_frame_hdr_svma: Some(header),
        ..Default::default()
    };
    Some(Module::new(name, base + all.start..base + all.end, base, sections))
}

extern "C" fn add(info: *mut libc::dl_phdr_info, _: usize, modules: *mut c_void) -> c_int {
    // SAFETY: the loader passes an object, and `all` its list.
    let (info, modules) = unsafe { (&*info, &mut *modules.cast::<Vec<Module<Bytes>>>()) };
    modules.extend(module(info));
    0
}

/// Returns all objects that have unwind tables.
pub(crate) fn all() -> Vec<Module<Bytes>> {
    let mut modules: Vec<Module<Bytes>> = Vec::new();
    // SAFETY: the callback takes a list of modules.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut modules).cast()) };
    modules
}
