//! Mappings, locations, functions and value types.

use super::ids::{FileIdColumn, Keys, RowIndex};
use super::{Decoder, inconsistent, string_id};
use crate::codec::fields::{function, line as line_field, location, mapping, value_type as value_type_field};
use crate::codec::wire::Fields;
use crate::error::Result;
use crate::profile::{Function, FunctionId, Line, Location, Mapping, MappingId, Symbols, ValueType};

/// For so many locations at most there is room before they come: a hostile file may name any.
const MAX_EXPECTED: usize = 1 << 20;

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
        let mut fields = Fields::new(message);
        let mut row = Location::default();
        let mut id = 0;
        let symbols = &mut self.tables.symbols;
        if symbols.locations.is_empty() {
            // Samples come first in what all writers make, and name all locations: tables that grow are copied.
            let locations = self.location_keys.small_ids().min(MAX_EXPECTED);
            symbols.locations.reserve(locations);
            symbols.lines.reserve(locations, locations + locations / 2);
        }
        while let Some((number, payload)) = fields.next()? {
            match number {
                location::ID => id = payload.number("a location's id")?,
                location::MAPPING_ID => {
                    row.mapping = mapping_key(payload.number("mapping_id")?, &mut self.mapping_keys);
                }
                location::ADDRESS => row.address = payload.number("address")?,
                location::LINE => {
                    let line = line(payload.bytes("line")?, &mut self.function_keys)?;
                    symbols.lines.open().push(line);
                }
                location::IS_FOLDED => row.is_folded = payload.flag("is_folded")?,
                _ => {}
            }
        }
        super::close(&mut symbols.lines)?;
        symbols.locations.push(row);
        self.location_ids.push(id);
        Ok(())
    }

    /// Takes in a `Function` message.
    pub(super) fn function(&mut self, message: &[u8]) -> Result<()> {
        let mut fields = Fields::new(message);
        let mut row = Function::default();
        let mut id = 0;
        while let Some((number, payload)) = fields.next()? {
            match number {
                function::ID => id = payload.number("a function's id")?,
                function::NAME => row.name = string_id(payload, "a function's name")?,
                function::SYSTEM_NAME => row.system_name = string_id(payload, "a function's system_name")?,
                function::FILENAME => row.filename = string_id(payload, "a function's filename")?,
                function::START_LINE => row.start_line = payload.signed("start_line")?,
                _ => {}
            }
        }
        self.function_ids.push(id);
        self.tables.symbols.functions.push(row);
        Ok(())
    }
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
