//! The rules by which several profiles become one.

#![cfg(feature = "analyze")]

use rpprof::profile::{
    Function, Label, Line, Location, LocationId, Mapping, MappingId, Profile, ProfileBuilder, ValueType,
};
use rpprof::render::{self, TimeZone};
use rpprof::report::Raw;
use rpprof::transform::{Merger, Selection, compact, merge};
use rpprof::{ErrorKind, codec};

/// Builds a profile of processor time.
fn cpu(fill: impl FnOnce(&mut ProfileBuilder)) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    fill(&mut builder);
    builder.build().expect("it is valid")
}

/// Makes a location of a function with this name.
fn location(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let name = builder.string(name);
    let function = builder.function(Function { name, ..Function::default() });
    builder.location(Location::default(), &[Line { function, line: 1, column: 0 }])
}

/// Appends a sample in a stack of functions, leaf first.
fn sample(builder: &mut ProfileBuilder, stack: &[&str], value: i64) {
    let stack: Vec<LocationId> = stack.iter().map(|name| location(builder, name)).collect();
    sample_at(builder, &stack, &[], value);
}

fn sample_at(builder: &mut ProfileBuilder, stack: &[LocationId], labels: &[Label], value: i64) {
    let (stack, labels) = (builder.stack(stack), builder.label_set(labels));
    builder.sample(stack, labels, &[value]);
}

fn merged(profiles: &[Profile]) -> Profile {
    merge(&profiles.iter().collect::<Vec<_>>()).expect("they measure the same")
}

fn raw(profile: &Profile) -> String {
    let mut text = Vec::new();
    render::raw(&Raw::new(Selection::all(profile)), &TimeZone::utc(), &mut text).expect("memory takes everything");
    String::from_utf8(text).expect("raw is text")
}

/// Returns each sample as its value and the names of its stack, leaf first.
fn samples(profile: &Profile) -> Vec<String> {
    let name = |&location: &LocationId| {
        let line = profile.symbols().lines_of(location)[0];
        profile.str(profile.symbols().functions()[line.function.index()].name)
    };
    let show = |sample: rpprof::profile::Sample<'_>| {
        let names: Vec<&str> = profile.stack(sample.stack).iter().map(name).collect();
        format!("{} {}", sample.values[0], names.join(" "))
    };
    profile.samples().iter().map(show).collect()
}

#[test]
fn equal_stacks_add_up_in_the_order_of_first_use() {
    let one = cpu(|builder| {
        sample(builder, &["busy", "main"], 5);
        sample(builder, &["main"], 1);
        sample(builder, &["busy", "main"], 2);
    });
    let other = cpu(|builder| {
        sample(builder, &["idle", "main"], 4);
        sample(builder, &["busy", "main"], 30);
    });
    assert_eq!(samples(&merged(&[one.clone(), other.clone()])), ["37 busy main", "1 main", "4 idle main"]);
    assert_eq!(samples(&merged(&[other, one])), ["4 idle main", "37 busy main", "1 main"]);
}

#[test]
fn sums_past_64_bits_wrap() {
    let most = cpu(|builder| sample(builder, &["main"], i64::MAX));
    let one = cpu(|builder| sample(builder, &["main"], 1));
    assert_eq!(samples(&merged(&[most, one])), [format!("{} main", i64::MIN)]);
}

#[test]
fn the_time_is_the_earliest_that_is_known() {
    for (times, earliest) in [
        (&[3][..], 3),
        (&[5, 3, 4], 3),
        (&[0, 7], 7),
        (&[7, 0], 7),
        (&[0, 7, 0, 5, 0], 5),
        (&[0, 0], 0),
        (&[-2, 1], -2),
    ] {
        let profiles: Vec<Profile> =
            times.iter().map(|&time| cpu(|builder| builder.header_mut().time_nanos = time)).collect();
        assert_eq!(merged(&profiles).header().time_nanos, earliest, "{times:?}");
    }
}

#[test]
fn durations_add_up_and_the_period_is_the_largest() {
    let profiles = [(1, 10), (0, 30), (5, 20), (2, 0)].map(|(duration, period)| {
        cpu(|builder| {
            builder.header_mut().duration_nanos = duration;
            builder.header_mut().period = period;
        })
    });
    let merged = merged(&profiles);
    assert_eq!((merged.header().duration_nanos, merged.header().period), (8, 30));
}

