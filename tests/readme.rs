//! The commands of the README and its neighbours: each runs and prints what stands below it.
//!
//! In a block marked `console`, a line that begins with `$ ` is a command and what follows is what it
//! prints; a line `...` stands for any number of lines. `pprof` is this program, which then prints what pprof prints.
//! If the variable `PPROF` names a built pprof, that is run instead, and so are blocks marked `text` that begin with
//! `$ pprof`: what only pprof itself does.
#![cfg(all(feature = "cli", unix))]

use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
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

/// Returns the commands of all blocks in a language that begin with one.
fn examples(text: &str, language: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let blocks = blocks(text, language).into_iter();
    let shows_command = |block: &Vec<(usize, &str)>| block.first().is_some_and(|(_, line)| line.starts_with("$ "));
    for (number, line) in blocks.filter(shows_command).flatten() {
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

/// Pages with commands.
const PAGES: [&str; 3] = ["README.md", "DIFFERENCES.md", "OUTPUT.md"];

/// How pprof is called on the pages: without looking for binaries, which are not there.
const PPROF: &str = "pprof() { command pprof -symbolize=none \"$@\"; }";

/// The folder in which the commands of a page run, with its own `pprof`.
struct Stage {
    folder: tempfile::TempDir,
    path: OsString,
}

impl Stage {
    fn new(pprof: &Path) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        symlink(testdata, folder.path().join("testdata")).expect("the folder can be written");
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).expect("the folder can be written");
        symlink(pprof, programs.join("pprof")).expect("the folder can be written");
        let rpprof = Path::new(env!("CARGO_BIN_EXE_rpprof")).parent().expect("the program is in a folder");
        let folders = [&programs, rpprof, Path::new("/usr/bin"), Path::new("/bin")];
        let path = env::join_paths(folders).expect("no colons in folders");
        Self { folder, path }
    }

    /// Returns what a command prints, on standard error too.
    fn printed(&self, command: &str) -> String {
        let script = format!("exec 2>&1; {PPROF}; {}", command.replace(RUN_FROM_CLONE, "rpprof"));
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &script]).current_dir(self.folder.path()).env_clear();
        let settings =
            [("TZ", "UTC"), ("TERM", "dumb"), ("PPROF_BINARY_PATH", "/nonexistent"), ("HOME", "/nonexistent")];
        let output = shell.env("PATH", &self.path).envs(settings).output().expect("there is a shell");
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

#[test]
fn commands_print_what_the_pages_show() {
    let reference = env::var_os("PPROF");
    let mut differences = Vec::new();
    let stand_in = PathBuf::from(env!("CARGO_BIN_EXE_rpprof"));
    for page in PAGES {
        let stage = Stage::new(reference.as_ref().map_or(&stand_in, |pprof| Path::new(pprof)));
        let text = read(page);
        let mut examples = examples(&text, "console");
        if reference.is_some() {
            examples.extend(self::examples(&text, "text"));
        }
        assert!(examples.len() > 2, "where are the examples of {page}?");
        for Example { line, command, output } in examples {
            let printed = stage.printed(&command);
            let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
            if !is_expected(&output, &lines) {
                differences.push(format!("{page}, line {line}: `{command}` prints\n{printed}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Files that the examples of the help are about, each with the profile that stands for it.
const HELP_FILES: [(&str, &str); 11] = [
    ("cpu.pb.gz", "go_cpu.pb.gz"),
    ("more.pb.gz", "go_cpu.pb.gz"),
    ("heap.pb.gz", "go_heap.pb.gz"),
    ("old.pb.gz", "runs/old_1.pb.gz"),
    ("new.pb.gz", "runs/new_1.pb.gz"),
    ("main1.pb.gz", "runs/old_1.pb.gz"),
    ("main2.pb.gz", "runs/old_2.pb.gz"),
    ("branch1.pb.gz", "runs/new_1.pb.gz"),
    ("branch2.pb.gz", "runs/new_2.pb.gz"),
    ("budgets.toml", "budgets.toml"),
    ("src", "programs/go"),
];

/// What a runner of workflows sets.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY=/dev/null";

#[test]
fn the_help_of_each_command_has_examples_that_run() {
    let stage = Stage::new(Path::new(env!("CARGO_BIN_EXE_rpprof")));
    for (name, profile) in HELP_FILES {
        symlink(Path::new("testdata").join(profile), stage.folder.path().join(name))
            .expect("the folder can be written");
    }
    let commands = stage.printed("rpprof --help");
    let names = commands.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> =
        names.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 15, "where are the commands?");
    let mut differences = Vec::new();
    for name in names {
        let help = stage.printed(&format!("COLUMNS=100 rpprof help {name}"));
        let examples: Vec<&str> = help
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with(&format!("rpprof {name} ")) && line.contains('.'))
            .collect();
        if examples.is_empty() && !["completions", "man", "pprof", "help"].contains(&name) {
            differences.push(format!("rpprof help {name} has no examples"));
        }
        for example in examples {
            let printed = stage.printed(&format!("{SUMMARY}; {{ {example}; }} > printed.txt || echo failed with $?"));
            // A budget that is broken is no mistake in the example.
            let is_broken_budget = name == "check" && printed.contains("failed with 1");
            // The programs that the test profiles are of are not here; that this is told is what can be seen.
            let has_no_binary =
                ["disasm", "weblist"].contains(&name) && printed.contains("there is no machine code of what matches");
            let has_no_terminal = (name == "tui" || example.contains("--tui"))
                && printed.contains("standard output is no terminal to browse in");
            if printed.contains("failed with") && !is_broken_budget && !has_no_binary && !has_no_terminal {
                differences.push(format!("{example}\n{printed}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
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
