//! Filters together: each is taken away alone, all are undone, and commands print what is shown.

use std::fs;

use clap::Parser;
use rpprof::aggregate::Averaging;
use serde_json::Value;

use super::super::chip::Chip;
use super::super::config::Config;
use super::super::layout::BoxOf;
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::{Browser, testdata, text_of};
use crate::cli::Cli;

/// Divides a line into words as a shell does that knows single quotes and backslashes.
pub(super) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut has_word) = (Vec::new(), String::new(), false, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => (is_quoted, has_word) = (!is_quoted, true),
            '\\' if !is_quoted => word.extend(chars.next()),
            ' ' if !is_quoted => {
                if has_word {
                    words.push(std::mem::take(&mut word));
                }
                has_word = false;
            }
            c => {
                word.push(c);
                has_word = true;
            }
        }
    }
    words.extend(has_word.then_some(word));
    words
}

/// Runs a command that the browser copied, with flags behind it; returns the JSON that it writes.
pub(super) fn printed(command: &str, flags: &str) -> Value {
    let files =
        |word: String| if word.ends_with(".pb.gz") { testdata().join(word).display().to_string() } else { word };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let output = folder.path().join("report.json");
    let flags = format!("--json -o {} {flags}", output.display());
    let words = words(command).into_iter().map(files).chain(words(&flags));
    let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{command}: {error}"));
    crate::run(cli).unwrap_or_else(|failure| panic!("{command}: {failure}"));
    let text = fs::read_to_string(&output).expect("it was written");
    serde_json::from_str(&text).expect("it is JSON")
}

pub(super) fn copied(browser: &mut Browser) -> String {
    browser.press("y");
    match browser.effects.pop() {
        Some(Effect::Copy(command)) => command,
        other => panic!("no command but {other:?}"),
    }
}

/// States, as what is typed: words that begin with a colon are commands, others keys.
const STATES: [(&str, &[&str]); 20] = [
    ("go_cpu.pb.gz", &["down f", ":focus=runtime", ":focus=main"]),
    ("go_cpu.pb.gz", &[":ignore=mallocgc", ":ignore=gcDrain", ":hide=^runtime\\.", ":focus=store"]),
    ("go_cpu.pb.gz", &["p", "r", ":collapse=runtime"]),
    ("go_cpu.pb.gz", &[":collapse=runtime", ":focus=mallocgc", "r"]),
    ("go_cpu.pb.gz", &["g n g n", "g i", "U U", "+ + + +"]),
    ("go_cpu.pb.gz", &[":show=store|main", ":show_from=main", ":prune_from=malloc"]),
    ("go_heap.pb.gz", &["t", "m", "+ + +"]),
    ("go_heap.pb.gz", &["t t", "m", ":focus=store"]),
    ("go_cpu.pb.gz", &["T", "o", ":ignore=^runtime"]),
    ("cpp_cpu.pb.gz", &["g i", ":hide=std::", "+ + + + +"]),
    ("cpp_cpu.pb.gz", &["down C", "r", "u", "ctrl-r"]),
    ("tokio_heap.pb.gz", &[":focus=tokio", ":focus=alloc", "C"]),
    ("go_cpu.pb.gz", &["3 H up F", "1"]),
    ("cpp_cpu.pb.gz", &[":hide=std::", "2 v down down F", "1"]),
    ("tokio_heap.pb.gz", &["2 H F", "1"]),
    ("go_cpu.pb.gz", &["o down down down c", "down down c"]),
    ("go_cpu.pb.gz", &["g F", "3 H F", "1 c"]),
    ("go_cpu.pb.gz", &["g c", "o down down f", "%"]),
    ("cpp_cpu.pb.gz", &["g c", "down C", "%", "%"]),
    ("cpp_cpu.pb.gz", &["g m", "down f"]),
];

fn open(file: &str, keys: &[&str]) -> Browser {
    let mut browser = Browser::open(file, (120, 30), Depth::Mono);
    for keys in keys {
        if keys.starts_with(':') { browser.write(keys) } else { browser.press(keys) }
    }
    browser
}

#[test]
fn the_command_for_the_table_has_its_rows() {
    for (file, keys) in STATES {
        let mut browser = open(file, keys);
        let command = copied(&mut browser);
        let top = printed(&command, "-n 0");
        let table = browser.state.table.clone().expect("it is answered");
        let shown: Vec<(String, i64, i64)> = (0..browser.state.row_count())
            .filter_map(|place| browser.state.table_row(place))
            .map(|row| (table.names.name(row.frame).to_owned(), row.flat, row.cum))
            .collect();
        let rows = top["rows"].as_array().expect("there are rows");
        let number = |row: &Value, name: &str| row[name].as_i64().expect("a number");
        let printed: Vec<(String, i64, i64)> = rows
            .iter()
            .map(|row| (row["name"].as_str().expect("a name").to_owned(), number(row, "flat"), number(row, "cum")))
            .collect();
        assert!(!shown.is_empty(), "{file} {keys:?}");
        assert_eq!(shown, printed, "{file} {keys:?}, also in this order: {command}");
    }
}

