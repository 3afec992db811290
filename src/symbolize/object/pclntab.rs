//! The table of functions and lines that every Go program has, stripped or not (`pclntab`).

use std::borrow::Cow;

use object::{Object as _, ObjectSection};

use super::sections;
use crate::symbolize::names::Frame;

/// Go's table of functions, files and lines; that of Go 1.16 and later.
///
/// Its code addresses ascend. All offsets come from the file and are checked where they are used.
pub(super) struct LineTable<'d> {
    bytes: Cow<'d, [u8]>,
    version: Version,
    is_big_endian: bool,
    /// Addresses of code are multiples of it from the beginning of their function.
    quantum: u64,
    pointer_size: usize,
    function_count: usize,
    /// What the addresses of functions are added to.
    text_start: u64,
    names: usize,
    units: usize,
    files: usize,
    values: usize,
    functions: usize,
}

/// Longer names are none.
const MAX_TEXT: usize = 16 << 10;
/// How many times a value changes within a function at most.
const MAX_STEPS: usize = 1 << 20;

/// How the table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    Go116,
    Go118,
    Go120,
}

/// A record of a function: where it is in the table, and where its code begins.
#[derive(Clone, Copy)]
struct Function {
    record: usize,
    entry: u64,
}

impl<'d> LineTable<'d> {
    /// Finds the table of a file; `None` if it has none of a version that is known.
    pub(super) fn of(file: &object::File<'d>) -> Option<Self> {
        let names = [".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab"];
        let bytes = names.iter().map(|name| sections::bytes(file, name)).find(|bytes| !bytes.is_empty())?;
        let text = [".text", "__text"].iter().find_map(|name| file.section_by_name(name));
        Self::new(bytes, text.map_or(0, |section| section.address()))
    }

    fn new(bytes: Cow<'d, [u8]>, text_address: u64) -> Option<Self> {
        let header = bytes.get(..8)?;
        let magic = <[u8; 4]>::try_from(&header[..4]).ok()?;
        let version_of = |magic: u32| match magic {
            0xffff_fffa => Some(Version::Go116),
            0xffff_fff0 => Some(Version::Go118),
            0xffff_fff1 => Some(Version::Go120),
            _ => None,
        };
        let (little, big) = (version_of(u32::from_le_bytes(magic)), version_of(u32::from_be_bytes(magic)));
        let (version, is_big_endian) = (little.or(big)?, little.is_none());
        let (quantum, pointer_size) = (u64::from(header[6]), usize::from(header[7]));
        if header[4..6] != [0, 0] || !matches!(quantum, 1 | 2 | 4) || !matches!(pointer_size, 4 | 8) {
            return None;
        }
        let mut table = Self {
            bytes,
            version,
            is_big_endian,
            quantum,
            pointer_size,
            function_count: 0,
            text_start: 0,
            names: 0,
            units: 0,
            files: 0,
            values: 0,
            functions: 0,
        };
        table.function_count = usize::try_from(table.header_word(0)?).ok()?;
        let mut first = 2_usize;
        if version >= Version::Go118 {
            // Since Go 1.26 the word is zero, and in programs that may run anywhere the loader would fill it in.
            table.text_start = table.header_word(2).filter(|&start| start != 0).unwrap_or(text_address);
            first = 3;
        }
        let offset = |index: usize| usize::try_from(table.header_word(first + index)?).ok();
        let offsets = [offset(0)?, offset(1)?, offset(2)?, offset(3)?, offset(4)?];
        [table.names, table.units, table.files, table.values, table.functions] = offsets;
        Some(table)
    }

