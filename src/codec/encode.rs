//! From a profile to a protobuf message.
//!
//! Fields come in the order of their numbers, tables in the order of their rows with the ids that
//! they had in the file they came from, lists of numbers packed, zeros left out: the same profile
//! always gives the same bytes.

use super::fields::{function, label, line, location, mapping, profile as field, sample, value_type};
use crate::profile::{
    FunctionId, Label, LabelValue, LocationId, MappingId, Profile, Ragged, Sample, StackId, StringId, ValueType,
};

/// Bytes after which the message so far is handed on.
const CHUNK_BYTES: usize = 256 << 10;

/// Returns the uncompressed protobuf message of a profile.
///
/// Cost: the whole message in memory; [`write`](super::write()) needs a chunk of it at a time.
pub fn encode(profile: &Profile) -> Vec<u8> {
    let mut message = Vec::new();
    let encoded: Result<(), std::convert::Infallible> = encode_chunks(profile, |chunk| {
        message.append(chunk);
        Ok(())
    });
    let Ok(()) = encoded;
    message
}

/// Passes the message to `flush` in chunks of about a quarter of a mebibyte; `flush` empties each.
pub(super) fn encode_chunks<E>(profile: &Profile, flush: impl FnMut(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
    let mut encoder = Encoder { profile, message: Message::default(), nested: Message::default(), flush };
    encoder.sample_types()?;
    encoder.samples()?;
    encoder.symbols()?;
    encoder.strings()?;
    encoder.header()?;
    (encoder.flush)(&mut encoder.message.bytes)
}

struct Encoder<'p, F> {
    profile: &'p Profile,
    message: Message,
    /// A message inside `message`, reused.
    nested: Message,
    flush: F,
}

