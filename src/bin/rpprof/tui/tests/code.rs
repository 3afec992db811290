//! Lines of source and of machine code: going among them, searching them.

use rpprof::profile::{Function, LabelSetId, Line, Location, ProfileBuilder};
use rpprof::report::{Listing, ListingOptions};
use rpprof::transform::Selection;

use super::super::Loaded;
use super::super::source_rows::SourceRow;
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::{Browser, text_of};

/// A browser at the source of a function.
fn source_of(file: &str, function: &str) -> Browser {
    let mut browser = Browser::open(file, (100, 24), Depth::Mono);
    browser.write(&format!(":list {function}"));
    assert_eq!(browser.state.view, View::Source);
    browser
}

fn weights(browser: &Browser) -> Vec<u64> {
    browser.state.source_lines().iter().map(SourceRow::weight).collect()
}

fn row(browser: &Browser) -> usize {
    browser.state.place_in(View::Source).row
}

#[test]
fn lines_that_weigh_something_are_gone_through_the_heaviest_first() {
    let mut browser = source_of("cpp_cpu.pb.gz", "catalogue::Trie");
    let weights = weights(&browser);
    let mut expected: Vec<u64> = weights.iter().copied().filter(|&weight| weight != 0).collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    assert!(expected.len() > 2, "{weights:?}");
    let mut seen = vec![weights[row(&browser)]];
    for _ in 1..expected.len() {
        browser.press("H");
        seen.push(weights[row(&browser)]);
    }
    assert_eq!(seen, expected);
    browser.press("H");
    assert_eq!(weights[row(&browser)], expected[0], "and again");
}

#[test]
fn a_line_is_told_with_what_it_weighs() {
    let browser = source_of("cpp_cpu.pb.gz", "catalogue::Trie");
    let picture = text_of(&browser.picture(), false);
    let lines: Vec<&str> = picture.lines().collect();
    assert_eq!(lines[2], "      flat       cum   line source");
    let weight = browser.state.label(i64::try_from(weights(&browser)[row(&browser)]).expect("it is small"));
    assert!(lines[22].starts_with("self ") && lines[22].contains(&format!(" total {weight} (")), "{}", lines[22]);
}

#[test]
fn the_file_whose_lines_weigh_most_is_the_first_one() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let name = builder.string("work");
    for (file, line, nanos) in [("a.rs", 3, 10), ("b.rs", 5, 30), ("c.rs", 7, 20)] {
        let file = builder.string(file);
        let function = builder.function(Function { name, system_name: name, filename: file, ..Function::default() });
        let location = builder.location(Location::default(), &[Line { function, line, column: 0 }]);
        let stack = builder.stack(&[location]);
        builder.sample(stack, LabelSetId::EMPTY, &[nanos]);
    }
    let profile = builder.build().expect("it is valid");
    let loaded = Loaded { profile, files: vec!["own.pb.gz".into()], left_out: None };
    let mut browser = Browser::of(loaded, None, (100, 24), Depth::Mono);
    browser.press("s");
    let (_, source) = browser.state.source.as_ref().expect("it is answered");
    let files: Vec<&str> = source.listing.routines.iter().map(|routine| routine.file.as_str()).collect();
    assert_eq!(files, ["b.rs", "c.rs", "a.rs"]);
    assert_eq!((row(&browser), weights(&browser)), (1, vec![0, 30, 0, 20, 0, 10]));
}

#[test]
fn lines_are_searched() {
    let mut browser = source_of("cpp_cpu.pb.gz", "catalogue::Trie");
    // Names of functions are there even where there is no source.
    browser.press("/");
    browser.write("near");
    let texts: Vec<String> = browser.state.source_lines().iter().map(|row| row.text().to_owned()).collect();
    let found = texts.iter().filter(|text| text.contains("near")).count();
    assert!(found > 0, "{texts:?}");
    assert!(texts[row(&browser)].contains("near"));
    let told = text_of(&browser.picture(), false).lines().last().map(str::to_owned);
    let noun = if found == 1 { "line" } else { "lines" };
    assert_eq!(told, Some(format!("/near: {found} {noun}; n next")));
    for _ in 0..found {
        browser.press("n");
        assert!(texts[row(&browser)].contains("near"));
    }
    browser.press("esc /");
    browser.write("no line has this");
    browser.press("n");
    assert_eq!(browser.state.message.as_ref().map(|message| &*message.text), Some("no row of this view matches"));
}

#[test]
fn lines_have_sums_where_the_table_has_means() {
    let mut browser = Browser::open("cpp_heap.pb.gz", (100, 24), Depth::Mono);
    browser.press("m s");
    let (functions, source) = browser.state.source.clone().expect("it is answered");
    let mut options = ListingOptions::default();
    options.values.sample_type = browser.state.scope.sample_type;
    options.functions = regex::Regex::new(&functions).ok();
    let expected = rpprof::report::listing(&Selection::all(&browser.new), &options, |_: &str| Err(String::new()));
    let sum = |listing: &Listing| listing.routines.iter().map(|routine| routine.cum).sum::<i64>();
    assert_eq!(sum(&source.listing), sum(&expected));
    browser.press("y");
    assert!(matches!(browser.effects.as_slice(), [Effect::Copy(line)] if !line.contains("--mean")));
}

#[test]
fn what_weighs_nothing_is_told_so() {
    let mut browser = source_of("cpp_heap.pb.gz", "catalogue::Trie");
    assert!(!weights(&browser).is_empty());
    browser.write(":ignore=.");
    let picture = text_of(&browser.picture(), false);
    assert!(
        picture.contains("it weighs nothing in this column, or by these filters: t shows another column"),
        "{picture}"
    );
}

#[test]
fn what_a_command_showed_is_left_again() {
    let mut browser = source_of("cpp_cpu.pb.gz", "catalogue::Trie");
    browser.press("q");
    assert_eq!((browser.state.view, browser.effects.as_slice()), (View::Top, &[][..]));
    browser.write(":peek catalogue::Trie");
    browser.press("q q");
    assert_eq!((browser.state.view, browser.effects.as_slice()), (View::Top, &[Effect::Quit][..]));
}
