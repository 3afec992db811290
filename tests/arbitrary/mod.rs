//! Arbitrary valid profiles.

use prop::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rpprof::profile::{Function, Header, Label, Line, Location, Mapping, Profile, ProfileBuilder, Resolved, ValueType};

/// Texts of many sorts; few, so that equal ones come up.
const TEXTS: &[&str] =
    &["", "main", "main.busy", "runtime.mallocgc", "größe 日本", "a;b\r\nc", "<&\"'>", "/src/../main.rs", "f(int)"];

fn texts() -> impl Strategy<Value = &'static str> {
    select(TEXTS)
}

/// Makes expressions that match some of the texts.
pub(crate) fn regexes() -> impl Strategy<Value = &'static str> {
    select(&["main", "^main$", "src|f", ".", "^$", "nothing like it", "größe"][..])
}

/// Makes values of all sizes and both signs.
pub(crate) fn any_values() -> BoxedStrategy<i64> {
    prop_oneof![4 => -9..10_i64, 1 => any::<i64>(), 1 => select(&[i64::MIN, i64::MAX][..])].boxed()
}

/// Makes values that no arithmetic rounds or overflows.
pub(crate) fn small_values() -> BoxedStrategy<i64> {
    (-1000..1000_i64).boxed()
}

/// Makes values that are not negative, as in most profiles.
pub(crate) fn weights() -> BoxedStrategy<i64> {
    prop_oneof![1 => Just(0), 3 => 0..1000_i64].boxed()
}

/// Numbers that are often 0, and often equal.
fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0), 4 => 1..4_i64, 1 => any::<i64>()]
}

/// What must be equal for profiles to be merged.
#[derive(Clone, Debug)]
struct Measured {
    types: Vec<(&'static str, &'static str)>,
    period: (&'static str, &'static str),
}

fn measured() -> impl Strategy<Value = Measured> {
    (vec((texts(), texts()), 1..5), (texts(), texts())).prop_map(|(types, period)| Measured { types, period })
}

#[derive(Clone, Debug)]
struct MappingDraft {
    addresses: (u64, u64, u64),
    file: &'static str,
    has_build_id: bool,
    resolved: (bool, bool, bool, bool),
}

fn mapping_drafts() -> impl Strategy<Value = MappingDraft> {
    let address = || prop_oneof![4 => (0..4_u64).prop_map(|page| page * 0x1000), 1 => any::<u64>()];
    ((address(), address(), address()), texts(), any::<bool>(), any::<(bool, bool, bool, bool)>())
        .prop_map(|(addresses, file, has_build_id, resolved)| MappingDraft { addresses, file, has_build_id, resolved })
}

#[derive(Clone, Debug)]
struct LocationDraft {
    address: u64,
    mapping: Option<Index>,
    /// Functions, lines and columns.
    lines: Vec<(Index, i64, i64)>,
    is_folded: bool,
}

fn location_drafts() -> impl Strategy<Value = LocationDraft> {
    let address = prop_oneof![4 => 0..0x4000_u64, 1 => any::<u64>()];
    let line = (any::<Index>(), numbers(), numbers());
    (address, any::<Option<Index>>(), vec(line, 0..4), any::<bool>())
        .prop_map(|(address, mapping, lines, is_folded)| LocationDraft { address, mapping, lines, is_folded })
}

#[derive(Clone, Debug)]
enum LabelDraft {
    Text(&'static str, &'static str),
    Number(&'static str, i64, &'static str),
}

/// Makes labels that say something.
fn label_drafts() -> impl Strategy<Value = LabelDraft> {
    prop_oneof![
        (texts(), select(&TEXTS[1..])).prop_map(|(key, text)| LabelDraft::Text(key, text)),
        (texts(), numbers(), select(&TEXTS[1..])).prop_map(|(key, value, unit)| LabelDraft::Number(key, value, unit)),
        (texts(), 1..i64::MAX).prop_map(|(key, value)| LabelDraft::Number(key, value, "")),
    ]
}

#[derive(Clone, Debug)]
struct SampleDraft {
    stack: Vec<Index>,
    labels: Vec<LabelDraft>,
    values: Vec<i64>,
}

fn sample_drafts(width: usize, values: BoxedStrategy<i64>) -> impl Strategy<Value = SampleDraft> {
    (vec(any::<Index>(), 0..6), vec(label_drafts(), 0..3), vec(values, width))
        .prop_map(|(stack, labels, values)| SampleDraft { stack, labels, values })
}

