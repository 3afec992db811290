//! Conversions against each other, against the encoder and the decoder, and against broken messages.

use prop::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use prost::Message;

use super::*;
use crate::codec;

/// Row `n` of a table has id `first + n * step`.
#[derive(Clone, Copy, Debug)]
struct Numbering {
    first: u64,
    step: u64,
}

impl Numbering {
    fn id(self, row: usize) -> u64 {
        self.first + row as u64 * self.step
    }

    fn ids(self, rows: std::ops::Range<usize>) -> impl Strategy<Value = u64> {
        rows.prop_map(move |row| self.id(row))
    }
}

/// How many rows the tables of a message have, their ids, and how far past the tables references may point.
#[derive(Clone, Copy, Debug)]
struct Shape {
    types: usize,
    mappings: usize,
    locations: usize,
    functions: usize,
    numbering: Numbering,
    slack: usize,
}

const STRINGS: usize = 6;

fn shapes(slack: usize) -> impl Strategy<Value = Shape> {
    let numbering = prop_oneof![
        Just(Numbering { first: 1, step: 1 }),
        Just(Numbering { first: 3, step: 1 }),
        Just(Numbering { first: 1 << 40, step: 1 << 33 }),
        Just(Numbering { first: u64::MAX - 9, step: 1 }),
    ];
    (1..3usize, 0..3usize, 1..4usize, 1..4usize, numbering).prop_map(
        move |(types, mappings, locations, functions, numbering)| Shape {
            types,
            mappings,
            locations,
            functions,
            numbering,
            slack,
        },
    )
}

/// Makes messages in the form that the conversion writes: nothing that it would drop.
fn messages(slack: usize) -> impl Strategy<Value = pb::Profile> {
    shapes(slack).prop_flat_map(messages_of_shape)
}

fn messages_of_shape(shape: Shape) -> impl Strategy<Value = pb::Profile> {
    let string = move || 0..(STRINGS + shape.slack) as i64;
    let value_type = move || (1..3i64, string()).prop_map(|(r#type, unit)| pb::ValueType { r#type, unit });
    let header = (string(), any::<i64>(), prop::option::of(value_type()), vec(string(), 0..3));
    (vec(value_type(), shape.types), vec(samples_of(shape), 0..8), symbols_of(shape), header).prop_map(
        move |(sample_type, sample, (mapping, location, function), (text, nanos, period_type, comment))| pb::Profile {
            sample_type,
            sample,
            mapping,
            location,
            function,
            string_table: ["", "cpu", "ns", "main", "größe", "main"].map(String::from).to_vec(),
            drop_frames: text,
            keep_frames: 1,
            time_nanos: nanos,
            duration_nanos: nanos.wrapping_neg(),
            period_type,
            period: nanos,
            comment,
            default_sample_type: 2,
            doc_url: text,
        },
    )
}

fn samples_of(shape: Shape) -> impl Strategy<Value = pb::Sample> {
    let Shape { types, locations, numbering, slack, .. } = shape;
    let text =
        (0..STRINGS as i64, 1..STRINGS as i64).prop_map(|(key, str)| pb::Label { key, str, num: 0, num_unit: 0 });
    let number = (any::<i64>(), 1..(STRINGS + slack) as i64).prop_map(|(num, num_unit)| pb::Label {
        key: 1,
        str: 0,
        num,
        num_unit,
    });
    (
        vec(numbering.ids(0..locations + slack), 0..4),
        prop_oneof![9 => vec(any::<i64>(), types), 1 => vec(any::<i64>(), types + slack)],
        vec(prop_oneof![text, number], 0..3),
    )
        .prop_map(|(location_id, value, label)| pb::Sample { location_id, value, label })
}

fn symbols_of(shape: Shape) -> impl Strategy<Value = (Vec<pb::Mapping>, Vec<pb::Location>, Vec<pb::Function>)> {
    let Shape { mappings, locations, functions, numbering, slack, .. } = shape;
    let mapping =
        (any::<u64>(), any::<bool>(), 0..STRINGS as i64).prop_map(|(memory_start, has_functions, build_id)| {
            pb::Mapping {
                memory_start,
                has_functions,
                has_inline_frames: !has_functions,
                build_id,
                ..Default::default()
            }
        });
    let line = (numbering.ids(0..functions + slack), any::<i64>(), any::<i64>())
        .prop_map(|(function_id, line, column)| pb::Line { function_id, line, column });
    let mapping_id = (0..=mappings).prop_map(move |row| if row == mappings { 0 } else { numbering.id(row) });
    let location = (mapping_id, any::<u64>(), vec(line, 0..3), any::<bool>()).prop_map(
        |(mapping_id, address, line, is_folded)| pb::Location { id: 0, mapping_id, address, line, is_folded },
    );
    let function = (0..(STRINGS + slack) as i64, any::<i64>()).prop_map(|(name, start_line)| pb::Function {
        name,
        system_name: 2,
        start_line,
        ..Default::default()
    });
    (vec(mapping, mappings), vec(location, locations), vec(function, functions)).prop_map(
        move |(mut mappings, mut locations, mut functions)| {
            (0..).zip(&mut mappings).for_each(|(row, mapping)| mapping.id = numbering.id(row));
            (0..).zip(&mut locations).for_each(|(row, location)| location.id = numbering.id(row));
            (0..).zip(&mut functions).for_each(|(row, function)| function.id = numbering.id(row));
            (mappings, locations, functions)
        },
    )
}

fn fixed_seed() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(0), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed_seed())]

    #[test]
    fn a_consistent_message_survives_both_conversions(message in messages(0)) {
        let profile = Profile::try_from(&message).expect("the message is consistent");
        let again = pb::Profile::from(&profile);
        prop_assert_eq!(&again, &message);
        prop_assert_eq!(Profile::try_from(&again).expect("it was consistent before"), profile);
    }

    #[test]
    fn the_encoder_writes_what_prost_writes(message in messages(0)) {
        let profile = Profile::try_from(&message).expect("the message is consistent");
        prop_assert_eq!(codec::encode(&profile), message.encode_to_vec());
    }

    #[cfg(feature = "read")]
    #[test]
    fn the_decoder_takes_the_same_messages_and_makes_the_same_profiles(message in prop_oneof![messages(0), messages(1)]) {
        let decoded = codec::read(message.encode_to_vec().as_slice(), &codec::ReadOptions::default());
        let converted = Profile::try_from(&message);
        prop_assert_eq!(decoded.map_err(|error| error.kind()), converted.map_err(|error| error.kind()));
    }
}

