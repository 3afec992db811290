//! Mappings, locations, functions and value types.

use super::ids::{FileIdColumn, Keys, RowIndex};
use super::{Decoder, checked_string_id, inconsistent, string_id};
use crate::codec::fields::{function, line as line_field, location, mapping, value_type as value_type_field};
use crate::codec::short_message::{Numbers, ShortMessage};
use crate::codec::wire::Fields;
use crate::error::Result;
use crate::profile::{Function, FunctionId, Line, Location, Mapping, MappingId, Symbols, ValueType};

/// For so many locations at most there is room before they come: a hostile file may name any.
const MAX_EXPECTED: usize = 1 << 20;

/// The fields of a location that are numbers, a bit each.
const LOCATION_NUMBERS: u32 =
    1 << location::ID | 1 << location::MAPPING_ID | 1 << location::ADDRESS | 1 << location::IS_FOLDED;
/// Those of a line.
const LINE_NUMBERS: u32 = 1 << line_field::FUNCTION_ID | 1 << line_field::LINE | 1 << line_field::COLUMN;
/// Those of a function.
const FUNCTION_NUMBERS: u32 = 1 << function::ID
    | 1 << function::NAME
    | 1 << function::SYSTEM_NAME
    | 1 << function::FILENAME
    | 1 << function::START_LINE;

/// Reads a `ValueType` message.
pub(super) fn value_type(message: &[u8]) -> Result<ValueType> {
    let mut fields = Fields::new(message);
    let mut value_type = ValueType::default();
    while let Some((number, payload)) = fields.next()? {
        match number {
            value_type_field::TYPE => value_type.kind = string_id(payload, "a value type's type")?,
            value_type_field::UNIT => value_type.unit = string_id(payload, "a value type's unit")?,
            _ => {}
        }
    }
    Ok(value_type)
}

impl Decoder {
    /// Takes in a `Mapping` message.
    pub(super) fn mapping(&mut self, message: &[u8]) -> Result<()> {
        let mut fields = Fields::new(message);
        let mut row = Mapping::default();
        let mut id = 0;
        while let Some((number, payload)) = fields.next()? {
            match number {
                mapping::ID => id = payload.number("a mapping's id")?,
                mapping::MEMORY_START => row.start_address = payload.number("memory_start")?,
                mapping::MEMORY_LIMIT => row.limit_address = payload.number("memory_limit")?,
                mapping::FILE_OFFSET => row.file_offset = payload.number("file_offset")?,
                mapping::FILENAME => row.file = string_id(payload, "a mapping's filename")?,
                mapping::BUILD_ID => row.build_id = string_id(payload, "build_id")?,
                mapping::HAS_FUNCTIONS => row.resolved.functions = payload.flag("has_functions")?,
                mapping::HAS_FILENAMES => row.resolved.filenames = payload.flag("has_filenames")?,
                mapping::HAS_LINE_NUMBERS => row.resolved.line_numbers = payload.flag("has_line_numbers")?,
                mapping::HAS_INLINE_FRAMES => row.resolved.inline_frames = payload.flag("has_inline_frames")?,
                _ => {}
            }
        }
        self.mapping_ids.push(id);
        self.tables.symbols.mappings.push(row);
        Ok(())
    }

    /// Takes in a `Location` message.
    pub(super) fn location(&mut self, message: &[u8]) -> Result<()> {
        let symbols = &mut self.tables.symbols;
        if symbols.locations.is_empty() {
            // Samples come first in what all writers make, and name all locations: tables that grow are copied.
            let locations = self.location_keys.small_ids().min(MAX_EXPECTED);
            symbols.locations.reserve(locations);
            symbols.lines.reserve(locations, locations + locations / 2);
        }
        let (id, row) = match self.usual_location(message) {
            Some(usual) => usual,
            None => {
                self.tables.symbols.lines.discard();
                self.any_location(message)?
            }
        };
        let symbols = &mut self.tables.symbols;
        symbols.lines.close().ok_or_else(super::too_many)?;
        symbols.locations.push(row);
        self.location_ids.push(id);
        Ok(())
    }

