//! Messages, good and bad: what is refused and how, and what is taken as it is meant.

#![cfg(all(feature = "analyze", feature = "proto"))]

mod messages;

use prost::Message;
use rpprof::aggregate::{Measure, StackWeights};
use rpprof::codec::proto::pb;
use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn};
use rpprof::profile::{LabelValue, Profile};
use rpprof::render::{self, TimeZone};
use rpprof::report::{Raw, TopOptions, top};
use rpprof::transform::Selection;
use rpprof::{Error, ErrorKind};

use messages::{chain, read, small};

#[track_caller]
fn check_refused(bytes: &[u8], kind: ErrorKind, expected: &str) {
    let error = read(bytes).expect_err(expected);
    assert_eq!((error.kind(), chain(&error).as_str()), (kind, expected));
}

#[test]
fn inputs_that_are_no_profiles_say_what_was_expected() {
    let hint = "not a profile (expected gzip, zlib, zstd or plain protobuf, or an old format)";
    for (bytes, cause) in [
        (&b"hello world"[..], "byte 2: wire type 4, which a profile cannot hold"),
        (b"\x7fELF\x02\x01\x01\x00", "byte 0: wire type 7, which a profile cannot hold"),
        (b"{\"traceEvents\":[]}", "byte 0: wire type 3, which a profile cannot hold"),
        (&[0x12], "byte 0: the message ends inside a field, 1 bytes after its start"),
        (&[0xff; 11], "byte 0: a varint longer than 10 bytes"),
    ] {
        check_refused(bytes, ErrorKind::Wire, &format!("{hint}: {cause}"));
    }
}