/// A message with one row in each table.
fn small() -> pb::Profile {
    pb::Profile {
        sample_type: vec![pb::ValueType { r#type: 1, unit: 2 }],
        sample: vec![pb::Sample { location_id: vec![1], value: vec![5], ..Default::default() }],
        mapping: vec![pb::Mapping { id: 1, ..Default::default() }],
        location: vec![pb::Location {
            id: 1,
            mapping_id: 1,
            line: vec![pb::Line { function_id: 1, line: 3, column: 0 }],
            ..Default::default()
        }],
        function: vec![pb::Function { id: 1, name: 3, ..Default::default() }],
        string_table: ["", "cpu", "ns", "main"].map(String::from).to_vec(),
        ..Default::default()
    }
}

#[test]
fn what_contradicts_itself_is_refused_with_its_place() {
    let refuse = |expected: &str, spoil: fn(&mut pb::Profile)| {
        let mut message = small();
        spoil(&mut message);
        let error = Profile::try_from(&message).expect_err(expected);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Inconsistent, expected));
    };
    let no_start = "string_table[0] must be the empty string";
    refuse(no_start, |message| message.string_table.clear());
    refuse(no_start, |message| message.string_table[0].push('x'));
    refuse("sample 0: 1 values, where the profile has 0 sample types", |message| message.sample_type.clear());
    refuse("sample 0: 2 values, where the profile has 1 sample types", |message| message.sample[0].value.push(1));
    refuse("samples without any sample type", |message| {
        message.sample_type.clear();
        message.sample[0].value.clear();
    });
    refuse("sample 1: location 2 is not in the location table", |message| {
        message.sample.push(pb::Sample { location_id: vec![1, 2], value: vec![5], ..Default::default() });
    });
    refuse("sample 0: location 0 is not in the location table", |message| message.sample[0].location_id[0] = 0);
    refuse("location 1: a line with function 0, which is not in the function table", |message| {
        message.location[0].line[0].function_id = 0;
    });
    refuse("location 1: a line with function 2, which is not in the function table", |message| {
        message.location[0].line[0].function_id = 2;
    });
    refuse("mapping 0 has the reserved id 0", |message| message.mapping[0].id = 0);
    refuse("function 0 has the reserved id 0", |message| message.function[0].id = 0);
    refuse("location 0 has the reserved id 0", |message| message.location[0].id = 0);
    refuse("multiple mappings with id 1", |message| message.mapping.push(message.mapping[0]));
    refuse("multiple functions with id 1", |message| message.function.push(message.function[0]));
    refuse("multiple locations with id 1", |message| message.location.push(message.location[0].clone()));
    refuse("function 0: the name is string 4 of a table of 4", |message| message.function[0].name = 4);
    refuse("mapping 0: the file is string -1 of a table of 4", |message| message.mapping[0].filename = -1);
    refuse("the profile: doc_url is string 4294967296 of a table of 4", |message| message.doc_url = 1 << 32);
    refuse("the profile: period_type: the type is string 5 of a table of 4", |message| {
        message.period_type = Some(pb::ValueType { r#type: 5, unit: 0 });
    });
    refuse("sample type 0: the unit is string 9 of a table of 4", |message| message.sample_type[0].unit = 9);
    refuse("sample 0: a label's num_unit is string 4294967295 of a table of 4", |message| {
        message.sample[0].label = vec![pb::Label { key: 1, str: 0, num: 1, num_unit: u32::MAX.into() }];
    });
}

#[test]
fn a_location_with_an_unknown_mapping_has_none() {
    let mut message = small();
    message.location[0].mapping_id = 7;
    let profile = Profile::try_from(&message).expect("pprof takes it too");
    assert_eq!(profile.symbols().locations()[0].mapping, None);
}

#[test]
fn a_label_that_says_nothing_is_dropped() {
    let mut message = small();
    message.sample[0].label = vec![pb::Label { key: 1, ..Default::default() }];
    let profile = Profile::try_from(&message).expect("the message is consistent");
    assert!(profile.samples().label_sets().eq([LabelSetId::EMPTY]));
}

#[test]
fn equal_stacks_and_label_sets_are_stored_once() {
    let mut message = small();
    message.sample[0].label = vec![pb::Label { key: 1, str: 3, ..Default::default() }];
    message.sample.push(message.sample[0].clone());
    let profile = Profile::try_from(&message).expect("the message is consistent");
    assert_eq!((profile.stacks().len(), profile.label_sets().len()), (1, 2));
}
