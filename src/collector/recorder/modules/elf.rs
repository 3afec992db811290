//! What an object in memory says of itself: its build id and where its unwind tables are.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use crate::collector::recorder::unwind::Cursor;

/// The memory of this process, read as a file: an address that is not mapped is an error and no fault.
pub(super) struct ProcessMemory(File);

/// No part of an object that we read is larger; 1 GiB.
const MAX_READ: u64 = 1 << 30;

impl ProcessMemory {
    /// Opens the memory.
    pub(super) fn open() -> Option<Self> {
        File::open("/proc/self/mem").ok().map(Self)
    }

    /// Opens a file in its place.
    #[cfg(test)]
    pub(super) fn of_file(path: &str) -> Option<Self> {
        File::open(path).ok().map(Self)
    }

    /// Reads up to `length` bytes from `address`, as many as are mapped.
    pub(super) fn read(&self, address: u64, length: u64) -> Vec<u8> {
        let mut bytes = vec![0; length.min(MAX_READ) as usize];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.0.read_at(&mut bytes[filled..], address + filled as u64) {
                Ok(0) | Err(_) => break,
                Ok(count) => filled += count,
            }
        }
        bytes.truncate(filled);
        bytes
    }
}

/// What the headers of an object say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Headers {
    /// What is added to the addresses in the file to get those in memory.
    pub(super) bias: u64,
    /// In hexadecimal digits; empty if there is none.
    pub(super) build_id: String,
    /// Address in memory and size of `.eh_frame_hdr`.
    pub(super) unwind_header: Option<(u64, u64)>,
    /// Addresses in memory of the loaded segments, each with its end.
    pub(super) segments: Vec<(u64, u64)>,
    /// The address in memory where the program begins, if it is one.
    pub(super) start: u64,
    /// The addresses in memory of those with code.
    pub(super) code: Vec<Range<u64>>,
}

mod segment {
    /// Of the flags.
    pub(super) const EXECUTABLE: u32 = 1;
    pub(super) const LOAD: u32 = 1;
    pub(super) const NOTE: u32 = 4;
    pub(super) const UNWIND_HEADER: u32 = 0x6474_e550;
}

/// Program headers: type, then flags, file offset, address, physical address, size in file, size in memory, alignment.
struct ProgramHeader {
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    size: u64,
}

fn program_headers(memory: &ProcessMemory, base: u64) -> Option<Vec<ProgramHeader>> {
    const HEADER_SIZE: u64 = 64;
    const ENTRY_SIZE: u16 = 56;
    let header = memory.read(base, HEADER_SIZE);
    let is_elf64 = header.starts_with(b"\x7fELF\x02\x01");
    let offset = Cursor::new(&header, 32).u64()?;
    let mut cursor = Cursor::new(&header, 54);
    let (entry_size, count) = (cursor.u16()?, cursor.u16()?);
    if !is_elf64 || entry_size != ENTRY_SIZE {
        return None;
    }
    let bytes = memory.read(base.checked_add(offset)?, u64::from(count) * u64::from(ENTRY_SIZE));
    let entry = |index: usize| {
        let mut cursor = Cursor::new(&bytes, index * usize::from(ENTRY_SIZE));
        let (kind, flags) = (cursor.u32()?, cursor.u32()?);
        let (offset, address) = (cursor.u64()?, cursor.u64()?);
        cursor.u64()?;
        cursor.u64()?;
        Some(ProgramHeader { kind, flags, offset, address, size: cursor.u64()? })
    };
    (0..usize::from(count)).map(entry).collect()
}

/// Returns the build id among the notes, in hexadecimal digits.
fn build_id(notes: &[u8]) -> Option<String> {
    const BUILD_ID: u32 = 3;
    let mut cursor = Cursor::new(notes, 0);
    while !cursor.is_at_end() {
        let (name_size, size, kind) = (cursor.u32()? as usize, cursor.u32()? as usize, cursor.u32()?);
        let name = cursor.take(name_size)?;
        cursor.take(name_size.wrapping_neg() & 3)?;
        let content = cursor.take(size)?;
        if kind == BUILD_ID && name == b"GNU\0" {
            return Some(content.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        cursor.take(size.wrapping_neg() & 3)?;
    }
    None
}

impl Headers {
    /// Reads the headers of the object whose file begins at `base` in memory.
    pub(super) fn read(memory: &ProcessMemory, base: u64) -> Option<Self> {
        const PAGE: u64 = 4096;
        let headers = program_headers(memory, base)?;
        let first = headers.iter().find(|header| header.kind == segment::LOAD)?;
        // The file's first byte, which is at `base`, lies `offset` before the first segment.
        let bias = base.wrapping_sub((first.address & !(PAGE - 1)).wrapping_sub(first.offset & !(PAGE - 1)));
        let start = Cursor::new(&memory.read(base, 32), 24).u64()?.wrapping_add(bias);
        let mut found = Self { bias, start, ..Self::default() };
        for header in &headers {
            let address = header.address.wrapping_add(bias);
            match header.kind {
                segment::LOAD => {
                    let end = address.saturating_add(header.size);
                    found.segments.push((address, end));
                    if header.flags & segment::EXECUTABLE != 0 {
                        found.code.push(address..end);
                    }
                }
                segment::UNWIND_HEADER => found.unwind_header = Some((address, header.size)),
                segment::NOTE if found.build_id.is_empty() => {
                    found.build_id = build_id(&memory.read(address, header.size)).unwrap_or_default();
                }
                _ => {}
            }
        }
        Some(found)
    }

    /// Returns the end of the segment that holds `address`.
    pub(super) fn segment_end(&self, address: u64) -> Option<u64> {
        self.segments.iter().find(|(start, end)| (*start..*end).contains(&address)).map(|&(_, end)| end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "it looks at its own process")]
    fn the_build_id_is_found_among_other_notes() {
        let mut notes = Vec::new();
        for (name, kind, content) in [(&b"GNU\0"[..], 1_u32, &[9_u8; 5][..]), (b"GNU\0", 3, &[0xab, 0x01, 0xff])] {
            notes.extend((name.len() as u32).to_le_bytes());
            notes.extend((content.len() as u32).to_le_bytes());
            notes.extend(kind.to_le_bytes());
            notes.extend(name);
            notes.extend(content);
            notes.resize(notes.len().next_multiple_of(4), 0);
        }
        assert_eq!(build_id(&notes).as_deref(), Some("ab01ff"));
        assert_eq!(build_id(&notes[..20]), None);
    }

    #[test]
    #[cfg_attr(miri, ignore = "it looks at its own process")]
    fn memory_that_is_not_mapped_reads_as_nothing() {
        let memory = ProcessMemory::open().expect("the process can read itself");
        assert!(memory.read(0, 16).is_empty());
        let text = *b"some bytes here";
        assert_eq!(memory.read(text.as_ptr() as u64, 4), b"some");
    }
}
