//! What `rpprof pprof` does beside writing reports: links, files, drawings, viewers.

#![cfg(all(feature = "cli", unix))]

mod program;

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use program::testdata;

const PROFILE: &str = "go_mutex.pb.gz";

/// Returns a new and empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pprof").join(test);
    let _ = fs::remove_dir_all(&folder); // It is there if the test ran before.
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Prepares a run in a folder.
fn pprof(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
    command.arg("pprof").args(arguments).current_dir(folder).env("TZ", "UTC").env("TMPDIR", folder);
    command
}

fn profile() -> String {
    testdata().join(PROFILE).display().to_string()
}

/// Runs a session of the shell.
fn session(folder: &Path, script: &str) -> Output {
    let mut command = pprof(folder, &[&profile()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut shell = command.spawn().expect("the program runs");
    shell.stdin.take().expect("it is piped").write_all(script.as_bytes()).expect("the shell reads");
    shell.wait_with_output().expect("it ends")
}

/// Returns what a run printed that went well, and what it said beside.
#[track_caller]
fn outcome(output: Output) -> (String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    let (printed, said) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{said}");
    (printed, said)
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("names are text");
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("the folder can be read"))).collect();
    names.sort_unstable();
    names
}

fn has_graphviz() -> bool {
    let is_there = Command::new("dot").arg("-V").output().is_ok();
    if !is_there {
        eprintln!("skipped: there is no program called dot");
    }
    is_there
}

#[test]
fn a_link_called_pprof_is_pprof() {
    let folder = folder("link");
    let link = folder.join("pprof");
    symlink(env!("CARGO_BIN_EXE_rpprof"), &link).expect("the system has links");
    let linked = Command::new(&link).args(["-top", &profile()]).env("TZ", "UTC").output().expect("the link runs");
    assert_eq!(outcome(linked), outcome(program::run(&format!("pprof -top {PROFILE}"))));
}

#[test]
fn the_first_file_may_be_the_program() {
    let output = pprof(&folder("binary"), &["-top", env!("CARGO_BIN_EXE_rpprof"), &profile()]).output();
    let (printed, said) = outcome(output.expect("the program runs"));
    assert!(printed.starts_with("File: rpprof\n"), "{printed}");
    assert_eq!(said, "");
}

#[test]
fn output_goes_to_the_file_that_was_asked_for() {
    let folder = folder("output");
    let run = |arguments: &[&str]| outcome(pprof(&folder, arguments).output().expect("the program runs"));
    let (printed, _) = run(&["-top", &profile()]);
    assert_eq!(
        run(&["-top", "-output=top.txt", &profile()]),
        (String::new(), "Generating report in top.txt\n".to_owned())
    );
    assert_eq!(fs::read_to_string(folder.join("top.txt")).expect("it was written"), printed);
    let (_, said) = outcome(session(&folder, "compact_labels=f\ntop 0 >again.txt\n"));
    assert!(said.ends_with("Generating report in again.txt\n"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("again.txt")).expect("it was written"), printed);
    assert_eq!(names_in(&folder), ["again.txt", "top.txt"]);
}

#[test]
fn the_shell_writes_data_to_new_files() {
    let folder = folder("data");
    let (_, said) = outcome(session(&folder, "proto\ncallgrind\nproto\n"));
    for name in ["profile001.pb.gz", "profile001.callgraph.out", "profile002.pb.gz"] {
        assert!(said.contains(&format!("Generating report in {name}\n")), "{said}");
        assert!(folder.join(name).is_file(), "{name}");
    }
    let raw = |path: &str| outcome(pprof(&folder, &["-top", path]).output().expect("the program runs"));
    assert_eq!(raw("profile001.pb.gz"), raw(&profile()));
}

#[test]
fn graphs_are_drawn() {
    let folder = folder("drawing");
    if !has_graphviz() {
        return;
    }
    let run = |format: &str| {
        let output = pprof(&folder, &[format, &profile()]).output().expect("the program runs");
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert!(run("-png").starts_with(b"\x89PNG"));
    assert!(run("-pdf").starts_with(b"%PDF"));
    let svg = String::from_utf8(run("-svg")).expect("it is text");
    assert!(svg.contains("<svg width=\"100%\" height=\"100%\"") && svg.contains("<g id=\"viewport\""), "{svg}");
}

#[test]
fn without_graphviz_it_is_said_what_is_missing() {
    let output = pprof(&folder("no_graphviz"), &["-svg", &profile()]).env("PATH", "/nonexistent").output();
    let output = output.expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let message = "failed to execute dot. Is Graphviz installed? \
                   Error: exec: \"dot\": executable file not found in $PATH\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
}

#[test]
fn viewers_get_a_file_that_goes_with_them() {
    let folder = folder("viewer");
    if !has_graphviz() {
        return;
    }
    fs::create_dir(folder.join("seen")).expect("the folder is empty");
    let run = pprof(&folder, &["-web", &profile()]).env("BROWSER", "cp -t seen").output();
    assert_eq!(outcome(run.expect("the program runs")), (String::new(), String::new()));
    assert_eq!(names_in(&folder.join("seen")), ["pprof001.svg"]);
    assert_eq!(names_in(&folder), ["seen"]);
    let run = pprof(&folder, &["-web", &profile()]).env("BROWSER", "false").output().expect("the program runs");
    assert_eq!((run.status.code(), String::from_utf8_lossy(&run.stderr).as_ref()), (Some(2), "exit status 1\n"));
}
