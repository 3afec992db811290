//! From addresses in a process to those that a binary file gives to its code.

use object::{Object as _, ObjectSection, ObjectSymbol};

use super::{Format, Object, Segment, elf};
use crate::error::{Error, ErrorKind, Result};

/// What a mapping says of itself: where it lies in the process, and what of the file it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MappedRange {
    pub(crate) start: u64,
    /// One past the last address.
    pub(crate) limit: u64,
    pub(crate) file_offset: u64,
}

/// The rule for the addresses of one mapping; it follows pprof's `elfexec` case by case.
#[derive(Debug)]
pub(crate) struct AddressMap<'o> {
    object: &'o Object,
    range: MappedRange,
    /// Address of the symbol that kernels are relocated by.
    kernel_symbol: Option<u64>,
    /// Where the segment with the code is among the segments.
    text: Option<usize>,
    /// The segments that the mapping may show.
    fitting: Vec<&'o Segment>,
    /// What is to be subtracted from all addresses of the mapping, if that does not depend on the address.
    common_base: Option<u64>,
}

/// Addresses from here on are the kernel's.
const KERNEL_HALF: u64 = 1 << 63;
const PAGE: u64 = 4096;
/// Where 64-bit kernels of PowerPC have their pages.
const POWER_PC_PAGE_OFFSET: u64 = 0xc000_0000_0000_0000;

impl<'o> AddressMap<'o> {
    /// Makes the rule for a mapping of `object`.
    pub(crate) fn new(object: &'o Object, range: MappedRange) -> Self {
        let is_elf = matches!(object.format(), Format::Elf(_));
        let file = if is_elf { object.file().ok() } else { None };
        let text = file.as_ref().and_then(|file| text_segment(file, object.segments()));
        let is_aligned = [range.start, range.limit, range.file_offset].iter().all(|address| address % PAGE == 0);
        let may_be_kernel = object.path().to_string_lossy().contains("vmlinux") || !is_aligned;
        let kernel_symbol = file.filter(|_| may_be_kernel).and_then(|file| kernel_symbol(&file));
        let fitting = segments_for(object.segments(), range.file_offset, range.limit.saturating_sub(range.start));
        let mut map = Self { object, range, kernel_symbol, text, fitting, common_base: None };
        // An address only tells which of several segments it is of.
        map.common_base = if map.fitting.len() <= 1 { map.base(range.start).ok() } else { None };
        map
    }

    /// Returns the file's own address of `address`.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`] if the address is outside of the mapping, or the mapping does not fit the file.
    #[inline]
    pub(crate) fn object_address(&self, address: u64) -> Result<u64> {
        let base = match self.common_base {
            Some(base) if (self.range.start..self.range.limit).contains(&address) => base,
            _ => self.base(address)?,
        };
        Ok(address.wrapping_sub(base))
    }

    /// Returns what is to be subtracted from `address`.
    fn base(&self, address: u64) -> Result<u64> {
        let MappedRange { start, limit, .. } = self.range;
        match self.object.format() {
            Format::Elf(kind) => {
                if limit > start && !(start..limit).contains(&address) {
                    return Err(misfit(format!(
                        "the address {address:#x} is not in the mapping {start:#x}-{limit:#x}"
                    )));
                }
                if let Some(base) = self.base_by_debug_file() {
                    return Ok(base);
                }
                self.elf_base(kind, self.segment_of(address)?)
            }
            Format::MachO => {
                let text = self.object.segments().iter().find(|segment| segment.is_executable);
                let text = text.ok_or_else(|| misfit("the file has no segment with code".to_owned()))?;
                let base = start.checked_sub(text.address);
                base.ok_or_else(|| misfit("the code's own address is above the mapping".to_owned()))
            }
            Format::Pe(image_base) => Ok(if start > 0 { start.wrapping_sub(image_base) } else { 0 }),
        }
    }

