//! The fields of a profile message, one after another, into tables.

mod dedup;
mod deferred;
mod ids;
mod sample;
mod tables;

use dedup::{Dedup, Fingerprint};
use deferred::Deferred;
use ids::{FileIdColumn, LocationKeys, resolve_stacks};
use tables::RawLine;

use super::fields::profile as field;
use super::read::{LabelColumn, StackColumn};
use super::unpack::Unpacker;
use super::wire::Payload;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{FileIds, Profile, Ragged, StringId, StringTable, Tables};

/// Collects the fields of one profile message; [`finish`](Decoder::finish) makes the profile.
///
/// Fields may come in any order, as protobuf allows, so whatever names a row of another table is
/// looked up at the end.
#[derive(Debug)]
pub(super) struct Decoder {
    label_column: LabelColumn,
    stack_column: StackColumn,
    tables: Tables,
    strings: StringBytes,
    mapping_ids: FileIdColumn,
    function_ids: FileIdColumn,
    location_ids: FileIdColumn,
    /// The mapping of each location by its id in the file; 0 for none.
    location_mappings: Vec<u64>,
    lines: Ragged<RawLine>,
    /// Stacks hold keys of location ids until the location table is complete.
    location_keys: LocationKeys,
    stacks: Dedup,
    label_sets: Dedup,
    /// Stacks that may not be needed, if there are any yet.
    deferred: Option<Deferred>,
    /// The values of the sample that is read.
    values: Vec<i64>,
    unpacker: Unpacker,
}

/// The string table as it comes in.
#[derive(Debug, Default)]
struct StringBytes {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// Closes the open list of `table`; returns its row.
fn close<T>(table: &mut Ragged<T>) -> Result<u32> {
    table.close().and_then(|row| u32::try_from(row).ok()).ok_or_else(too_many)
}

#[cold]
fn too_many() -> Error {
    Error::new(ErrorKind::TooLarge, "more than 2^32 locations, lines or labels in all lists together")
}

impl Decoder {
    /// Makes a decoder that keeps or skips labels and stacks.
    pub(super) fn new(label_column: LabelColumn, stack_column: StackColumn) -> Self {
        let mut tables = Tables::default();
        tables.label_sets.push([]);
        Self {
            label_column,
            stack_column,
            tables,
            strings: StringBytes::default(),
            mapping_ids: FileIdColumn::default(),
            function_ids: FileIdColumn::default(),
            location_ids: FileIdColumn::default(),
            location_mappings: Vec::new(),
            lines: Ragged::new(),
            location_keys: LocationKeys::default(),
            stacks: Dedup::default(),
            label_sets: Dedup::default(),
            deferred: None,
            values: Vec::new(),
            unpacker: Unpacker::default(),
        }
    }

    /// Takes in one field of the message; `offset` is where it stands there.
    #[inline]
    pub(super) fn field(&mut self, number: u32, payload: Payload<'_>, offset: u64) -> Result<()> {
        if number == field::SAMPLE {
            let index = self.tables.samples.len();
            return payload
                .bytes("sample")
                .and_then(|message| self.sample(message))
                .map_err(|error| error.at(format!("sample {index} at byte {offset}")));
        }
        self.other_field(number, payload).map_err(|error| error.at(format!("byte {offset}")))
    }

    fn other_field(&mut self, number: u32, payload: Payload<'_>) -> Result<()> {
        match number {
            field::SAMPLE_TYPE => {
                let value_type = tables::value_type(payload.bytes("sample_type")?)?;
                self.tables.sample_types.push(value_type);
            }
            field::MAPPING => self.mapping(payload.bytes("mapping")?)?,
            field::LOCATION => self.location(payload.bytes("location")?)?,
            field::FUNCTION => self.function(payload.bytes("function")?)?,
            field::STRING_TABLE => self.strings.push(payload.bytes("string_table")?)?,
            _ => self.header_field(number, payload)?,
        }
        Ok(())
    }

