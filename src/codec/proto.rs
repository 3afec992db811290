//! Conversions between profiles and the types that prost makes of `proto/profile.proto`.
//!
//! These types serve programs that already speak prost, and whoever wants to see or change a
//! profile as the format has it. For files, [`read`](super::read()) and [`write`](super::write())
//! need neither them nor the time and memory that they cost; they also take strings that are not
//! UTF-8, which prost refuses.
//!
//! Strings keep their numbers both ways, and so do the ids of mappings, functions and locations.
//! Three things do not survive the way through [`pb`]: stacks and label sets that no sample uses,
//! labels that say nothing (an empty text, or 0 without a unit), and the difference between no
//! period type and one without names.
//!
//! ```
//! use prost::Message;
//! use rpprof::codec::proto::pb;
//! use rpprof::profile::Profile;
//!
//! let message = pb::Profile {
//!     sample_type: vec![pb::ValueType { r#type: 1, unit: 2 }],
//!     sample: vec![pb::Sample { value: vec![5], ..Default::default() }],
//!     string_table: ["", "cpu", "nanoseconds"].map(String::from).to_vec(),
//!     ..Default::default()
//! };
//! let profile = Profile::try_from(&message)?;
//! assert_eq!(profile.value_type_names(profile.sample_types()[0]), ("cpu", "nanoseconds"));
//!
//! let again = pb::Profile::from(&profile);
//! assert_eq!(again, message);
//! assert_eq!(again.encode_to_vec(), rpprof::codec::encode(&profile));
//! # Ok::<(), rpprof::Error>(())
//! ```

/// The messages of `proto/profile.proto`, as prost makes them; they implement `prost::Message`.
#[path = "pb.rs"]
pub mod pb;
#[cfg(test)]
mod tests;

use hashbrown::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::{
    FileIds, Function, FunctionId, Header, Interner, Label, LabelSetId, LabelSets, LabelValue, Line, Location,
    LocationId, Mapping, MappingId, Profile, Ragged, Resolved, Sample, Samples, StackId, Stacks, StringId, StringTable,
    Symbols, Tables, ValueType,
};

impl From<&Profile> for pb::Profile {
    fn from(profile: &Profile) -> Self {
        let (symbols, header) = (profile.symbols(), profile.header());
        Self {
            sample_type: profile.sample_types().iter().map(value_type_message).collect(),
            sample: profile.samples().iter().map(|sample| sample_message(profile, sample)).collect(),
            mapping: (0..symbols.mappings().len()).map(|row| mapping_message(symbols, row)).collect(),
            location: (0..symbols.locations().len()).map(|row| location_message(symbols, row)).collect(),
            function: (0..symbols.functions().len()).map(|row| function_message(symbols, row)).collect(),
            string_table: profile.strings().iter().map(str::to_owned).collect(),
            drop_frames: number(header.drop_frames),
            keep_frames: number(header.keep_frames),
            time_nanos: header.time_nanos,
            duration_nanos: header.duration_nanos,
            period_type: (header.period_type != ValueType::default()).then(|| value_type_message(&header.period_type)),
            period: header.period,
            comment: header.comments.iter().map(|&comment| number(comment)).collect(),
            default_sample_type: number(header.default_sample_type),
            doc_url: number(header.doc_url),
        }
    }
}

fn number(string: StringId) -> i64 {
    string.to_u32().into()
}

