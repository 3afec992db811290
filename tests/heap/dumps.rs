//! Profiles at exit and on a signal, by the environment alone.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, thread};

use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;

use crate::PATIENCE;
use crate::faults::is_cut;
use crate::sums::{Block, labels, sums_of};

/// Set where this program is to be the one that is profiled.
const PROFILED: &str = "RPPROF_TEST_PROFILED";

fn profiled(name: &str, path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().expect("the program has a path"));
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    command.env(PROFILED, "1").env("RPPROF_HEAP_DUMP", path).env("RPPROF_HEAP_RATE", "1");
    command
}

fn is_profiled() -> bool {
    env::var_os(PROFILED).is_some()
}

fn read(path: &Path) -> Profile {
    let bytes = fs::read(path).expect("the profile was written");
    codec::read(bytes.as_slice(), &ReadOptions::default()).expect("it is a profile")
}

/// Makes an empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("heap").join(name);
    // It may be there from the last time.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

#[test]
fn a_profile_is_written_at_exit() {
    if is_profiled() {
        // Kept until the program ends.
        std::mem::forget(labels("kept").scope(|| Block::new(12_345, 8)));
        return;
    }
    let path = folder("exit").join("heap.pb.gz");
    let status = profiled("dumps::a_profile_is_written_at_exit", &path).status().expect("the program starts");
    assert!(status.success());
    let profile = read(&path);
    let sums = sums_of(&profile, "kept");
    assert_eq!((sums.inuse_objects, sums.inuse_space), (1, 12_345));
    let sample = profile.samples().iter().find(|sample| sample.values[3] == 12_345).expect("it is in use");
    assert!(!is_cut(&profile, &sample), "the stack lacks callers");
}

/// What the child says when the block is there.
const READY: &str = "the block is there";

#[test]
fn a_profile_is_written_on_a_signal() {
    if is_profiled() {
        let _block = labels("waiting").scope(|| Block::new(54_321, 8));
        println!("\n{READY}");
        // The parent ends it.
        thread::sleep(PATIENCE);
        return;
    }
    let folder = folder("signal");
    let mut command = profiled("dumps::a_profile_is_written_on_a_signal", &folder.join("%n.pb.gz"));
    command.env("RPPROF_HEAP_DUMP_SIGNAL", "USR2").stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // Until then the signal may be one that ends the child.
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    assert!(lines.any(|line| line.expect("it is text") == READY), "the child ended");
    // SAFETY: the child is ours and was not waited for.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGUSR2) };
    let (path, start) = (folder.join("0.pb.gz"), Instant::now());
    while !path.exists() {
        assert!(start.elapsed() < PATIENCE, "there is no profile");
        thread::sleep(std::time::Duration::from_millis(10));
    }
    let sums = sums_of(&read(&path), "waiting");
    child.kill().expect("it runs");
    child.wait().expect("it was killed");
    assert_eq!((sums.inuse_objects, sums.inuse_space), (1, 54_321));
}
