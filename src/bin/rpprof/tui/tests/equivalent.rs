//! The command that is copied, run in all views.

use std::path::Path;

use clap::Parser;

use super::super::find::find_in_table;
use super::super::reading::Reading;
use super::super::state::View;
use super::super::theme::Depth;
use super::Browser;
use super::chips::{copied, printed, words};
use crate::args::{InputArgs, SymbolArgs};
use crate::cli::{Cli, Command};
use crate::source::SourceArgs;

/// Flags that say how things are read and found, all of them.
const READING: &str = "--symbolize force --demangle full --binary 'the program' --jit-symbols perf-1.map --symbolz \
                       http://localhost:6060/debug/pprof/heap --symbol-cache off --max-inflated 3GB --source-path \
                       'it'\\''s here' --source-path there --trim-path '/build dir'";

fn parsed(line: &str) -> Command {
    Cli::try_parse_from(words(line)).unwrap_or_else(|error| panic!("{line}: {error}")).command
}

fn reading() -> Reading {
    match parsed(&format!("rpprof tui {READING} go_cpu.pb.gz")) {
        Command::Tui(arguments) => Reading::of_flags(&arguments.input, &arguments.source),
        other => panic!("no browser but {other:?}"),
    }
}

/// Returns what a command says of names, of sizes and of sources.
fn said(line: &str) -> (SymbolArgs, u64, Option<SourceArgs>) {
    let (input, sources) = match parsed(line) {
        Command::Top(arguments) => (arguments.input, None),
        Command::Flame(arguments) => (arguments.input, None),
        Command::Calls(arguments) => (arguments.input, None),
        Command::Peek(arguments) => (arguments.input, None),
        Command::List(arguments) => (arguments.input, Some(arguments.source)),
        Command::Disasm(arguments) => (arguments.code.input, Some(arguments.code.places)),
        Command::Tags(arguments) => (arguments.input, None),
        Command::Info(arguments) => (arguments.input, None),
        Command::Diff(arguments) => return (arguments.sides.symbols, arguments.sides.max_inflated, None),
        other => panic!("{line}: {other:?}"),
    };
    (input.symbols, input.max_inflated, sources)
}

#[test]
fn files_of_a_side_are_merged_before_they_are_compared() {
    let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    let two = |one: &str, other: &str| vec![one.into(), other.into()];
    browser.state.subject.base.as_mut().expect("it was compared").files = two("a b.pb.gz", "b.pb.gz");
    let flags = "-t cpu --all --min-share 0";
    assert_eq!(
        copied(&mut browser),
        format!("rpprof merge 'a b.pb.gz' b.pb.gz | rpprof diff {flags} - runs/new_1.pb.gz")
    );
    browser.state.subject.files = two("c.pb.gz", "d.pb.gz");
    browser.state.subject.reading.names = vec!["--max-inflated 5".to_owned()];
    let merges =
        "<(rpprof merge --max-inflated 5 'a b.pb.gz' b.pb.gz) <(rpprof merge --max-inflated 5 c.pb.gz d.pb.gz)";
    assert_eq!(copied(&mut browser), format!("rpprof diff -t cpu --max-inflated 5 --all --min-share 0 {merges}"));
    browser.state.subject.base.as_mut().expect("it was compared").files.truncate(1);
    browser.press("2");
    let merge = "rpprof merge --max-inflated 5 c.pb.gz d.pb.gz | ";
    let diff = "rpprof diff --flame -o diff.svg -t cpu --max-inflated 5 'a b.pb.gz' -";
    assert_eq!(copied(&mut browser), format!("{merge}{diff}"));
}

#[test]
fn commands_read_what_the_browser_read() {
    let single = Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono);
    let two = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    for (mut browser, name) in [(single, "one"), (two, "two")] {
        browser.state.subject.reading = reading();
        for (view, key) in View::ALL.into_iter().zip(1..) {
            browser.press(&key.to_string());
            for line in copied(&mut browser).split("; ") {
                let (symbols, max_inflated, sources) = said(line);
                assert_eq!(symbols.binary.as_deref(), Some("the program".as_ref()), "{name}: {line}");
                assert_eq!(max_inflated, 3 << 30, "{name}: {line}");
                let mut expected = reading();
                expected.sources.retain(|_| sources.is_some());
                let input = InputArgs { files: Vec::new(), max_inflated, symbols };
                let said = Reading::of_flags(&input, sources.as_ref().unwrap_or(&SourceArgs::default()));
                assert_eq!(said, expected, "{name}: {line}");
                assert_eq!(sources.is_some(), matches!(view, View::Source | View::Disassembly), "{name}: {line}");
            }
        }
    }
}