#[test]
fn comments_stand_once_in_the_order_they_came() {
    let profiles = [&["b", "a"][..], &[], &["a", "c", "b"], &["c", "c"]].map(|comments| {
        cpu(|builder| {
            let comments = comments.iter().map(|comment| builder.string(comment)).collect();
            builder.header_mut().comments = comments;
        })
    });
    let merged = merged(&profiles);
    let comments: Vec<&str> = merged.header().comments.iter().map(|&comment| merged.str(comment)).collect();
    assert_eq!(comments, ["b", "a", "c"]);
}

#[test]
fn the_default_type_and_the_address_of_documentation_are_the_first_there_are() {
    let profiles = [("", ""), ("", "https://one"), ("cpu", "https://two"), ("wall", "")].map(|(default, doc)| {
        cpu(|builder| {
            let (default, doc) = (builder.string(default), builder.string(doc));
            builder.header_mut().default_sample_type = default;
            builder.header_mut().doc_url = doc;
        })
    });
    let merged = merged(&profiles);
    let header = merged.header();
    assert_eq!((merged.str(header.default_sample_type), merged.str(header.doc_url)), ("cpu", "https://one"));
}

#[test]
fn frames_to_drop_and_keep_are_those_of_the_first() {
    let with = |drop: &'static str, keep: &'static str| {
        cpu(|builder| {
            let (drop, keep) = (builder.string(drop), builder.string(keep));
            builder.header_mut().drop_frames = drop;
            builder.header_mut().keep_frames = keep;
        })
    };
    for (first, second) in [(("", ""), ("malloc", "x")), (("malloc", ""), ("free", "x"))] {
        let merged = merged(&[with(first.0, first.1), with(second.0, second.1)]);
        let header = merged.header();
        assert_eq!((merged.str(header.drop_frames), merged.str(header.keep_frames)), first);
    }
}

#[test]
fn functions_are_equal_if_all_of_them_is() {
    let function = |name: &'static str, system_name: &'static str, filename: &'static str, start_line| {
        cpu(|builder| {
            let (name, system_name) = (builder.string(name), builder.string(system_name));
            let filename = builder.string(filename);
            let function = builder.function(Function { name, system_name, filename, start_line });
            let location = builder.location(Location::default(), &[Line { function, line: 1, column: 0 }]);
            sample_at(builder, &[location], &[], 1);
        })
    };
    let same = || function("f", "_f", "f.c", 3);
    assert_eq!(merged(&[same(), same()]).symbols().functions().len(), 1);
    for other in [function("g", "_f", "f.c", 3), function("f", "_g", "f.c", 3), function("f", "_f", "g.c", 3)] {
        assert_eq!(merged(&[same(), other]).symbols().functions().len(), 2);
    }
    assert_eq!(merged(&[same(), function("f", "_f", "f.c", 4)]).symbols().functions().len(), 2);
}

#[test]
fn columns_keep_locations_apart_those_of_inlined_lines_too() {
    let lines = |places: [(i64, i64); 2]| {
        cpu(|builder| {
            let functions = ["inlined", "caller"].map(|name| {
                let name = builder.string(name);
                builder.function(Function { name, ..Function::default() })
            });
            let line = |row: usize| Line { function: functions[row], line: places[row].0, column: places[row].1 };
            let location = builder.location(Location { address: 0x10, ..Location::default() }, &[line(0), line(1)]);
            sample_at(builder, &[location], &[], 1);
        })
    };
    let same = || lines([(5, 1), (7, 1)]);
    assert_eq!(merged(&[same(), same()]).symbols().locations().len(), 1);
    for other in [lines([(5, 2), (7, 1)]), lines([(5, 1), (7, 2)]), lines([(6, 1), (7, 1)]), lines([(5, 1), (8, 1)])] {
        let merged = merged(&[same(), other]);
        assert_eq!(merged.symbols().locations().len(), 2);
        assert_eq!(samples(&merged), ["1 inlined", "1 inlined"]);
    }
}

