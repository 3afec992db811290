//! What a workload found out, and what it left behind in its process.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Numbers by name; a child prints them, and the driver adds them up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(BTreeMap<String, u64>);

/// What a line that holds a number begins with.
const MARK: &str = "finding ";

impl Findings {
    pub(crate) fn add(&mut self, name: &str, count: u64) {
        *self.0.entry(name.to_owned()).or_default() += count;
    }

    /// Returns a number; 0 if nothing was added to it.
    pub(crate) fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Returns all numbers by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// Prints the numbers for the driver.
    pub(crate) fn print(&self) {
        for (name, count) in self.iter() {
            println!("{MARK}{name} {count}");
        }
    }

    /// Reads what was printed, and adds it.
    pub(crate) fn add_printed(&mut self, output: &str) {
        for line in output.lines() {
            let Some((name, count)) = line.strip_prefix(MARK).and_then(|rest| rest.split_once(' ')) else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match name {
                "rss_kib" => {
                    _ = self.0.entry(name.to_owned()).and_modify(|most| *most = count.max(*most)).or_insert(count);
                }
                _ => self.add(name, count),
            }
        }
    }
}

/// What a process holds of the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holdings {
    descriptors: usize,
    timers: usize,
    mappings: usize,
    threads: usize,
    pub(crate) resident_kib: u64,
}

/// Returns a number of `/proc/self/status`.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("it can be read");
    let rest = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect("it is there");
    rest.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Returns the most memory that the process ever had.
pub(crate) fn peak_kib() -> u64 {
    status("VmHWM")
}

impl Holdings {
    pub(crate) fn now() -> Self {
        let lines = |path: &str| fs::read_to_string(path).map_or(0, |text| text.lines().count());
        Self {
            descriptors: fs::read_dir("/proc/self/fd").expect("it can be read").count(),
            timers: lines("/proc/self/timers"),
            mappings: lines("/proc/self/maps"),
            threads: status("Threads") as usize,
            resident_kib: status("VmRSS"),
        }
    }

    /// Adds what there is more of now to the findings as leaks; memory may grow by `kib`.
    ///
    /// The C library maps memory for arenas as threads come, so that some mappings more are no leak.
    pub(crate) fn add_leaks(self, kib: u64, findings: &mut Findings) {
        const MAPPINGS: usize = 64;
        const PATIENCE: Duration = Duration::from_secs(60);
        let has_more = |now: &Self| {
            now.descriptors > self.descriptors
                || now.timers > self.timers
                || now.threads > self.threads
                || now.mappings > self.mappings + MAPPINGS
                || now.resident_kib > self.resident_kib + kib
        };
        // A thread that was joined is still there for a moment.
        let start = Instant::now();
        let mut now = Self::now();
        while has_more(&now) && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
            now = Self::now();
        }
        if has_more(&now) {
            println!("before: {self:?}\nnow: {now:?}, {kib} KiB more are allowed");
            findings.add("leaks", 1);
        }
    }
}
