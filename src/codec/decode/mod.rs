//! The fields of a profile message, one after another, into tables.

mod dedup;
mod ids;
mod row_table;
mod sample;
mod tables;

use dedup::{Dedup, Fingerprint};
use ids::{FileIdColumn, Keys, resolve_stacks};

use super::fields::profile as field;
use super::framer::{Field, Framer};
use super::read::{LabelColumn, ReadOptions, StackColumn};
use super::unpack::Unpacker;
use super::wire::Payload;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{FileIds, LabelSets, Profile, StringId, StringTable, Tables, default_column};

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
    /// Stacks hold keys of location ids until the location table is complete, lines those of functions, and
    /// locations those of mappings.
    location_keys: Keys,
    function_keys: Keys,
    mapping_keys: Keys,
    stacks: Dedup,
    label_sets: Dedup,
    /// The column that seems to be the default one, if only that is wanted and there were samples.
    guessed_column: Option<usize>,
    /// How many values the first sample had.
    width: Option<usize>,
    /// The values of the sample that is read.
    values: Vec<i64>,
    unpacker: Unpacker,
}

/// So many samples are taken in together, see [`Decoder::samples`].
const BATCH: usize = 64;

/// For so many functions' names at most there is room before they come.
const MAX_EXPECTED_FUNCTIONS: usize = 1 << 18;
/// So long are a function's name and file, and what else of texts belongs to it; rather too long than too short.
const EXPECTED_NAME_BYTES: usize = 256;

/// The string table as it comes in.
#[derive(Debug)]
struct StringBytes {
    /// Strings that are likely to come.
    likely: StringTable,
    /// So many came, as long as nothing else did.
    likely_len: usize,
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

#[cold]
fn too_many() -> Error {
    Error::new(ErrorKind::TooLarge, "more than 2^32 locations or lines, or 4 GiB of labels, in all lists together")
}

impl Decoder {
    /// Makes a decoder that keeps or skips labels and stacks.
    pub(super) fn new(options: &ReadOptions) -> Self {
        let tables = Tables { label_sets: LabelSets::with_empty_set(), ..Tables::default() };
        Self {
            label_column: options.labels,
            stack_column: options.stacks,
            tables,
            strings: StringBytes::new(&options.strings),
            mapping_ids: FileIdColumn::default(),
            function_ids: FileIdColumn::default(),
            location_ids: FileIdColumn::default(),
            location_keys: Keys::default(),
            function_keys: Keys::default(),
            mapping_keys: Keys::default(),
            stacks: Dedup::default(),
            label_sets: Dedup::default(),
            guessed_column: None,
            width: None,
            values: Vec::new(),
            unpacker: Unpacker::default(),
        }
    }

    /// Takes in the fields of a chunk of the message.
    pub(super) fn chunk(&mut self, chunk: &[u8], framer: &mut Framer) -> Result<()> {
        let mut rest = chunk;
        if let Some(field) = framer.carried(&mut rest)? {
            match field {
                (field::SAMPLE, payload, offset) => self.samples(&[(payload, offset)])?,
                other => self.other_field(other)?,
            }
        }
        let mut batch = [(Payload::Fixed, 0); BATCH];
        let mut len = 0;
        while let Some(field) = framer.next(&mut rest)? {
            let (field::SAMPLE, payload, offset) = field else {
                self.other_field(field)?;
                continue;
            };
            batch[len] = (payload, offset);
            len += 1;
            if len == BATCH {
                self.samples(&batch)?;
                len = 0;
            }
        }
        self.samples(&batch[..len])
    }

    fn other_field(&mut self, (number, payload, offset): Field<'_>) -> Result<()> {
        self.table_field(number, payload).map_err(|error| error.at(format!("byte {offset}")))
    }