#[test]
fn the_command_for_the_tree_has_its_paths() {
    for (file, keys) in STATES {
        let mut browser = open(file, keys);
        browser.press("3");
        let command = copied(&mut browser);
        let calls = printed(&command, "");
        let rows = calls["rows"].as_array().expect("there are rows");
        let mut printed: Vec<(i64, i64)> =
            rows.iter().map(|row| (row["total"].as_i64().unwrap_or(0), row["own"].as_i64().unwrap_or(0))).collect();
        let tree = browser.state.tree.clone().expect("it is answered");
        let node = |id: u32| (tree.node(id).total, tree.node(id).own);
        let mut shown: Vec<(i64, i64)> = (1..tree.len() as u32).map(node).collect();
        // The browser's tree may lack paths that are too small to be seen.
        let least = shown.iter().map(|(total, _)| total.abs()).min().unwrap_or(0);
        printed.retain(|(total, _)| total.abs() >= least);
        shown.sort_unstable();
        printed.sort_unstable();
        assert!(!shown.is_empty(), "{file} {keys:?}");
        assert_eq!(shown, printed, "{file} {keys:?}: {command}");
    }
}

#[test]
fn the_command_for_a_comparison_has_its_rows() {
    for keys in [&["down f"][..], &[":focus=main", ":ignore=runtime"], &["r", "+ + +"], &["p", "g n", "U"]] {
        let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (120, 30), Depth::Mono);
        for keys in keys {
            if keys.starts_with(':') { browser.write(keys) } else { browser.press(keys) }
        }
        let command = copied(&mut browser);
        let diff = printed(&command, "");
        let table = browser.state.table.clone().expect("it is answered");
        let compared = table.compared.as_ref().expect("two profiles are compared");
        let value = |side: &str| diff["total"][side].as_i64();
        assert_eq!((value("old"), value("new")), (Some(compared.total.old), Some(compared.total.new)), "{command}");
        let printed = |name: &str| {
            let rows = diff["rows"].as_array().expect("there are rows");
            rows.iter()
                .find(|row| row["name"] == name)
                .map(|row| (row["flat"]["old"].clone(), row["flat"]["new"].clone()))
        };
        for place in 0..browser.state.row_count().min(20) {
            let (Some(row), Some(delta)) = (browser.state.table_row(place), browser.state.table_delta(place)) else {
                continue;
            };
            let name = table.names.name(row.frame);
            let Some((old, new)) = printed(name) else { panic!("{name} is missing: {command}") };
            assert_eq!((old.as_i64(), new.as_i64()), (Some(delta.old), Some(delta.new)), "{name}: {command}");
        }
    }
}

#[test]
fn filters_are_taken_away_one_by_one() {
    let mut browser = open("go_cpu.pb.gz", &[":focus=runtime", ":focus=main", ":ignore=gcDrain", "r", "g n"]);
    let texts = |browser: &Browser| -> Vec<String> {
        super::super::view::chips(&browser.state).into_iter().map(|(text, _)| text).collect()
    };
    let all = ["focus:runtime", "focus:main", "ignore:gcDrain", "no recursion", "by filefunctions"];
    assert_eq!(texts(&browser), all);
    let whole = browser.state.table.as_ref().map(|table| table.shown);
    browser.press("# 2");
    assert_eq!(texts(&browser), ["focus:runtime", "ignore:gcDrain", "no recursion", "by filefunctions"]);
    assert_ne!(browser.state.table.as_ref().map(|table| table.shown), whole);
    browser.press("# 4 # 3");
    assert_eq!(texts(&browser), ["focus:runtime", "ignore:gcDrain"]);
    browser.press("# 7");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.text == "there is no filter 7"));
    browser.press("u u u");
    assert_eq!(texts(&browser), all);
    assert_eq!(browser.state.table.as_ref().map(|table| table.shown), whole);
    browser.press("X ctrl-r");
    assert!(browser.state.scope.chips.is_empty(), "there is nothing to redo after another change");
}

#[test]
fn clearing_leaves_values_as_they_were_at_first() {
    let mut browser = Browser::open("go_allocs.pb.gz", (80, 24), Depth::Mono);
    let whole = browser.state.table.as_ref().map(|table| (table.rows.clone(), table.shown));
    browser.press("down f m U + + X");
    assert_eq!(super::super::view::chips(&browser.state), []);
    assert_eq!(browser.state.table.as_ref().map(|table| (table.rows.clone(), table.shown)), whole);
    browser.press("u");
    assert_eq!(super::super::view::chips(&browser.state).len(), 4, "it is one step");
}

