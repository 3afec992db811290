//! Programs with much debug information: a unit that is compiled once, and assembled many times under other names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Result, data_folder};

/// The namespace of a unit, as mangled names and debug information have it.
const NAMESPACE: &[u8] = b"4many";

/// A program of units that are alike, with 0.2 GB of debug information.
pub(crate) struct LargeProgram {
    /// The name of its file.
    pub(crate) name: &'static str,
    source: &'static str,
    flags: &'static [&'static str],
    /// How many units it has.
    pub(crate) units: usize,
}

/// The programs: how long a symbolizer takes may depend on the size of the units, or on their number.
pub(crate) const LARGE_PROGRAMS: [LargeProgram; 2] = [
    // 0.2 MB each, about twice as much as in what `cargo build` makes of Rust.
    LargeProgram { name: "small-units", source: "few.cc", flags: &[], units: 1400 },
    // 5 MB each.
    LargeProgram { name: "large-units", source: "many.cc", flags: &["-DTYPES=8", "-DWITHOUT_MAIN"], units: 40 },
];

impl LargeProgram {
    /// Returns its path, and makes it unless it is there; `None` if there is no compiler of C++.
    ///
    /// That takes about a minute of processor time, and 0.7 GB of disk until it is done, of which 0.2 GB stay.
    pub(crate) fn path(&self) -> Result<Option<PathBuf>> {
        let path = data_folder().join(self.name);
        if path.exists() {
            return Ok(Some(path));
        }
        if !Command::new("c++").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        eprintln!("making {}", path.display());
        let folder = data_folder().join(format!("{}.parts", self.name));
        fs::create_dir_all(&folder)?;
        self.make(&folder)?;
        fs::rename(folder.join("program"), &path)?;
        fs::remove_dir_all(folder)?;
        Ok(Some(path))
    }

    fn make(&self, folder: &Path) -> Result<()> {
        let compiler = |arguments: &[&str]| {
            let mut command = Command::new("c++");
            command.args(arguments).current_dir(folder).stdin(Stdio::piped());
            command
        };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/symbolize/programs").join(self.source);
        finish(compiler(&["-std=c++17", "-O2", "-g", "-S", "-o", "unit.s"]).args(self.flags).arg(source), b"")?;
        let text = fs::read(folder.join("unit.s"))?;
        finish(&mut compiler(&["-x", "c++", "-c", "-", "-o", "main.o"]), b"int main() { return 0; }\n")?;

        let next = AtomicUsize::new(0);
        let assemble = || -> std::result::Result<(), String> {
            loop {
                let unit = next.fetch_add(1, Ordering::Relaxed);
                if unit >= self.units {
                    return Ok(());
                }
                let renamed = with_other_namespace(&text, format!("9many_{unit:04}").as_bytes());
                let object = object(unit);
                finish(&mut compiler(&["-x", "assembler", "-c", "-", "-o", &object]), &renamed)
                    .map_err(|error| error.to_string())?;
            }
        };
        thread::scope(|scope| {
            let other = scope.spawn(assemble);
            assemble().and(other.join().expect("it does not panic"))
        })?;
        let mut link = compiler(&["-Wl,--build-id", "-o", "program", "main.o"]);
        finish(link.args((0..self.units).map(object)), b"")
    }
}

fn object(unit: usize) -> String {
    format!("unit{unit:04}.o")
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
