//! How the program behaves: what it says of mistakes, where it writes, what it leaves behind.
//!
//! `tests/cmd/` has commands with what they print; `TRYCMD=overwrite cargo test --test cli` renews it.

#![cfg(feature = "cli")]

mod program;

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use program::{run, testdata, word};

#[test]
fn mistakes_are_told_with_the_file_or_flag_and_what_was_meant() {
    // Widths and what else the environment may say.
    trycmd::TestCases::new()
        .env("TZ", "UTC")
        .env("COLUMNS", "100")
        .env("DEBUGINFOD_URLS", "")
        .env("PPROF_BINARY_PATH", "")
        .case("tests/cmd/*.trycmd");
}

/// Returns a new and empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder); // It is there if the test ran before.
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn names_in(folder: &PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("names are text");
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("the folder can be read"))).collect();
    names.sort_unstable();
    names
}

/// Returns what a run printed that went well and had nothing to complain of.
#[track_caller]
fn stdout(output: Output) -> Vec<u8> {
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    output.stdout
}

/// Runs the program with a file as its standard input.
fn run_with_input(arguments: &str, input: &PathBuf) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rpprof"))
        .args(arguments.split_whitespace())
        .current_dir(testdata())
        .env("TZ", "UTC")
        .stdin(fs::File::open(input).expect("the file is there"))
        .output()
        .expect("the program runs")
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    for command in ["top", "raw", "info --json", "flame --folded", "top --json -g lines"] {
        let from_input = run_with_input(&format!("{command} -"), &testdata().join("go_mutex.pb.gz"));
        assert!(stdout(from_input) == stdout(run(&format!("{command} go_mutex.pb.gz"))), "{command}");
    }
    let both = run_with_input("top go_block.pb.gz -", &testdata().join("go_mutex.pb.gz"));
    assert_eq!(stdout(both), stdout(run("top go_block.pb.gz go_mutex.pb.gz")));
}

#[test]
fn a_merged_profile_goes_through_a_pipe() {
    let folder = folder("merge_pipe");
    let merged = folder.join("merged");
    for output in ["", "-o -", "--level 9"] {
        fs::write(&merged, stdout(run(&format!("merge go_mutex.pb.gz go_block.pb.gz {output}")))).expect("it fits");
        assert_eq!(stdout(run_with_input("raw -", &merged)), stdout(run("raw go_mutex.pb.gz go_block.pb.gz")));
    }
}

#[test]
fn output_goes_to_the_file_that_was_asked_for_and_leaves_nothing_else() {
    let folder = folder("output");
    for (name, command) in [("top.txt", "top"), ("flame.svg", "flame"), ("folded", "flame --folded"), ("raw", "raw")] {
        let path = folder.join(name);
        assert_eq!(stdout(run(&format!("{command} go_mutex.pb.gz -o {}", word(&path)))), b"");
        assert_eq!(fs::read(&path).expect("it was written"), stdout(run(&format!("{command} go_mutex.pb.gz"))));
        // A second time it is replaced.
        assert_eq!(stdout(run(&format!("{command} go_block.pb.gz --output {}", word(&path)))), b"");
        assert_eq!(fs::read(&path).expect("it was written"), stdout(run(&format!("{command} go_block.pb.gz"))));
    }
    assert_eq!(names_in(&folder), ["flame.svg", "folded", "raw", "top.txt"]);
}

#[test]
fn a_failure_leaves_the_output_as_it_was() {
    let folder = folder("failure");
    let (out, none, bad) = (folder.join("out"), folder.join("none"), folder.join("bad"));
    let profile = fs::read(testdata().join("go_mutex.pb.gz")).expect("it is there");
    fs::write(&bad, &profile[..profile.len() / 2]).expect("it fits");
    fs::write(&out, "precious").expect("it fits");
    for command in ["top", "flame", "raw", "merge", "merge go_mutex.pb.gz", "flame --folded", "top go_block.pb.gz"] {
        for path in [&out, &none] {
            let failed = run(&format!("{command} {} -o {}", word(&bad), word(path)));
            assert_eq!(failed.status.code(), Some(2), "{command}");
            let message = String::from_utf8_lossy(&failed.stderr).into_owned();
            let expected = format!("rpprof: {}: the compressed data ends too early", bad.display());
            assert!(message.starts_with(&expected), "{message}");
        }
    }
    // Nothing to draw is found after the input was read.
    let failed = run(&format!("flame --focus no_such_function go_mutex.pb.gz -o {}", word(&out)));
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "precious");
    assert_eq!(names_in(&folder), ["bad", "out"]);
}

#[test]
fn the_profile_that_is_read_may_be_the_file_that_is_written() {
    let folder = folder("in_place");
    let path = folder.join("profile.pb.gz");
    fs::copy(testdata().join("go_mutex.pb.gz"), &path).expect("it fits");
    assert_eq!(stdout(run(&format!("merge {0} go_block.pb.gz -o {0}", word(&path)))), b"");
    let merged = stdout(run(&format!("raw {}", word(&path))));
    assert_eq!(merged, stdout(run("raw go_mutex.pb.gz go_block.pb.gz")));
    assert_eq!(names_in(&folder), ["profile.pb.gz"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_of_a_replaced_file_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("links");
    let (file, link) = (folder.join("file"), folder.join("link"));
    fs::write(&file, "before").expect("it fits");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("it is ours");
    symlink("file", &link).expect("the system has links");
    assert_eq!(stdout(run(&format!("top go_mutex.pb.gz -o {}", link.display()))), b"");
    assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read(&file).expect("it is there"), stdout(run("top go_mutex.pb.gz")));
    assert_eq!(stdout(run("top go_mutex.pb.gz -o /dev/null")), b"");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for command in ["raw cpp_cpu.pb.gz", "flame --folded cpp_cpu.pb.gz", "merge --level 0 go_cpu.pb.gz cpp_cpu.pb.gz"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rpprof"))
            .args(command.split_whitespace())
            .current_dir(testdata())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = [0; 10];
        let mut pipe = program.stdout.take().expect("it is piped");
        pipe.read_exact(&mut first).expect("it writes more than that");
        drop(pipe);
        let output = program.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{command}");
    }
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let has_colours = |arguments: &str, variable: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
        command.args(arguments.split_whitespace()).current_dir(testdata()).env_remove("NO_COLOR");
        if let Some(name) = variable {
            command.env(name, "1");
        }
        stdout(command.output().expect("the program runs")).contains(&0x1b)
    };
    for command in ["top -n 3 go_cpu.pb.gz", "info go_cpu.pb.gz"] {
        assert!(!has_colours(command, None));
        assert!(!has_colours(command, Some("CLICOLOR_FORCE")));
        assert!(!has_colours(&format!("{command} --color auto"), None));
        assert!(!has_colours(&format!("{command} --color=never"), None));
        assert!(has_colours(&format!("{command} --color=always"), None));
        assert!(has_colours(&format!("--color always {command}"), Some("NO_COLOR")), "what is asked for is done");
    }
    for command in ["raw go_mutex.pb.gz", "top --json go_mutex.pb.gz", "flame --folded go_mutex.pb.gz"] {
        assert!(!has_colours(&format!("{command} --color=always"), None), "{command} is for programs");
    }
}
