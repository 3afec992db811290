//! What a process takes, and processes that are run in turns.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use super::Result;
use super::show::times;

/// How long all runs of one command may take together; after that it is not run again.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// In user and system mode, all threads.
    pub(crate) cpu: Duration,
    /// Most memory that was resident at a time.
    pub(crate) peak_bytes: u64,
}

impl Cost {
    /// Says how many times as much it took as another one.
    pub(crate) fn against(&self, other: &Self) -> String {
        let (wall, cpu) = (self.wall_against(other), self.cpu_against(other));
        format!("{wall} the wall time, {cpu} the cpu time, {} the memory", self.peak_against(other.peak_bytes))
    }

    pub(crate) fn wall_against(&self, other: &Self) -> String {
        times(self.wall.as_secs_f64(), other.wall.as_secs_f64())
    }

    pub(crate) fn cpu_against(&self, other: &Self) -> String {
        times(self.cpu.as_secs_f64(), other.cpu.as_secs_f64())
    }

    pub(crate) fn peak_against(&self, size_bytes: u64) -> String {
        times(self.peak_bytes as f64, size_bytes as f64)
    }
}

/// A command to be measured.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    /// Where its standard output goes, if anybody wants it.
    stdout: Option<PathBuf>,
    costs: Vec<Cost>,
}

impl Run {
    /// Measures a command whose standard output nobody wants.
    pub(crate) fn new(command: Command) -> Self {
        Self { command, stdout: None, costs: Vec::new() }
    }

    /// Measures a command that writes to a file.
    pub(crate) fn into_file(command: Command, stdout: PathBuf) -> Self {
        Self { stdout: Some(stdout), ..Self::new(command) }
    }

    fn go(&mut self) -> Result<()> {
        let stdout = match &self.stdout {
            Some(path) => File::create(path)?.into(),
            None => Stdio::null(),
        };
        self.command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null());
        let start = Instant::now();
        let ended = self.command.spawn().and_then(|mut child| child.wait4());
        let wall = start.elapsed();
        let ended = ended.map_err(|error| format!("{:?}: {error}", self.command.get_program()))?;
        if !ended.status.success() {
            return Err(format!("{:?}: {}", self.command, ended.status).into());
        }
        let usage = ended.rusage;
        self.costs.push(Cost { wall, cpu: usage.utime + usage.stime, peak_bytes: usage.maxrss });
        Ok(())
    }

    fn is_due(&self) -> bool {
        self.costs.iter().map(|cost| cost.wall).sum::<Duration>() < PATIENCE
    }

    /// Returns the medians of all runs but the first, which warms up, unless it is the only one.
    fn median(&self) -> Cost {
        let counted = if self.costs.len() > 1 { &self.costs[1..] } else { &self.costs };
        Cost {
            wall: median(counted, |cost| cost.wall),
            cpu: median(counted, |cost| cost.cpu),
            peak_bytes: median(counted, |cost| cost.peak_bytes),
        }
    }
}

fn median<T: Ord>(costs: &[Cost], part: impl Fn(&Cost) -> T) -> T {
    let mut parts: Vec<T> = costs.iter().map(part).collect();
    parts.sort_unstable();
    parts.swap_remove(parts.len() / 2)
}

/// Runs each command once to warm up and then `rounds` times, in turns: what disturbs one disturbs all.
///
/// Returns the medians. A command that takes long is run less often, but at least once.
///
/// # Errors
/// If a command fails.
pub(crate) fn in_turns<const N: usize>(rounds: usize, mut runs: [Run; N]) -> Result<[Cost; N]> {
    for _ in 0..=rounds {
        for run in runs.iter_mut().filter(|run| run.is_due()) {
            run.go()?;
        }
    }
    Ok(runs.each_ref().map(Run::median))
}

/// Runs a command once.
///
/// # Errors
/// If it fails.
pub(crate) fn measure(mut run: Run) -> Result<Cost> {
    run.go()?;
    Ok(run.median())
}