#[test]
fn folded_locations_stay_apart_from_others() {
    let at = |is_folded| {
        cpu(|builder| {
            let location = builder.location(Location { address: 0x10, mapping: None, is_folded }, &[]);
            sample_at(builder, &[location], &[], 1);
        })
    };
    assert_eq!(merged(&[at(true), at(false), at(true)]).samples().len(), 2);
}

/// A mapping, and an address in it.
struct Mapped {
    start: u64,
    size: u64,
    offset: u64,
    file: &'static str,
    build_id: &'static str,
    address: u64,
}

const MAPPED: Mapped = Mapped { start: 0x1000, size: 0x2000, offset: 0, file: "/bin/a", build_id: "", address: 0x1234 };

impl Mapped {
    fn add_mapping(&self, builder: &mut ProfileBuilder) -> MappingId {
        let (file, build_id) = (builder.string(self.file), builder.string(self.build_id));
        builder.mapping(Mapping {
            start_address: self.start,
            limit_address: self.start.wrapping_add(self.size),
            file_offset: self.offset,
            file,
            build_id,
            ..Mapping::default()
        })
    }

    fn profile(&self) -> Profile {
        cpu(|builder| {
            let mapping = Some(self.add_mapping(builder));
            let location = builder.location(Location { address: self.address, mapping, is_folded: false }, &[]);
            sample_at(builder, &[location], &[], 1);
        })
    }
}

#[test]
fn addresses_move_to_where_the_first_profile_has_the_mapping() {
    let elsewhere = Mapped { start: 0x7f00_0000_0000, address: 0x7f00_0000_0234, ..MAPPED };
    let lower = Mapped { start: 0, address: 0x234, ..MAPPED };
    let merged = merged(&[MAPPED.profile(), elsewhere.profile(), lower.profile()]);
    assert_eq!(merged.symbols().mappings(), MAPPED.profile().symbols().mappings());
    assert_eq!(merged.symbols().locations().iter().map(|location| location.address).collect::<Vec<_>>(), [0x1234]);
    assert_eq!(merged.samples().values(0), [3]);
}

#[test]
fn mappings_are_equal_by_build_id_or_file_and_by_offset_and_size() {
    let with_id = Mapped { build_id: "abc", ..MAPPED };
    for (one, other, count) in [
        (&MAPPED, &MAPPED, 1),
        (&with_id, &Mapped { file: "/copy/of/a", build_id: "abc", ..MAPPED }, 1),
        (&with_id, &Mapped { build_id: "def", ..MAPPED }, 2),
        (&with_id, &MAPPED, 2),
        (&MAPPED, &Mapped { file: "/bin/b", ..MAPPED }, 2),
        (&MAPPED, &Mapped { offset: 0x1000, ..MAPPED }, 2),
        (&MAPPED, &Mapped { size: 0x1001, ..MAPPED }, 1),
        (&MAPPED, &Mapped { size: 0x1000, ..MAPPED }, 2),
        (&MAPPED, &Mapped { size: 0x2001, ..MAPPED }, 2),
    ] {
        assert_eq!(merged(&[one.profile(), other.profile()]).symbols().mappings().len(), count);
    }
}

#[test]
fn the_first_mapping_stays_and_others_go_if_nothing_uses_them() {
    let profile = cpu(|builder| {
        for file in ["/bin/main", "/lib/unused", "/lib/used"] {
            let mapping = Some(Mapped { file, ..MAPPED }.add_mapping(builder));
            let location = builder.location(Location { address: 0x1234, mapping, is_folded: false }, &[]);
            if file == "/lib/used" {
                sample_at(builder, &[location], &[], 1);
            }
        }
    });
    let compacted = compact(&profile).expect("it is valid");
    let files: Vec<&str> = compacted.symbols().mappings().iter().map(|mapping| compacted.str(mapping.file)).collect();
    assert_eq!(files, ["/bin/main", "/lib/used"]);
    assert_eq!(compacted.symbols().locations().len(), 1);
}

#[test]
fn samples_without_values_go() {
    let profile = cpu(|builder| {
        sample(builder, &["idle", "main"], 0);
        sample(builder, &["busy", "main"], 1);
    });
    assert_eq!(samples(&merged(std::slice::from_ref(&profile))), ["1 busy main"]);
    assert!(!raw(&compact(&profile).expect("it is valid")).contains("idle"));
}

