//! Heap profiles of this process, each test in a process of its own, which has its own rate and its own totals.
#![cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(unsafe_code)]

mod dumps;
mod estimates;
mod faults;
mod inner;
mod lifetimes;
mod sums;
mod threads;

use std::env;
use std::process::Command;
use std::time::{Duration, Instant};

use inner::Inner;
use rpprof::collector::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<Inner> = Allocator::new(Inner);

/// Set in the child, to the name of the test that it is to run.
const CHILD: &str = "RPPROF_TEST_CHILD";
/// No test takes longer on however slow and crowded a machine, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Runs `body` in a process of its own, which is this program again with the same test alone.
#[track_caller]
fn in_own_process(name: &str, body: impl FnOnce()) {
    in_process_with(name, &[], body);
}

/// Does so with some more variables in the environment.
#[track_caller]
fn in_process_with(name: &str, variables: &[(&str, &str)], body: impl FnOnce()) {
    if env::var_os(CHILD).is_some_and(|child| child == name) {
        return body();
    }
    let program = env::current_exe().expect("the program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, name);
    command.envs(variables.iter().copied());
    let mut child = command.spawn().expect("the program starts");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            drop(child.kill());
            panic!("{name} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{name}: {status}");
}
