//! Profiles of this process, each test in a process of its own: signals and timers belong to a process.
#![cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(unsafe_code)]

mod accuracy;
mod arenas;
mod faults;
mod labels;
mod large_blocks;
mod linking;
mod measure;
#[cfg(feature = "collector-symbols")]
mod names;
#[cfg(feature = "collector-symbols")]
mod shares;
mod stacks;
// Programs that are linked statically load no libraries.
#[cfg(all(target_arch = "x86_64", not(target_feature = "crt-static")))]
mod tripwire;
#[cfg(all(target_arch = "x86_64", not(target_feature = "crt-static")))]
mod without_tables;

use std::env;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// Set in the child, to the name of the test that it is to run.
const CHILD: &str = "RPPROF_TEST_CHILD";
/// Set in the child that may end with `IMPRECISE`.
const MAY_TRY_AGAIN: &str = "RPPROF_TEST_MAY_TRY_AGAIN";
/// How a child ends whose shares are farther off than they should be, and which did nothing else wrong.
const IMPRECISE: i32 = 77;
/// How often a test may be run: shares are by the kernel's ticks, which other programs on a machine may catch.
const TRIES: u32 = 20;
/// No test takes longer on however slow and crowded a machine, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Runs `body` in a process of its own, which is this program again with the same test alone.
#[track_caller]
fn in_own_process(name: &str, body: impl FnOnce()) {
    if env::var_os(CHILD).is_some_and(|child| child == name) {
        return body();
    }
    for tries_left in (0..if measure::is_quiet() { 1 } else { TRIES }).rev() {
        let status = run_child(name, tries_left > 0);
        if tries_left == 0 || status.code() != Some(IMPRECISE) {
            return assert!(status.success(), "{name}: {status}");
        }
    }
}

/// Runs a test in a process of its own.
#[track_caller]
fn run_child(name: &str, may_try_again: bool) -> ExitStatus {
    let program = env::current_exe().expect("the program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, name);
    if may_try_again {
        command.env(MAY_TRY_AGAIN, "1");
    }
    let mut child = command.spawn().expect("the program starts");
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        if start.elapsed() > PATIENCE {
            drop(child.kill());
            panic!("{name} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