    /// Reads a location as all writers make them, whose lines are in the open list then; `None` if it is another one.
    #[inline]
    fn usual_location(&mut self, message: &[u8]) -> Option<(u64, Location)> {
        let mut message = ShortMessage::new(message)?;
        let mut numbers = Numbers::default();
        while !message.numbers(LOCATION_NUMBERS, &mut numbers) {
            let line = message.message(location::LINE, LINE_NUMBERS)?;
            let number = |field: u32| line[field as usize];
            self.tables.symbols.lines.open().push(Line {
                function: FunctionId::from_u32(self.function_keys.key(number(line_field::FUNCTION_ID))),
                line: number(line_field::LINE).cast_signed(),
                column: number(line_field::COLUMN).cast_signed(),
            });
        }
        let number = |field: u32| numbers[field as usize];
        let row = Location {
            address: number(location::ADDRESS),
            mapping: mapping_key(number(location::MAPPING_ID), &mut self.mapping_keys),
            is_folded: number(location::IS_FOLDED) != 0,
        };
        Some((number(location::ID), row))
    }

    /// Reads any location; its lines are in the open list then.
    fn any_location(&mut self, message: &[u8]) -> Result<(u64, Location)> {
        let mut fields = Fields::new(message);
        let mut row = Location::default();
        let (mut id, mut mapping_id) = (0, 0);
        while let Some((number, payload)) = fields.next()? {
            match number {
                location::ID => id = payload.number("a location's id")?,
                location::MAPPING_ID => mapping_id = payload.number("mapping_id")?,
                location::ADDRESS => row.address = payload.number("address")?,
                location::LINE => {
                    let line = line(payload.bytes("line")?, &mut self.function_keys)?;
                    self.tables.symbols.lines.open().push(line);
                }
                location::IS_FOLDED => row.is_folded = payload.flag("is_folded")?,
                _ => {}
            }
        }
        row.mapping = mapping_key(mapping_id, &mut self.mapping_keys);
        Ok((id, row))
    }

    /// Takes in a `Function` message.
    pub(super) fn function(&mut self, message: &[u8]) -> Result<()> {
        let numbers = match usual_function(message) {
            Some(usual) => usual,
            None => any_function(message)?,
        };
        let string = |field: u32| checked_string_id(numbers[field as usize]);
        self.tables.symbols.functions.push(Function {
            name: string(function::NAME)?,
            system_name: string(function::SYSTEM_NAME)?,
            filename: string(function::FILENAME)?,
            start_line: numbers[function::START_LINE as usize].cast_signed(),
        });
        self.function_ids.push(numbers[function::ID as usize]);
        Ok(())
    }
}

/// Reads the numbers of a function as all writers make them; `None` if it is another one.
#[inline]
fn usual_function(message: &[u8]) -> Option<Numbers> {
    let mut numbers = Numbers::default();
    ShortMessage::new(message)?.numbers(FUNCTION_NUMBERS, &mut numbers).then_some(numbers)
}

/// Reads the numbers of any function.
fn any_function(message: &[u8]) -> Result<Numbers> {
    let mut fields = Fields::new(message);
    let mut numbers = Numbers::default();
    while let Some((number, payload)) = fields.next()? {
        let name = match number {
            function::ID => "a function's id",
            function::NAME => "a function's name",
            function::SYSTEM_NAME => "a function's system_name",
            function::FILENAME => "a function's filename",
            function::START_LINE => "start_line",
            _ => continue,
        };
        numbers[number as usize] = payload.number(name)?;
    }
    Ok(numbers)
}

/// Returns the mapping of a location, whose number still is a key; 0 means none.
fn mapping_key(id: u64, keys: &mut Keys) -> Option<MappingId> {
    (id != 0).then(|| MappingId::from_u32(keys.key(id)))
}

