//! All that a profile says as rows: what a [`Raw`] report is as JSON.

use serde::{Serialize, Serializer};

use super::raw::Raw;
use crate::profile::{FunctionId, LabelValue, LocationId, MappingId, Profile, ValueType};

/// All that a profile says, with the ids of its file.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Raw"))]
pub(super) struct RawTables<'r> {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    version: u32,
    /// The columns of values, in the order in which samples have them.
    sample_types: Vec<RawType<'r>>,
    /// Name of the sample type to show first; empty for the last one.
    default_sample_type: &'r str,
    /// What is counted between two samples; both names are empty if not known.
    period_type: RawType<'r>,
    /// How much of `period_type` passes between two samples; 0 if not known.
    period: i64,
    /// When collection began, in nanoseconds since 1970-01-01 UTC; 0 if not known.
    time_nanos: i64,
    /// How long collection took, in nanoseconds; 0 if not known.
    duration_nanos: i64,
    /// Regular expression of frames to drop with all that they call; empty for none.
    drop_frames: &'r str,
    /// Regular expression of frames to keep although they match `drop_frames`; empty for none.
    keep_frames: &'r str,
    /// Where the profile is documented; empty for nowhere.
    doc_url: &'r str,
    /// Free text of the producer.
    comments: Vec<&'r str>,
    /// The mappings; the first one is the main program.
    mappings: Vec<RawMapping<'r>>,
    /// The functions.
    #[serde(serialize_with = "each_function")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<RawFunction<'_>>"))]
    functions: &'r Raw<'r>,
    /// The locations.
    #[serde(serialize_with = "each_location")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<RawLocation>"))]
    locations: &'r Raw<'r>,
    /// The samples.
    #[serde(serialize_with = "each_sample")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<RawSample<'_>>"))]
    samples: &'r Raw<'r>,
}

/// What a value measures, and in which unit.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawType<'r> {
    /// What is measured.
    kind: &'r str,
    /// In which unit.
    unit: &'r str,
}

/// A binary or another file that was mapped into the process.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawMapping<'r> {
    /// The id that locations use.
    id: u64,
    /// First address, in hexadecimal digits behind `0x`.
    start_address: String,
    /// One past the last address, in hexadecimal digits behind `0x`.
    limit_address: String,
    /// Where `start_address` lies in the file, in hexadecimal digits behind `0x`.
    file_offset: String,
    /// The file's path.
    file: &'r str,
    /// The file's build id; empty if not known.
    build_id: &'r str,
    /// Whether functions have names.
    has_functions: bool,
    /// Whether functions have file names.
    has_filenames: bool,
    /// Whether lines have numbers.
    has_line_numbers: bool,
    /// Whether inlined calls have lines of their own.
    has_inline_frames: bool,
}

/// A function of the source.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawFunction<'r> {
    /// The id that lines use.
    id: u64,
    /// The name for readers.
    name: &'r str,
    /// The name in the binary, such as a mangled one.
    system_name: &'r str,
    /// The source file.
    filename: &'r str,
    /// Line where the function starts; 0 if not known.
    start_line: i64,
}

/// An address of the program.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawLocation {
    /// The id that samples use.
    id: u64,
    /// Id of the mapping that holds the address.
    mapping: Option<u64>,
    /// The address in the process, in hexadecimal digits behind `0x`.
    address: String,
    /// Whether several symbols share the address.
    is_folded: bool,
    /// The lines that are shown, an inlined function before its caller.
    lines: Vec<RawLine>,
}

/// A line of source at a location.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawLine {
    /// Id of the function.
    function: u64,
    /// Line number; 0 if not known.
    line: i64,
    /// Column; 0 if not known.
    column: i64,
}

/// A sample.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RawSample<'r> {
    /// Ids of the locations, leaf first.
    locations: Vec<u64>,
    /// A value for each sample type.
    values: &'r [i64],
    /// The labels, in the order of the file.
    labels: Vec<RawLabel<'r>>,
}

