//! Runs the program as its users do, in the folder of the test profiles.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Returns the folder of the test profiles.
pub(crate) fn testdata() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// Stands for a space in an argument.
const SPACE: &str = "\u{1}";

/// Returns a path as one argument of [`run`], whatever spaces it has.
pub(crate) fn word(path: &Path) -> String {
    path.display().to_string().replace(' ', SPACE)
}

/// Runs the program with arguments between spaces; times are in UTC, and nothing is a terminal.
pub(crate) fn run(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rpprof"))
        .args(arguments.split_whitespace().map(|argument| argument.replace(SPACE, " ")))
        .current_dir(testdata())
        .env("TZ", "UTC")
        .env_remove("DEBUGINFOD_URLS")
        .env_remove("PPROF_BINARY_PATH")
        .output()
        .expect("the program runs")
}