fn value_type_message(value_type: &ValueType) -> pb::ValueType {
    pb::ValueType { r#type: number(value_type.kind), unit: number(value_type.unit) }
}

fn label_message(label: Label) -> pb::Label {
    let key = number(label.key());
    match label.value() {
        LabelValue::Text(text) => pb::Label { key, str: number(text), num: 0, num_unit: 0 },
        LabelValue::Number { value, unit } => pb::Label { key, str: 0, num: value, num_unit: number(unit) },
    }
}

fn sample_message(profile: &Profile, sample: Sample<'_>) -> pb::Sample {
    let file_id = |&location: &LocationId| profile.symbols().location_file_id(location);
    pb::Sample {
        location_id: profile.stack(sample.stack).iter().map(file_id).collect(),
        value: sample.values.to_vec(),
        label: profile.labels(sample.labels).iter().map(label_message).collect(),
    }
}

fn mapping_message(symbols: &Symbols, row: usize) -> pb::Mapping {
    let mapping = &symbols.mappings()[row];
    pb::Mapping {
        id: symbols.mapping_file_id(MappingId::from_index(row)),
        memory_start: mapping.start_address,
        memory_limit: mapping.limit_address,
        file_offset: mapping.file_offset,
        filename: number(mapping.file),
        build_id: number(mapping.build_id),
        has_functions: mapping.resolved.functions,
        has_filenames: mapping.resolved.filenames,
        has_line_numbers: mapping.resolved.line_numbers,
        has_inline_frames: mapping.resolved.inline_frames,
    }
}

fn location_message(symbols: &Symbols, row: usize) -> pb::Location {
    let id = LocationId::from_index(row);
    let location = symbols.locations()[row];
    let line_message = |line: &Line| pb::Line {
        function_id: symbols.function_file_id(line.function),
        line: line.line,
        column: line.column,
    };
    pb::Location {
        id: symbols.location_file_id(id),
        mapping_id: location.mapping.map_or(0, |mapping| symbols.mapping_file_id(mapping)),
        address: location.address,
        line: symbols.lines_of(id).iter().map(line_message).collect(),
        is_folded: location.is_folded,
    }
}

fn function_message(symbols: &Symbols, row: usize) -> pb::Function {
    let function = symbols.functions()[row];
    pb::Function {
        id: symbols.function_file_id(FunctionId::from_index(row)),
        name: number(function.name),
        system_name: number(function.system_name),
        filename: number(function.filename),
        start_line: function.start_line,
    }
}

impl TryFrom<&pb::Profile> for Profile {
    type Error = Error;

    /// Checks a message and makes its profile.
    ///
    /// A location whose mapping is not in the table has none, as in pprof.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`], with the place, if the string table does not start with the
    /// empty string, a string is not in it, an id is 0 or stands twice in its table, a sample names
    /// a location or a line a function that is not there, or the values of a sample do not match
    /// the sample types. [`ErrorKind::TooLarge`] if a table does not fit 32-bit rows.
    fn try_from(message: &pb::Profile) -> Result<Self> {
        let strings = string_table(&message.string_table)?;
        let names = Names::new(message)?;
        let sample_types = at_row("sample type", &message.sample_type, |row| names.value_type(row))?;
        let (stacks, label_sets, samples) = samples(message, &names)?;
        Tables {
            strings,
            header: names.header(message).map_err(|error| error.at("the profile"))?,
            symbols: symbols(message, &names)?,
            sample_types,
            stacks,
            label_sets,
            samples,
        }
        .finish()
    }
}

fn inconsistent(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Inconsistent, message)
}

fn too_large(what: &str) -> Error {
    Error::new(ErrorKind::TooLarge, format!("{what} pass 2^32"))
}

/// Makes something of each row, with the row in errors.
fn at_row<M, T>(what: &str, messages: &[M], make: impl Fn(&M) -> Result<T>) -> Result<Vec<T>> {
    let rows = messages.iter().enumerate();
    rows.map(|(row, message)| make(message).map_err(|error| error.at(format!("{what} {row}")))).collect()
}

fn string_table(strings: &[String]) -> Result<StringTable> {
    let mut bytes = Vec::new();
    let mut ends = Vec::with_capacity(strings.len());
    for string in strings {
        bytes.extend_from_slice(string.as_bytes());
        ends.push(u32::try_from(bytes.len()).map_err(|_| too_large("the bytes of all strings"))?);
    }
    StringTable::from_bytes(bytes, ends)
}

fn symbols(message: &pb::Profile, names: &Names) -> Result<Symbols> {
    let mut lines = Ragged::new();
    for location in &message.location {
        names.lines(location, lines.open()).map_err(|error| error.at(format!("location {}", location.id)))?;
        lines.close().ok_or_else(|| too_large("lines"))?;
    }
    Ok(Symbols {
        mappings: at_row("mapping", &message.mapping, |row| names.mapping(row))?,
        functions: at_row("function", &message.function, |row| names.function(row))?,
        locations: message.location.iter().map(|row| names.location(row)).collect(),
        lines,
        file_ids: FileIds {
            mappings: names.mappings.unusual_ids(),
            functions: names.functions.unusual_ids(),
            locations: names.locations.unusual_ids(),
        },
    })
}

