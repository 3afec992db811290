//! The commands of the README: each runs and prints what stands below it.
//!
//! In a block marked `console`, a line that begins with `$ ` is a command and what follows is what it
//! prints; a line `...` stands for any number of lines.
#![cfg(all(feature = "cli", unix))]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// How the README calls the program in a clone; here the program is built already.
const RUN_FROM_CLONE: &str = "cargo run --release --";

/// A command and what it prints.
struct Example {
    line: usize,
    command: String,
    output: Vec<String>,
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file can be read")
}

/// Returns the lines of all blocks marked with `language`, with their numbers, a block each.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<Vec<(usize, &'t str)>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    while let Some((_, line)) = lines.next() {
        let Some(found) = line.strip_prefix("```") else { continue };
        let block = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        if found == language {
            blocks.push(block);
        }
    }
    blocks
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (number, line) in blocks(text, "console").into_iter().flatten() {
        match line.strip_prefix("$ ") {
            Some(command) => {
                examples.push(Example { line: number, command: command.to_owned(), output: Vec::new() });
            }
            None => examples.last_mut().expect("a block begins with a command").output.push(line.trim_end().to_owned()),
        }
    }
    examples
}

/// Returns whether the lines are those expected, where `...` stands for any number of lines.
fn is_expected(expected: &[String], lines: &[&str]) -> bool {
    match (expected, lines) {
        ([], []) => true,
        ([first, rest @ ..], lines) if first == "..." => {
            (0..=lines.len()).any(|skipped| is_expected(rest, &lines[skipped..]))
        }
        ([first, rest @ ..], [line, lines @ ..]) => first == line && is_expected(rest, lines),
        _ => false,
    }
}

#[test]
fn commands_print_what_the_readme_shows() {
    let examples = examples(&read("README.md"));
    assert!(examples.len() > 5, "where are the examples?");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    std::os::unix::fs::symlink(testdata, folder.path().join("testdata")).expect("the folder can be written");
    let program = Path::new(env!("CARGO_BIN_EXE_rpprof")).parent().expect("the program is in a folder");
    let path = env::join_paths([program, Path::new("/usr/bin"), Path::new("/bin")]).expect("no colons in folders");
    for Example { line, command, output } in examples {
        let script = format!("exec 2>&1; {}", command.replace(RUN_FROM_CLONE, "rpprof"));
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &script]).current_dir(folder.path());
        let printed = shell.env_clear().env("PATH", &path).env("TZ", "UTC").output().expect("there is a shell").stdout;
        let printed = String::from_utf8(printed).expect("UTF-8");
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        assert!(is_expected(&output, &lines), "README.md, line {line}: `{command}` prints\n{printed}");
    }
}

#[test]
fn the_test_command_is_the_one_of_the_checks() {
    let readme = read("README.md");
    let commands: Vec<&str> = blocks(&readme, "sh").into_iter().flatten().map(|(_, line)| line).collect();
    let tests: Vec<&&str> = commands.iter().filter(|command| command.starts_with("cargo test")).collect();
    let [test] = tests.as_slice() else { panic!("one command runs the tests, not {tests:?}") };
    let checks = read(".ci/run");
    assert!(checks.lines().any(|line| line.ends_with(**test)), ".ci/run does not run `{test}`");
}
