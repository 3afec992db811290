//! What is loaded into this process, for framehop and the collector to unwind with.

use std::ffi::c_void;

use crate::collector::recorder::modules::Modules;
use framehop::{ExplicitModuleSectionInfo, Module, MustNotAllocateDuringUnwind, Unwinder};

/// An unwinder that may be used in a handler, as the collector's is.
pub(crate) type FramehopUnwinder = framehop::UnwinderNative<&'static [u8], MustNotAllocateDuringUnwind>;

/// Makes the collector's tables of what is loaded.
pub(crate) fn read_ours() {
    let mut modules = Modules::default();
    let look = modules.look(|| {}).expect("the process can read its maps");
    modules.note(look);
}

/// Makes framehop's list of what is loaded.
pub(crate) fn unwinder() -> FramehopUnwinder {
    unsafe extern "C" fn add(info: *mut libc::dl_phdr_info, _size: usize, unwinder: *mut c_void) -> i32 {
        // SAFETY: the loader passes a record, and nothing is unloaded meanwhile.
        let info = unsafe { &*info };
        // SAFETY: this is the address of the unwinder below.
        let unwinder = unsafe { &mut *unwinder.cast::<FramehopUnwinder>() };
        // SAFETY: so says the record.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        let range = |header: &libc::Elf64_Phdr| header.p_vaddr..header.p_vaddr + header.p_memsz;
        let loads = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let (Some(first), Some(last), Some(text), Some(index)) = (
            loads().next(),
            loads().next_back(),
            loads().find(|header| header.p_flags & libc::PF_X != 0),
            headers.iter().find(|header| header.p_type == libc::PT_GNU_EH_FRAME),
        ) else {
            return 0;
        };
        let memory = |start: u64, end: u64| {
            let start_address = (info.dlpi_addr + start) as usize;
            // SAFETY: the sections are in a segment that stays loaded.
            unsafe { std::slice::from_raw_parts(start_address as *const u8, (end - start) as usize) }
        };
        let index_range = range(index);
        let to_section = memory(index_range.start + 4, index_range.start + 8).try_into().expect("four bytes");
        let start = index_range.start.wrapping_add_signed((i32::from_le_bytes(to_section) + 4).into());
        let end = loads().map(range).find(|segment| segment.contains(&start)).expect("it is in a segment").end;
        let base = info.dlpi_addr + (first.p_vaddr & !0xfff);
        let sections = ExplicitModuleSectionInfo {
            base_svma: base - info.dlpi_addr,
            text_svma: Some(range(text)),
            eh_frame_svma: Some(start..end),
            eh_frame: Some(memory(start, end)),
            eh_frame_hdr_svma: Some(index_range.clone()),
            eh_frame_hdr: Some(memory(index_range.start, index_range.end)),
            ..Default::default()
        };
        unwinder.add_module(Module::new(String::new(), base..info.dlpi_addr + range(last).end, base, sections));
        0
    }
    let mut unwinder = FramehopUnwinder::new();
    // SAFETY: the callback fits its argument.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut unwinder).cast()) };
    unwinder
}