fn samples(message: &pb::Profile, names: &Names) -> Result<(Stacks, LabelSets, Samples)> {
    let mut stacks = DistinctStacks::default();
    let mut label_sets = DistinctLabelSets::new();
    let width = message.sample_type.len();
    let mut samples = Samples::with_width(width);
    for (index, sample) in message.sample.iter().enumerate() {
        let at = |error: Error| error.at(format!("sample {index}"));
        if sample.value.len() != width {
            let message = format!("{} values, where the profile has {width} sample types", sample.value.len());
            return Err(at(inconsistent(message)));
        }
        names.stack(sample, stacks.table.open()).map_err(at)?;
        names.labels(sample, &mut label_sets.table).map_err(at)?;
        let stack = StackId::from_index(stacks.close()?);
        samples.push(stack, label_sets.close()?, &sample.value);
    }
    let mut table = Stacks::default();
    for stack in stacks.table.iter() {
        table.push(stack);
    }
    Ok((table, label_sets.table, samples))
}

/// Stacks of which no two are equal.
#[derive(Default)]
struct DistinctStacks {
    table: Ragged<LocationId>,
    rows: Interner,
}

impl DistinctStacks {
    /// Ends the open stack; returns its row, or that of its equal.
    fn close(&mut self) -> Result<usize> {
        let table = &mut self.table;
        let hash = self.rows.hash(table.open_items());
        if let Some(row) = self.rows.find(hash, |row| table.get(row) == table.open_items()) {
            table.discard();
            return Ok(row);
        }
        // Stacks differ, so there are no more rows than locations, but for the empty stack.
        let row = table.close().ok_or_else(|| too_large("the locations of all samples"))?;
        self.rows.insert(hash, row);
        Ok(row)
    }
}

/// Label sets of which no two are equal.
struct DistinctLabelSets {
    table: LabelSets,
    rows: Interner,
}

impl DistinctLabelSets {
    /// Makes a table with the empty set.
    fn new() -> Self {
        let (table, mut rows) = (LabelSets::with_empty_set(), Interner::default());
        rows.insert(rows.hash(table.bytes(0)), 0);
        Self { table, rows }
    }

    /// Ends the open set; returns its row, or that of its equal.
    fn close(&mut self) -> Result<LabelSetId> {
        let table = &mut self.table;
        let hash = self.rows.hash(table.open_bytes());
        if let Some(row) = self.rows.find(hash, |row| table.bytes(row) == table.open_bytes()) {
            table.discard();
            return Ok(LabelSetId::from_index(row));
        }
        let row = table.close().ok_or_else(|| too_large("the labels of all samples"))?;
        self.rows.insert(hash, row as usize);
        Ok(LabelSetId::from_u32(row))
    }
}

/// What the numbers of a message name.
struct Names {
    string_count: usize,
    mappings: RowIds,
    functions: RowIds,
    locations: RowIds,
}

impl Names {
    fn new(message: &pb::Profile) -> Result<Self> {
        Ok(Self {
            string_count: message.string_table.len(),
            mappings: RowIds::new("mapping", message.mapping.iter().map(|mapping| mapping.id))?,
            functions: RowIds::new("function", message.function.iter().map(|function| function.id))?,
            locations: RowIds::new("location", message.location.iter().map(|location| location.id))?,
        })
    }

    fn string(&self, what: &str, number: i64) -> Result<StringId> {
        let count = self.string_count;
        let id = u32::try_from(number).ok().map(StringId::from_u32).filter(|id| id.index() < count);
        id.ok_or_else(|| inconsistent(format!("{what} is string {number} of a table of {count}")))
    }

