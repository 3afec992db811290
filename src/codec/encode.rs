//! From a profile to a protobuf message.
//!
//! Fields come in the order of their numbers, tables in the order of their rows with the ids that
//! they had in the file they came from, lists of numbers packed, zeros left out: the same profile
//! always gives the same bytes.

use super::fields::{function, label, line, location, mapping, profile as field, sample, value_type};
use super::symbol_rows::SymbolRows;
use crate::profile::{
    FunctionId, Label, LabelValue, LocationId, MappingId, Profile, Ragged, Sample, StackId, StringId, ValueType,
};

/// Bytes after which the message so far is handed on.
const CHUNK_BYTES: usize = 256 << 10;

/// Returns the uncompressed protobuf message of a profile.
///
/// Cost: the whole message in memory; [`write`](super::write()) needs a chunk of it at a time.
pub fn encode(profile: &Profile) -> Vec<u8> {
    encode_with(profile, profile)
}

/// Returns the message of a profile that has other symbols; ids of locations are the profile's own.
pub(super) fn encode_with(profile: &Profile, symbols: &impl SymbolRows) -> Vec<u8> {
    let mut message = Vec::new();
    let encoded: Result<(), std::convert::Infallible> = encode_chunks(profile, symbols, |chunk| {
        message.append(chunk);
        Ok(())
    });
    let Ok(()) = encoded;
    message
}

/// Passes the message to `flush` in chunks of about a quarter of a mebibyte.
///
/// What `flush` leaves of a chunk is memory for another one, whatever is in it.
pub(super) fn encode_chunks<E>(
    profile: &Profile,
    symbols: &impl SymbolRows,
    flush: impl FnMut(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let mut encoder = Encoder { profile, symbols, message: Message::default(), flush };
    encoder.sample_types()?;
    encoder.samples()?;
    encoder.symbols()?;
    encoder.strings()?;
    encoder.header()?;
    encoder.flush()
}

struct Encoder<'p, S, F> {
    profile: &'p Profile,
    symbols: &'p S,
    message: Message,
    flush: F,
}