    /// Returns the base if the file is debug information alone, which does not say where in the binary its segments are.
    ///
    /// pprof names nothing by such a file. But a mapping of all code is as large as the segment with the code, and one of
    /// a part begins in the file where it does in its own addresses, as most linkers lay out files.
    fn base_by_debug_file(&self) -> Option<u64> {
        let MappedRange { start, limit, file_offset } = self.range;
        let mut code = self.object.segments().iter().filter(|segment| segment.is_executable && segment.size > 0);
        let segment = code.next().filter(|segment| segment.file_size == 0)?;
        if code.next().is_some() || self.kernel_symbol.is_some() || start >= limit || limit >= KERNEL_HALF {
            return None;
        }
        let first_page = segment.address & !(PAGE - 1);
        let end = segment.address.checked_add(segment.size)?.checked_next_multiple_of(PAGE)?;
        if end - first_page == limit - start {
            return Some(start.wrapping_sub(first_page));
        }
        let lowest = self.object.segments().iter().map(|segment| segment.address).min()?;
        Some(start.wrapping_sub(file_offset).wrapping_sub(lowest))
    }

    /// Returns the segment that an address is of, if that matters.
    fn segment_of(&self, address: u64) -> Result<Option<&'o Segment>> {
        let MappedRange { start, limit, file_offset } = self.range;
        let segments = self.object.segments();
        if self.kernel_symbol.is_some() || start >= limit || limit >= KERNEL_HALF {
            return Ok(self.text.map(|index| &segments[index]));
        }
        if segments.is_empty() {
            return Ok(None);
        }
        match self.fitting.as_slice() {
            [] => Err(misfit(format!("no segment of the file is at the mapping's offset {file_offset:#x}"))),
            [only] => Ok(Some(only)),
            _ => {
                let offset = (address - start).wrapping_add(file_offset);
                let holds =
                    |segment: &&&Segment| offset.checked_sub(segment.file_offset).is_some_and(|at| at < segment.size);
                let mut holding = self.fitting.iter().filter(holds);
                match (holding.next(), holding.next()) {
                    (Some(only), None) => Ok(Some(only)),
                    (None, _) => Err(misfit(format!("no segment of the file holds the offset {offset:#x}"))),
                    _ => Err(misfit(format!("several segments of the file hold the offset {offset:#x}"))),
                }
            }
        }
    }

    fn elf_base(&self, kind: u16, segment: Option<&Segment>) -> Result<u64> {
        let MappedRange { start, limit, file_offset } = self.range;
        // Such a mapping stands for the whole address space: addresses are the file's own already.
        if start == 0 && file_offset == 0 && (limit == 0 || limit == u64::MAX) {
            return Ok(0);
        }
        // Where the first byte of the file would be, if all of it were mapped like this.
        let file_start = start.wrapping_sub(file_offset);
        let by_segment = |segment: &Segment| file_start.wrapping_add(segment.file_offset).wrapping_sub(segment.address);
        match (kind, segment) {
            (elf::EXECUTABLE, None) => Ok(0),
            (elf::EXECUTABLE, Some(segment)) => {
                if self.kernel_symbol.is_none() && start > 0 && start < KERNEL_HALF {
                    return Ok(by_segment(segment));
                }
                if let Some(base) = self.kernel_base(segment) {
                    return Ok(base);
                }
                if start == 0 && limit != 0 && self.kernel_symbol.is_none() {
                    return Ok(start.wrapping_sub(segment.address));
                }
                Err(misfit("the mapping is like none of a program or a kernel".to_owned()))
            }
            (elf::RELOCATABLE, _) if file_offset != 0 => {
                Err(misfit("a part of a relocatable file is mapped".to_owned()))
            }
            (elf::RELOCATABLE, _) => Ok(start),
            (elf::SHARED, None) => Ok(file_start),
            (elf::SHARED, Some(segment)) => Ok(self.kernel_base(segment).unwrap_or_else(|| by_segment(segment))),
            _ => Err(misfit(format!("files of the type {kind} are not loaded"))),
        }
    }

    /// Returns the base if the mapping looks like a kernel's.
    fn kernel_base(&self, segment: &Segment) -> Option<u64> {
        let MappedRange { start, limit, file_offset } = self.range;
        if segment.address == start.wrapping_sub(file_offset) {
            return Some(file_offset);
        }
        let by_symbol = self.kernel_symbol.map(|symbol| start.wrapping_sub(symbol));
        let is_at_symbol = self.kernel_symbol.is_some_and(|symbol| symbol % PAGE == start % PAGE);
        // Some systems show their kernel at address 0.
        if start == 0 && limit != 0 && by_symbol.is_some() {
            return by_symbol;
        }
        let is_whole = file_offset == 0 || file_offset == POWER_PC_PAGE_OFFSET || file_offset == start;
        if start >= KERNEL_HALF && limit > start && is_whole {
            return Some(by_symbol.filter(|_| is_at_symbol).unwrap_or_else(|| start.wrapping_sub(segment.address)));
        }
        by_symbol.filter(|_| start % PAGE != 0 && is_at_symbol)
    }
}