#[test]
fn sums_that_cancel_go_with_what_only_they_used() {
    let one = cpu(|builder| {
        let mapping = Some(MAPPED.add_mapping(builder));
        let location = builder.location(Location { address: 0x1234, mapping, is_folded: false }, &[]);
        let (key, text) = (builder.string("only_here"), builder.string("gone"));
        sample_at(builder, &[location], &[Label::text(key, text)], 5);
        sample(builder, &["vanishing", "main"], 5);
        sample(builder, &["busy", "main"], 2);
    });
    let other = cpu(|builder| {
        let mapping = Some(MAPPED.add_mapping(builder));
        let location = builder.location(Location { address: 0x1234, mapping, is_folded: false }, &[]);
        let (key, text) = (builder.string("only_here"), builder.string("gone"));
        sample_at(builder, &[location], &[Label::text(key, text)], -5);
        sample(builder, &["vanishing", "main"], -5);
    });
    let merged = merged(&[one, other]);
    assert_eq!(samples(&merged), ["2 busy main"]);
    assert_eq!(merged.symbols().locations().len(), 2);
    assert_eq!(merged.symbols().mappings().len(), 1, "the main program stays");
    assert_eq!(merged.strings().iter().collect::<Vec<_>>(), ["", "cpu", "nanoseconds", "/bin/a", "busy", "main"]);
}

#[test]
fn labels_keep_samples_apart_and_their_order_does_not() {
    let labelled = |labels: &[(&str, Result<&str, i64>)]| {
        cpu(|builder| {
            let labels: Vec<Label> = labels
                .iter()
                .map(|&(key, value)| match value {
                    Ok(text) => Label::text(builder.string(key), builder.string(text)),
                    Err(number) => Label::number(builder.string(key), number, builder.string("bytes")),
                })
                .collect();
            let main = location(builder, "main");
            sample_at(builder, &[main], &labels, 1);
        })
    };
    let both = labelled(&[("thread", Ok("ui")), ("size", Err(8))]);
    let turned = labelled(&[("size", Err(8)), ("thread", Ok("ui"))]);
    assert_eq!(samples(&merged(&[both.clone(), turned])), ["2 main"]);
    for other in [
        labelled(&[("thread", Ok("ui"))]),
        labelled(&[("thread", Ok("db")), ("size", Err(8))]),
        labelled(&[("thread", Ok("ui")), ("size", Err(9))]),
        labelled(&[("thread", Ok("ui")), ("size", Ok("8"))]),
        labelled(&[("thread", Ok("ui")), ("size", Err(8)), ("size", Err(8))]),
        labelled(&[]),
    ] {
        assert_eq!(merged(&[both.clone(), other]).samples().len(), 2);
    }
    // Values of one key are a list, so their order counts.
    let list = labelled(&[("size", Err(1)), ("size", Err(2))]);
    let turned = labelled(&[("size", Err(2)), ("size", Err(1))]);
    assert_eq!(merged(&[list, turned]).samples().len(), 2);
}

#[test]
fn profiles_that_measure_other_things_are_refused() {
    let measuring = |types: &[(&str, &str)], period: (&str, &str)| {
        let mut builder = ProfileBuilder::new();
        for (kind, unit) in types {
            builder.sample_type(kind, unit);
        }
        let period_type = ValueType { kind: builder.string(period.0), unit: builder.string(period.1) };
        builder.header_mut().period_type = period_type;
        builder.build().expect("it is valid")
    };
    let one = measuring(&[("samples", "count"), ("cpu", "ns")], ("cpu", "ns"));
    for (other, expected) in [
        (
            measuring(&[("samples", "count"), ("cpu", "ns")], ("cpu", "us")),
            "incompatible period types cpu/ns and cpu/us",
        ),
        (
            measuring(&[("cpu", "ns"), ("samples", "count")], ("cpu", "ns")),
            "incompatible sample types [samples/count cpu/ns] and [cpu/ns samples/count]",
        ),
        (
            measuring(&[("samples", "count")], ("cpu", "ns")),
            "incompatible sample types [samples/count cpu/ns] and [samples/count]",
        ),
    ] {
        let error = merge(&[&one, &other]).expect_err(expected);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Incompatible, expected));
    }
}