/// A label of a sample: a text or a number.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum RawLabel<'r> {
    Text {
        /// The key.
        key: &'r str,
        /// What it says.
        text: &'r str,
    },
    Number {
        /// The key.
        key: &'r str,
        /// What it says.
        number: i64,
        /// The unit of the number; empty if the profile gives none.
        unit: &'r str,
    },
}

fn hexadecimal(number: u64) -> String {
    format!("{number:#x}")
}

fn value_type(profile: &Profile, value_type: ValueType) -> RawType<'_> {
    let (kind, unit) = profile.value_type_names(value_type);
    RawType { kind, unit }
}

impl<'r> RawTables<'r> {
    pub(super) fn new(raw: &'r Raw<'_>) -> Self {
        let profile = raw.profile();
        let header = profile.header();
        Self {
            version: 1,
            sample_types: profile.sample_types().iter().map(|&of| value_type(profile, of)).collect(),
            default_sample_type: profile.str(header.default_sample_type),
            period_type: value_type(profile, header.period_type),
            period: header.period,
            time_nanos: header.time_nanos,
            duration_nanos: header.duration_nanos,
            drop_frames: profile.str(header.drop_frames),
            keep_frames: profile.str(header.keep_frames),
            doc_url: profile.str(header.doc_url),
            comments: header.comments.iter().map(|&comment| profile.str(comment)).collect(),
            mappings: mappings(profile),
            functions: raw,
            locations: raw,
            samples: raw,
        }
    }
}

fn mappings(profile: &Profile) -> Vec<RawMapping<'_>> {
    let symbols = profile.symbols();
    let row = |(row, mapping): (usize, &crate::profile::Mapping)| RawMapping {
        id: symbols.mapping_file_id(MappingId::from_index(row)),
        start_address: hexadecimal(mapping.start_address),
        limit_address: hexadecimal(mapping.limit_address),
        file_offset: hexadecimal(mapping.file_offset),
        file: profile.str(mapping.file),
        build_id: profile.str(mapping.build_id),
        has_functions: mapping.resolved.functions,
        has_filenames: mapping.resolved.filenames,
        has_line_numbers: mapping.resolved.line_numbers,
        has_inline_frames: mapping.resolved.inline_frames,
    };
    symbols.mappings().iter().enumerate().map(row).collect()
}

fn each_function<S: Serializer>(raw: &Raw<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let profile = raw.profile();
    let symbols = profile.symbols();
    serializer.collect_seq(symbols.functions().iter().enumerate().map(|(row, function)| RawFunction {
        id: symbols.function_file_id(FunctionId::from_index(row)),
        name: profile.str(function.name),
        system_name: profile.str(function.system_name),
        filename: profile.str(function.filename),
        start_line: function.start_line,
    }))
}

fn each_location<S: Serializer>(raw: &Raw<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let symbols = raw.profile().symbols();
    serializer.collect_seq(symbols.locations().iter().enumerate().map(|(row, location)| {
        let id = LocationId::from_index(row);
        let line = |line: &crate::profile::Line| RawLine {
            function: symbols.function_file_id(line.function),
            line: line.line,
            column: line.column,
        };
        RawLocation {
            id: symbols.location_file_id(id),
            mapping: location.mapping.map(|mapping| symbols.mapping_file_id(mapping)),
            address: hexadecimal(location.address),
            is_folded: location.is_folded,
            lines: raw.selection().lines_of(id).iter().map(line).collect(),
        }
    }))
}

fn each_sample<S: Serializer>(raw: &Raw<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let profile = raw.profile();
    serializer.collect_seq(raw.samples().map(|(sample, locations)| {
        let label = |label: crate::profile::Label| {
            let key = profile.str(label.key());
            match label.value() {
                LabelValue::Text(text) => RawLabel::Text { key, text: profile.str(text) },
                LabelValue::Number { value, unit } => RawLabel::Number { key, number: value, unit: profile.str(unit) },
            }
        };
        RawSample {
            locations: locations.collect(),
            values: sample.values,
            labels: raw.selection().labels(sample.labels).map(label).collect(),
        }
    }))
}
