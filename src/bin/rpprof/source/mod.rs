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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::machine::Go;

    /// Makes files below a new folder.
    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for file in files {
            let path = folder.path().join(file);
            let (parent, text) = (path.parent().expect("it is below the folder"), format!("text of {file}\n"));
            fs::create_dir_all(parent).expect("a folder can be made");
            fs::write(path, text).expect("a file can be written");
        }
        folder
    }

    /// Works in `work`, with toolchains and packages beside it.
    fn machine(root: &Path) -> Machine {
        let go = Go { root: Some(root.join("go")), module_cache: Some(root.join("mod")) };
        Machine::made_of(&root.join("work"), &root.join("cargo"), &root.join("rust"), go)
    }

    const FILES: &[&str] = &[
        "work/.git/HEAD",
        "work/src/main.rs",
        "work/src/deep/part.rs",
        "work/vendor/x.org/v/v.go",
        "work/go.mod",
        "work/store/tree.go",
        "above.rs",
        "other/lone.h",
        "other/src/named.rs",
        "rust/library/core/src/cmp.rs",
        "cargo/registry/src/index-1/serde-1.0.219/src/de.rs",
        "cargo/git/checkouts/x-1a2b/3c4d/src/x.rs",
        "go/src/runtime/proc.go",
        "mod/x.org/!big!name@v1.2.3/Y.go",
    ];

    #[test]
    fn sources_are_found_where_languages_and_projects_keep_them() {
        let tree = tree(FILES);
        fs::write(tree.path().join("work/go.mod"), "// A module.\nmodule \"example.com/shop\"\n").expect("it is there");
        let machine = machine(tree.path());
        let absolute = tree.path().join("other/lone.h").display().to_string();
        for (name, source_path, trim_path, found) in [
            ("src/main.rs", "", "", "work/src/main.rs"),
            ("above.rs", "", "", "above.rs"),
            (absolute.as_str(), "", "", "other/lone.h"),
            ("/build/work/src/main.rs", "", "", "work/src/main.rs"),
            ("/build/shop-1/src/deep/part.rs", "", "", "work/src/deep/part.rs"),
            ("/nowhere/main.rs", "", "", ""),
            ("/nowhere/lone.h", "other", "", "other/lone.h"),
            ("/a/b/named.rs", "other/src", "/a/b", "other/src/named.rs"),
            ("/a/b/src/named.rs", "other", "/a/b/", "other/src/named.rs"),
            ("/rustc/5980/library/core/src/cmp.rs", "", "", "rust/library/core/src/cmp.rs"),
            ("/x/lib/rustlib/src/rust/library/core/src/cmp.rs", "", "", "rust/library/core/src/cmp.rs"),
            ("/rustc/5980/library/core/src/main.rs", "", "", ""),
            (
                "/home/you/.cargo/registry/src/index-2/serde-1.0.219/src/de.rs",
                "",
                "",
                "cargo/registry/src/index-1/serde-1.0.219/src/de.rs",
            ),
            ("/deps/serde-1.0.219/src/de.rs", "", "", "cargo/registry/src/index-1/serde-1.0.219/src/de.rs"),
            ("/deps/.cargo/registry/src/index-1/other-1.0.0/src/main.rs", "", "", ""),
            ("/home/you/.cargo/git/checkouts/x-1a2b/3c4d/src/x.rs", "", "", "cargo/git/checkouts/x-1a2b/3c4d/src/x.rs"),
            ("runtime/proc.go", "", "", "go/src/runtime/proc.go"),
            ("/usr/local/go/src/runtime/proc.go", "", "", "go/src/runtime/proc.go"),
            ("$GOROOT/src/runtime/proc.go", "", "", "go/src/runtime/proc.go"),
            ("x.org/BigName@v1.2.3/Y.go", "", "", "mod/x.org/!big!name@v1.2.3/Y.go"),
            ("/go/pkg/mod/x.org/!big!name@v1.2.3/Y.go", "", "", "mod/x.org/!big!name@v1.2.3/Y.go"),
            ("x.org/v@v1.0.0/v.go", "", "", "work/vendor/x.org/v/v.go"),
            ("example.com/shop/store/tree.go", "", "", "work/store/tree.go"),
            ("example.com/shopping/store/lone.go", "", "", ""),
        ] {
            let arguments = SourceArgs {
                source_path: Some(source_path)
                    .filter(|dir| !dir.is_empty())
                    .map(|dir| tree.path().join(dir))
                    .into_iter()
                    .collect(),
                trim_path: Some(trim_path.to_owned()).filter(|prefix| !prefix.is_empty()).into_iter().collect(),
            };
            match SourceFinder::new(&arguments, &machine).find(name) {
                Ok(_) if found.is_empty() => panic!("{name} is found"),
                Ok(source) => {
                    let path = machine.working_folder.join(&source.path);
                    assert_eq!(path, tree.path().join(found), "{name}");
                }
                Err(reason) => assert!(found.is_empty() && reason.contains("looked in"), "{name}: {reason}"),
            }
        }
    }

    #[test]
    fn folders_and_what_is_no_text_do_no_harm() {
        let tree = tree(&["work/a.rs", "work/b.rs/c"]);
        fs::write(tree.path().join("work/a.rs"), b"\xff\n").expect("it is there");
        let (machine, arguments) = (machine(tree.path()), SourceArgs::default());
        let finder = SourceFinder::new(&arguments, &machine);
        assert_eq!(finder.find("a.rs").expect("it is there").text, "\u{fffd}\n");
        assert!(finder.find("b.rs").is_err());
        assert!(finder.find("a\0.rs").is_err());
    }
}
