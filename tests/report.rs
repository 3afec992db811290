//! Reports of small profiles that are built for what they show.

#![cfg(feature = "analyze")]

use rpprof::aggregate::{FrameOptions, Frames, Granularity, Objects};
use rpprof::profile::{Function, Label, Line, Location, LocationId, Mapping, Profile, ProfileBuilder, StringId};
use rpprof::render::{self, SvgOptions};
use rpprof::report::{self, FlameOptions};
use rpprof::transform::Selection;

/// Key, number and unit.
type NumberLabel = (&'static str, i64, &'static str);

/// Builds a profile with a sample for each stack of functions, leaf first, its value and its labels.
fn profile(samples: &[(&[&str], i64, &[NumberLabel])]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    for (stack, value, labels) in samples {
        let stack: Vec<LocationId> = stack.iter().map(|name| location(&mut builder, name)).collect();
        let label =
            |&(key, value, unit): &(&str, i64, &str)| Label::number(builder.string(key), value, builder.string(unit));
        let labels: Vec<Label> = labels.iter().map(label).collect();
        let (stack, labels) = (builder.stack(&stack), builder.label_set(&labels));
        builder.sample(stack, labels, &[*value]);
    }
    builder.build().expect("it is valid")
}

fn location(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let name = builder.string(name);
    let function = builder.function(Function { name, ..Function::default() });
    builder.location(Location::default(), &[Line { function, line: 0, column: 0 }])
}

fn svg(profile: &Profile) -> String {
    let flame = report::flame(&Selection::all(profile), &FlameOptions::default());
    let mut drawn = Vec::new();
    render::svg(&flame, &SvgOptions::default(), &mut drawn).expect("there is something to draw");
    String::from_utf8(drawn).expect("pictures are text")
}

#[test]
fn frames_whose_names_end_in_a_number_are_drawn_as_others() {
    let drawn =
        svg(&profile(&[(&["worker 7", "pool 2"], 5, &[]), (&["worker 12", "pool 2"], 5, &[]), (&["12"], 5, &[])]));
    for title in ["worker 7 (5, 33.33%)", "worker 12 (5, 33.33%)", "pool 2 (10, 66.67%)", "12 (5, 33.33%)"] {
        assert!(drawn.contains(&format!("<title>{title}</title>")), "no {title} in {drawn}");
    }
}

#[test]
fn values_that_together_pass_64_bits_are_not_drawn() {
    let many: Vec<(&[&str], i64, &[NumberLabel])> =
        [&["a"][..], &["b"], &["c"]].map(|stack| (stack, i64::MAX, &[][..])).to_vec();
    let flame = report::flame(&Selection::all(&profile(&many)), &FlameOptions::default());
    let error = render::svg(&flame, &SvgOptions::default(), std::io::sink()).expect_err("they wrap");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn the_unit_of_a_label_does_not_depend_on_chance() {
    let sizes =
        profile(&[(&["main"], 1, &[("size", 1, "bytes"), ("size", 2, "kB"), ("size", 3, ""), ("size", 4, "MB")])]);
    let units: Vec<String> =
        (0..50).map(|_| report::info(&sizes).expect("there is a type").labels[0].unit.clone()).collect();
    assert!(units.iter().all(|unit| *unit == units[0]), "{units:?}");
}

#[test]
fn equal_functions_of_several_binaries_are_told_apart_if_asked() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let name = builder.string("f");
    let function = builder.function(Function { name, start_line: 7, ..Function::default() });
    for file in ["/bin/a", "/bin/b"] {
        let file = builder.string(file);
        let mapping = Some(builder.mapping(Mapping { file, ..Mapping::default() }));
        builder.location(Location { mapping, ..Location::default() }, &[Line { function, line: 9, column: 0 }]);
    }
    let profile = builder.build().expect("it is valid");
    let found = |objects| {
        let mut options = FrameOptions::default();
        options.objects = objects;
        let frames = Frames::new(&Selection::all(&profile), options);
        let all = frames.by_location().iter().map(|ids| frames.frame(ids[0]));
        all.map(|frame| (frame.name(), frame.object.to_owned(), frame.start_line)).collect::<Vec<_>>()
    };
    let f = |object: &str, start_line| ("f".to_owned(), object.to_owned(), start_line);
    assert_eq!(found(Objects::WhenUnknown), [f("", 0), f("", 0)]);
    assert_eq!(found(Objects::WhenNameless), [f("", 0), f("", 0)]);
    assert_eq!(found(Objects::Always), [f("/bin/a", 7), f("/bin/b", 7)]);
}

#[test]
fn a_file_is_one_frame_unless_it_is_to_be_as_pprof_has_it() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let (a, b, unknown) = (builder.string("src/a.rs"), builder.string("src/b.rs"), StringId::EMPTY);
    let binaries: Vec<_> = ["/bin/a", "/bin/b"].map(|file| builder.string(file)).to_vec();
    let functions = [(a, 7, 0), (a, 9, 0), (a, 7, 1), (b, 7, 0), (unknown, 7, 0), (unknown, 7, 1)];
    for (number, (filename, start_line, binary)) in functions.into_iter().enumerate() {
        let name = builder.string(&format!("f{number}"));
        let function = builder.function(Function { name, filename, start_line, ..Function::default() });
        let mapping = Some(builder.mapping(Mapping { file: binaries[binary], ..Mapping::default() }));
        builder.location(Location { mapping, ..Location::default() }, &[Line { function, line: 9, column: 0 }]);
    }
    let profile = builder.build().expect("it is valid");
    let found = |objects| {
        let mut options = FrameOptions::default();
        (options.granularity, options.objects) = (Granularity::Files, objects);
        let frames = Frames::new(&Selection::all(&profile), options);
        frames.by_location().iter().map(|ids| ids[0].index()).collect::<Vec<_>>()
    };
    assert_eq!(found(Objects::WhenUnknown), [0, 0, 0, 1, 2, 3], "without a file the binary is what is known");
    assert_eq!(found(Objects::WhenNameless), [0, 1, 2, 3, 4, 5]);
}