    fn table_field(&mut self, number: u32, payload: Payload<'_>) -> Result<()> {
        match number {
            field::SAMPLE_TYPE => {
                let value_type = tables::value_type(payload.bytes("sample_type")?)?;
                self.tables.sample_types.push(value_type);
            }
            field::MAPPING => self.mapping(payload.bytes("mapping")?)?,
            field::LOCATION | field::FUNCTION if self.stack_column == StackColumn::Skip => {
                payload.bytes("location or function")?;
            }
            field::LOCATION => self.location(payload.bytes("location")?)?,
            field::FUNCTION => self.function(payload.bytes("function")?)?,
            field::STRING_TABLE => {
                self.strings.push(payload.bytes("string_table")?, self.tables.symbols.functions.len())?;
            }
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

    /// Returns the only column that is wanted, the default one, as far as is known before all strings are there.
    ///
    /// pprof's writers put the default behind the samples, Go's runtime before them. Where no column comes before the
    /// samples, all are kept.
    #[inline]
    fn only_column(&mut self) -> Option<usize> {
        if self.stack_column == StackColumn::OfDefaultValues && self.guessed_column.is_none() {
            let (types, default) = (&self.tables.sample_types, self.tables.header.default_sample_type);
            let named = types.iter().position(|value_type| value_type.kind == default);
            self.guessed_column = named.or_else(|| types.len().checked_sub(1));
            if self.guessed_column.is_none() {
                self.stack_column = StackColumn::Keep;
            }
        }
        self.guessed_column
    }

    /// Fails if another column than the default one was taken for it.
    ///
    /// The string table must be complete.
    fn check_guess(&self) -> Result<()> {
        let Some(guess) = self.guessed_column else { return Ok(()) };
        let (types, default) = (&self.tables.sample_types, self.tables.header.default_sample_type);
        let strings = &self.tables.strings;
        let mut names = types.iter().map(|value_type| value_type.kind).chain([default]);
        // What is past the table becomes an error later.
        if names.all(|name| name.index() < strings.len()) && default_column(types, default, strings) != Some(guess) {
            return Err(inconsistent("the default sample type is not the one that it seemed to be"));
        }
        Ok(())
    }

    /// Makes the profile, after the last field.
    pub(super) fn finish(mut self) -> Result<Profile> {
        let types = self.tables.sample_types.len();
        let samples = &mut self.tables.samples;
        if types == 0 && self.width.is_some() {
            return Err(inconsistent("samples without any sample type"));
        }
        if let Some(width) = self.width.filter(|width| *width != types) {
            let message = format!("{width} values, where the profile has {types} sample types");
            return Err(inconsistent(message).at("sample 0"));
        }
        samples.width = types;
        self.tables.strings = self.strings.take()?;
        self.check_guess()?;
        if let Some(column) = self.guessed_column {
            self.tables.sample_types = vec![self.tables.sample_types[column]];
            self.tables.samples.width = 1;
        }
        let mappings = self.mapping_ids.index("mapping")?;
        let functions = self.function_ids.index("function")?;
        let locations = self.location_ids.index("location")?;
        let symbols = &mut self.tables.symbols;
        tables::resolve_mappings(symbols, &self.mapping_keys, &mappings);
        tables::resolve_lines(symbols, &self.function_keys, &functions, &self.location_ids)?;
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
    fn new(likely: &StringTable) -> Self {
        Self { likely: likely.clone(), likely_len: 0, bytes: Vec::new(), ends: Vec::new() }
    }

    /// Returns the table and leaves an empty one.
    fn take(&mut self) -> Result<StringTable> {
        if self.likely_len > 0 {
            if let Some(table) = self.likely.shared_part(self.likely_len) {
                return Ok(table);
            }
            self.copy_likely()?;
        }
        StringTable::from_bytes(std::mem::take(&mut self.bytes), std::mem::take(&mut self.ends))
    }

    /// Takes in a string; there are so many functions, whose names and files are likely to follow.
    fn push(&mut self, text: &[u8], functions: usize) -> Result<()> {
        if self.ends.is_empty() {
            if self.likely_len < self.likely.len() {
                let likely = self.likely.get(StringId::from_index(self.likely_len));
                if text == likely.as_bytes() || String::from_utf8_lossy(text) == likely {
                    self.likely_len += 1;
                    return Ok(());
                }
            }
            self.reserve(functions);
            self.copy_likely()?;
        }
        self.append(text)
    }

    /// Makes room for the names and files of so many functions, so that the table is not copied while it grows.
    ///
    /// What is not filled of it is no memory, only addresses.
    fn reserve(&mut self, functions: usize) {
        let functions = functions.min(MAX_EXPECTED_FUNCTIONS);
        self.bytes.reserve(functions * EXPECTED_NAME_BYTES);
        self.ends.reserve(functions * 2);
    }

    /// Copies the strings that came as they were likely to.
    fn copy_likely(&mut self) -> Result<()> {
        let likely = self.likely.clone();
        let came = std::mem::take(&mut self.likely_len);
        (0..came).try_for_each(|row| self.append(likely.get(StringId::from_index(row)).as_bytes()))
    }

    fn append(&mut self, text: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(text);
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
    u32::try_from(number)
        .ok()
        .map(StringId::from_u32)
        .ok_or_else(|| inconsistent(format!("string {number}, past any string table")))
}
