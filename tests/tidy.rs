//! Rules of the tree that no compiler checks: who may import whom, how long files are, what they are called.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What each room of the library may import besides itself. Data flows one way, so none imports a later stage.
const MAY_IMPORT: [(&str, &[&str]); 8] = [
    ("profile", &["error"]),
    ("codec", &["profile", "error"]),
    ("transform", &["profile", "error"]),
    ("aggregate", &["profile", "transform", "error"]),
    ("report", &["profile", "transform", "aggregate", "error"]),
    ("render", &["report", "profile", "error"]),
    ("symbolize", &["profile", "codec", "error"]),
    ("collector", &["profile", "codec", "symbolize", "error"]),
];
/// Files of the library that are in no room.
const ROOMLESS: [&str; 2] = ["src/lib.rs", "src/error.rs"];
/// Made by a program, for a program.
const GENERATED: &str = "src/codec/pb.rs";
/// The folders with our own Rust files.
const FOLDERS: [&str; 6] = ["src", "tests", "benches", "examples", "fuzz/fuzz_targets", "fuzz/src"];
/// The only folder with unsafe code.
const UNSAFE: &str = "src/collector/sys/";
/// Longer files have a second noun in them.
const MAX_LINES: usize = 500;
/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 7] = ["common", "helper", "helpers", "misc", "shared", "util", "utils"];

/// A Rust file of the tree.
struct Source {
    /// From the root of the tree, with slashes.
    path: String,
    text: String,
}

impl Source {
    /// Returns the lines, counted from 1, without what stands behind `//`.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    /// Returns the code alone, in lines.
    fn code_text(&self) -> String {
        self.code().fold(String::new(), |text, (_, line)| text + line + "\n")
    }