fn misfit(message: String) -> Error {
    Error::new(ErrorKind::Inconsistent, message)
}

/// Returns the segment that has the section `.text`.
fn text_segment(file: &object::File<'_>, segments: &[Segment]) -> Option<usize> {
    let address = file.section_by_name(".text")?.address();
    let holds = |segment: &Segment| {
        segment.is_executable && address.checked_sub(segment.address).is_some_and(|at| at < segment.size)
    };
    segments.iter().position(holds)
}

/// Returns the address of the symbol that kernels are relocated by.
fn kernel_symbol(file: &object::File<'_>) -> Option<u64> {
    file.symbols().find(|symbol| symbol.name_bytes() == Ok(b"_stext")).map(|symbol| symbol.address())
}

/// Returns the segments that a mapping of a part of the file may show.
fn segments_for(segments: &[Segment], map_offset: u64, map_size: u64) -> Vec<&Segment> {
    let map_end = map_offset.saturating_add(map_size);
    let fits = |segment: &&Segment| {
        let (start, end) = (segment.file_offset, segment.file_offset.saturating_add(segment.size));
        if segment.file_size == 0 || map_offset >= end || start >= map_end {
            return false;
        }
        // What begins before the page of the segment's first byte is of another segment.
        let before = segment.address & segment.align.wrapping_sub(1);
        if map_offset < start.saturating_sub(before) {
            return false;
        }
        // So is what has but the rest of a page of the segment, and at least a page behind its end.
        let is_rest = map_offset > start && end < map_offset.saturating_add(PAGE);
        !(is_rest && map_end >= end.saturating_add(PAGE))
    };
    segments.iter().filter(fits).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Addresses inside and outside of mappings of this program that show one segment, several, and none.
    #[test]
    fn a_common_base_is_that_of_each_address() {
        let program = std::env::current_exe().expect("a test has a path");
        let object = Object::open(&program).expect("a test can be read");
        let end = object.segments().iter().map(|segment| segment.file_offset + segment.size).max().unwrap_or(0);
        let code = object.segments().iter().find(|segment| segment.is_executable).expect("a test has code");
        let of_code = (code.file_offset / PAGE * PAGE, code.size.next_multiple_of(PAGE));
        let behind = (end.next_multiple_of(PAGE) + PAGE, PAGE);
        // Most linkers let a page end one segment and begin the next.
        let first_pages = object.segments().iter().map(|segment| (segment.file_offset / PAGE * PAGE, PAGE));
        let mut common = Vec::new();
        for (file_offset, size) in [of_code, (0, end), behind, (0, 0)].into_iter().chain(first_pages) {
            for start in [0, 0x5555_0000_0000, KERNEL_HALF] {
                let limit = start + size;
                let map = AddressMap::new(&object, MappedRange { start, limit, file_offset });
                common.push(map.common_base.is_some());
                for address in [0, start.wrapping_sub(1), start, start + 1, limit.wrapping_sub(1), limit, u64::MAX] {
                    let expected = map.base(address).map(|base| address.wrapping_sub(base));
                    let found = map.object_address(address);
                    assert_eq!(found.map_err(|error| error.to_string()), expected.map_err(|error| error.to_string()));
                }
            }
        }
        assert!(common.contains(&true) && common.contains(&false), "both ways were tried: {common:?}");
    }
}
