//! Reads `.eh_frame`: the compiler's own account of where each function keeps its caller.
//!
//! The format is that of the Linux Standard Base, a variant of DWARF's call frame information. Common entries (CIEs)
//! hold what entries for functions (FDEs) share; both have a program that says, address by address, how the rules
//! change (`program`). Whatever is not understood makes an unknown rule or is left out; it is never an error.

use std::collections::HashMap;

use super::bytes::Cursor;
use super::program::{Architecture, State, run};
use super::rule::Rule;

/// The bytes of a section, and where they are in the process.
#[derive(Clone, Copy)]
pub(crate) struct Section<'d> {
    pub(crate) bytes: &'d [u8],
    /// The address of the first byte.
    pub(crate) address: u64,
}

/// What the entries of many functions share.
#[derive(Clone, Copy)]
pub(super) struct Common<'d> {
    pub(super) code_align: u64,
    pub(super) data_align: i64,
    pub(super) return_register: u64,
    pointer_encoding: u8,
    has_augmentation: bool,
    is_signal: bool,
    program: &'d [u8],
}

/// How pointers are written; the low half is a size, the high half what they count from.
mod encoding {
    pub(super) const ABSOLUTE: u8 = 0x00;
    pub(super) const ULEB: u8 = 0x01;
    pub(super) const U16: u8 = 0x02;
    pub(super) const U32: u8 = 0x03;
    pub(super) const U64: u8 = 0x04;
    pub(super) const SLEB: u8 = 0x09;
    pub(super) const I16: u8 = 0x0a;
    pub(super) const I32: u8 = 0x0b;
    pub(super) const I64: u8 = 0x0c;
    pub(super) const FROM_HERE: u8 = 0x10;
    pub(super) const FROM_HEADER: u8 = 0x30;
    pub(super) const OMITTED: u8 = 0xff;
}

/// Reads a pointer; `header` is what pointers relative to data count from.
fn pointer(cursor: &mut Cursor<'_>, encoding: u8, section_address: u64, header: u64) -> Option<u64> {
    let here = section_address.wrapping_add(cursor.position() as u64);
    let value = match encoding & 0x0f {
        encoding::ABSOLUTE | encoding::U64 | encoding::I64 => cursor.u64()?,
        encoding::ULEB => cursor.uleb()?,
        encoding::U16 => u64::from(cursor.u16()?),
        encoding::U32 => u64::from(cursor.u32()?),
        encoding::SLEB => cursor.sleb()?.cast_unsigned(),
        encoding::I16 => i64::from(cursor.u16()?.cast_signed()).cast_unsigned(),
        encoding::I32 => i64::from(cursor.u32()?.cast_signed()).cast_unsigned(),
        _ => return None,
    };
    match encoding & 0x70 {
        0 => Some(value),
        encoding::FROM_HERE => Some(value.wrapping_add(here)),
        encoding::FROM_HEADER => Some(value.wrapping_add(header)),
        _ => None,
    }
}

/// Returns the address of `.eh_frame` that an `.eh_frame_hdr` names.
pub(crate) fn section_of_header(header: Section<'_>) -> Option<u64> {
    let mut cursor = Cursor::new(header.bytes, 0);
    let version = cursor.u8()?;
    let encoding = cursor.u8()?;
    cursor.take(2)?;
    if version != 1 || encoding == encoding::OMITTED {
        return None;
    }
    pointer(&mut cursor, encoding, header.address, header.address)
}

/// An entry: its body and where that lies, or the end of the list.
pub(super) enum Entry<'d> {
    Body { start: usize, body: &'d [u8] },
    End,
}

pub(super) fn entry<'d>(section: Section<'d>, cursor: &mut Cursor<'d>) -> Option<Entry<'d>> {
    let length = match cursor.u32()? {
        0 => return Some(Entry::End),
        u32::MAX => usize::try_from(cursor.u64()?).ok()?,
        length => length as usize,
    };
    let start = cursor.position();
    cursor.take(length)?;
    // The body is cut from the section with what stands before it, so that positions count from the section's start.
    Some(Entry::Body { start, body: &section.bytes[..start + length] })
}

