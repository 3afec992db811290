//! The units of debug information, and which addresses each of them may know.

use std::ops::Range;

use gimli::{DebugInfoOffset, Dwarf, UnitHeader, UnitRef, UnitType};

use super::dwarf::Slice;
use super::entries::{Entry, RangesLeft};
use super::functions::addresses_in;
use super::rows;

/// The units of a file, in its order.
pub(super) struct Units<'s>(Vec<KnownUnit<'s>>);

/// What is known of a unit before it is read.
struct KnownUnit<'s> {
    header: UnitHeader<Slice<'s>>,
    /// Where its code is: ascending and apart from one another.
    ranges: Vec<gimli::Range>,
    /// Whether its functions are in a split file.
    is_split: bool,
}

/// A unit that may know some of the addresses.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Row of the unit.
    pub(super) unit: usize,
    /// Whether its functions are in a split file.
    pub(super) is_split: bool,
    /// Which of the addresses, ascending, each with the end of the range that it is in.
    pub(super) addresses: Vec<(u64, Range<usize>)>,
}

impl Candidate {
    /// Returns the rows of the addresses, each with the end of its range.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, u64)> {
        self.addresses.iter().flat_map(|(end, rows)| rows.clone().map(move |row| (row, *end)))
    }
}

impl<'s> Units<'s> {
    /// Reads the first entry of each unit; what follows a broken one is not looked at.
    pub(super) fn of(dwarf: &Dwarf<Slice<'s>>) -> Self {
        let by_table = RangeTable::of(dwarf);
        let mut ranges_left = RangesLeft::of(dwarf);
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Ok(Some(header)) = headers.next() {
            if matches!(header.type_(), UnitType::Type { .. } | UnitType::SplitType { .. }) {
                continue;
            }
            // Parts are there to be referred to, and have no code.
            let is_part = matches!(header.type_(), UnitType::Partial);
            let (ranges, is_split) =
                if is_part { Default::default() } else { code_of(dwarf, header, &by_table, &mut ranges_left) };
            units.push(KnownUnit { header, ranges: apart(ranges), is_split });
        }
        Self(units)
    }

    /// Returns the units that may know some of the addresses, which are ascending.
    pub(super) fn candidates(&self, addresses: &[u64]) -> Vec<Candidate> {
        let candidate = |(row, unit): (usize, &KnownUnit<'s>)| {
            let rows = |range: &gimli::Range| (range.end, addresses_in(addresses, 0..addresses.len(), *range));
            let addresses: Vec<_> = unit.ranges.iter().map(rows).filter(|(_, rows)| !rows.is_empty()).collect();
            (!addresses.is_empty()).then_some(Candidate { unit: row, is_split: unit.is_split, addresses })
        };
        self.0.iter().enumerate().filter_map(candidate).collect()
    }

    /// Returns the header of a unit.
    pub(super) fn header(&self, row: usize) -> UnitHeader<Slice<'s>> {
        self.0[row].header
    }

    /// Returns the row of the unit that an entry is in.
    pub(super) fn row_with(&self, entry: DebugInfoOffset) -> Option<usize> {
        let begins = |unit: &KnownUnit<'s>| unit.header.debug_info_offset().is_some_and(|start| start.0 < entry.0);
        self.0.partition_point(begins).checked_sub(1)
    }
}

/// Finds the code of a unit: by its own list of ranges, or else by the table of all units, or by where it begins and
/// ends, or by its line table. Also says whether its functions are in a split file.
fn code_of(
    dwarf: &Dwarf<Slice<'_>>,
    header: UnitHeader<Slice<'_>>,
    by_table: &RangeTable,
    ranges_left: &mut RangesLeft,
) -> (Vec<gimli::Range>, bool) {
    let mut ranges = Vec::new();
    let Ok(unit) = dwarf.unit(header) else { return (ranges, false) };
    let unit = UnitRef::new(dwarf, &unit);
    let is_split = unit.dwo_id.is_some();
    let Ok((entry, _)) = Entry::read(&unit, unit.header.root_offset()) else { return (ranges, is_split) };
    if !entry.code.has_list() {
        by_table.each(dwarf, &unit.header, |range| ranges.push(range));
    }
    if ranges.is_empty() {
        // What is broken is nowhere.
        let _ = entry.code.each(&unit, ranges_left, |range| ranges.push(range));
    }
    if ranges.is_empty() {
        ranges = rows::sequences(&unit);
    }
    (ranges, is_split)
}

/// Sorts ranges, and makes those one that overlap.
fn apart(mut ranges: Vec<gimli::Range>) -> Vec<gimli::Range> {
    ranges.sort_unstable_by_key(|range| (range.begin, range.end));
    let mut apart: Vec<gimli::Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.begin < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// The table that says which unit code is of (`.debug_aranges`).
struct RangeTable {
    /// The offset of a unit, and that of a part of the table about it; ascending.
    parts: Vec<(DebugInfoOffset, gimli::DebugArangesOffset)>,
}

impl RangeTable {
    fn of(dwarf: &Dwarf<Slice<'_>>) -> Self {
        let mut parts = Vec::new();
        let mut headers = dwarf.debug_aranges.headers();
        while let Ok(Some(header)) = headers.next() {
            parts.push((header.debug_info_offset(), header.offset()));
        }
        parts.sort_unstable_by_key(|(unit, part): &(DebugInfoOffset, gimli::DebugArangesOffset)| (*unit, part.0));
        Self { parts }
    }

    /// Calls `take` with each range of a unit that is not empty.
    fn each(&self, dwarf: &Dwarf<Slice<'_>>, header: &UnitHeader<Slice<'_>>, mut take: impl FnMut(gimli::Range)) {
        let Some(unit) = header.debug_info_offset() else { return };
        let start = self.parts.partition_point(|(other, _)| *other < unit);
        for (_, part) in self.parts[start..].iter().take_while(|(other, _)| *other == unit) {
            let Ok(part) = dwarf.debug_aranges.header(*part) else { continue };
            let mut entries = part.entries();
            while let Some(entry) = entries.next().transpose() {
                // Where code would pass the highest address, others are good.
                let range = entry.map(|entry| entry.range()).ok().filter(|range| range.begin < range.end);
                range.into_iter().for_each(&mut take);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn ranges_that_overlap_become_one() {
        let range = |(begin, end)| gimli::Range { begin, end };
        let ranges: Vec<_> = [(30, 40), (10, 20), (15, 25), (25, 30), (31, 35)].into_iter().map(range).collect();
        assert_eq!(apart(ranges), [(10, 25), (25, 30), (30, 40)].map(range));
    }
}
