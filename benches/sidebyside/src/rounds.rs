//! Runs tasks in turns, each in a process of its own, and keeps what they print.

use std::collections::HashMap;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::contenders::Contender;

/// Something that a contender is to measure, by the arguments that say so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Task {
    pub(crate) contender: Contender,
    pub(crate) arguments: &'static str,
}

/// No task takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a task has printed in all rounds, by key, and how often it failed.
#[derive(Default)]
pub(crate) struct Measured {
    values: HashMap<String, Vec<f64>>,
    failures: Vec<String>,
    runs: usize,
}

impl Measured {
    /// Returns the values of a key, one for each round that went well.
    pub(crate) fn all(&self, key: &str) -> &[f64] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns the median of a key, of an even number of rounds the mean of the middle two.
    pub(crate) fn median(&self, key: &str) -> Option<f64> {
        let mut values = self.all(key).to_vec();
        values.sort_by(f64::total_cmp);
        let (below, above) = (values.len().checked_sub(1)? / 2, values.len() / 2);
        Some(values[below].midpoint(values[above])).filter(|median| median.is_finite())
    }

    /// Returns the sum of a key over all rounds.
    pub(crate) fn sum(&self, key: &str) -> Option<f64> {
        let values = self.all(key);
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// Says how often the task failed, if it did.
    pub(crate) fn trouble(&self) -> Option<String> {
        let last = self.failures.last()?;
        Some(format!("{last} in {} of {} runs", self.failures.len(), self.runs))
    }
}

/// All that was measured.
pub(crate) struct Results {
    programs: HashMap<Contender, PathBuf>,
    measured: HashMap<Task, Measured>,
    nothing: Measured,
    has_valgrind: bool,
}

impl Results {
    pub(crate) fn new(programs: HashMap<Contender, PathBuf>) -> Self {
        Self { programs, measured: HashMap::new(), nothing: Measured::default(), has_valgrind: is_there("valgrind") }
    }

    pub(crate) fn of(&self, contender: Contender, arguments: &'static str) -> &Measured {
        self.measured.get(&Task { contender, arguments }).unwrap_or(&self.nothing)
    }

    /// Returns the tasks that failed, and how.
    pub(crate) fn troubles(&self) -> Vec<String> {
        let trouble = |(task, measured): (&Task, &Measured)| {
            Some(format!("{} {}: {}", task.contender.name(), task.arguments, measured.trouble()?))
        };
        let mut troubles: Vec<String> = self.measured.iter().filter_map(trouble).collect();
        troubles.sort();
        troubles
    }

    /// Runs the tasks, each once a round.
    pub(crate) fn run(&mut self, tasks: &[Task], rounds: usize) {
        for round in 1..=rounds {
            for task in tasks {
                let Some(program) = self.programs.get(&task.contender) else { continue };
                eprintln!("round {round} of {rounds}: {} {}", task.contender.name(), task.arguments);
                let measured = self.measured.entry(*task).or_default();
                measured.runs += 1;
                match run(Command::new(program).args(task.arguments.split(' '))) {
                    Ok((output, _)) => measured.take(&output),
                    Err(failure) => measured.failures.push(failure),
                }
            }
        }
    }

    /// Returns the instructions of a call of what the task counts; `None` without valgrind.
    pub(crate) fn instructions(&self, contender: Contender, arguments: &str) -> Option<f64> {
        let program = self.programs.get(&contender).filter(|_| self.has_valgrind)?;
        eprintln!("callgrind: {} {arguments}", contender.name());
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=sidebyside_counted"]);
        let (output, log) = run(command.arg(program).args(arguments.split(' '))).ok()?;
        let number = |text: &str, key: &str| text.lines().find_map(|line| line.split_once(key)?.1.trim().parse().ok());
        let (all, calls): (f64, f64) = (number(&log, "Collected :")?, number(&output, "calls ")?);
        Some(all / calls)
    }
}

impl Measured {
    fn take(&mut self, output: &str) {
        for line in output.lines() {
            let Some((key, value)) = line.split_once(' ') else { continue };
            let Ok(value) = value.parse() else { continue };
            self.values.entry(key.to_owned()).or_default().push(value);
        }
    }
}

fn wait(child: &mut Child) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() > PATIENCE => {
                drop(child.kill());
                drop(child.wait());
                return Err("hung".to_owned());
            }
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Reads a pipe to its end on a thread of its own, so that whoever writes does not wait.
fn read(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        drop(pipe.map(|mut pipe| pipe.read_to_end(&mut bytes)));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Runs a command, and returns what it wrote to its output and to its log.
fn run(command: &mut Command) -> Result<(String, String), String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let (output, log) = (read(child.stdout.take()), read(child.stderr.take()));
    let status = wait(&mut child)?;
    let (output, log) = (output.join().unwrap_or_default(), log.join().unwrap_or_default());
    if status.success() {
        return Ok((output, log));
    }
    log.lines().take(20).for_each(|line| eprintln!("  {line}"));
    Err(status.signal().map_or_else(|| format!("failed ({status})"), |signal| format!("crashed (signal {signal})")))
}

/// Returns whether there is a command of this name.
fn is_there(command: &str) -> bool {
    Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Returns the folder that cargo builds this program in.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    program.parent().and_then(Path::parent).expect("cargo puts programs into a folder of a folder").to_owned()
}