pub(super) fn common(body: &[u8], start: usize, section_address: u64) -> Option<Common<'_>> {
    let mut cursor = Cursor::new(body, start);
    cursor.u32()?;
    let version = cursor.u8()?;
    if !matches!(version, 1 | 3) {
        return None;
    }
    let augmentation = cursor.text()?;
    let code_align = cursor.uleb()?;
    let data_align = cursor.sleb()?;
    let return_register = if version == 1 { u64::from(cursor.u8()?) } else { cursor.uleb()? };
    let has_augmentation = augmentation.first() == Some(&b'z');
    if !has_augmentation && !augmentation.is_empty() {
        return None;
    }
    let mut common = Common {
        code_align,
        data_align,
        return_register,
        pointer_encoding: encoding::ABSOLUTE,
        has_augmentation,
        is_signal: false,
        program: &[],
    };
    if has_augmentation {
        let length = usize::try_from(cursor.uleb()?).ok()?;
        let end = cursor.position().checked_add(length)?;
        for letter in &augmentation[1..] {
            match letter {
                b'R' => common.pointer_encoding = cursor.u8()?,
                b'L' => drop(cursor.u8()?),
                b'P' => {
                    let encoding = cursor.u8()?;
                    pointer(&mut cursor, encoding & 0x7f, section_address, 0)?;
                }
                b'S' => common.is_signal = true,
                // What follows an unknown letter has an unknown length, and is skipped as a whole.
                _ => break,
            }
        }
        cursor = Cursor::new(body, end);
    }
    common.program = body.get(cursor.position()..)?;
    Some(common)
}

/// Calls `sink` with the rule of each piece of code: from its first address to the one before `end`.
///
/// Pieces come function by function in the order of the section, and ascend within a function.
pub(crate) fn read(
    section: Section<'_>,
    header_address: u64,
    architecture: &Architecture,
    sink: &mut dyn FnMut(u64, u64, Rule),
) {
    let mut commons: HashMap<usize, Option<Common<'_>>> = HashMap::new();
    let mut cursor = Cursor::new(section.bytes, 0);
    while !cursor.is_at_end() {
        let Some(Entry::Body { start, body }) = entry(section, &mut cursor) else { return };
        let Some(distance) = Cursor::new(body, start).u32() else { return };
        if distance == 0 {
            continue; // A CIE: it is read when an FDE names it.
        }
        let Some(common_at) = start.checked_sub(distance as usize) else { continue };
        let shared = *commons.entry(common_at).or_insert_with(|| {
            let Some(Entry::Body { start, body }) = entry(section, &mut Cursor::new(section.bytes, common_at)) else {
                return None;
            };
            common(body, start, section.address)
        });
        if let Some(shared) = shared {
            function(section, header_address, architecture, &shared, body, start, sink);
        }
    }
}

/// Reads the entry of one function.
pub(super) fn function(
    section: Section<'_>,
    header_address: u64,
    architecture: &Architecture,
    common: &Common<'_>,
    body: &[u8],
    start: usize,
    sink: &mut dyn FnMut(u64, u64, Rule),
) -> Option<()> {
    let mut cursor = Cursor::new(body, start + 4);
    let first = pointer(&mut cursor, common.pointer_encoding & 0x7f, section.address, header_address)?;
    let size = pointer(&mut cursor, common.pointer_encoding & 0x0f, section.address, 0)?;
    let end = first.checked_add(size)?;
    if size == 0 {
        return None;
    }
    if common.has_augmentation {
        let length = usize::try_from(cursor.uleb()?).ok()?;
        cursor.take(length)?;
    }
    if common.is_signal {
        sink(first, end, Rule::SIGNAL);
        return Some(());
    }
    let program = body.get(cursor.position()..)?;
    let mut initial = State::new(architecture);
    run(common.program, common, architecture, &mut initial, None, 0, u64::MAX, &mut |_, _, _| {})?;
    let mut state = initial;
    run(program, common, architecture, &mut state, Some(&initial), first, end, sink)
}
