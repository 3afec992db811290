//! Annotated source, and time charged to one's own code.

#![cfg(feature = "analyze")]

use std::collections::BTreeMap;
use std::fs::File;

use regex::Regex;
use rpprof::aggregate::{FrameOptions, Granularity};
use rpprof::codec::{self, ReadOptions};
use rpprof::profile::{Function, Line, Location, LocationId, Profile, ProfileBuilder};
use rpprof::report::{self, Counting, Extent, Listing, ListingOptions, Source, SourceText, TopOptions};
use rpprof::transform::{Filter, NOT_MY_CODE, Selection, my_code, rename_files, select};

/// Function, file, line.
type Place = (&'static str, &'static str, i64);

/// Builds a profile with a sample for each stack of places, leaf first; functions start at line 10.
fn profile(samples: &[(&[Place], i64)]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("events", "count");
    builder.sample_type("cpu", "milliseconds");
    for (stack, value) in samples {
        let stack: Vec<LocationId> = stack.iter().map(|&place| location(&mut builder, place)).collect();
        let (stack, labels) = (builder.stack(&stack), builder.label_set(&[]));
        builder.sample(stack, labels, &[2, *value]);
    }
    builder.build().expect("it is valid")
}

fn location(builder: &mut ProfileBuilder, (name, file, line): Place) -> LocationId {
    let (name, filename) = (builder.string(name), builder.string(file));
    let start_line = if line == 0 { 0 } else { 10 };
    let function = builder.function(Function { name, filename, start_line, ..Function::default() });
    builder.location(Location::default(), &[Line { function, line, column: 0 }])
}

fn read(name: &str) -> Profile {
    let path = format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    codec::read(File::open(path).expect("it is there"), &ReadOptions::default()).expect("it is a profile")
}

/// Lists all functions of a profile whose sources have 30 lines each.
fn list(profile: &Profile, set: impl FnOnce(&mut ListingOptions)) -> Listing {
    let mut options = ListingOptions::default();
    options.values.sample_type = 1;
    set(&mut options);
    let text: String = (1..=30).map(|line| format!("line {line}\n")).collect();
    report::listing(&Selection::all(profile), &options, |file| match file {
        "gone.rs" => Err("it is gone".to_owned()),
        _ => Ok(SourceText { path: format!("/src/{file}"), text: text.clone() }),
    })
}

/// Returns the lines that weigh something: number, flat and cumulative value.
fn weights(listing: &Listing) -> Vec<(i64, i64, i64)> {
    let lines = listing.routines.iter().flat_map(|routine| &routine.lines);
    lines.map(|line| (line.line, line.flat, line.cum)).filter(|&(_, flat, cum)| flat != 0 || cum != 0).collect()
}

const FIB: &[(&[Place], i64)] = &[
    (&[("fib", "a.rs", 12), ("fib", "a.rs", 13), ("fib", "a.rs", 13), ("main", "a.rs", 20)], 5),
    (&[("fib", "a.rs", 13), ("fib", "a.rs", 12), ("main", "a.rs", 20)], 7),
];

#[test]
fn a_function_that_calls_itself_counts_once_but_as_in_pprof_for_each_line() {
    let profile = profile(FIB);
    let once = list(&profile, |options| options.functions = Regex::new("fib").ok());
    let as_pprof = list(&profile, |options| {
        (options.functions, options.counting) = (Regex::new("fib").ok(), Counting::Nodes);
    });
    let sums = |listing: &Listing| (listing.routines[0].flat, listing.routines[0].cum, listing.total);
    assert_eq!(sums(&once), (12, 12, 12));
    assert_eq!(sums(&as_pprof), (12, 24, 12));
    assert_eq!(weights(&once), [(12, 5, 12), (13, 7, 12)]);
    assert_eq!(weights(&once), weights(&as_pprof));
}

