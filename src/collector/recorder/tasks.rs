//! Which threads the process has.

use std::fs;
use std::os::unix::fs::DirEntryExt;
use std::time::{Duration, Instant};

use crate::collector::sys::timer;

/// A thread, told apart from a later one with the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Task {
    /// The kernel's id.
    pub(crate) id: i32,
    /// The inode of its folder in `/proc`.
    pub(crate) inode: u64,
}

/// Returns the threads that the process has now, by id.
///
/// Cost: about 3 µs a thread.
pub(crate) fn list() -> Vec<Task> {
    let Ok(folder) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let task = |entry: fs::DirEntry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        Some(Task { id, inode: entry.ino() })
    };
    let mut tasks: Vec<Task> = folder.filter_map(|entry| task(entry.ok()?)).collect();
    tasks.sort_unstable();
    tasks
}

/// Returns whether a thread runs or would if there were a processor for it.
pub(crate) fn is_running(id: i32) -> bool {
    let line = fs::read_to_string(format!("/proc/self/task/{id}/stat")).unwrap_or_default();
    // The name before may hold anything, parentheses too.
    line.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('R'))
}

/// Tells when the list may have changed, at less cost than reading it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The id that the kernel gave out last.
    last_id: Option<String>,
    /// When the list may be read again, so that reading takes no more than a small share of the time.
    not_before: Option<Instant>,
}

/// Between two readings of the list lies at least this many times what one took.
const REST: u32 = 50;

impl Watch {
    /// Returns the threads if there may be others than at the last call.
    pub(crate) fn changed(&mut self) -> Option<Vec<Task>> {
        let now = Instant::now();
        if self.not_before.is_some_and(|time| now < time) {
            return None;
        }
        let last_id =
            fs::read_to_string("/proc/loadavg").ok().and_then(|text| Some(text.split(' ').nth(4)?.to_owned()));
        if last_id.is_some() && last_id == self.last_id {
            return None;
        }
        self.last_id = last_id;
        let cpu_before = timer::own_cpu_nanos();
        let tasks = list();
        let took = Duration::from_nanos(timer::own_cpu_nanos().saturating_sub(cpu_before));
        self.not_before = Some(now + took * REST);
        Some(tasks)
    }

    /// Has the next call read the list whatever happened.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}