impl<E, S: SymbolRows, F: FnMut(&mut Vec<u8>) -> Result<(), E>> Encoder<'_, S, F> {
    /// Writes a message as field `number`, which has at most `max_bytes`.
    #[inline]
    fn add(&mut self, number: u32, max_bytes: usize, write: impl FnOnce(&mut Room<'_>)) -> Result<(), E> {
        self.message.in_room(MAX_HEAD + max_bytes, |room| room.message(number, write));
        self.hand_on()
    }

    /// Hands on what there is if it is enough.
    #[inline]
    fn hand_on(&mut self) -> Result<(), E> {
        if self.message.len >= CHUNK_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), E> {
        self.message.bytes.truncate(self.message.len);
        self.message.len = 0;
        (self.flush)(&mut self.message.bytes)
    }

    fn sample_types(&mut self) -> Result<(), E> {
        for &sample_type in self.profile.sample_types() {
            self.add(field::SAMPLE_TYPE, 2 * MAX_NUMBER, |room| room.value_type(sample_type))?;
        }
        Ok(())
    }

    fn samples(&mut self) -> Result<(), E> {
        let profile = self.profile;
        let stacks = EncodedStacks::new(profile);
        let id_bytes = max_id_bytes(profile);
        for sample in profile.samples().iter() {
            let stack = profile.stack(sample.stack).len() * id_bytes;
            let values = sample.values.len() * MAX_VARINT;
            let labels = profile.labels(sample.labels).max_len() * MAX_LABEL;
            self.add(field::SAMPLE, MAX_HEAD + stack + MAX_HEAD + values + labels, |room| {
                match &stacks {
                    Some(stacks) => room.bytes(stacks.fields.get(sample.stack.index())),
                    None => room.stack(profile, sample.stack),
                }
                room.values_and_labels(profile, sample);
            })?;
        }
        Ok(())
    }

    fn symbols(&mut self) -> Result<(), E> {
        let (symbols, ids) = (self.symbols, self.profile.symbols());
        for (row, item) in symbols.mappings().iter().enumerate() {
            self.add(field::MAPPING, 10 * MAX_NUMBER, |room| {
                room.number(mapping::ID, ids.mapping_file_id(MappingId::from_index(row)));
                room.number(mapping::MEMORY_START, item.start_address);
                room.number(mapping::MEMORY_LIMIT, item.limit_address);
                room.number(mapping::FILE_OFFSET, item.file_offset);
                room.string(mapping::FILENAME, item.file);
                room.string(mapping::BUILD_ID, item.build_id);
                room.number(mapping::HAS_FUNCTIONS, item.resolved.functions.into());
                room.number(mapping::HAS_FILENAMES, item.resolved.filenames.into());
                room.number(mapping::HAS_LINE_NUMBERS, item.resolved.line_numbers.into());
                room.number(mapping::HAS_INLINE_FRAMES, item.resolved.inline_frames.into());
            })?;
        }
        for row in 0..ids.locations().len() {
            let item = symbols.location(row);
            self.add(field::LOCATION, 4 * MAX_NUMBER + symbols.line_count(row) * MAX_LINE, |room| {
                room.number(location::ID, ids.location_file_id(LocationId::from_index(row)));
                room.number(location::MAPPING_ID, item.mapping.map_or(0, |mapping| ids.mapping_file_id(mapping)));
                room.number(location::ADDRESS, item.address);
                symbols.each_line(row, |item| {
                    room.message(location::LINE, |room| {
                        room.number(line::FUNCTION_ID, symbols.function_file_id(item.function));
                        room.signed(line::LINE, item.line);
                        room.signed(line::COLUMN, item.column);
                    });
                });
                room.number(location::IS_FOLDED, item.is_folded.into());
            })?;
        }
        for row in 0..symbols.function_count() {
            let (id, item) = (FunctionId::from_index(row), symbols.function(row));
            self.add(field::FUNCTION, 5 * MAX_NUMBER, |room| {
                room.number(function::ID, symbols.function_file_id(id));
                room.string(function::NAME, item.name);
                room.string(function::SYSTEM_NAME, item.system_name);
                room.string(function::FILENAME, item.filename);
                room.signed(function::START_LINE, item.start_line);
            })?;
        }
        Ok(())
    }

    fn strings(&mut self) -> Result<(), E> {
        for row in 0..self.symbols.string_count() {
            let text = self.symbols.string(row);
            self.message.in_room(MAX_HEAD + text.len(), |room| {
                room.varint(u64::from(field::STRING_TABLE) << 3 | 2);
                room.varint(text.len() as u64);
                room.bytes(text);
            });
            self.hand_on()?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<(), E> {
        let header = self.profile.header();
        self.message.in_room(6 * MAX_NUMBER + MAX_HEAD + 2 * MAX_NUMBER, |room| {
            room.string(field::DROP_FRAMES, header.drop_frames);
            room.string(field::KEEP_FRAMES, header.keep_frames);
            room.signed(field::TIME_NANOS, header.time_nanos);
            room.signed(field::DURATION_NANOS, header.duration_nanos);
            if header.period_type != ValueType::default() {
                room.message(field::PERIOD_TYPE, |room| room.value_type(header.period_type));
            }
            room.signed(field::PERIOD, header.period);
        });
        if !header.comments.is_empty() {
            self.add(field::COMMENT, header.comments.len() * MAX_VARINT, |room| {
                header.comments.iter().for_each(|comment| room.varint(comment.to_u32().into()));
            })?;
        }
        self.message.in_room(2 * MAX_NUMBER, |room| {
            room.string(field::DEFAULT_SAMPLE_TYPE, header.default_sample_type);
            room.string(field::DOC_URL, header.doc_url);
        });
        Ok(())
    }
}

/// The stacks as fields of samples, for profiles whose samples share them.
struct EncodedStacks {
    fields: Ragged<u8>,
}

impl EncodedStacks {
    /// Encodes each stack once; `None` if hardly any are shared, so that it would be a waste.
    fn new(profile: &Profile) -> Option<Self> {
        if profile.samples().len() < profile.stacks().len() * 2 {
            return None;
        }
        let (mut fields, mut field) = (Ragged::new(), Message::default());
        let id_bytes = max_id_bytes(profile);
        for index in 0..profile.stacks().len() {
            let stack = StackId::from_index(index);
            field.len = 0;
            field.in_room(MAX_HEAD + profile.stack(stack).len() * id_bytes, |room| room.stack(profile, stack));
            fields.open().extend_from_slice(&field.bytes[..field.len]);
            fields.close()?;
        }
        Some(Self { fields })
    }
}

/// Returns how many bytes the id of a location has at most.
fn max_id_bytes(profile: &Profile) -> usize {
    let symbols = profile.symbols();
    let ids = (0..symbols.locations().len()).map(|row| symbols.location_file_id(LocationId::from_index(row)));
    varint_bytes(ids.max().unwrap_or(0))
}

/// Returns how many bytes a number has.
fn varint_bytes(value: u64) -> usize {
    (u64::BITS - (value | 1).leading_zeros()).div_ceil(7) as usize
}

/// How much room is made besides what is needed, at most.
const MORE_BYTES: usize = 4 << 10;
/// What a number has at most, in bytes.
const MAX_VARINT: usize = 10;
/// What a field with a number has; all fields have numbers below 16.
const MAX_NUMBER: usize = 1 + MAX_VARINT;
/// What stands before a message or a text.
const MAX_HEAD: usize = 1 + MAX_VARINT;
const MAX_LINE: usize = MAX_HEAD + 3 * MAX_NUMBER;
const MAX_LABEL: usize = MAX_HEAD + 3 * MAX_NUMBER;

/// A message under construction.
#[derive(Default)]
struct Message {
    /// The message so far, and behind it what will be overwritten.
    bytes: Vec<u8>,
    len: usize,
}

impl Message {
    /// Appends what `write` writes, which is at most `max_bytes`.
    #[inline]
    fn in_room(&mut self, max_bytes: usize, write: impl FnOnce(&mut Room<'_>)) {
        let needed = self.len + max_bytes;
        if self.bytes.len() < needed {
            self.bytes.resize(needed + needed.min(MORE_BYTES), 0);
        }
        let mut room = Room { bytes: &mut self.bytes[self.len..needed], len: 0 };
        write(&mut room);
        self.len += room.len;
    }
}

/// Memory that fields are written to, enough of it for all of them.
///
/// Most fields are a few bytes long. Written in place they take half of what it takes to append bytes one by one, each with
/// a look whether there is room, and to copy messages into those that they are parts of.
struct Room<'b> {
    bytes: &'b mut [u8],
    len: usize,
}

impl Room<'_> {
    #[inline]
    fn byte(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    #[inline]
    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes[self.len..][..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.byte(value as u8 | 0x80); // The low seven bits.
            value >>= 7;
        }
        self.byte(value as u8);
    }

    /// Writes a number unless it is 0.
    #[inline]
    fn number(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.varint(u64::from(field) << 3);
            self.varint(value);
        }
    }

    #[inline]
    fn signed(&mut self, field: u32, value: i64) {
        self.number(field, value.cast_unsigned());
    }

    #[inline]
    fn string(&mut self, field: u32, id: StringId) {
        self.number(field, id.to_u32().into());
    }

    /// Writes a message, or a list of numbers.
    #[inline]
    fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.varint(u64::from(field) << 3 | 2);
        let start = self.len;
        // Most have a length of one byte.
        self.byte(0);
        write(self);
        let size = self.len - start - 1;
        if size < 0x80 {
            self.bytes[start] = size as u8;
        } else {
            self.set_long_size(start, size);
        }
    }

    /// Sets a length for which there is one byte, but which needs more.
    #[cold]
    fn set_long_size(&mut self, start: usize, size: usize) {
        let size_bytes = varint_bytes(size as u64);
        self.bytes.copy_within(start + 1..self.len, start + size_bytes);
        self.len = start;
        self.varint(size as u64);
        self.len += size;
    }

    fn value_type(&mut self, value: ValueType) {
        self.string(value_type::TYPE, value.kind);
        self.string(value_type::UNIT, value.unit);
    }

    /// Writes the locations of a sample.
    fn stack(&mut self, profile: &Profile, stack: StackId) {
        let stack = profile.stack(stack);
        if !stack.is_empty() {
            self.message(sample::LOCATION_ID, |room| {
                stack.iter().for_each(|&location| room.varint(profile.symbols().location_file_id(location)));
            });
        }
    }

    /// Writes the other fields of a sample.
    fn values_and_labels(&mut self, profile: &Profile, sample: Sample<'_>) {
        self.message(sample::VALUE, |room| sample.values.iter().for_each(|&value| room.varint(value.cast_unsigned())));
        // One that says nothing, such as the size of a block without any bytes, would be none to a reader.
        let nothing = [LabelValue::Text(StringId::EMPTY), LabelValue::Number { value: 0, unit: StringId::EMPTY }];
        for item in profile.labels(sample.labels).iter().filter(|item| !nothing.contains(&item.value())) {
            self.message(sample::LABEL, |room| room.label(item));
        }
    }

    fn label(&mut self, item: Label) {
        self.string(label::KEY, item.key());
        match item.value() {
            LabelValue::Text(text) => self.string(label::STR, text),
            LabelValue::Number { value, unit } => {
                self.signed(label::NUM, value);
                self.string(label::NUM_UNIT, unit);
            }
        }
    }
}