    fn value_type(&self, message: &pb::ValueType) -> Result<ValueType> {
        Ok(ValueType { kind: self.string("the type", message.r#type)?, unit: self.string("the unit", message.unit)? })
    }

    fn header(&self, message: &pb::Profile) -> Result<Header> {
        let comments = message.comment.iter().map(|&comment| self.string("a comment", comment));
        let period_type = message.period_type.as_ref().map_or(Ok(ValueType::default()), |row| self.value_type(row));
        Ok(Header {
            drop_frames: self.string("drop_frames", message.drop_frames)?,
            keep_frames: self.string("keep_frames", message.keep_frames)?,
            time_nanos: message.time_nanos,
            duration_nanos: message.duration_nanos,
            period_type: period_type.map_err(|error| error.at("period_type"))?,
            period: message.period,
            comments: comments.collect::<Result<_>>()?,
            default_sample_type: self.string("default_sample_type", message.default_sample_type)?,
            doc_url: self.string("doc_url", message.doc_url)?,
        })
    }

    fn mapping(&self, message: &pb::Mapping) -> Result<Mapping> {
        Ok(Mapping {
            start_address: message.memory_start,
            limit_address: message.memory_limit,
            file_offset: message.file_offset,
            file: self.string("the file", message.filename)?,
            build_id: self.string("the build id", message.build_id)?,
            resolved: Resolved {
                functions: message.has_functions,
                filenames: message.has_filenames,
                line_numbers: message.has_line_numbers,
                inline_frames: message.has_inline_frames,
            },
        })
    }

    fn location(&self, message: &pb::Location) -> Location {
        let mapping = self.mappings.row(message.mapping_id).map(MappingId::from_index);
        Location { address: message.address, mapping, is_folded: message.is_folded }
    }

    fn lines(&self, location: &pb::Location, lines: &mut Vec<Line>) -> Result<()> {
        for line in &location.line {
            let id = line.function_id;
            let row = self.functions.row(id).ok_or_else(|| {
                inconsistent(format!("a line with function {id}, which is not in the function table"))
            })?;
            lines.push(Line { function: FunctionId::from_index(row), line: line.line, column: line.column });
        }
        Ok(())
    }

    fn function(&self, message: &pb::Function) -> Result<Function> {
        Ok(Function {
            name: self.string("the name", message.name)?,
            system_name: self.string("the system name", message.system_name)?,
            filename: self.string("the file name", message.filename)?,
            start_line: message.start_line,
        })
    }

    fn stack(&self, sample: &pb::Sample, stack: &mut Vec<LocationId>) -> Result<()> {
        for &id in &sample.location_id {
            let row = self.locations.row(id);
            let row = row.ok_or_else(|| inconsistent(format!("location {id} is not in the location table")))?;
            stack.push(LocationId::from_index(row));
        }
        Ok(())
    }

    fn labels(&self, sample: &pb::Sample, open: &mut LabelSets) -> Result<()> {
        for label in &sample.label {
            let key = self.string("a label's key", label.key)?;
            let text = self.string("a label's str", label.str)?;
            let unit = self.string("a label's num_unit", label.num_unit)?;
            let label = if text != StringId::EMPTY {
                Label::text(key, text)
            } else if label.num != 0 || unit != StringId::EMPTY {
                Label::number(key, label.num, unit)
            } else {
                continue;
            };
            open.add(label);
        }
        Ok(())
    }
}

/// The rows of a table by their ids in the message.
enum RowIds {
    /// Row `n` has id `n + 1`, for so many rows.
    InOrder(usize),
    Unusual {
        ids: Box<[u64]>,
        rows: HashMap<u64, usize>,
    },
}

impl RowIds {
    fn new(what: &str, ids: impl ExactSizeIterator<Item = u64> + Clone) -> Result<Self> {
        let count = ids.len();
        u32::try_from(count).map_err(|_| too_large(&format!("the {what}s")))?;
        if ids.clone().eq(1..=count as u64) {
            return Ok(Self::InOrder(count));
        }
        let mut rows = HashMap::with_capacity(count);
        for (row, id) in ids.clone().enumerate() {
            if id == 0 {
                return Err(inconsistent(format!("{what} {row} has the reserved id 0")));
            }
            if rows.insert(id, row).is_some() {
                return Err(inconsistent(format!("multiple {what}s with id {id}")));
            }
        }
        Ok(Self::Unusual { ids: ids.collect(), rows })
    }

    fn row(&self, id: u64) -> Option<usize> {
        match self {
            Self::InOrder(count) => usize::try_from(id.checked_sub(1)?).ok().filter(|row| row < count),
            Self::Unusual { rows, .. } => rows.get(&id).copied(),
        }
    }

    fn unusual_ids(&self) -> Option<Box<[u64]>> {
        match self {
            Self::InOrder(_) => None,
            Self::Unusual { ids, .. } => Some(ids.clone()),
        }
    }
}
