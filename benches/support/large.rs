//! A program with much debug information: one that is compiled once, and assembled many times under other names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::{Result, data_folder};

/// How many times the unit is in the program: 216 MB of debug information.
const COPIES: usize = 40;
/// How many types each of them has.
const TYPES: &str = "-DTYPES=8";
/// The namespace of the unit, as mangled names and debug information have it.
const NAMESPACE: &[u8] = b"4many";

/// Returns the program, and makes it unless it is there; `None` if there is no compiler of C++.
///
/// That takes about a minute of processor time, and 0.7 GB of disk until it is done, of which 0.2 GB stay.
pub(crate) fn large_program() -> Result<Option<PathBuf>> {
    let path = data_folder().join("large");
    if path.exists() {
        return Ok(Some(path));
    }
    if !Command::new("c++").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    eprintln!("making {}", path.display());
    let folder = data_folder().join("large.parts");
    fs::create_dir_all(&folder)?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/symbolize/programs/many.cc");
    let compiler = |arguments: &[&str]| {
        let mut command = Command::new("c++");
        command.args(arguments).current_dir(&folder).stdin(Stdio::piped());
        command
    };
    let mut unit = compiler(&["-std=c++17", "-O2", "-g", TYPES, "-DWITHOUT_MAIN", "-S", "-o", "many.s"]);
    finish(unit.arg(source), b"")?;
    let text = fs::read(folder.join("many.s"))?;
    let mut objects = vec!["main.o".to_owned()];
    finish(&mut compiler(&["-x", "c++", "-c", "-", "-o", "main.o"]), b"int main() { return 0; }\n")?;
    for copy in 0..COPIES {
        let object = format!("many{copy:02}.o");
        let renamed = with_other_namespace(&text, format!("7many_{copy:02}").as_bytes());
        finish(&mut compiler(&["-x", "assembler", "-c", "-", "-o", &object]), &renamed)?;
        objects.push(object);
    }
    let mut link = compiler(&["-Wl,--build-id", "-o", "large"]);
    finish(link.args(&objects), b"")?;
    fs::rename(folder.join("large"), &path)?;
    fs::remove_dir_all(folder)?;
    Ok(Some(path))
}

/// Runs a command to its end, with an input.
fn finish(command: &mut Command, input: &[u8]) -> Result<()> {
    let mut child = command.spawn()?;
    let mut pipe = child.stdin.take().expect("it is piped");
    let written = thread::scope(|scope| scope.spawn(move || std::io::Write::write_all(&mut pipe, input)).join());
    let status = child.wait()?;
    match written {
        Ok(Ok(())) if status.success() => Ok(()),
        _ => Err(format!("{command:?} failed").into()),
    }
}

fn with_other_namespace(text: &[u8], namespace: &[u8]) -> Vec<u8> {
    let mut renamed = Vec::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    while let Some(at) = rest.windows(NAMESPACE.len()).position(|window| window == NAMESPACE) {
        renamed.extend_from_slice(&rest[..at]);
        renamed.extend_from_slice(namespace);
        rest = &rest[at + NAMESPACE.len()..];
    }
    renamed.extend_from_slice(rest);
    renamed
}
