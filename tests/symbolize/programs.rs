//! Programs that are built for a test, by what compilers there are.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns a program by its name, or by a variable that says where it is; tells if it is missing.
pub(super) fn tool(name: &str) -> Option<PathBuf> {
    let variable = name.to_uppercase().replace('-', "_");
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    let folders = env::var_os("PATH")?;
    let found = env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no {name}");
    }
    found
}

/// Makes an empty folder for a test.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("symbolize").join(name);
    // It may be there from the last time.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Returns a source file of a program.
pub(super) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/symbolize/programs").join(name)
}

/// Runs a program that must do its work; returns whether it did.
pub(super) fn run<A: AsRef<OsStr>>(folder: &Path, program: &Path, arguments: &[A]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    if !output.status.success() {
        eprintln!("skipped: {command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

/// The variable that asks for all there is to compare, which takes minutes.
const ALL: &str = "RPPROF_SYMBOLIZE_ALL";

/// Returns whether large programs are wanted, and many addresses of them.
pub(super) fn is_all_wanted() -> bool {
    env::var_os(ALL).is_some()
}

/// Compiles the C++ program with flags; `None` if it cannot be done here.
pub(super) fn cpp(folder: &Path, flags: &[&str]) -> Option<PathBuf> {
    cpp_by(&tool("c++")?, folder, flags)
}

/// Compiles the C++ program by one compiler.
pub(super) fn cpp_by(compiler: &Path, folder: &Path, flags: &[&str]) -> Option<PathBuf> {
    let mut sources = vec![source("words.cc"), source("tally.cc")];
    let mut arguments: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
    if is_all_wanted() {
        sources.push(source("many.cc"));
        arguments.extend(["-std=c++17", "-DWITHOUT_MAIN"].map(OsStr::new));
    }
    arguments.extend(sources.iter().map(|source| source.as_os_str()));
    arguments.extend(["-o", "words"].map(OsStr::new));
    run(folder, compiler, &arguments).then(|| folder.join("words"))
}

/// Compiles the Go program with flags of the linker; `None` if it cannot be done here.
pub(super) fn go(folder: &Path, linker_flags: &str) -> Option<PathBuf> {
    let compiler = tool("go")?;
    let flags = format!("-ldflags={linker_flags}");
    let main = source("words.go");
    let arguments = ["build".as_ref(), flags.as_ref(), "-o".as_ref(), "words".as_ref(), main.as_os_str()];
    run(folder, &compiler, &arguments).then(|| folder.join("words"))
}
