//! The same output, byte for byte, as `go tool pprof` had for the same flags; see `testdata/oracle/`.

#![cfg(feature = "cli")]

mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rpprof::codec::{self, ReadOptions, WriteOptions};

/// A line of `testdata/oracle/cases`.
struct Case {
    name: String,
    /// Files of testdata, with spaces between them.
    files: String,
    flags: String,
}

fn cases() -> Vec<Case> {
    rows("oracle/cases")
}

/// Reads a table of cases.
fn rows(table: &str) -> Vec<Case> {
    let table = fs::read_to_string(program::testdata().join(table)).expect("the table is there");
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let mut fields = line.split_whitespace();
        let mut field = || fields.next().expect("a name and files").to_owned();
        let (name, files) = (field(), field().replace(',', " "));
        Case { name, files, flags: fields.collect::<Vec<_>>().join(" ") }
    })
    .collect()
}

/// Returns what the reference printed for a case.
fn expected(name: &str) -> String {
    let path = program::testdata().join(format!("oracle/{name}.txt"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs the program; returns where its output differs from that of the reference for a case.
fn difference(case: &str, arguments: &str) -> Option<String> {
    let output = program::run(arguments);
    let printed = String::from_utf8(output.stdout).expect("the output is text");
    let place = first_difference(case, &printed).or_else(|| (!output.status.success()).then(|| case.to_owned()))?;
    Some(format!("rpprof {arguments}: {place}\n  {}", String::from_utf8_lossy(&output.stderr)))
}

/// Returns the first line in which an output differs from that of the reference for a case.
fn first_difference(case: &str, printed: &str) -> Option<String> {
    let expected = expected(case);
    if printed == expected {
        return None;
    }
    let same = printed.lines().zip(expected.lines()).take_while(|(one, other)| one == other).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    let place = format!("{case}, line {}", same + 1);
    Some(format!("{place}\n  reference: {}\n  rpprof:    {}", line(&expected), line(printed)))
}

fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn pprofs_own_command_line_prints_what_pprof_prints() {
    let check = |case: &Case| difference(&case.name, &format!("pprof -symbolize=none {} {}", case.flags, case.files));
    assert_none(&cases().iter().filter_map(check).collect::<Vec<_>>());
}

/// Returns what the shell says and reports in a session, in the order in which it does.
fn session(case: &Case) -> String {
    let script = program::testdata().join(format!("oracle/shell/{}.in", case.name));
    let (mut reader, writer) = std::io::pipe().expect("the system has pipes");
    let mut shell = Command::new(env!("CARGO_BIN_EXE_rpprof"))
        .args(["pprof", "-symbolize=none"])
        .args(case.flags.split_whitespace())
        .arg(&case.files)
        .current_dir(program::testdata())
        .env("TZ", "UTC")
        .stdin(fs::File::open(script).expect("the script is there"))
        .stdout(writer.try_clone().expect("a pipe has as many ends as one likes"))
        .stderr(writer)
        .spawn()
        .expect("the program runs");
    let mut printed = String::new();
    std::io::Read::read_to_string(&mut reader, &mut printed).expect("the output is text");
    assert!(shell.wait().expect("it ends").success(), "{}", case.name);
    printed
}

#[test]
fn the_shell_says_what_pprofs_shell_says() {
    let check = |case: &Case| first_difference(&format!("shell/{}", case.name), &session(case));
    assert_none(&rows("oracle/shell/cases").iter().filter_map(check).collect::<Vec<_>>());
}

#[test]
fn top_alone_prints_what_pprof_prints() {
    let check = |case: &Case| match case.flags.as_str() {
        "-top" => difference(&case.name, &format!("top {}", case.files)),
        "-raw" => difference(&case.name, &format!("raw {}", case.files)),
        _ => None,
    };
    assert_none(&cases().iter().filter_map(check).collect::<Vec<_>>());
}

#[test]
fn every_output_of_the_reference_has_its_case() {
    for folder in ["oracle", "oracle/shell"] {
        let cases = rows(&format!("{folder}/cases"));
        for entry in fs::read_dir(program::testdata().join(folder)).expect("the folder is there") {
            let name = entry.expect("the folder can be read").file_name().into_string().expect("names are text");
            if let Some(name) = name.strip_suffix(".txt") {
                assert!(cases.iter().any(|case| case.name == name), "{name} has no case");
            }
        }
    }
}

/// Reads a file of testdata and writes it again, for one test; returns the path of what was written.
fn rewritten(file: &str, test: &str) -> PathBuf {
    let bytes = fs::read(program::testdata().join(file)).expect("the file is there");
    let profile = codec::read(bytes.as_slice(), &ReadOptions::default()).expect("the file is a profile");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}_{}", file.replace('/', "_")));
    let mut written = Vec::new();
    codec::write(&profile, &mut written, &WriteOptions::default()).expect("memory takes everything");
    fs::write(&path, written).expect("the file can be written");
    path
}

/// Returns the profiles of testdata.
fn profiles() -> Vec<String> {
    let folder = fs::read_dir(program::testdata()).expect("the folder is there");
    let names = folder.map(|entry| entry.expect("it can be read").file_name().into_string().expect("names are text"));
    names.filter(|name| name.ends_with(".pb.gz")).collect()
}

#[test]
fn what_is_read_and_written_again_says_the_same() {
    for case in cases().iter().filter(|case| case.flags == "-raw" && !case.files.contains(' ')) {
        let again = rewritten(&case.files, "cases");
        assert_none(&difference(&case.name, &format!("raw {}", program::word(&again))).into_iter().collect::<Vec<_>>());
    }
    for file in profiles() {
        let raw = |path: &Path| program::run(&format!("raw {}", program::word(path))).stdout;
        let (before, after) = (raw(&program::testdata().join(&file)), raw(&rewritten(&file, "again")));
        assert!(!before.is_empty() && before == after, "{file} changed");
    }
}

/// The environment variable that names a Go toolchain's program.
const GO: &str = "RPPROF_GO";

#[test]
fn pprof_reads_what_rpprof_writes() {
    let Some(go) = env::var_os(GO) else {
        eprintln!("skipped: {GO} does not name a Go toolchain, such as {GO}=/usr/local/go/bin/go");
        return;
    };
    let raw = |path: &Path| {
        let pprof = Command::new(&go)
            .args(["tool", "pprof", "-symbolize=none", "-raw"])
            .arg(path)
            .env("PPROF_TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .env("PPROF_BINARY_PATH", "/nonexistent")
            .env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("TZ", "UTC")
            .output()
            .expect("Go runs");
        assert!(pprof.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&pprof.stderr));
        pprof.stdout
    };
    for file in profiles() {
        assert!(raw(&program::testdata().join(&file)) == raw(&rewritten(&file, "pprof")), "{file} changed");
    }
}
