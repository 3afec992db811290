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

#[cfg(test)]
mod tests {
    use super::*;

    fn source(search: &str, trim: &str) -> PprofSource {
        PprofSource { search: search.to_owned(), trim: trim.to_owned() }
    }

    #[test]
    fn names_are_cut_as_pprof_does() {
        for (name, trim, search, trimmed) in [
            ("", "", "", ""),
            ("/some/path/file.c", "", "", "/some/path/file.c"),
            ("/some/path/file.c", "/some", "", "path/file.c"),
            ("/some/path/file.c", "/some/", "", "path/file.c"),
            ("/some/path/file.c", "/other:/some/path", "", "file.c"),
            ("/something/file.c", "/some", "", "/something/file.c"),
            ("/some/path/file.c", "", "/my/path", "file.c"),
            ("/some/path/a/path/file.c", "", "/my/path", "a/path/file.c"),
            ("/some/path/file.c", "", "/my/other:/my/some/", "path/file.c"),
            ("path/file.c", "", "/my/path", "path/file.c"),
            ("/some/path/file.c", "/none", "/my/path", "/some/path/file.c"),
            ("/proc/self/cwd/file.c", "", "", "file.c"),
            ("/proc/self/cwd/./file.c", "/some", "", "file.c"),
            ("/some/file.c", ":", "", "some/file.c"),
            ("/some/file.c", "", "/", "/some/file.c"),
        ] {
            assert_eq!(source(search, trim).trimmed(name), trimmed, "{name}, {trim:?}, {search:?}");
        }
    }

    #[test]
    fn files_are_looked_for_above_all_folders_of_the_search_path() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().display().to_string();
        for path in ["a/b", "c"] {
            fs::create_dir_all(folder.path().join(path)).expect("a folder can be made");
        }
        let long_line = "x".repeat(MAX_LINE_BYTES);
        for (name, text) in [("top.c", "1\n2"), ("a/mid.c", "3\n"), ("c/long.c", &format!("4\n{long_line}\n5\n"))] {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        let source = source(&format!("{root}/a/b:{root}/c"), "");
        for (name, text) in [
            ("top.c", Ok("1\n2")),
            ("mid.c", Ok("3\n")),
            ("/x/b/mid.c", Ok("3\n")),
            ("long.c", Ok("4\n")),
            ("c", Ok("")),
            ("none.c", Err(format!("could not find file none.c on path {root}/a/b:{root}/c"))),
            ("/none/x.c", Err("open /none/x.c: no such file or directory".to_owned())),
        ] {
            let found = source.find(name).map(|found| found.text);
            assert_eq!(
                found.as_deref().map_err(String::as_str),
                text.as_ref().map(|text| &**text).map_err(String::as_str)
            );
        }
    }
}