impl<E, F: FnMut(&mut Vec<u8>) -> Result<(), E>> Encoder<'_, F> {
    /// Ends the nested message as field `number` and starts another one.
    fn end_nested(&mut self, number: u32) -> Result<(), E> {
        self.message.bytes_field(number, &self.nested.bytes);
        self.nested.bytes.clear();
        if self.message.bytes.len() >= CHUNK_BYTES { (self.flush)(&mut self.message.bytes) } else { Ok(()) }
    }

    fn sample_types(&mut self) -> Result<(), E> {
        for &sample_type in self.profile.sample_types() {
            self.nested.value_type(sample_type);
            self.end_nested(field::SAMPLE_TYPE)?;
        }
        Ok(())
    }

    fn samples(&mut self) -> Result<(), E> {
        let profile = self.profile;
        let stacks = EncodedStacks::new(profile);
        let mut scratch = Message::default();
        for sample in profile.samples().iter() {
            match &stacks {
                Some(stacks) => self.nested.bytes.extend_from_slice(stacks.fields.get(sample.stack.index())),
                None => self.nested.stack(profile, sample.stack, &mut scratch),
            }
            self.nested.values_and_labels(profile, sample, &mut scratch);
            self.end_nested(field::SAMPLE)?;
        }
        Ok(())
    }

    fn symbols(&mut self) -> Result<(), E> {
        let symbols = self.profile.symbols();
        for (row, item) in symbols.mappings().iter().enumerate() {
            let nested = &mut self.nested;
            nested.number(mapping::ID, symbols.mapping_file_id(MappingId::from_index(row)));
            nested.number(mapping::MEMORY_START, item.start_address);
            nested.number(mapping::MEMORY_LIMIT, item.limit_address);
            nested.number(mapping::FILE_OFFSET, item.file_offset);
            nested.string(mapping::FILENAME, item.file);
            nested.string(mapping::BUILD_ID, item.build_id);
            nested.number(mapping::HAS_FUNCTIONS, item.resolved.functions.into());
            nested.number(mapping::HAS_FILENAMES, item.resolved.filenames.into());
            nested.number(mapping::HAS_LINE_NUMBERS, item.resolved.line_numbers.into());
            nested.number(mapping::HAS_INLINE_FRAMES, item.resolved.inline_frames.into());
            self.end_nested(field::MAPPING)?;
        }
        let mut line_message = Message::default();
        for (row, item) in symbols.locations().iter().enumerate() {
            let id = LocationId::from_index(row);
            let nested = &mut self.nested;
            nested.number(location::ID, symbols.location_file_id(id));
            nested.number(location::MAPPING_ID, item.mapping.map_or(0, |mapping| symbols.mapping_file_id(mapping)));
            nested.number(location::ADDRESS, item.address);
            for item in symbols.lines_of(id) {
                line_message.bytes.clear();
                line_message.number(line::FUNCTION_ID, symbols.function_file_id(item.function));
                line_message.signed(line::LINE, item.line);
                line_message.signed(line::COLUMN, item.column);
                nested.bytes_field(location::LINE, &line_message.bytes);
            }
            nested.number(location::IS_FOLDED, item.is_folded.into());
            self.end_nested(field::LOCATION)?;
        }
        for (row, item) in symbols.functions().iter().enumerate() {
            let nested = &mut self.nested;
            nested.number(function::ID, symbols.function_file_id(FunctionId::from_index(row)));
            nested.string(function::NAME, item.name);
            nested.string(function::SYSTEM_NAME, item.system_name);
            nested.string(function::FILENAME, item.filename);
            nested.signed(function::START_LINE, item.start_line);
            self.end_nested(field::FUNCTION)?;
        }
        Ok(())
    }

    fn strings(&mut self) -> Result<(), E> {
        for text in self.profile.strings().iter() {
            self.nested.bytes.extend_from_slice(text.as_bytes());
            self.end_nested(field::STRING_TABLE)?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<(), E> {
        let header = self.profile.header();
        self.message.string(field::DROP_FRAMES, header.drop_frames);
        self.message.string(field::KEEP_FRAMES, header.keep_frames);
        self.message.signed(field::TIME_NANOS, header.time_nanos);
        self.message.signed(field::DURATION_NANOS, header.duration_nanos);
        if header.period_type != ValueType::default() {
            self.nested.value_type(header.period_type);
            self.end_nested(field::PERIOD_TYPE)?;
        }
        self.message.signed(field::PERIOD, header.period);
        if !header.comments.is_empty() {
            for comment in &header.comments {
                self.nested.varint(comment.to_u32().into());
            }
            self.end_nested(field::COMMENT)?;
        }
        self.message.string(field::DEFAULT_SAMPLE_TYPE, header.default_sample_type);
        self.message.string(field::DOC_URL, header.doc_url);
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
        let (mut fields, mut field, mut scratch) = (Ragged::new(), Message::default(), Message::default());
        for index in 0..profile.stacks().len() {
            field.bytes.clear();
            field.stack(profile, StackId::from_index(index), &mut scratch);
            fields.open().extend_from_slice(&field.bytes);
            fields.close()?;
        }
        Some(Self { fields })
    }
}

/// Bytes of a message under construction.
#[derive(Default)]
struct Message {
    bytes: Vec<u8>,
}

impl Message {
    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80); // The low seven bits.
            value >>= 7;
        }
        self.bytes.push(value as u8);
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

    #[inline]
    fn bytes_field(&mut self, field: u32, bytes: &[u8]) {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn value_type(&mut self, value: ValueType) {
        self.string(value_type::TYPE, value.kind);
        self.string(value_type::UNIT, value.unit);
    }

    /// Writes the locations of a sample; `scratch` is overwritten.
    fn stack(&mut self, profile: &Profile, stack: StackId, scratch: &mut Message) {
        let stack = profile.stack(stack);
        if !stack.is_empty() {
            scratch.bytes.clear();
            for &location in stack {
                scratch.varint(profile.symbols().location_file_id(location));
            }
            self.bytes_field(sample::LOCATION_ID, &scratch.bytes);
        }
    }

    /// Writes the other fields of a sample; `scratch` is overwritten.
    fn values_and_labels(&mut self, profile: &Profile, sample: Sample<'_>, scratch: &mut Message) {
        scratch.bytes.clear();
        for &value in sample.values {
            scratch.varint(value.cast_unsigned());
        }
        self.bytes_field(sample::VALUE, &scratch.bytes);
        for &item in profile.labels(sample.labels) {
            scratch.bytes.clear();
            scratch.label(item);
            self.bytes_field(sample::LABEL, &scratch.bytes);
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
