//! The lines where functions begin.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use addr2line::gimli::{
    self, AttributeValue, DebugInfoOffset, Dwarf, DwarfFileType, Section as _, Unit, UnitHeader, UnitOffset, UnitRef,
};

use super::dwarf::Slice;

/// The lines where functions begin, as far as they were asked for.
#[derive(Default)]
pub(super) struct FirstLines<'s> {
    known: HashMap<FunctionKey, u32>,
    /// The units of the main file in its order; empty until a function refers to another unit.
    headers: Vec<UnitHeader<Slice<'s>>>,
    /// Units that functions of other ones referred to, by their rows in `headers`.
    units: HashMap<usize, Option<Unit<Slice<'s>>>>,
}

/// A function in debug information: where its section lies in memory, the unit's offset, and its own one in the unit.
type FunctionKey = (*const u8, usize, usize);

/// How many entries may refer to the next one before the line of a function is found.
const MAX_REFERENCES: usize = 8;

impl<'s> FirstLines<'s> {
    /// Returns the line where a function is declared; 0 if that is not known.
    pub(super) fn of(&mut self, unit: &UnitRef<'_, Slice<'s>>, function: UnitOffset) -> u32 {
        let offset = unit.header.debug_info_offset().map_or(0, |offset| offset.0);
        let key = (unit.dwarf.debug_info.reader().slice().as_ptr(), offset, function.0);
        if let Some(&line) = self.known.get(&key) {
            return line;
        }
        let line = self.look_up(unit, function).unwrap_or(0);
        self.known.insert(key, line);
        line
    }

    fn look_up(&mut self, unit: &UnitRef<'_, Slice<'s>>, function: UnitOffset) -> Option<u32> {
        let mut next = follow(unit, function);
        for _ in 0..MAX_REFERENCES {
            match next {
                Found::Line(line) => return Some(line),
                Found::Nothing => return None,
                // Split files have one unit that can be referred to.
                Found::InOtherUnit(_) if unit.dwarf.file_type != DwarfFileType::Main => return None,
                Found::InOtherUnit(offset) => {
                    let (other, entry) = self.unit_with(unit.dwarf, offset)?;
                    next = follow(&UnitRef::new(unit.dwarf, other), entry);
                }
            }
        }
        None
    }

    /// Returns the unit that holds an entry, and the entry's place in it.
    fn unit_with(
        &mut self,
        dwarf: &Dwarf<Slice<'s>>,
        offset: DebugInfoOffset,
    ) -> Option<(&Unit<Slice<'s>>, UnitOffset)> {
        if self.headers.is_empty() {
            let mut headers = dwarf.units();
            self.headers = std::iter::from_fn(|| headers.next().ok().flatten()).collect();
        }
        let begins =
            |header: &UnitHeader<Slice<'s>>| header.debug_info_offset().is_some_and(|start| start.0 <= offset.0);
        let row = self.headers.partition_point(begins).checked_sub(1)?;
        let unit = match self.units.entry(row) {
            Entry::Occupied(unit) => unit.into_mut(),
            Entry::Vacant(place) => place.insert(dwarf.unit(self.headers[row]).ok()),
        };
        let unit = unit.as_ref()?;
        Some((unit, offset.to_unit_offset(&unit.header)?))
    }
}

/// Where the line of a function is.
enum Found {
    Line(u32),
    InOtherUnit(DebugInfoOffset),
    Nothing,
}

/// Looks at an entry and at those that it refers to, as long as they are in its unit.
fn follow(unit: &UnitRef<'_, Slice<'_>>, function: UnitOffset) -> Found {
    let mut offset = function;
    for _ in 0..MAX_REFERENCES {
        let Ok(entry) = unit.entry(offset) else { break };
        if let Some(line) = entry.attr_value(gimli::DW_AT_decl_line).and_then(|value| value.udata_value()) {
            return Found::Line(u32::try_from(line).unwrap_or(0));
        }
        let origin = entry.attr_value(gimli::DW_AT_abstract_origin);
        match origin.or_else(|| entry.attr_value(gimli::DW_AT_specification)) {
            Some(AttributeValue::UnitRef(next)) => offset = next,
            Some(AttributeValue::DebugInfoRef(next)) => return Found::InOtherUnit(next),
            _ => break,
        }
    }
    Found::Nothing
}