#[test]
fn whole_functions_are_shown_or_what_lies_around_lines_that_weigh_something() {
    let profile = profile(FIB);
    for (extent, functions, first, count) in [
        (Extent::Function, "fib", 10, 9),
        (Extent::Function, "main", 10, 16),
        (Extent::Around(0), "fib", 12, 2),
        (Extent::Around(1), "fib", 11, 4),
        (Extent::Around(u32::MAX), "main", 1, 30),
    ] {
        let listing = list(&profile, |options| {
            (options.functions, options.extent) = (Regex::new(functions).ok(), extent);
        });
        let lines = &listing.routines[0].lines;
        assert_eq!((lines[0].line, lines.len()), (first, count), "{extent:?} of {functions}");
        assert!(lines.iter().all(|line| line.text.as_deref() == Some(format!("line {}", line.line).as_str())));
    }
}

#[test]
fn what_has_no_text_is_told_all_the_same() {
    let stack: &[Place] =
        &[("f", "a.rs", 99), ("g", "gone.rs", 7), ("h", "", 0), ("i", "a.rs", i64::MAX), ("j", "a.rs", -3)];
    let profile = profile(&[(stack, 4)]);
    let listing = list(&profile, |_| {});
    let found: Vec<_> = listing
        .routines
        .iter()
        .map(|routine| {
            (routine.function.as_str(), &routine.source, routine.lines.last().map(|line| (line.line, line.cum)))
        })
        .collect();
    let known = Source::Found { path: "/src/a.rs".to_owned() };
    let missing = Source::Missing { reason: "it is gone".to_owned() };
    assert_eq!(
        found,
        [
            ("f", &known, Some((99, 4))),
            ("g", &missing, Some((7, 4))),
            ("h", &Source::Unknown, Some((0, 4))),
            ("i", &known, Some((i64::MAX, 4))),
            ("j", &known, Some((-3, 4))),
        ]
    );
}

#[test]
fn means_are_of_the_samples_of_a_line() {
    let profile = profile(FIB);
    let listing = list(&profile, |options| {
        options.values.averaging = rpprof::aggregate::Averaging::Mean;
        options.functions = Regex::new("fib").ok();
    });
    assert_eq!(weights(&listing), [(12, 2, 3), (13, 3, 3)]);
    assert_eq!((listing.routines[0].flat, listing.routines[0].cum, listing.total), (3, 3, 3));
}

#[test]
fn listings_agree_with_tables() {
    for name in ["go_cpu.pb.gz", "cpp_cpu.pb.gz", "rust_cpu.pb.gz", "go_heap.pb.gz", "go_block.pb.gz"] {
        let profile = read(name);
        let selection = Selection::all(&profile);
        let mut options = TopOptions::default();
        options.values.sample_type = 1;
        options.frames = FrameOptions::default();
        options.frames.granularity = Granularity::FileFunctions;
        (options.node_fraction, options.edge_fraction) = (0.0, 0.0);
        let top = report::top(&selection, &options);
        let rows: BTreeMap<&str, (i64, i64)> =
            top.rows.iter().map(|row| (row.name.as_str(), (row.flat, row.cum))).collect();
        let listing = list(&profile, |_| {});
        assert!(listing.routines.len() > 20, "{name}");
        for routine in &listing.routines {
            let row = [routine.function.as_str(), &routine.file].join(" ");
            assert_eq!(rows.get(row.trim_end()), Some(&(routine.flat, routine.cum)), "{name}: {row}");
            assert_eq!(routine.lines.iter().map(|line| line.flat).sum::<i64>(), routine.flat, "{name}: {row}");
            assert!(routine.lines.iter().all(|line| line.cum <= routine.cum), "{name}: {row}");
        }
    }
}

