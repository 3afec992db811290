//! What an entry of debug information tells of a function or an inlined call.

use gimli::{AttributeValue, Dwarf, RangeListsOffset, Section as _, UnitOffset, UnitRef};

use super::dwarf::Slice;

/// The attributes of a function or a call; strings are not looked up yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry<'s> {
    pub(super) code: CodeRanges,
    /// The mangled name, or else the one of the source.
    pub(super) name: Option<AttributeValue<Slice<'s>>>,
    /// The line where it is declared.
    pub(super) line: Option<u32>,
    /// Another entry that tells more of it.
    pub(super) origin: Option<AttributeValue<Slice<'s>>>,
    /// Row of the unit's files that the call is in.
    pub(super) call_file: Option<u64>,
    /// 0 if it is not known.
    pub(super) call_line: u32,
    /// 0 if it is not known.
    pub(super) call_column: u32,
}

impl<'s> Entry<'s> {
    /// Reads the entry at an offset, and returns what is behind its attributes too.
    pub(super) fn read(unit: &UnitRef<'_, Slice<'s>>, offset: UnitOffset) -> gimli::Result<(Self, UnitOffset)> {
        let mut entries = unit.entries_raw(Some(offset))?;
        let abbreviation = entries.read_abbreviation()?.ok_or(gimli::Error::NoEntryAtGivenOffset(offset.0 as u64))?;
        let mut entry = Self::default();
        let mut has_mangled_name = false;
        for &attribute in abbreviation.attributes() {
            let attribute = entries.read_attribute_inline(attribute)?;
            let small = || attribute.udata_value().and_then(|value| u32::try_from(value).ok());
            match attribute.name() {
                gimli::DW_AT_low_pc => entry.code.low = address(unit, attribute.value())?,
                gimli::DW_AT_high_pc => match attribute.value() {
                    AttributeValue::Udata(size) => entry.code.size = Some(size),
                    value => entry.code.high = address(unit, value)?,
                },
                gimli::DW_AT_ranges => entry.code.list = unit.attr_ranges_offset(attribute.value())?,
                gimli::DW_AT_linkage_name | gimli::DW_AT_MIPS_linkage_name => {
                    entry.name = Some(attribute.value());
                    has_mangled_name = true;
                }
                gimli::DW_AT_name if !has_mangled_name => entry.name = Some(attribute.value()),
                gimli::DW_AT_decl_line => entry.line = Some(small().unwrap_or(0)),
                gimli::DW_AT_abstract_origin => entry.origin = Some(attribute.value()),
                gimli::DW_AT_specification => entry.origin = entry.origin.or(Some(attribute.value())),
                // 0 is no file before version 5.
                gimli::DW_AT_call_file => match attribute.value() {
                    AttributeValue::FileIndex(file) if file > 0 || unit.header.version() >= 5 => {
                        entry.call_file = Some(file);
                    }
                    _ => {}
                },
                gimli::DW_AT_call_line => entry.call_line = small().unwrap_or(0),
                gimli::DW_AT_call_column => entry.call_column = small().unwrap_or(0),
                _ => {}
            }
        }
        Ok((entry, entries.next_offset()))
    }
}

fn address(unit: &UnitRef<'_, Slice<'_>>, value: AttributeValue<Slice<'_>>) -> gimli::Result<Option<u64>> {
    Ok(match value {
        AttributeValue::Addr(address) => Some(address),
        AttributeValue::DebugAddrIndex(index) => Some(unit.address(index)?),
        _ => None,
    })
}

/// Where the code of an entry is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CodeRanges {
    low: Option<u64>,
    high: Option<u64>,
    size: Option<u64>,
    list: Option<RangeListsOffset>,
}

impl CodeRanges {
    /// Returns whether there is a list of ranges.
    pub(super) fn has_list(&self) -> bool {
        self.list.is_some()
    }

    /// Calls `take` with each range that is not empty, as long as there are some left to read.
    pub(super) fn each(
        &self,
        unit: &UnitRef<'_, Slice<'_>>,
        left: &mut RangesLeft,
        mut take: impl FnMut(gimli::Range),
    ) -> gimli::Result<()> {
        if let Some(list) = self.list {
            let mut ranges = unit.ranges(list)?;
            while let Some(range) = ranges.next()? {
                let Some(rest) = left.0.checked_sub(1) else { break };
                left.0 = rest;
                if range.begin < range.end {
                    take(range);
                }
            }
            return Ok(());
        }
        let Some(begin) = self.low else { return Ok(()) };
        // Code that the linker has removed lies at the highest address, and ends before it.
        let end = self.high.or(self.size.map(|size| begin.wrapping_add(size)));
        if let Some(end) = end.filter(|&end| begin < end) {
            take(gimli::Range { begin, end });
        }
        Ok(())
    }
}

/// How many ranges of lists may still be read.
///
/// A list is of one entry or of few. A broken file may let all of its entries refer to its longest list, which would be
/// read over and over.
#[derive(Clone, Copy, Debug)]
pub(super) struct RangesLeft(usize);

impl RangesLeft {
    /// Allows for each list to be read some times.
    pub(super) fn of(dwarf: &Dwarf<Slice<'_>>) -> Self {
        const TIMES: usize = 4;
        let bytes = dwarf.ranges.debug_ranges().reader().len() + dwarf.ranges.debug_rnglists().reader().len();
        Self(bytes.saturating_mul(TIMES))
    }
}
