//! What a process takes together with those that it starts.

use std::collections::HashMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Result;
use super::process::Cost;

/// How often all processes are looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// How many of the system's ticks a second has: nothing else is in use.
const TICKS_A_SECOND: f64 = 100.0;
const PAGE_BYTES: u64 = 4096;

/// What a group of processes took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupCost {
    /// The memory is the most that all had together at a time.
    pub(crate) cost: Cost,
    /// Whether it was stopped because it took too long.
    pub(crate) is_over: bool,
}

/// Runs a command in a process group of its own, and sums up what all in it take; it is stopped when they have taken
/// `limit` of processor time. Systems without `/proc` show the command itself alone.
///
/// # Errors
/// If the command cannot be started, or fails.
pub(crate) fn measure_group(mut command: Command, limit: Duration) -> Result<GroupCost> {
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let group = child.id();
    let mut cpu_of: HashMap<u32, Duration> = HashMap::new();
    let mut peak_bytes = 0;
    let (status, is_over) = loop {
        let members = members(group);
        peak_bytes = peak_bytes.max(members.iter().map(|member| member.resident_bytes).sum());
        cpu_of.extend(members.iter().map(|member| (member.process, member.cpu)));
        if let Some(status) = child.try_wait()? {
            break (status, false);
        }
        if cpu_of.values().sum::<Duration>() > limit {
            Command::new("kill").args(["--", &format!("-{group}")]).status()?;
            break (child.wait()?, true);
        }
        thread::sleep(PAUSE);
    };
    if !is_over && !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(GroupCost { cost: Cost { wall: start.elapsed(), cpu: cpu_of.values().sum(), peak_bytes }, is_over })
}

/// A process of a group.
struct Member {
    process: u32,
    cpu: Duration,
    resident_bytes: u64,
}

fn members(group: u32) -> Vec<Member> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let member = |entry: fs::DirEntry| {
        let process = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name may have spaces and brackets.
        let fields: Vec<&str> = line.rsplit_once(") ")?.1.split(' ').collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        if number(2)? != u64::from(group) {
            return None;
        }
        let ticks = number(11)? + number(12)?;
        let cpu = Duration::from_secs_f64(ticks as f64 / TICKS_A_SECOND);
        Some(Member { process, cpu, resident_bytes: number(21)? * PAGE_BYTES })
    };
    processes.flatten().filter_map(member).collect()
}
