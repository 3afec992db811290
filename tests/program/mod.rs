//! Runs the program as its users do, in the folder of the test profiles.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Returns the folder of the test profiles.
pub(crate) fn testdata() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// Runs the program with arguments between spaces; times are in UTC, and nothing is a terminal.
pub(crate) fn run(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rpprof"))
        .args(arguments.split_whitespace())
        .current_dir(testdata())
        .env("TZ", "UTC")
        .env_remove("DEBUGINFOD_URLS")
        .env_remove("PPROF_BINARY_PATH")
        .output()
        .expect("the program runs")
}