#[test]
fn units_and_means_stay_where_the_column_has_them() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
    let shown = |browser: &Browser| (browser.state.scope.sample_type, browser.state.scope.unit);
    browser.press("U U");
    assert_eq!(shown(&browser), (1, "us"));
    browser.press("t");
    assert_eq!(shown(&browser), (0, ""), "samples are in no unit of time");
    printed(&copied(&mut browser), "-n 1");
    browser.press("u");
    assert_eq!(shown(&browser), (1, "us"), "it is one step");
    let mut browser = Browser::open("go_allocs.pb.gz", (100, 24), Depth::Mono);
    browser.press("U");
    browser.write(":sample_index=inuse_space");
    assert_eq!(shown(&browser), (3, "B"), "both columns are in bytes");
    browser.press("m t");
    assert_eq!(browser.state.scope.averaging, Averaging::Sum, "the first column counts");
    assert!(!super::super::view::chips(&browser.state).iter().any(|(text, _)| text.contains("mean")));
}

#[test]
fn a_call_path_keeps_its_samples_and_no_others() {
    for keys in ["3 H", "2 H", "3 v H", "2 v down down", "p 3 H", "r 3 H"] {
        for file in ["go_cpu.pb.gz", "rust_cpu.pb.gz", "tokio_heap.pb.gz"] {
            let mut browser = open(file, &[keys]);
            let tree = browser.state.tree.clone().expect("it is answered");
            let node = match (browser.state.view, browser.state.flame_box) {
                (View::Flame, BoxOf::Node(node)) => node,
                _ => browser.state.tree_rows[browser.state.place_in(View::Tree).row],
            };
            browser.press("F");
            let shown = browser.state.table.as_ref().map(|table| table.shown);
            assert_eq!(shown, Some(tree.node(node).total), "{file} {keys}");
            assert!(matches!(browser.state.scope.chips.last(), Some(Chip::Path(_) | Chip::LeafPath(_))));
            browser.press("u");
            let shown = browser.state.table.as_ref().map(|table| table.shown);
            assert_eq!(shown, Some(tree.node(0).total), "{file} {keys}");
        }
    }
}

#[test]
fn call_paths_are_not_asked_of_what_has_none() {
    let mut browser = open("go_cpu.pb.gz", &["2 home F"]);
    assert!(browser.state.scope.chips.is_empty(), "all is no path");
    browser.press("g i 3 H F");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.is_fault), "paths have inlined functions");
    assert!(browser.state.scope.chips.is_empty());
    browser.press("1 F");
    assert!(matches!(browser.state.scope.chips.as_slice(), [Chip::Focus(_)]), "a row of a list is a function");
}

#[test]
fn a_function_is_charged_with_what_it_calls() {
    let mut browser = open("go_cpu.pb.gz", &["o down down"]);
    let row = browser.state.table_row(2).expect("there are rows");
    let name = browser.state.current().expect("there is a function");
    browser.press("c");
    let table = browser.state.table.clone().expect("it is answered");
    let found = table.rows.iter().find(|row| table.names.name(row.frame) == name).expect("it is there");
    assert_eq!((found.flat, found.cum), (row.cum, row.cum));
    browser.press("down c");
    assert_eq!(browser.state.scope.chips.len(), 2, "several can be collapsed");
    browser.press("# 1 u u u");
    assert!(browser.state.scope.chips.is_empty());
}

#[test]
fn a_click_takes_a_filter_away() {
    let mut browser = open("go_cpu.pb.gz", &[":focus=runtime", ":ignore=gcDrain", "U"]);
    let column = |browser: &Browser, text: &str| {
        let line: String = browser.picture().content[240..360].iter().map(|cell| cell.symbol().to_owned()).collect();
        let byte = line.find(text).unwrap_or_else(|| panic!("no {text} in {line}"));
        line[..byte].chars().count() as u16
    };
    let before = column(&browser, "ignore");
    browser.click(before + 2, 2);
    assert_eq!(browser.state.scope.chips.len(), 1);
    let before = column(&browser, "in ns");
    browser.click(before, 2);
    assert_eq!(browser.state.scope.unit, "");
    browser.press("u u");
    assert_eq!((browser.state.scope.chips.len(), browser.state.scope.unit), (2, "ns"));
}

