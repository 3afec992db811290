//! Source files where pprof itself looks for them.

use std::fs;
use std::io;
use std::path::Path;

use rpprof::report::SourceText;

/// What separates the paths of a list.
const LIST_SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };
/// What pprof always cuts off names; builds in a sandbox leave it there.
const NOISE: [&str; 2] = ["/proc/self/cwd/./", "/proc/self/cwd/"];
/// Lines that are longer end a file there, as Go's `bufio.Scanner` has it.
const MAX_LINE_BYTES: usize = 64 << 10;

/// pprof's `-source_path` and `-trim_path`, each a list of paths.
#[derive(Debug, Clone)]
pub(crate) struct PprofSource {
    pub(crate) search: String,
    pub(crate) trim: String,
}

impl PprofSource {
    /// Returns the name of a source file without what is to be cut off (pprof's `trimPath`).
    ///
    /// If nothing is said to be cut off, that is all through the name of a folder of the search path.
    pub(crate) fn trimmed<'n>(&self, name: &'n str) -> &'n str {
        if self.trim.is_empty() {
            for dir in listed(&self.search) {
                let mark = format!("/{}/", base(dir));
                if let Some(found) = name.find(&mark) {
                    return &name[found + mark.len()..];
                }
            }
        }
        for prefix in listed(&self.trim).chain(NOISE) {
            let prefix = if prefix.ends_with('/') { prefix.to_owned() } else { format!("{prefix}/") };
            if let Some(rest) = name.strip_prefix(&prefix) {
                return rest;
            }
        }
        name
    }

    /// Reads a source file (pprof's `openSourceFile`): one without a root is looked for in all folders of the search
    /// path and those above them.
    ///
    /// # Errors
    /// What pprof says.
    pub(crate) fn find(&self, name: &str) -> Result<SourceText, String> {
        // pprof does not say where it found a file.
        let found = |text| SourceText { path: name.to_owned(), text };
        let name = self.trimmed(name);
        if Path::new(name).is_absolute() {
            let text = open(Path::new(name)).map_err(|error| format!("open {name}: {}", go_error(&error)))?;
            return Ok(found(text));
        }
        let mut dirs = listed(&self.search).flat_map(|dir| Path::new(dir).ancestors());
        let text = dirs.find_map(|dir| open(&dir.join(name)).ok());
        text.map(found).ok_or_else(|| format!("could not find file {name} on path {}", self.search))
    }
}

/// Returns the paths of a list (Go's `filepath.SplitList`).
fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(LIST_SEPARATOR).filter(move |_| !list.is_empty())
}

/// Returns the last part of a path (Go's `filepath.Base`).
fn base(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit('/').next() {
        Some("") | None if path.is_empty() => ".",
        Some("") | None => "/",
        Some(base) => base,
    }
}

/// Opens a file, and reads what can be read of it: pprof takes errors of reading for the end.
fn open(path: &Path) -> io::Result<String> {
    let is_file = fs::metadata(path)?.is_file();
    let bytes = if is_file { fs::read(path)? } else { Vec::new() };
    let whole = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let end: usize = whole.split_inclusive('\n').take_while(|line| line.len() <= MAX_LINE_BYTES).map(str::len).sum();
    Ok(whole[..end].to_owned())
}

/// Writes an error of the system as Go does.
fn go_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => error.to_string(),
    }
}