#[test]
fn nothing_is_said_that_was_not_asked_for() {
    let Command::Tui(arguments) = parsed("rpprof tui go_cpu.pb.gz") else { panic!("no browser") };
    assert_eq!(Reading::of_flags(&arguments.input, &arguments.source), Reading::default());
}

/// Runs the commands that were copied, as the program does; `Err` if one fails.
fn run(line: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    // Many files take their time.
    let nowhere = Path::new("/dev/null");
    let output = if nowhere.exists() { nowhere.to_owned() } else { folder.path().join("output") };
    for line in line.split("; ") {
        let mut is_written = false;
        let mut words: Vec<String> = words(line)
            .into_iter()
            .map(|word| match word.as_str() {
                "flame.svg" | "diff.svg" => {
                    is_written = true;
                    output.display().to_string()
                }
                file if file.ends_with(".pb.gz") => super::testdata().join(file).display().to_string(),
                _ => word,
            })
            .collect();
        if !is_written {
            words.extend(["-o".to_owned(), output.display().to_string()]);
        }
        let cli = Cli::try_parse_from(words).map_err(|error| format!("{line}: {error}"))?;
        crate::run(cli).map_err(|failure| format!("{line}: {failure}"))?;
    }
    Ok(())
}

/// What is opened and how, the keys that lead to a row, and those of the views.
type Side<'s> = (&'s str, &'s dyn Fn() -> Browser, &'s str, &'s [&'s str]);

#[test]
fn commands_of_all_views_and_granularities_can_be_run() {
    const ALL: &[&str] = &["1", "2", "2 v", "3", "4", "4 V", "5", "6", "7", "9"];
    let two = || Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    let closures = || Browser::compare("go_cpu.pb.gz", "go_cpu.pb.gz", (100, 30), Depth::Mono);
    let native = || Browser::open("cpp_cpu.pb.gz", (100, 30), Depth::Mono);
    let sides: [Side<'_>; 6] = [
        ("plain", &|| Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono), "down down", ALL),
        ("native", &native, "down", &["4"]),
        ("compared", &two, "o down down", ALL),
        ("compared by name", &two, "o o", &["4"]),
        ("closures", &closures, "/ f u n c 1 enter n", &["4"]),
        ("old", &two, "D D down", &["4"]),
    ];
    for (name, open, keys, views) in sides {
        for granularity in ["f", "n", "F", "l", "a", "m", "c"] {
            let mut browser = open();
            browser.press(&format!("g {granularity} {keys}"));
            for view in views {
                browser.press(view);
                let line = copied(&mut browser);
                let is_code = matches!(browser.state.view, View::Source | View::Disassembly);
                if is_code && browser.state.row_count() == 0 {
                    // Neither prints anything: files and binaries have no lines, and other machines no machine code.
                    parsed(line.split("; ").next().unwrap_or_default());
                } else {
                    assert_eq!(run(&line), Ok(()), "{name}, g {granularity}, {view}");
                }
            }
        }
    }
}

#[test]
fn commands_of_one_side_divide_old_values_as_the_comparison_does() {
    let mut browser = Browser::compare("go_cpu.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    let table = browser.state.table.clone().expect("it is answered");
    let deltas = &table.compared.as_ref().expect("two profiles are compared").rows;
    let both = deltas.iter().position(|[_, cum]| cum.old != 0 && cum.new != 0).expect("both have the runtime");
    browser.state.select(table.names.name(table.rows[both].frame).to_owned());
    find_in_table(&mut browser.state);
    for view in ["4", "5", "6", "7"] {
        browser.press(view);
        let line = copied(&mut browser);
        let (old, new) = line.split_once("; ").expect("there is one for each side");
        assert!(old.contains("--divide-by") && !new.contains("--divide-by"), "{line}");
        if view == "4" {
            let Command::Peek(arguments) = parsed(old) else { panic!("{old}") };
            let peek = printed(old, "");
            let cum = peek["nodes"][0]["cum"].as_f64().expect("a number");
            let divided = (cum / arguments.values.divide_by).round();
            assert_eq!(divided as i64, deltas[both][1].old, "{line}");
        }
    }
    browser.press("=");
    assert!(!copied(&mut browser).contains("--divide-by"), "values are as they were measured");
}