/// Reads a `Line` message; the number of its function still is a key.
fn line(message: &[u8], functions: &mut Keys) -> Result<Line> {
    let mut fields = Fields::new(message);
    let mut function_id = 0;
    let (mut line, mut column) = (0, 0);
    while let Some((number, payload)) = fields.next()? {
        match number {
            line_field::FUNCTION_ID => function_id = payload.number("function_id")?,
            line_field::LINE => line = payload.signed("a line's number")?,
            line_field::COLUMN => column = payload.signed("column")?,
            _ => {}
        }
    }
    Ok(Line { function: FunctionId::from_u32(functions.key(function_id)), line, column })
}

/// Gives each location its mapping; an id that no mapping has means none, as in pprof.
pub(super) fn resolve_mappings(symbols: &mut Symbols, keys: &Keys, mappings: &RowIndex) {
    if keys.are_rows(mappings) {
        return;
    }
    for location in &mut symbols.locations {
        let row = location.mapping.and_then(|key| mappings.row(keys.id(key.to_u32())));
        location.mapping = row.map(MappingId::from_u32);
    }
}

/// Gives each line its function.
pub(super) fn resolve_lines(
    symbols: &mut Symbols,
    keys: &Keys,
    functions: &RowIndex,
    location_ids: &FileIdColumn,
) -> Result<()> {
    if keys.are_rows(functions) {
        return Ok(());
    }
    for location in 0..symbols.lines.len() {
        for line in symbols.lines.get_mut(location) {
            let id = keys.id(line.function.to_u32());
            let function = functions.row(id).ok_or_else(|| {
                inconsistent(format!("a line with function {id}, which is not in the function table"))
                    .at(format!("location {}", location_ids.id(location)))
            })?;
            line.function = FunctionId::from_u32(function);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::ReadOptions;

    /// Numbers that look random, from a seed.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }

        fn varint(&mut self, bytes: &mut Vec<u8>) {
            let mut value = self.0 >> self.below(64);
            while value >= 0x80 {
                bytes.push(value as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
        }

        /// Makes a message of fields up to 6, some of them numbers, some messages; some are cut.
        fn message(&mut self, depth: u64) -> Vec<u8> {
            let mut bytes = Vec::new();
            for _ in 0..self.below(7) {
                let field = 1 + self.below(6) as u8;
                if field == 4 && depth > 0 {
                    let inner = self.message(depth - 1);
                    bytes.extend([field << 3 | 2, inner.len() as u8]);
                    bytes.extend(inner);
                } else {
                    bytes.push(field << 3);
                    self.varint(&mut bytes);
                }
            }
            match self.below(8) {
                0 => bytes.truncate(self.below(1 + bytes.len() as u64) as usize),
                1 if !bytes.is_empty() => {
                    let index = self.below(bytes.len() as u64) as usize;
                    bytes[index] = self.below(256) as u8;
                }
                _ => {}
            }
            bytes
        }
    }

    #[test]
    fn usual_messages_are_read_as_any_others() {
        let decoder = || Decoder::new(&ReadOptions::default());
        let mut chance = Chance(1);
        let mut found = [0; 2];
        for _ in 0..20_000 {
            let message = chance.message(1);
            let (mut one, mut other) = (decoder(), decoder());
            if let Some(usual) = one.usual_location(&message) {
                found[0] += 1;
                assert_eq!(Some(usual), other.any_location(&message).ok(), "{message:x?}");
                let lines = |decoder: &Decoder| decoder.tables.symbols.lines.open_items().to_vec();
                assert_eq!(lines(&one), lines(&other), "{message:x?}");
            }
            if let Some(usual) = usual_function(&message) {
                found[1] += 1;
                assert_eq!(Some(usual), any_function(&message).ok(), "{message:x?}");
            }
        }
        assert!(found.iter().all(|count| (1000..19_000).contains(count)), "{found:?}");
    }
}
