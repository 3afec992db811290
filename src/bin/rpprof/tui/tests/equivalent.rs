//! The command that is copied, run in all views.

use clap::Parser;

use super::super::reading::Reading;
use super::super::state::View;
use super::super::theme::Depth;
use super::Browser;
use super::chips::{copied, words};
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
