//! What the benches share: they run programs in turns and compare what these take, and they check no times.
//!
//! A bench also runs itself, with one of the commands of [`hidden`], for what must be a process of its own. It
//! stays small, because the peak memory of a process that it starts begins with its own.

#![allow(dead_code, unused_imports, reason = "each bench uses a part of it")]

mod corpus;
mod group;
mod hidden;
mod large;
mod process;
mod show;
mod terminal;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use corpus::data_folder;
pub(crate) use corpus::{BenchFile, Reference, fleet, pair, profiles};
pub(crate) use group::{GroupCost, measure_group};
pub(crate) use large::LARGE_PROGRAMS;
pub(crate) use process::{Cost, Run, in_turns, measure};
pub(crate) use show::{mebibytes, millis};
pub(crate) use terminal::Screen;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Runs the bench if cargo asks for one, or the hidden command that is named.
pub(crate) fn main(bench: fn() -> Result<()>) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match hidden::run(&arguments) {
        Some(done) => done,
        None if arguments.iter().any(|argument| argument == "--bench") => bench(),
        // As a test, which is what `cargo test --benches` takes it for.
        None => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts a command line of the program that is measured.
pub(crate) fn rpprof(command: &str) -> Command {
    let mut rpprof = Command::new(env!("CARGO_BIN_EXE_rpprof"));
    rpprof.arg(command);
    rpprof
}

/// Starts a command line of the pprof to compare with, if there is one.
pub(crate) fn reference() -> Option<Command> {
    let mut pprof = Command::new(env::var_os("PPROF")?);
    pprof.arg("-symbolize=none");
    Some(pprof)
}

/// Starts a hidden command of the bench.
pub(crate) fn own(command: &str) -> Result<Command> {
    let mut own = Command::new(env::current_exe()?);
    own.arg(command);
    Ok(own)
}

/// Returns how large files are once they are inflated.
pub(crate) fn inflated_bytes(files: &[PathBuf]) -> Result<u64> {
    let output = own("inflate")?.args(files).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Returns where a file may be written that is of no use after the bench.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Fails if two files differ. It reads them piece by piece, so that the bench stays small.
pub(crate) fn check_same(one: &Path, other: &Path) -> Result<()> {
    let open = |path: &Path| {
        let file = File::open(path).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        Ok::<_, io::Error>(BufReader::new(file))
    };
    let (mut left, mut right) = (open(one)?, open(other)?);
    loop {
        let (here, there) = (left.fill_buf()?, right.fill_buf()?);
        let len = here.len().min(there.len());
        if here[..len] != there[..len] || here.is_empty() != there.is_empty() {
            return Err(format!("{} and {} differ", one.display(), other.display()).into());
        }
        if here.is_empty() {
            return Ok(());
        }
        left.consume(len);
        right.consume(len);
    }
}