    /// Returns the names of the modules around and of this file, from the root of the crate.
    fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads the Rust files below `folder`, in order.
fn sources(folder: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut pending = vec![PathBuf::from(folder)];
    while let Some(path) = pending.pop() {
        let absolute = root().join(&path);
        if path.ends_with("target") {
            continue; // A package inside is built there: what others wrote.
        }
        if absolute.is_dir() {
            let entries = fs::read_dir(&absolute).expect("the folder can be read");
            pending.extend(entries.map(|entry| path.join(entry.expect("the folder can be read").file_name())));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&absolute).expect("the file can be read");
            sources.push(Source { path: path.to_str().expect("UTF-8").replace('\\', "/"), text });
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

fn all_sources() -> Vec<Source> {
    FOLDERS.into_iter().flat_map(sources).collect()
}

fn library_sources() -> Vec<Source> {
    let is_library = |source: &Source| !source.path.starts_with("src/bin/") && source.path != GENERATED;
    let sources: Vec<Source> = sources("src").into_iter().filter(is_library).collect();
    assert!(sources.len() > 20, "where is the library?");
    sources
}

#[track_caller]
fn check_none(rule: &str, violations: &[String]) {
    assert!(violations.is_empty(), "{rule}:\n  {}", violations.join("\n  "));
}

fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Returns the name that `text` begins with.
fn first_name(text: &str) -> &str {
    &text[..text.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(text.len())]
}

/// Returns what stands behind each `word` in `code` that is not the end of a longer one.
fn behind<'c, 'w>(code: &'c str, word: &'w str) -> impl Iterator<Item = &'c str> + use<'c, 'w> {
    code.match_indices(word)
        .filter(|&(start, _)| start == 0 || !is_name_byte(code.as_bytes()[start - 1]))
        .map(|(start, _)| &code[start + word.len()..])
}

/// Returns the first name of each path in a `use` group, or of the one path that `text` begins with.
fn first_names(text: &str) -> Vec<&str> {
    let Some(group) = text.strip_prefix('{') else { return vec![first_name(text)] };
    let mut names = vec![first_name(group.trim_start())];
    let mut depth = 0;
    for (index, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b',' if depth == 0 => names.push(first_name(group[index + 1..].trim_start())),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Returns the rooms that code imports, by `crate::` or by so many `super::` that they leave the room.
fn imported_rooms(code: &str, module_depth: usize) -> Vec<&str> {
    let is_macro = |path: &&str| path[first_name(path).len()..].starts_with('!'); // Macros are in no room.
    let paths = behind(code, "crate::").filter(|path| !is_macro(path));
    let mut names: Vec<&str> = paths.flat_map(first_names).collect();
    // In a module within the file, as many lead to this room; what stands there is not called like a room.
    let is_room = |name: &&str| MAY_IMPORT.iter().any(|(room, _)| room == name);
    let to_root = "super::".repeat(module_depth);
    names.extend(behind(code, &to_root).flat_map(first_names).filter(is_room));
    for name in &mut names {
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            *name = "error"; // `crate::Error` and the like.
        }
    }
    names
}

#[test]
fn imports_run_one_way() {
    let mut violations = Vec::new();
    for source in library_sources() {
        if ROOMLESS.contains(&source.path.as_str()) {
            continue;
        }
        let module = source.module();
        let Some((room, allowed)) = MAY_IMPORT.iter().find(|(room, _)| *room == module[0]) else {
            violations.push(format!("{}: a room without a rule; add one here and to ARCHITECTURE.md", source.path));
            continue;
        };
        let code = source.code_text();
        for import in imported_rooms(&code, module.len()) {
            if import != *room && !allowed.contains(&import) {
                violations.push(format!("{}: {room} imports {import}; it may import {allowed:?}", source.path));
            }
        }
    }
    check_none("imports against the stream", &violations);
}

#[test]
fn the_scan_for_imports_sees_all_ways_to_write_one() {
    for (code, depth, rooms) in [
        ("use crate::profile::{Line, Profile};", 2, vec!["profile"]),
        ("use crate::{\n    codec::{self, read},\n    report,\n};", 2, vec!["codec", "report"]),
        ("fn f() -> crate::Result<crate::report::Top> {}", 2, vec!["error", "report"]),
        ("use super::super::render::top;", 2, vec!["render"]),
        ("use super::super::fields;", 3, vec![]),
        ("use mycrate::report;", 2, vec![]),
        ("let set = crate::labels! {};", 2, vec![]),
    ] {
        assert_eq!(imported_rooms(code, depth), rooms, "{code}");
    }
}

#[test]
fn the_program_has_no_way_around_the_public_interface() {
    let mut violations = Vec::new();
    for source in sources("src/bin") {
        let code = source.code();
        let is_way = |line: &str| line.contains("#[path") || behind(line, "include!").next().is_some();
        let ways = code.filter(|(_, line)| is_way(line)).map(|(number, _)| format!("{}:{number}", source.path));
        violations.extend(ways);
    }
    check_none("the program takes in files by path", &violations);
}

#[test]
fn files_are_short() {
    let count = |source: &Source| source.text.lines().count();
    let is_long = |source: &Source| source.path != GENERATED && count(source) > MAX_LINES;
    let long = all_sources().into_iter().filter(is_long);
    let violations: Vec<String> = long.map(|source| format!("{}: {} lines", source.path, count(&source))).collect();
    check_none(&format!("files of more than {MAX_LINES} lines; look for the second noun"), &violations);
}

#[test]
fn names_say_what_is_inside() {
    let mut violations = Vec::new();
    for source in all_sources() {
        if source.module().iter().any(|name| EMPTY_NAMES.contains(name)) {
            violations.push(source.path.clone());
        }
        for (number, line) in source.code() {
            if behind(line, "mod ").any(|name| EMPTY_NAMES.contains(&first_name(name))) {
                violations.push(format!("{}:{number}", source.path));
            }
        }
    }
    check_none("modules whose names say nothing", &violations);
}

/// Returns whether a line has the word outside of other words.
fn has_unsafe(line: &str) -> bool {
    behind(line, "unsafe").any(|rest| !rest.bytes().next().is_some_and(is_name_byte))
}

#[test]
fn unsafe_code_is_in_one_folder() {
    let mut violations = Vec::new();
    for source in sources("src").iter().filter(|source| !source.path.starts_with(UNSAFE)) {
        for (number, _) in source.code().filter(|(_, line)| has_unsafe(line)) {
            violations.push(format!("{}:{number}", source.path));
        }
    }
    check_none("unsafe code", &violations);
}

#[test]
fn unsafe_blocks_say_why_they_are_sound() {
    let mut violations = Vec::new();
    for source in sources("src").iter().filter(|source| source.path.starts_with(UNSAFE)) {
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in source.code().filter(|(_, line)| has_unsafe(line) && !line.contains("allow(")) {
            // The comment has up to three lines, and the statement may begin before its block; an unsafe function says
            // what it asks for.
            let before = &lines[number.saturating_sub(6)..number];
            if !before.iter().any(|line| line.contains("// SAFETY: ") || line.contains("/// # Safety")) {
                violations.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    check_none("unsafe code without a SAFETY comment", &violations);
}

#[test]
fn files_begin_with_what_they_define() {
    let is_bare = |source: &Source| source.path != GENERATED && !source.text.starts_with("//! ");
    let violations: Vec<String> = sources("src").into_iter().filter(is_bare).map(|source| source.path).collect();
    check_none("files whose first line is no `//!` sentence", &violations);
}

/// What cargo says of the packages that this one is made of.
#[cfg(feature = "analyze")]
mod dependencies {
    use std::collections::{BTreeSet, HashMap};
    use std::env;
    use std::process::Command;

    use serde_json::Value;

    use super::{check_none, root};

    fn output_of(command: &mut Command) -> String {
        let output = command.current_dir(root()).output().expect("the command starts");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Asks for this machine's packages only: those of other systems may not have been downloaded.
    fn metadata() -> Value {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = output_of(Command::new(rustc).arg("-vV"));
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["metadata", "--offline", "--locked", "--all-features", "--format-version=1"]);
        serde_json::from_str(&output_of(command.args(["--filter-platform", host]))).expect("cargo writes JSON")
    }

    /// Returns major and minor version.
    fn release(version: &str) -> (u32, u32) {
        let mut parts = version.split('.').map(|part| part.parse().expect("a version is made of numbers"));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    }

    #[test]
    fn no_dependency_needs_a_newer_rust() {
        let metadata = metadata();
        let list = |value: &Value| value.as_array().expect("a list").clone();
        let nodes: HashMap<String, Value> =
            list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (node["id"].to_string(), node)).collect();
        let packages: HashMap<String, Value> =
            list(&metadata["packages"]).into_iter().map(|package| (package["id"].to_string(), package)).collect();
        let this = metadata["resolve"]["root"].to_string();
        let mut needed = BTreeSet::new();
        let mut pending = vec![this.clone()];
        while let Some(id) = pending.pop() {
            for dependency in list(&nodes[&id]["deps"]) {
                let is_needed = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
                let id = dependency["pkg"].to_string();
                if is_needed && needed.insert(id.clone()) {
                    pending.push(id);
                }
            }
        }
        assert!(needed.len() > 20, "only {} packages are needed?", needed.len());
        let ours = release(packages[&this]["rust_version"].as_str().expect("Cargo.toml says rust-version"));
        let too_new = |id: &String| {
            let package = &packages[id];
            let theirs = package["rust_version"].as_str().filter(|&version| release(version) > ours)?;
            let name = package["name"].as_str().unwrap_or_default();
            Some(format!("{name} {} needs Rust {theirs}", package["version"].as_str().unwrap_or_default()))
        };
        let violations: Vec<String> = needed.iter().filter_map(too_new).collect();
        check_none(&format!("dependencies that need more than Rust {}.{}", ours.0, ours.1), &violations);
    }
}
