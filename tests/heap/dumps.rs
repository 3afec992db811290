//! Profiles at exit and on a signal, by the environment alone.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;

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

#[test]
fn a_profile_is_written_at_exit() {
    let path = env::temp_dir().join(format!("rpprof-exit-{}.pb.gz", std::process::id()));
    if is_profiled() {
        // Kept until the program ends.
        std::mem::forget(labels("kept").scope(|| Block::new(12_345, 8)));
        return;
    }
    let status = profiled("dumps::a_profile_is_written_at_exit", &path).status().expect("the program starts");
    assert!(status.success());
    let sums = sums_of(&read(&path), "kept");
    fs::remove_file(&path).expect("it is there");
    assert_eq!((sums.inuse_objects, sums.inuse_space), (1, 12_345));
}

#[test]
fn a_profile_is_written_on_a_signal() {
    if is_profiled() {
        let _block = labels("waiting").scope(|| Block::new(54_321, 8));
        thread::sleep(Duration::from_secs(60));
        return;
    }
    let path = env::temp_dir().join(format!("rpprof-signal-{}-%n.pb.gz", std::process::id()));
    let mut command = profiled("dumps::a_profile_is_written_on_a_signal", &path);
    let mut child = command.env("RPPROF_HEAP_DUMP_SIGNAL", "USR2").spawn().expect("the program starts");
    let start = Instant::now();
    let mut number = 0;
    // The first profiles may be from before the block was made.
    let sums = loop {
        thread::sleep(Duration::from_millis(100));
        // SAFETY: the child is ours and was not waited for.
        unsafe { libc::kill(child.id().cast_signed(), libc::SIGUSR2) };
        let path = path.to_string_lossy().replace("%n", &number.to_string());
        let path = Path::new(&path);
        if path.exists() {
            let sums = sums_of(&read(path), "waiting");
            fs::remove_file(path).expect("it is there");
            number += 1;
            if sums.inuse_space != 0 {
                break sums;
            }
        }
        assert!(start.elapsed() < Duration::from_secs(30), "no profile has the block");
    };
    child.kill().expect("it runs");
    child.wait().expect("it was killed");
    for number in number..number + 500 {
        let rest = path.to_string_lossy().replace("%n", &number.to_string());
        drop(fs::remove_file(rest));
    }
    assert_eq!(sums.inuse_space, 54_321);
}
