//! Mappings, locations, functions and value types.

use super::ids::{FileIdColumn, RowIndex};
use super::{Decoder, inconsistent, string_id};
use crate::codec::fields::{function, line, location, mapping, value_type as value_type_field};
use crate::codec::wire::Fields;
use crate::error::Result;
use crate::profile::{Function, FunctionId, Line, Location, Mapping, MappingId, Ragged, Symbols, ValueType};

/// For so many locations at most there is room before they come: a hostile file may name any.
const MAX_EXPECTED: usize = 1 << 20;

/// A line whose function still has its id of the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawLine {
    function_id: u64,
    line: i64,
    column: i64,
}

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
        let (mut id, mut mapping_id) = (0, 0);
        let symbols = &mut self.tables.symbols;
        if symbols.locations.is_empty() {
            // Samples come first in what all writers make, and name all locations: tables that grow are copied.
            let locations = self.location_keys.small_ids().min(MAX_EXPECTED);
            symbols.locations.reserve(locations);
            self.location_mappings.reserve(locations);
            self.lines.reserve(locations, locations + locations / 2);
        }
        while let Some((number, payload)) = fields.next()? {
            match number {
                location::ID => id = payload.number("a location's id")?,
                location::MAPPING_ID => mapping_id = payload.number("mapping_id")?,
                location::ADDRESS => row.address = payload.number("address")?,
                location::LINE => self.lines.open().push(raw_line(payload.bytes("line")?)?),
                location::IS_FOLDED => row.is_folded = payload.flag("is_folded")?,
                _ => {}
            }
        }
        super::close(&mut self.lines)?;
        self.location_ids.push(id);
        self.location_mappings.push(mapping_id);
        self.tables.symbols.locations.push(row);
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

fn raw_line(message: &[u8]) -> Result<RawLine> {
    let mut fields = Fields::new(message);
    let mut raw = RawLine::default();
    while let Some((number, payload)) = fields.next()? {
        match number {
            line::FUNCTION_ID => raw.function_id = payload.number("function_id")?,
            line::LINE => raw.line = payload.signed("a line's number")?,
            line::COLUMN => raw.column = payload.signed("column")?,
            _ => {}
        }
    }
    Ok(raw)
}

/// Gives each location its mapping; an id that no mapping has means none, as in pprof.
pub(super) fn resolve_mappings(symbols: &mut Symbols, mapping_ids: &[u64], mappings: &RowIndex) {
    for (location, &id) in symbols.locations.iter_mut().zip(mapping_ids) {
        location.mapping = mappings.row(id).map(MappingId::from_u32);
    }
}

/// Gives each line its function.
pub(super) fn resolve_lines(
    lines: &Ragged<RawLine>,
    functions: &RowIndex,
    location_ids: &FileIdColumn,
) -> Result<Ragged<Line>> {
    let mut resolved = Ragged::sized_as(lines);
    for (location, raw_lines) in lines.iter().enumerate() {
        for raw in raw_lines {
            let function = functions.row(raw.function_id).ok_or_else(|| {
                inconsistent(format!("a line with function {}, which is not in the function table", raw.function_id))
                    .at(format!("location {}", location_ids.id(location)))
            })?;
            let function = FunctionId::from_u32(function);
            resolved.open().push(Line { function, line: raw.line, column: raw.column });
        }
        super::close(&mut resolved)?;
    }
    Ok(resolved)
}