#[test]
fn a_field_that_claims_to_be_huge_takes_no_memory() {
    let claim = [0x32, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let error = read(&[&claim[..], b"abc"].concat()).expect_err("it ends");
    assert_eq!(error.kind(), ErrorKind::Wire);
    let beyond_64_bits = [&[0x32][..], &[0xff; 9], &[0x01]].concat();
    assert_eq!(read(&beyond_64_bits).expect_err("no memory has so much").kind(), ErrorKind::Wire);
}

#[test]
fn what_contradicts_itself_is_refused_with_its_place() {
    let refuse = |expected: &str, spoil: fn(&mut pb::Profile)| {
        let mut message = small();
        spoil(&mut message);
        check_refused(&message.encode_to_vec(), ErrorKind::Inconsistent, expected);
    };
    refuse("sample 1: location 9 is not in the location table", |message| message.sample[1].location_id.push(9));
    refuse("sample 0: location 0 is not in the location table", |message| message.sample[0].location_id[0] = 0);
    refuse("sample 0: location 1099511627776 is not in the location table", |message| {
        message.sample[0].location_id[1] = 1 << 40;
    });
    refuse("location 1 has the reserved id 0", |message| message.location[1].id = 0);
    refuse("mapping 0 has the reserved id 0", |message| message.mapping[0].id = 0);
    refuse("function 0 has the reserved id 0", |message| message.function[0].id = 0);
    refuse("multiple locations with id 1", |message| message.location[1].id = 1);
    refuse("multiple functions with id 2", |message| message.function[0].id = 2);
    refuse("multiple mappings with id 1", |message| message.mapping.push(message.mapping[0]));
    refuse("multiple locations with id 1099511627776", |message| {
        message.location.iter_mut().for_each(|location| location.id = 1 << 40);
    });
    refuse("location 2: a line with function 0, which is not in the function table", |message| {
        message.location[1].line[0].function_id = 0;
    });
    refuse("location 1: a line with function 3, which is not in the function table", |message| {
        message.location[0].line[0].function_id = 3;
    });
    refuse("sample 1 at byte 15: 2 values, where sample 0 has 1", |message| message.sample[1].value.push(1));
    refuse("sample 1 at byte 15: 0 values, where sample 0 has 1", |message| message.sample[1].value.clear());
    refuse("sample 0: 1 values, where the profile has 2 sample types", |message| {
        message.sample_type.push(message.sample_type[0]);
    });
    refuse("samples without any sample type", |message| message.sample_type.clear());
    refuse("string_table[0] must be the empty string", |message| message.string_table[0].push('x'));
    refuse("string_table[0] must be the empty string", |message| message.string_table.clear());
    refuse("function 1: the name is string 8 of a table of 8", |message| message.function[1].name = 8);
    refuse("mapping 0: the build id is string 99 of a table of 8", |message| message.mapping[0].build_id = 99);
    refuse("sample type 0: the unit is string 8 of a table of 8", |message| message.sample_type[0].unit = 8);
    refuse("a label: the key, text or unit is string 8 of a table of 8", |message| message.sample[1].label[0].key = 8);
    refuse("the profile: doc_url is string 8 of a table of 8", |message| message.doc_url = 8);
    refuse("the profile: a comment is string 8 of a table of 8", |message| message.comment.push(8));
    refuse("byte 0: string 18446744073709551615, past any string table", |message| message.sample_type[0].unit = -1);
}

/// A field with a number.
fn number(field: u8, value: u8) -> Vec<u8> {
    assert!(field < 16 && value < 0x80);
    vec![field << 3, value]
}

/// A field with bytes.
fn bytes(field: u8, content: &[u8]) -> Vec<u8> {
    assert!(field < 16 && content.len() < 0x80);
    [&[field << 3 | 2, content.len() as u8], content].concat()
}

/// What the sample [5] in the stack [2, 1] has in front of it and behind it in a small message.
fn around_sample() -> (Vec<u8>, Vec<u8>) {
    let mut rest = small();
    rest.sample.clear();
    let rest = rest.encode_to_vec();
    let (types, tables) = rest.split_at(6);
    (types.to_vec(), tables.to_vec())
}

#[test]
fn lists_of_numbers_need_not_be_packed() {
    let (before, after) = around_sample();
    let read_sample = |sample: Vec<u8>| read(&[&before, &bytes(2, &sample), &after[..]].concat()).expect("it is valid");
    let packed = read_sample([bytes(1, &[2, 1]), bytes(2, &[5])].concat());
    for sample in [
        [number(1, 2), number(1, 1), number(2, 5)].concat(),
        [number(1, 2), bytes(1, &[1]), bytes(2, &[5])].concat(),
        [bytes(1, &[2]), number(1, 1), bytes(2, &[5])].concat(),
        [bytes(1, &[2]), bytes(1, &[1]), number(2, 5)].concat(),
        [number(2, 5), bytes(1, &[]), bytes(1, &[2, 1]), bytes(2, &[])].concat(),
        [number(1, 2), number(2, 5), number(1, 1)].concat(),
    ] {
        assert_eq!(read_sample(sample), packed);
    }
    // Comments are the other list; here the last one of the message.
    let comments = |list: Vec<u8>| read(&[&before, &after[..], &list].concat()).expect("it is valid");
    assert_eq!(comments([number(13, 1), number(13, 2)].concat()), comments(bytes(13, &[1, 2])));
}

#[test]
fn the_same_stack_packed_or_not_makes_the_same_table() {
    let (before, after) = around_sample();
    let packed = bytes(2, &[bytes(1, &[2, 1]), bytes(2, &[5])].concat());
    let scattered = bytes(2, &[number(1, 2), number(1, 1), bytes(2, &[5])].concat());
    let rows = |samples: [&[u8]; 3]| {
        let profile = read(&[&before, &samples.concat(), &after[..]].concat()).expect("it is valid");
        top(&Selection::all(&profile), &TopOptions::default()).rows
    };
    assert_eq!(rows([&packed, &scattered, &packed]), rows([&packed, &packed, &packed]));
}

#[test]
fn fields_of_later_versions_are_skipped() {
    let message = small().encode_to_vec();
    let profile = read(&message).expect("it is valid");
    // Numbers, 8 bytes, bytes and 4 bytes under field 2000.
    let unknown = [0x80, 0x7d, 0x2a, 0x81, 0x7d, 1, 2, 3, 4, 5, 6, 7, 8, 0x82, 0x7d, 1, 9, 0x85, 0x7d, 1, 2, 3, 4];
    assert_eq!(read(&[&message, &unknown[..]].concat()).expect("it is valid"), profile);
    assert_eq!(read(&[&unknown[..], &message].concat()).expect("it is valid"), profile);

    let (before, after) = around_sample();
    let read_sample = |sample: &[u8]| read(&[&before, &bytes(2, sample), &after[..]].concat()).expect("it is valid");
    let sample = [bytes(1, &[2, 1]), bytes(2, &[5])].concat();
    assert_eq!(read_sample(&[&sample, &unknown[..]].concat()), read_sample(&sample));
}

#[test]
fn known_fields_of_another_wire_type_are_refused() {
    let hint = "not a profile (expected gzip, zlib, zstd or plain protobuf, or an old format)";
    for (message, cause) in [
        (number(2, 1), "sample 0 at byte 0: sample is not a message or a string"),
        (number(6, 1), "byte 0: string_table is not a message or a string"),
        (bytes(9, &[1]), "byte 0: time_nanos is not a number"),
        (
            bytes(2, &bytes(3, &number(1, 1)))[..2].to_vec(),
            "byte 0: the message ends inside a field, 2 bytes after its start",
        ),
        (bytes(2, &number(3, 1)), "sample 0 at byte 0: label is not a message or a string"),
        (bytes(2, &[0x0d, 0, 0, 0, 0]), "sample 0 at byte 0: location_id is not a list of numbers"),
        (bytes(2, &bytes(2, &[0x80])), "sample 0 at byte 0: a packed list ends inside a varint"),
        (bytes(4, &bytes(3, &[1])), "byte 0: address is not a number"),
    ] {
        check_refused(&message, ErrorKind::Wire, &format!("{hint}: {cause}"));
    }
}

/// Cuts a message into its fields, tag included; lengths and numbers must be short.
fn fields(message: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut fields = Vec::new();
    let mut rest = message;
    while let [tag, len, ..] = *rest {
        let is_number = tag & 7 == 0;
        let number_len = || rest[1..].iter().position(|byte| byte & 0x80 == 0).expect("the number ends") + 2;
        let (field, after) = rest.split_at(if is_number { number_len() } else { usize::from(len) + 2 });
        fields.push((tag >> 3, field.to_vec()));
        rest = after;
    }
    fields
}

#[test]
fn fields_may_come_in_any_order() {
    let mut message = small();
    message.location[0].id = 1 << 40;
    message.sample.iter_mut().for_each(|sample| *sample.location_id.last_mut().expect("it has one") = 1 << 40);
    let message = message.encode_to_vec();
    let profile = read(&message).expect("it is valid");
    for order in [
        // Field numbers: what comes first; others keep their order.
        &[6][..],
        &[2],
        &[14, 13, 9, 6, 5, 4, 3, 1],
        &[5, 4, 3, 6, 1],
        &[9, 1, 2, 3],
    ] {
        let place = |number: u8| order.iter().position(|&first| first == number).unwrap_or(order.len());
        let mut fields = fields(&message);
        fields.sort_by_key(|&(number, _)| place(number));
        let shuffled: Vec<u8> = fields.into_iter().flat_map(|(_, field)| field).collect();
        assert_ne!(shuffled, message);
        assert_eq!(read(&shuffled).expect("it is valid"), profile, "{order:?} first");
    }
}

fn raw(profile: &Profile) -> String {
    let mut text = Vec::new();
    render::raw(&Raw::new(Selection::all(profile)), &TimeZone::utc(), &mut text).expect("memory takes everything");
    String::from_utf8(text).expect("raw is text")
}

#[test]
fn ids_of_any_size_and_order_survive() {
    for ids in [[2, 1], [7, 300], [1 << 31, (1 << 31) + 1], [u64::MAX, 1 << 63], [u64::MAX - 1, 1]] {
        let mut message = small();
        for (row, &id) in ids.iter().enumerate() {
            message.location[row].id = id;
            message.function[row].id = id;
        }
        message.mapping[0].id = ids[1];
        for location in &mut message.location {
            location.mapping_id = ids[1];
            location.line[0].function_id = ids[location.line[0].function_id as usize - 1];
        }
        for id in message.sample.iter_mut().flat_map(|sample| &mut sample.location_id) {
            *id = ids[*id as usize - 1];
        }
        let bytes = message.encode_to_vec();
        let profile = read(&bytes).expect("it is valid");
        assert_eq!(codec::encode(&profile), bytes);
        let raw = raw(&profile);
        let [first, second] = ids;
        for line in [
            format!("          5: {second} {first} \n"),
            format!("{first:>6}: 0x10 M={second} main "),
            format!("{second:>6}: 0x20 M={second} busy "),
            format!("\n{second}: 0x0/0x1000/0x0 /bin/program"),
        ] {
            assert!(raw.contains(&line), "no {line:?} in {raw}");
        }
    }
}

#[test]
fn a_mapping_that_is_not_there_is_none() {
    let mut message = small();
    message.location[0].mapping_id = 7;
    let profile = read(&message.encode_to_vec()).expect("pprof takes it too");
    assert_eq!(profile.symbols().locations()[0].mapping, None);
    assert!(profile.symbols().locations()[1].mapping.is_some());
}

#[test]
fn labels_that_say_nothing_are_dropped() {
    let mut message = small();
    message.sample[0].label = vec![
        pb::Label { key: 5, ..Default::default() },
        pb::Label { key: 5, num: 3, ..Default::default() },
        pb::Label { key: 5, num_unit: 2, ..Default::default() },
        pb::Label { key: 5, str: 6, num: 4, num_unit: 2 },
    ];
    let profile = read(&message.encode_to_vec()).expect("it is valid");
    let sample = profile.samples().iter().next().expect("there are two");
    let values: Vec<_> = profile.labels(sample.labels).iter().map(|label| label.value()).collect();
    let text = |value: &LabelValue| match *value {
        LabelValue::Text(text) => profile.str(text).to_owned(),
        LabelValue::Number { value, unit } => format!("{value} {}", profile.str(unit)),
    };
    assert_eq!(values.iter().map(text).collect::<Vec<_>>(), ["3 ", "0 nanoseconds", "worker"]);
}

#[test]
fn bytes_that_are_no_utf_8_become_replacement_characters() {
    let (before, after) = around_sample();
    let read_strings = |strings: &[&[u8]]| {
        let strings: Vec<u8> = strings.iter().flat_map(|string| bytes(6, string)).collect();
        let profile = read(&[&before, &after[..], &strings].concat()).expect("it is valid");
        let texts: Vec<String> = profile.strings().iter().skip(8).map(str::to_owned).collect();
        assert_eq!(read(&codec::encode(&profile)).expect("it is valid"), profile);
        texts
    };
    assert_eq!(read_strings(&[b"caf\xe9", b"ok"]), ["caf\u{fffd}", "ok"]);
    // Two strings that are one character only when they stand end to end.
    assert_eq!(read_strings(&[b"\xc3", b"\xa9"]), ["\u{fffd}", "\u{fffd}"]);
    assert_eq!(read_strings(&["größe".as_bytes(), b"\xff\xfe"]), ["größe", "\u{fffd}\u{fffd}"]);
}

#[test]
fn what_labels_say_is_not_looked_at_if_they_are_skipped() {
    let mut message = small();
    let rows = |message: &pb::Profile, labels| {
        let options = ReadOptions::default().with_labels(labels);
        let profile = codec::read(message.encode_to_vec().as_slice(), &options)?;
        Ok(top(&Selection::all(&profile), &TopOptions::default()).rows)
    };
    let kept = rows(&message, LabelColumn::Keep).expect("it is valid");
    assert_eq!(rows(&message, LabelColumn::Skip).expect("it is valid"), kept);
    message.sample[1].label[0].key = 1 << 20;
    assert_eq!(rows(&message, LabelColumn::Skip).expect("nobody looks"), kept);
    let error: Error = rows(&message, LabelColumn::Keep).expect_err("there is no such string");
    assert_eq!(error.kind(), ErrorKind::Inconsistent);
}

/// More samples than it takes to see that stacks hardly repeat, each with its own stack; every other one has no
/// value in the last of two columns.
fn half_empty(default_sample_type: i64) -> pb::Profile {
    let mut message = small();
    message.sample_type.insert(0, pb::ValueType { r#type: 8, unit: 9 });
    message.string_table.extend(["samples", "count"].map(String::from));
    let depth = 4;
    let count = 40_000;
    message.location = (1..=count / 8).map(|id| pb::Location { id, ..message.location[0].clone() }).collect();
    message.sample = (0..count)
        .map(|index| pb::Sample {
            location_id: (0..depth).map(|level| (index >> (level * 4)) % (count / 8) + 1).collect(),
            value: vec![1, (index % 2).cast_signed()],
            ..pb::Sample::default()
        })
        .collect();
    message.default_sample_type = default_sample_type;
    message
}

#[test]
fn the_default_column_alone_is_kept_if_it_is_the_one_that_was_guessed() {
    let options = ReadOptions::default().with_stacks(StackColumn::OfDefaultValues);
    let (samples, cpu) = (8, 1);
    for (default, column, times_opened) in [(0, 1, 1), (cpu, 1, 1), (samples, 0, 2)] {
        let bytes = half_empty(default).encode_to_vec();
        let whole = read(&bytes).expect("it is valid");
        assert_eq!(whole.default_sample_type().expect("there are some"), column);
        let mut opened = 0;
        let open = || {
            opened += 1;
            Ok(bytes.as_slice())
        };
        let lean = codec::read_with(open, &options).expect("it is valid");
        assert_eq!(opened, times_opened, "the default stands behind the samples, so the last column is guessed");
        // Where the guess was wrong all is there.
        let is_whole = times_opened > 1;
        let rows = |profile: &Profile| -> Vec<(Vec<_>, i64)> {
            let own = profile.default_sample_type().expect("there are some");
            let value = |values: &[i64]| values[own];
            let kept = profile.samples().iter().filter(|sample| is_whole || value(sample.values) != 0);
            kept.map(|sample| (profile.stacks().get(sample.stack).to_vec(), value(sample.values))).collect()
        };
        assert_eq!(lean.samples().len(), if is_whole { 40_000 } else { 20_000 });
        assert_eq!(lean.sample_types().len(), if is_whole { 2 } else { 1 });
        let name = |profile: &Profile| {
            let default = profile.default_sample_type().expect("there are some");
            profile.str(profile.sample_types()[default].kind).to_owned()
        };
        assert_eq!(name(&lean), name(&whole));
        assert_eq!(rows(&lean), rows(&whole));
        let kept = codec::read(bytes.as_slice(), &options).expect("it is valid");
        assert_eq!(kept, whole, "what cannot be read twice is read whole");
    }
}

#[test]
fn what_is_wrong_is_told_as_if_no_sample_was_left_out() {
    let options = ReadOptions::default().with_stacks(StackColumn::OfDefaultValues);
    let mut message = half_empty(0);
    message.sample[39_999].location_id[2] = 1_000_000;
    let bytes = message.encode_to_vec();
    let error = codec::read_with(|| Ok(bytes.as_slice()), &options).expect_err("there is no such location");
    assert_eq!(chain(&error), "sample 39999: location 1000000 is not in the location table");
    message.sample[39_999].location_id[2] = 1;
    message.sample[39_998].location_id[2] = 1_000_000;
    let bytes = message.encode_to_vec();
    let profile = codec::read_with(|| Ok(bytes.as_slice()), &options).expect("nobody looks");
    assert_eq!(profile.samples().len(), 20_000);
}

#[test]
fn labels_can_be_read_later_than_the_rest() -> std::io::Result<()> {
    let (mut labelled, mut added_up) = (Vec::new(), 0);
    for folder in ["testdata", "testdata/legacy", "testdata/small"] {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let options = ReadOptions::default();
            let Ok(whole) = codec::read(bytes.as_slice(), &options) else { continue };
            let part = |labels, stacks| {
                let options = options.clone().with_labels(labels).with_stacks(stacks);
                codec::read(bytes.as_slice(), &options).expect("it was read before")
            };
            let mut profile = part(LabelColumn::Skip, StackColumn::Keep);
            let other = part(LabelColumn::Skip, StackColumn::Keep);
            assert!(profile.take_labels(part(LabelColumn::Keep, StackColumn::Skip)), "{}", path.display());
            assert_eq!(profile, whole, "{}", path.display());
            let mut sums = other.clone();
            if let Some(stacks) = sums.add_up_samples() {
                assert!(2 * sums.samples().len() <= stacks.len() && stacks.len() == whole.samples().len());
                let weights = |profile: &Profile| {
                    let selection = Selection::all(profile);
                    let columns = 0..profile.sample_types().len();
                    let weights = columns.map(|column| StackWeights::new(&selection, Measure::of(column)));
                    weights.map(|weights| (weights.weights().to_vec(), weights.total_amount())).collect::<Vec<_>>()
                };
                assert_eq!(weights(&sums), weights(&whole), "{}", path.display());
                let without = part(LabelColumn::Skip, StackColumn::Skip);
                let mut restored = sums.clone();
                assert!(
                    restored.restore_samples(without, stacks.clone()).is_ok() && restored == other,
                    "{}",
                    path.display()
                );
                assert!(sums.restore_samples(part(LabelColumn::Keep, StackColumn::Skip), stacks).is_ok());
                assert_eq!(sums, whole, "{}", path.display());
                added_up += 1;
            }
            if other != whole {
                labelled.push((path, other, whole));
            }
        }
    }
    assert!(labelled.len() > 3, "too few with labels: {labelled:?}");
    assert!(added_up > 0, "no stack has two samples");
    for (path, first, _) in &labelled {
        for (other_path, _, other) in &labelled {
            let mut profile = first.clone();
            let is_other = path != other_path;
            assert_eq!(profile.take_labels(other.clone()), !is_other, "{} {}", path.display(), other_path.display());
            assert_eq!(profile == *first, is_other, "nothing changes if the labels are not its own");
        }
    }
    Ok(())
}

#[test]
fn strings_that_were_read_before_are_shared_and_others_are_not() {
    let texts = ["", "cpu", "nanoseconds", "main", "caf\u{e9}", "\u{fffd}(", "worker", "/bin/program", ""];
    let message = |texts: &[&[u8]]| {
        let tables = pb::Profile { string_table: Vec::new(), ..small() };
        [tables.encode_to_vec(), texts.iter().flat_map(|text| bytes(6, text)).collect()].concat()
    };
    let table = |texts: &[&str]| message(&texts.iter().map(|text| text.as_bytes()).collect::<Vec<_>>());
    let known = read(&table(&texts)).expect("it is valid");
    let options = ReadOptions::default().with_strings(known.strings());
    let mut others = vec![table(&texts), table(&[&texts[..], &["more"]].concat())];
    for row in 0..texts.len() {
        let mut changed = texts;
        changed[row] = "else";
        others.extend([table(&texts[..row]), table(&changed), table(&[&texts[..row], &["more"], &texts].concat())]);
    }
    // One is read as what was known, the other is not.
    for text in [&b"\xc3("[..], b"\xff\xc3("] {
        let mut changed = texts.map(str::as_bytes);
        changed[5] = text;
        others.push(message(&changed));
    }
    let mut read_well = 0;
    for other in others {
        let (with, without) = (codec::read(other.as_slice(), &options), read(&other));
        read_well += usize::from(with.is_ok());
        assert_eq!(with.as_ref().ok(), without.as_ref().ok());
        assert_eq!(with.err().map(|error| chain(&error)), without.err().map(|error| chain(&error)));
    }
    assert!(read_well > texts.len());
}