    /// Returns the function, file and line at an address.
    pub(super) fn find(&self, address: u64) -> Option<Frame<'_>> {
        let function = self.function_at(address)?;
        let name = self.text(self.names.checked_add(self.field(function, 1)? as usize)?)?;
        let line = self.value_at(self.field(function, 6)?, function.entry, address);
        let start_line = match self.version {
            Version::Go120 => self.field(function, 9),
            _ => None,
        };
        Some(Frame {
            name,
            file: self.file(function, address).unwrap_or_default(),
            line: line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0),
            column: 0,
            start_line: start_line.unwrap_or(0),
        })
    }

    /// Returns the functions in the order of their addresses: where each begins, its size in bytes with what fills the
    /// room behind it, and its name. Ends where the table is not whole.
    pub(super) fn functions(&self) -> impl Iterator<Item = (u64, u64, Cow<'_, str>)> {
        (0..self.function_count).map_while(|index| {
            let function = self.function(index)?;
            let name = self.text(self.names.checked_add(self.field(function, 1)? as usize)?)?;
            let end = self.entry(index + 1)?;
            Some((function.entry, end.checked_sub(function.entry)?, name))
        })
    }

    fn file(&self, function: Function, address: u64) -> Option<Cow<'_, str>> {
        let index = self.value_at(self.field(function, 5)?, function.entry, address)?;
        let row = (self.field(function, 8)? as usize).checked_add(usize::try_from(index).ok()?)?;
        let offset = self.u32_at(self.units.checked_add(row.checked_mul(4)?)?)?;
        if offset == u32::MAX {
            return None;
        }
        self.text(self.files.checked_add(offset as usize)?)
    }

    /// Returns the function whose code holds an address.
    fn function_at(&self, address: u64) -> Option<Function> {
        let (mut low, mut high) = (0, self.function_count);
        // One more address stands behind the last function: where its code ends.
        if address < self.entry(0)? || address >= self.entry(self.function_count)? {
            return None;
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if self.entry(middle)? <= address { low = middle } else { high = middle }
        }
        self.function(low)
    }

    /// Returns the function in a row.
    fn function(&self, index: usize) -> Option<Function> {
        let offset = self.word_at(self.row(index)?.checked_add(self.row_word())?, self.row_word())?;
        let record = self.functions.checked_add(usize::try_from(offset).ok()?)?;
        Some(Function { record, entry: self.entry(index)? })
    }

    /// Returns how large the two numbers of a row are.
    fn row_word(&self) -> usize {
        if self.version >= Version::Go118 { 4 } else { self.pointer_size }
    }

    fn row(&self, index: usize) -> Option<usize> {
        self.functions.checked_add(index.checked_mul(2 * self.row_word())?)
    }

    fn entry(&self, index: usize) -> Option<u64> {
        Some(self.word_at(self.row(index)?, self.row_word())?.wrapping_add(self.text_start))
    }

    /// Returns the `index`-th number of a function's record, counted from the second one as 1.
    fn field(&self, function: Function, index: usize) -> Option<u32> {
        let first = if self.version >= Version::Go118 { 4 } else { self.pointer_size };
        self.u32_at(function.record.checked_add(first + (index - 1) * 4)?)
    }

    /// Runs a table of values that hold up to an address each, and returns the one at `address`.
    fn value_at(&self, offset: u32, entry: u64, address: u64) -> Option<i32> {
        let mut bytes = self.bytes.get(self.values.checked_add(offset as usize)?..)?.iter();
        let (mut value, mut end) = (-1_i32, entry);
        let mut is_first = true;
        for _ in 0..MAX_STEPS {
            let step = varint(&mut bytes)?;
            if step == 0 && !is_first {
                return None;
            }
            is_first = false;
            // Zigzag: the lowest bit is the sign.
            let difference = if step & 1 != 0 { !(step >> 1) } else { step >> 1 };
            value = value.wrapping_add(difference.cast_signed());
            end = end.wrapping_add(u64::from(varint(&mut bytes)?) * self.quantum);
            if address < end {
                return Some(value);
            }
        }
        None
    }

    fn text(&self, start: usize) -> Option<Cow<'_, str>> {
        let bytes = self.bytes.get(start..)?;
        let bytes = &bytes[..bytes.len().min(MAX_TEXT)];
        let end = bytes.iter().position(|&byte| byte == 0)?;
        Some(String::from_utf8_lossy(&bytes[..end]))
    }

    fn header_word(&self, index: usize) -> Option<u64> {
        self.word_at(8 + index * self.pointer_size, self.pointer_size)
    }

    fn word_at(&self, at: usize, size: usize) -> Option<u64> {
        if size == 4 {
            return self.u32_at(at).map(u64::from);
        }
        let bytes = self.bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

/// Reads a number of seven bits a byte, lowest ones first.
fn varint<'b>(bytes: &mut impl Iterator<Item = &'b u8>) -> Option<u32> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let byte = *bytes.next()?;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