    fn header_field(&mut self, number: u32, payload: Payload<'_>) -> Result<()> {
        let header = &mut self.tables.header;
        match number {
            field::DROP_FRAMES => header.drop_frames = string_id(payload, "drop_frames")?,
            field::KEEP_FRAMES => header.keep_frames = string_id(payload, "keep_frames")?,
            field::TIME_NANOS => {
                if header.time_nanos != 0 {
                    return Err(Error::new(ErrorKind::Concatenated, "concatenated profiles detected"));
                }
                header.time_nanos = payload.signed("time_nanos")?;
            }
            field::DURATION_NANOS => header.duration_nanos = payload.signed("duration_nanos")?,
            field::PERIOD_TYPE => header.period_type = tables::value_type(payload.bytes("period_type")?)?,
            field::PERIOD => header.period = payload.signed("period")?,
            field::COMMENT => {
                let mut result = Ok(());
                payload.numbers("comment", |number| match checked_string_id(number) {
                    Ok(id) => header.comments.push(id),
                    Err(error) => result = Err(error),
                })?;
                result?;
            }
            field::DEFAULT_SAMPLE_TYPE => header.default_sample_type = string_id(payload, "default_sample_type")?,
            field::DOC_URL => header.doc_url = string_id(payload, "doc_url")?,
            _ => {} // A field of a later version of the format.
        }
        Ok(())
    }

    /// Makes the profile, after the last field.
    pub(super) fn finish(mut self) -> Result<Profile> {
        let types = self.tables.sample_types.len();
        let samples = &mut self.tables.samples;
        if types == 0 && !samples.is_empty() {
            return Err(inconsistent("samples without any sample type"));
        }
        if !samples.is_empty() && samples.width != types {
            let message = format!("{} values, where the profile has {types} sample types", samples.width);
            return Err(inconsistent(message).at("sample 0"));
        }
        samples.width = types;
        self.tables.strings = self.strings.take()?;
        self.decode_deferred()?;
        let mappings = self.mapping_ids.index("mapping")?;
        let functions = self.function_ids.index("function")?;
        let locations = self.location_ids.index("location")?;
        let symbols = &mut self.tables.symbols;
        tables::resolve_mappings(symbols, &self.location_mappings, &mappings);
        symbols.lines = tables::resolve_lines(&self.lines, &functions, &self.location_ids)?;
        resolve_stacks(&mut self.tables.stacks, &self.location_keys, &locations)
            .map_err(|dangling| dangling.explain(&self.tables.samples))?;
        symbols.file_ids = FileIds {
            mappings: self.mapping_ids.into_unusual(),
            functions: self.function_ids.into_unusual(),
            locations: self.location_ids.into_unusual(),
        };
        self.tables.finish()
    }
}

impl StringBytes {
    /// Returns the table and leaves an empty one.
    fn take(&mut self) -> Result<StringTable> {
        let Self { bytes, ends } = std::mem::take(self);
        StringTable::from_bytes(bytes, ends)
    }

    fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        let end = u32::try_from(self.bytes.len())
            .map_err(|_| Error::new(ErrorKind::TooLarge, "the string table passes 4 GiB"))?;
        self.ends.push(end);
        Ok(())
    }
}

fn inconsistent(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Inconsistent, message)
}

/// Returns the id of a string that a field names; whether the table has it is checked at the end.
#[inline]
fn string_id(payload: Payload<'_>, field: &str) -> Result<StringId> {
    checked_string_id(payload.number(field)?)
}

#[inline]
fn checked_string_id(number: u64) -> Result<StringId> {
    // The largest id is kept free: `Label` marks texts with it.
    u32::try_from(number)
        .ok()
        .filter(|&id| id != u32::MAX)
        .map(StringId::from_u32)
        .ok_or_else(|| inconsistent(format!("string {number}, past any string table")))
}
