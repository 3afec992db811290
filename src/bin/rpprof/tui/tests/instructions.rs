//! Machine code, of this program.

use rpprof::profile::{LabelSetId, Location, Mapping, ProfileBuilder};
use rpprof::symbolize::Object;

use super::super::Loaded;
use super::super::answer::CodeRow;
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::Browser;

/// A profile with a sample of `nanos` at the beginning of this program's `main`; `None`, and says so, if it has none.
fn of_this_program(nanos: i64) -> Option<Loaded> {
    let path = std::env::current_exe().expect("a program knows its file");
    let object = Object::open(&path).expect("it is a binary");
    let symbols = object.symbols();
    let Some(main) = symbols.iter().find(|symbol| symbol.name() == "main" && symbol.size() > 0) else {
        eprintln!("skipped: this program has no main");
        return None;
    };
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let file = builder.string(path.to_str().expect("UTF-8"));
    let build_id = builder.string(object.build_id());
    let mapping = builder.mapping(Mapping { file, build_id, ..Mapping::default() });
    let name = builder.string("main");
    let function = rpprof::profile::Function { name, system_name: name, ..rpprof::profile::Function::default() };
    let function = builder.function(function);
    let line = rpprof::profile::Line { function, line: 0, column: 0 };
    let location = Location { address: main.address(), mapping: Some(mapping), ..Location::default() };
    let location = builder.location(location, &[line]);
    let stack = builder.stack(&[location]);
    builder.sample(stack, LabelSetId::EMPTY, &[nanos]);
    Some(Loaded { profile: builder.build().expect("it is valid"), files: vec!["own.pb.gz".into()], left_out: None })
}

#[test]
fn instructions_have_what_they_weigh() {
    let Some(loaded) = of_this_program(20_000_000) else { return };
    let mut browser = Browser::of(loaded, None, (100, 24), Depth::Mono);
    browser.press("a");
    assert_eq!(browser.state.view, View::Disassembly);
    let (_, instructions) = browser.state.instructions.clone().expect("it is answered");
    assert!(instructions.reasons.is_empty(), "{:?}", instructions.reasons);
    let CodeRow::Function { name, .. } = &instructions.rows[0] else { panic!("{:?}", instructions.rows[0]) };
    assert_eq!(name, "main");
    let weights: Vec<i64> = instructions
        .rows
        .iter()
        .filter_map(|row| if let CodeRow::Instruction { flat, .. } = row { Some(*flat) } else { None })
        .collect();
    assert!(weights.len() > 1);
    assert_eq!((weights[0], weights.iter().sum()), (20_000_000, 20_000_000));
    let at = browser.state.places[View::Disassembly as usize].row;
    assert!(matches!(instructions.rows[at], CodeRow::Instruction { flat: 20_000_000, .. }), "at the hottest one");
    browser.press("y");
    assert_eq!(browser.effects, [Effect::Copy("rpprof disasm '^main$' -t cpu own.pb.gz".to_owned())]);
}

#[test]
fn instructions_of_the_same_code_are_compared() {
    let (Some(old), Some(new)) = (of_this_program(20_000_000), of_this_program(50_000_000)) else { return };
    let mut browser = Browser::of(new, Some(old), (100, 24), Depth::Mono);
    browser.press("6");
    let (_, instructions) = browser.state.instructions.clone().expect("it is answered");
    let first = instructions.rows.iter().find_map(|row| match row {
        CodeRow::Instruction { cum, old, .. } => Some((*old, *cum)),
        CodeRow::Function { .. } | CodeRow::Line(_) => None,
    });
    assert_eq!(first, Some((Some((20_000_000, 20_000_000)), 50_000_000)));
}

#[test]
fn it_is_told_why_there_are_no_instructions() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("a");
    let (_, instructions) = browser.state.instructions.clone().expect("it is answered");
    assert!(instructions.rows.is_empty());
    let text = instructions.reasons.join(" ");
    assert!(text.contains("there is no machine code of") && text.contains("--binary FILE"), "{text}");
}
