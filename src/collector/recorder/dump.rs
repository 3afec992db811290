//! Heap profiles of a program that does not know of them: at exit and on a signal, by environment variables.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process, thread};

use super::heap::{self, Snapshot};
use super::sessions;
use crate::codec::{self, WriteOptions};
use crate::collector::sys::object::Object;
use crate::collector::sys::startup::{self, Signal};
use crate::error::{Error, ErrorKind, Result};

const PATH: &str = "RPPROF_HEAP_DUMP";
const SIGNAL: &str = "RPPROF_HEAP_DUMP_SIGNAL";
const RATE: &str = "RPPROF_HEAP_RATE";

/// Where profiles go.
struct Target {
    /// With `%p` for the process and `%n` for the number of the profile.
    pattern: String,
    /// The process that was asked for profiles.
    process: u32,
}

static TARGET: OnceLock<Target> = OnceLock::new();
/// How many profiles were written.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Does what the environment asks for; called before `main`.
pub(crate) fn at_start() {
    if let Some(rate) = env::var_os(RATE) {
        match rate.to_str().and_then(|text| text.parse().ok()) {
            Some(bytes) => heap::set_rate(bytes),
            None => complain(&format!("{RATE} is {}; expected a number of bytes", rate.display())),
        }
    }
    let Some(pattern) = env::var_os(PATH).filter(|pattern| !pattern.is_empty()) else { return };
    let target = Target { pattern: pattern.to_string_lossy().into_owned(), process: process::id() };
    if TARGET.set(target).is_ok() {
        startup::at_exit(dump_or_complain);
    }
    if !Object::are_found() {
        // So that stacks go on through what came without unwind tables.
        sessions::objects();
    }
    if let Some(signal) = env::var_os(SIGNAL)
        && let Err(error) = dump_on(&signal)
    {
        complain(&format!("{SIGNAL} is {}: {error}", signal.display()));
    }
}

fn complain(message: &str) {
    // Nobody is there to be told if this fails.
    let _ = writeln!(std::io::stderr(), "rpprof: {message}");
}

fn dump_on(signal: &OsString) -> Result<()> {
    let text = signal.to_str().unwrap_or_default();
    let name = text.strip_prefix("SIG").unwrap_or(text);
    let number = match name {
        "HUP" => libc::SIGHUP,
        "USR1" => libc::SIGUSR1,
        "USR2" => libc::SIGUSR2,
        "QUIT" => libc::SIGQUIT,
        _ => name.parse().map_err(|_| Error::new(ErrorKind::Argument, "expected a number, HUP, USR1, USR2 or QUIT"))?,
    };
    let refused = |error: std::io::Error| Error::new(ErrorKind::Io, "the system refuses it").because(error);
    let signal = Signal::new(number).map_err(refused)?;
    let wait = move || {
        loop {
            signal.wait();
            dump_or_complain();
        }
    };
    thread::Builder::new().name("rpprof-dump".to_owned()).spawn(wait).map_err(refused)?;
    Ok(())
}

fn dump_or_complain() {
    if let Err(error) = dump() {
        complain(&format!("no heap profile was written: {error}"));
    }
}

fn dump() -> Result<()> {
    let Some(target) = TARGET.get() else { return Ok(()) };
    if !heap::is_installed() {
        return Err(Error::new(ErrorKind::Unsupported, "the program's allocator is not rpprof's"));
    }
    let path = path_of(target, process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let part = PathBuf::from(format!("{}.part{}", path.display(), process::id()));
    let failed = |error: std::io::Error| Error::new(ErrorKind::Io, "it cannot be written").because(error);
    let file = File::create(&part).map_err(failed)?;
    codec::write(&Snapshot::take().profile("")?, file, &WriteOptions::default().with_level(1))?;
    // At once, so that nobody reads half of it.
    fs::rename(&part, &path).map_err(failed)
}

fn path_of(target: &Target, process: u32, number: u32) -> PathBuf {
    let mut path = target.pattern.replace("%p", &process.to_string()).replace("%n", &number.to_string());
    // A child must not take the place of its parent's profile.
    if process != target.process && !target.pattern.contains("%p") {
        path.push_str(&format!(".{process}"));
    }
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_processes_and_profiles_apart() {
        let check = |pattern: &str, process: u32, number: u32, expected: &str| {
            let target = Target { pattern: pattern.to_owned(), process: 7 };
            assert_eq!(path_of(&target, process, number), PathBuf::from(expected));
        };
        check("heap.pb.gz", 7, 0, "heap.pb.gz");
        check("heap.pb.gz", 8, 0, "heap.pb.gz.8");
        check("heap-%p-%n.pb.gz", 8, 3, "heap-8-3.pb.gz");
    }
}
