//! What ELF says that the other formats do not have.

use object::Endianness;
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};

use super::Segment;

/// A file that is linked to run at one address.
pub(super) const EXECUTABLE: u16 = object::elf::ET_EXEC.0;
/// A file that runs anywhere.
pub(super) const SHARED: u16 = object::elf::ET_DYN.0;
/// A file that is still to be linked, such as a module of the kernel.
pub(super) const RELOCATABLE: u16 = object::elf::ET_REL.0;

/// Returns `e_type`.
pub(super) fn kind<Elf: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, Elf>) -> u16 {
    file.elf_header().e_type(file.endian()).0
}

/// Returns the loaded segments.
pub(super) fn segments<Elf: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, Elf>) -> Vec<Segment> {
    let endian = file.endian();
    let is_loaded = |header: &&Elf::ProgramHeader| header.p_type(endian) == object::elf::PT_LOAD;
    let segment = |header: &Elf::ProgramHeader| Segment {
        address: header.p_vaddr(endian).into(),
        size: header.p_memsz(endian).into(),
        file_offset: header.p_offset(endian).into(),
        file_size: header.p_filesz(endian).into(),
        align: header.p_align(endian).into(),
        is_executable: header.p_flags(endian).0 & object::elf::PF_X.0 != 0,
    };
    file.elf_program_headers().iter().filter(is_loaded).map(segment).collect()
}
