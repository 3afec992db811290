//! The id that tells one build of a binary from another.

use object::read::elf::{ElfFile, FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, Object as _};

/// Returns the build id of a file in hexadecimal digits; empty if it has none.
pub(super) fn build_id(file: &object::File<'_>) -> String {
    match file {
        object::File::Elf32(elf) => of_elf(elf),
        object::File::Elf64(elf) => of_elf(elf),
        _ => match (file.mach_uuid(), file.pdb_info()) {
            (Ok(Some(uuid)), _) => hexadecimal(&uuid),
            (_, Ok(Some(pdb))) => format!("{}{:x}", hexadecimal(&pdb.guid()), pdb.age()),
            _ => String::new(),
        },
    }
}

/// Looks through the notes of the segments, then through those of the sections, as pprof does.
fn of_elf<Elf: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, Elf>) -> String {
    let endian = file.endian();
    for header in file.elf_program_headers() {
        if let Ok(Some(mut notes)) = header.notes(endian, file.data())
            && let Some(id) = std::iter::from_fn(|| notes.next().ok().flatten()).find_map(|note| of_note(&note, endian))
        {
            return id;
        }
    }
    for header in file.elf_section_table().iter() {
        if let Ok(Some(mut notes)) = header.notes(endian, file.data())
            && let Some(id) = std::iter::from_fn(|| notes.next().ok().flatten()).find_map(|note| of_note(&note, endian))
        {
            return id;
        }
    }
    String::new()
}

fn of_note<Elf: FileHeader>(note: &object::read::elf::Note<'_, Elf>, endian: Elf::Endian) -> Option<String> {
    let is_build_id = note.name() == object::elf::ELF_NOTE_GNU && note.n_type(endian) == object::elf::NT_GNU_BUILD_ID;
    is_build_id.then(|| hexadecimal(note.desc()))
}

/// Returns bytes in lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