#[test]
fn zooms_are_undone_like_filters_and_stay_where_they_can() {
    let mut browser = open("go_cpu.pb.gz", &["2 home down down enter"]);
    let zoomed = |browser: &Browser| {
        let tree = browser.state.tree.clone().expect("it is answered");
        tree.name(browser.state.zoom.node).to_owned()
    };
    let name = zoomed(&browser);
    assert_ne!(name, "all");
    browser.press("g i g i");
    assert_eq!(zoomed(&browser), name, "the same path is there");
    browser.press("u u u");
    assert_eq!(zoomed(&browser), "all");
    browser.press("ctrl-r");
    assert_eq!(zoomed(&browser), name);
    browser.press("# 1");
    assert_eq!(zoomed(&browser), "all");
}

#[test]
fn a_base_is_read_by_a_command() {
    let mut browser = Browser::open("runs/new_1.pb.gz", (100, 30), Depth::Mono);
    browser.write(":base nowhere.pb.gz");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.is_fault));
    browser.write(":base runs/old_1.pb.gz");
    assert!(browser.state.scope.is_diff());
    let other = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    let total = |browser: &Browser| {
        browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).map(|compared| compared.total)
    };
    assert_eq!(total(&browser), total(&other));
    assert!(total(&browser).is_some());
    browser.press("u");
    assert!(!browser.state.scope.is_diff() && browser.state.view == View::Top);
}

#[test]
fn labels_and_times_that_were_chosen_are_taken_away_like_other_filters() {
    for (file, keys) in
        [("go_cpu.pb.gz", "7 down enter"), ("go_allocs.pb.gz", "7 down down i"), ("slices_cpu.pb.gz", "8 right enter")]
    {
        let mut browser = open(file, &[keys, "1 down f"]);
        let filters = browser.state.scope.chips.clone();
        assert!(matches!(filters.as_slice(), [Chip::Label(_), Chip::Focus(_)]), "{file} {filters:?}");
        browser.press("# 1");
        assert_eq!(browser.state.scope.chips, filters[1..]);
        browser.press("u # 2");
        assert_eq!(browser.state.scope.chips, filters[..1]);
        let label = browser.state.table.as_ref().map(|table| table.shown);
        let command = copied(&mut browser);
        let top = printed(&command, "-n 0");
        let flat = |row: &Value| row["flat"].as_i64().expect("a number");
        let sum: i64 = top["rows"].as_array().expect("there are rows").iter().map(flat).sum();
        assert_eq!(Some(sum), label, "{command}");
        browser.press("u u u");
        assert!(browser.state.scope.chips.is_empty());
    }
}

#[test]
fn the_key_that_takes_filters_away_can_be_another() {
    let mut browser = open("go_cpu.pb.gz", &[":focus=runtime", ":focus=main"]);
    let file = "[keys]\nremove-filter = [\"ctrl-x 1\", \"ctrl-x 2\"]\n";
    browser.state.settings.keys = Config::parse(file).expect("it is one").1;
    browser.press("ctrl-x");
    let line: String = browser.picture().content[240..360].iter().map(|cell| cell.symbol().to_owned()).collect();
    assert!(line.contains("[2 focus:main"), "{line}");
    browser.press("2");
    assert_eq!(browser.state.scope.chips.len(), 1);
}

#[test]
fn a_chip_says_which_labels_became_frames() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
    browser.state.subject.grouped_by = vec!["tenant".to_owned(), "route".to_owned()];
    assert!(text_of(&browser.picture(), false).contains("\n[grouped by tenant, route]\n"));
    browser.press("# 1");
    assert_eq!(super::super::view::chips(&browser.state).len(), 1, "reading is not undone");
}

#[test]
fn a_title_that_is_too_long_is_cut_with_a_mark() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
    browser.state.subject.files = (0..20).map(|number| format!("runs/cpu{number}.pb.gz").into()).collect();
    let first = |browser: &Browser| text_of(&browser.picture(), false).lines().next().unwrap_or_default().to_owned();
    assert!(first(&browser).starts_with("rpprof cpu0.pb.gz cpu1.pb.gz cpu2"), "{}", first(&browser));
    assert!(first(&browser).contains("… cpu/nanoseconds"), "{}", first(&browser));
    browser.state.theme.is_ascii = true;
    assert!(first(&browser).contains(".. cpu/nanoseconds"), "{}", first(&browser));
}

#[test]
fn what_is_little_in_a_large_unit_is_not_nothing() {
    let mut browser = Browser::open("go_allocs.pb.gz", (100, 24), Depth::Mono);
    browser.state.scope.unit = "GB";
    for (value, label, signed) in
        [(0, "0", "0"), (5, "<0.01GB", "<+0.01GB"), (-5, ">-0.01GB", ">-0.01GB"), (1 << 30, "1GB", "+1GB")]
    {
        assert_eq!((browser.state.label(value), browser.state.signed(value)), (label.to_owned(), signed.to_owned()));
    }
}
