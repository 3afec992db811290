//! Where source files are found on this machine.

mod machine;
mod pprof;
mod rules;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rpprof::report::SourceText;

pub(crate) use machine::Machine;
pub(crate) use pprof::PprofSource;

/// Where source files lie.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Source")]
pub(crate) struct SourceArgs {
    /// A folder to look for source files in, and above it; may be given several times.
    ///
    /// Looked at before the working folder. Rust's and Go's own sources, cargo's registry and
    /// checkouts and Go's module cache are found without it.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) source_path: Vec<PathBuf>,

    /// What to cut off the front of the profile's file names; may be given several times.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) trim_path: Vec<String>,
}

/// Finds source files by the names that a profile has for them.
pub(crate) struct SourceFinder<'m> {
    arguments: &'m SourceArgs,
    machine: &'m Machine,
}

impl<'m> SourceFinder<'m> {
    pub(crate) fn new(arguments: &'m SourceArgs, machine: &'m Machine) -> Self {
        Self { arguments, machine }
    }

    /// Reads the source file that a profile calls `name`.
    ///
    /// # Errors
    /// Where it was looked for, in words.
    pub(crate) fn find(&self, name: &str) -> Result<SourceText, String> {
        let search = rules::Search::new(name, self.arguments, self.machine);
        let mut unreadable = None;
        for candidate in search.candidates() {
            match read(&candidate) {
                Ok(text) => return Ok(SourceText { path: self.shown(&candidate), text }),
                Err(error) if is_absent(&error) => {}
                Err(error) => {
                    unreadable.get_or_insert(format!("{}: {error}", candidate.display()));
                }
            }
        }
        Err(unreadable.unwrap_or_else(|| format!("no such source; looked {}", search.places())))
    }

    /// Returns a path as it is called from the working folder.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.machine.working_folder).unwrap_or(path).display().to_string()
    }
}

/// Larger files are no source.
const MAX_SOURCE_BYTES: u64 = 64 << 20;

/// Reads a source file as text; bytes that are not UTF-8 become U+FFFD.
fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    if metadata.len() > MAX_SOURCE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large for a source file"));
    }
    let bytes = fs::read(path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput)
}