#[test]
fn libraries_are_charged_to_the_code_that_calls_them() {
    const CORE: Place = ("core::cmp::max", "/rustc/1/library/core/src/cmp.rs", 3);
    const SERDE: Place = ("serde::de", "/root/.cargo/registry/src/index-1/serde-1.0.0/src/de.rs", 4);
    let profile = profile(&[
        (&[CORE, SERDE, ("load", "src/load.rs", 5), CORE, ("main", "src/main.rs", 6)], 3),
        (&[("load", "src/load.rs", 5), ("main", "src/main.rs", 6)], 4),
        (&[CORE, SERDE], 6),
    ]);
    let charged = |filter: &Filter| {
        let (selection, _) = select(&profile, filter).expect("the profile has no expressions");
        let mine = my_code(&selection);
        let mut options = TopOptions::default();
        options.values.sample_type = 1;
        let top = report::top(&selection.of_my_code(&mine), &options);
        assert_eq!(top.coverage.total, 13);
        top.rows.into_iter().map(|row| (row.name, row.flat, row.cum)).collect::<Vec<_>>()
    };
    let row = |name: &str, flat, cum| (name.to_owned(), flat, cum);
    let rest = row(NOT_MY_CODE, 6, 6);
    assert_eq!(charged(&Filter::default()), [row("load", 7, 7), rest.clone(), row("main", 0, 7)]);
    let mut filter = Filter::default();
    filter.focus = Regex::new("serde").ok();
    assert_eq!(charged(&filter), [rest, row("load", 3, 3), row("main", 0, 3)]);
}

#[test]
fn a_profile_of_my_code_can_be_written_and_read() {
    for name in ["go_cpu.pb.gz", "rust_cpu.pb.gz", "cpp_cpu.pb.gz", "go_threadcreate.pb.gz"] {
        let profile = read(name);
        let mine = my_code(&Selection::all(&profile));
        let mut bytes = Vec::new();
        codec::write(&mine, &mut bytes, &codec::WriteOptions::default()).expect("memory can be written to");
        let again = codec::read(bytes.as_slice(), &ReadOptions::default()).expect("it is a profile");
        assert_eq!(again.samples().len(), profile.samples().len(), "{name}");
    }
}

#[test]
fn filters_see_the_names_of_files_as_they_were() {
    let profile = profile(&[(&[("f", "/build/src/a.rs", 12)], 1), (&[("g", "/lib/b.rs", 12)], 2)]);
    let mut filter = Filter::default();
    filter.focus = Regex::new("^/build").ok();
    let (selection, unmatched) = select(&profile, &filter).expect("the profile has no expressions");
    assert!(!unmatched.focus);
    let mut asked = Vec::new();
    let renamed = rename_files(&profile, |file| {
        asked.push(file.to_owned());
        file.trim_start_matches("/build/").to_owned()
    });
    assert_eq!(asked, ["/build/src/a.rs", "/lib/b.rs"]);
    let mut options = TopOptions::default();
    options.frames.granularity = Granularity::Files;
    let top = report::top(&selection.of_renamed(&renamed), &options);
    assert_eq!(top.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["src/a.rs"]);
}

#[test]
fn a_function_weighs_alone_what_it_weighs_among_all() {
    for name in ["go_cpu.pb.gz", "cpp_cpu.pb.gz", "rust_cpu.pb.gz", "tokio_heap.pb.gz"] {
        let profile = read(name);
        for counting in [Counting::Samples, Counting::Nodes] {
            let listing = |functions: Option<Regex>| {
                let mut options = ListingOptions::default();
                options.values.sample_type = profile.default_sample_type().expect("there is one");
                (options.functions, options.counting) = (functions, counting);
                report::listing(&Selection::all(&profile), &options, |_| Err("nobody looks".to_owned())).routines
            };
            let all = listing(None);
            assert!(all.len() > 8, "{name}");
            for function in all.iter().map(|routine| &routine.function).step_by(all.len() / 4) {
                let exact = Regex::new(&format!("^{}$", regex::escape(function))).expect("it is escaped");
                let (chosen, others): (Vec<_>, Vec<_>) =
                    all.clone().into_iter().partition(|routine| routine.function == *function);
                assert_eq!(listing(Some(exact)), chosen, "{name}: {function}");
                // Nearly all together are counted in another way than one alone.
                let but = Regex::new(&format!(
                    "^(?:{})$",
                    others.iter().map(|routine| regex::escape(&routine.function)).collect::<Vec<_>>().join("|")
                ))
                .expect("it is escaped");
                assert_eq!(listing(Some(but)), others, "{name}: all but {function}");
            }
        }
    }
}