#[derive(Clone, Debug)]
struct HeaderDraft {
    /// Frames to drop and to keep, default sample type, documentation.
    texts: [&'static str; 4],
    nanos: (i64, i64),
    period: i64,
    comments: Vec<&'static str>,
}

fn header_drafts() -> impl Strategy<Value = HeaderDraft> {
    let texts4 = (texts(), texts(), texts(), texts()).prop_map(<[&'static str; 4]>::from);
    (texts4, (numbers(), numbers()), numbers(), vec(texts(), 0..3))
        .prop_map(|(texts, nanos, period, comments)| HeaderDraft { texts, nanos, period, comments })
}

/// Makes profiles with such values.
pub(crate) fn profiles(values: BoxedStrategy<i64>) -> impl Strategy<Value = Profile> {
    measured().prop_flat_map(move |measured| profiles_of(measured, values.clone()))
}

/// Makes two profiles that measure the same things.
pub(crate) fn compatible_pairs(values: BoxedStrategy<i64>) -> impl Strategy<Value = (Profile, Profile)> {
    measured().prop_flat_map(move |measured| {
        (profiles_of(measured.clone(), values.clone()), profiles_of(measured, values.clone()))
    })
}

fn profiles_of(measured: Measured, values: BoxedStrategy<i64>) -> impl Strategy<Value = Profile> {
    let functions = vec((texts(), texts(), texts(), numbers()), 0..5);
    let samples = vec(sample_drafts(measured.types.len(), values), 0..10);
    (header_drafts(), vec(mapping_drafts(), 0..4), functions, vec(location_drafts(), 0..6), samples).prop_map(
        move |(header, mappings, functions, locations, samples)| {
            built(&measured, &header, &mappings, &functions, &locations, &samples)
        },
    )
}

/// Builds a profile; what names a row of an empty table is left out.
fn built(
    measured: &Measured,
    header: &HeaderDraft,
    mappings: &[MappingDraft],
    functions: &[(&str, &str, &str, i64)],
    locations: &[LocationDraft],
    samples: &[SampleDraft],
) -> Profile {
    let mut builder = ProfileBuilder::new();
    for (kind, unit) in &measured.types {
        builder.sample_type(kind, unit);
    }
    let period_type = ValueType { kind: builder.string(measured.period.0), unit: builder.string(measured.period.1) };
    let [drop_frames, keep_frames, default_sample_type, doc_url] = header.texts.map(|text| builder.string(text));
    let comments = header.comments.iter().map(|comment| builder.string(comment)).collect();
    let ((time_nanos, duration_nanos), period) = (header.nanos, header.period);
    *builder.header_mut() = Header {
        drop_frames,
        keep_frames,
        time_nanos,
        duration_nanos,
        period_type,
        period,
        comments,
        default_sample_type,
        doc_url,
    };
    let mappings: Vec<_> = mappings.iter().map(|draft| mapping(&mut builder, draft)).collect();
    let functions: Vec<_> = functions
        .iter()
        .map(|&(name, system_name, filename, start_line)| {
            let (name, system_name) = (builder.string(name), builder.string(system_name));
            let filename = builder.string(filename);
            builder.function(Function { name, system_name, filename, start_line })
        })
        .collect();
    let locations: Vec<_> = locations
        .iter()
        .map(|draft| {
            let lines: Vec<Line> = (draft.lines.iter().filter(|_| !functions.is_empty()))
                .map(|(function, line, column)| Line {
                    function: *function.get(&functions),
                    line: *line,
                    column: *column,
                })
                .collect();
            let mapping = draft.mapping.filter(|_| !mappings.is_empty()).map(|row| *row.get(&mappings));
            builder.location(Location { address: draft.address, mapping, is_folded: draft.is_folded }, &lines)
        })
        .collect();
    for draft in samples {
        let stack: Vec<_> =
            (draft.stack.iter().filter(|_| !locations.is_empty())).map(|row| *row.get(&locations)).collect();
        let labels: Vec<_> = draft.labels.iter().map(|draft| label(&mut builder, draft)).collect();
        let (stack, labels) = (builder.stack(&stack), builder.label_set(&labels));
        builder.sample(stack, labels, &draft.values);
    }
    builder.build().expect("the drafts name only what is there")
}

fn mapping(builder: &mut ProfileBuilder, draft: &MappingDraft) -> rpprof::profile::MappingId {
    let (start_address, limit_address, file_offset) = draft.addresses;
    let (functions, filenames, line_numbers, inline_frames) = draft.resolved;
    let file = builder.string(draft.file);
    // One build id for each file, or else the name of a merged mapping would depend on the order of merging.
    let build_id =
        if draft.has_build_id { builder.string(&format!("build of {}", draft.file)) } else { Default::default() };
    let resolved = Resolved { functions, filenames, line_numbers, inline_frames };
    builder.mapping(Mapping { start_address, limit_address, file_offset, file, build_id, resolved })
}

fn label(builder: &mut ProfileBuilder, draft: &LabelDraft) -> Label {
    match *draft {
        LabelDraft::Text(key, text) => Label::text(builder.string(key), builder.string(text)),
        LabelDraft::Number(key, value, unit) => Label::number(builder.string(key), value, builder.string(unit)),
    }
}
