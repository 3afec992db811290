//! What llvm-symbolizer says of addresses.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use super::Frame;

/// Asks for the frames at addresses of a file, as pprof does.
pub(super) fn frames(symbolizer: &Path, file: &Path, addresses: &[u64]) -> Vec<Vec<Frame>> {
    let mut command = Command::new(symbolizer);
    command.args(["--inlining", "-demangle=false", "--output-style=JSON", "-e"]).arg(file);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    let questions: String = addresses.iter().map(|address| format!("CODE {address:#x}\n")).collect();
    let writer = thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all questions");
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<Vec<Frame>> = output.lines().map(answer).collect();
    assert_eq!(answers.len(), addresses.len(), "an answer for each question");
    answers
}

fn answer(line: &str) -> Vec<Frame> {
    let answer: Value = serde_json::from_str(line).expect("JSON");
    let text = |frame: &Value, name: &str| frame[name].as_str().unwrap_or_default().to_owned();
    let number = |frame: &Value, name: &str| frame[name].as_i64().unwrap_or(0);
    let frame = |frame: &Value| {
        let (file, line) = (text(frame, "FileName"), number(frame, "Line"));
        Frame {
            function: text(frame, "FunctionName"),
            // Without a path it is the object file that the symbol table names, and no source.
            file: if line == 0 && !file.contains('/') { String::new() } else { file },
            line,
            // Of no line there is no column either: what it says then is that of the line before.
            column: if line == 0 { 0 } else { number(frame, "Column") },
            start_line: number(frame, "StartLine"),
        }
    };
    let frames: Vec<Frame> = answer["Symbol"].as_array().into_iter().flatten().map(frame).collect();
    // A frame of which nothing is known stands for none.
    let is_empty = |frame: &Frame| frame.function.is_empty() && frame.file.is_empty();
    if frames.iter().all(is_empty) { Vec::new() } else { frames }
}