#[test]
fn nothing_cannot_be_merged() {
    let error = merge(&[]).expect_err("there is nothing");
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Argument, "no profiles to merge"));
}

/// Makes profiles of which some cancel each other, and one has nothing.
fn five_profiles() -> [Profile; 5] {
    let with_time = |time, values: &'static [(&str, i64)]| {
        cpu(|builder| {
            builder.header_mut().time_nanos = time;
            builder.header_mut().duration_nanos = 10;
            let comment = builder.string(values.first().map_or("none", |(name, _)| name));
            builder.header_mut().comments.push(comment);
            for (name, value) in values {
                sample(builder, &[name, "main"], *value);
            }
        })
    };
    [
        with_time(0, &[("a", 1), ("b", 2)]),
        with_time(9, &[("b", -2), ("c", 3)]),
        with_time(0, &[]),
        with_time(4, &[("c", -3), ("d", 4), ("b", 7)]),
        with_time(6, &[("d", -4), ("a", 1)]),
    ]
}

#[test]
fn appending_mergers_is_adding_one_after_another() {
    let profiles = five_profiles();
    let whole = merged(&profiles);
    let merger_of = |profiles: &[Profile]| {
        let mut merger = Merger::new();
        profiles.iter().for_each(|profile| merger.add(profile).expect("they measure the same"));
        merger
    };
    for cut in 0..=profiles.len() {
        for second_cut in cut..=profiles.len() {
            let mut merger = merger_of(&profiles[..cut]);
            merger.append(merger_of(&profiles[cut..second_cut])).expect("they measure the same");
            merger.append(merger_of(&profiles[second_cut..])).expect("they measure the same");
            let merged = merger.finish().expect("there are profiles");
            assert_eq!(raw(&merged), raw(&whole), "cut at {cut} and {second_cut}");
            assert_eq!(codec::encode(&merged), codec::encode(&whole), "cut at {cut} and {second_cut}");
        }
    }
}

#[test]
fn many_samples_are_summed_as_few_are() {
    // Each kind of sample comes again and again, near and far, in two profiles and with other ids in each.
    const KINDS: u64 = 3_000;
    let kind_of = |index: u64| index.wrapping_mul(index) % KINDS;
    let profile = |first: u64| {
        cpu(|builder| {
            let key = builder.string("request");
            for index in first..first + 5_000 {
                let kind = kind_of(index);
                let stack =
                    [location(builder, &format!("f{}", kind % 7)), location(builder, &format!("g{}", kind % 400))];
                let label = Label::number(key, kind as i64, Default::default());
                sample_at(builder, &stack, &[label], 1 + index as i64 % 3);
            }
        })
    };
    let mut expected = Vec::new();
    let mut rows = std::collections::HashMap::new();
    for index in (0..5_000).chain(20_000..25_000) {
        let row = *rows.entry(kind_of(index)).or_insert_with(|| {
            expected.push((kind_of(index), 0));
            expected.len() - 1
        });
        expected[row].1 += 1 + index as i64 % 3;
    }
    let expected: Vec<String> =
        expected.iter().map(|(kind, sum)| format!("{sum} f{} g{}", kind % 7, kind % 400)).collect();
    assert_eq!(samples(&merged(&[profile(0), profile(20_000)])), expected);
}

#[test]
fn profiles_that_have_nothing_in_common_merge_as_others_do() {
    // More than it takes to give up that expectation, then such that have all in common.
    let of = |number: i64| cpu(|builder| sample(builder, &[&format!("f{number}"), "main"], number));
    let numbers: Vec<i64> = (1..=12).chain(1..=12).collect();
    let profiles: Vec<Profile> = numbers.iter().map(|&number| of(number)).collect();
    let expected: Vec<String> = (1..=12).map(|number| format!("{} f{number} main", 2 * number)).collect();
    assert_eq!(samples(&merged(&profiles)), expected);
    assert_eq!(merged(&profiles).symbols().locations().len(), 13);
}
