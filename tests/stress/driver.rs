//! Runs workloads in processes of their own, with a deadline, and says what became of them.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::findings::{Findings, peak_kib};
use crate::work;
use crate::workloads::{PARTS, WORKLOADS, Workload};

/// The argument by which this program runs a workload itself.
const RUN: &str = "--workload";
/// Says that there is time: workloads then use more memory.
pub(crate) const SOAK: &str = "RPPROF_STRESS_SOAK";
/// No run takes that much longer than it is to work, on however slow and crowded a machine, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1800);

/// Has this program run a workload.
pub(crate) fn command_for(name: &str, seconds: u64) -> Command {
    let mut command = Command::new(env::current_exe().expect("the program has a path"));
    let all = || WORKLOADS.iter().chain(PARTS);
    let rate = all().find(|workload| workload.name == name).map_or("524288", |workload| workload.heap_rate);
    command.args([RUN, name, &seconds.to_string()]).env("RPPROF_HEAP_RATE", rate);
    command
}

pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        [option, name, seconds] if option == RUN => run_here(name, seconds.parse().expect("a number of seconds")),
        [option, minutes] if option == "--soak" => {
            let minutes: f64 = minutes.parse().expect("a number of minutes");
            soak(Duration::from_secs_f64(minutes * 60.0))
        }
        [option, ..] if option == "--list" => ExitCode::SUCCESS,
        // As with other tests, names choose, and options are for whoever prints.
        filters => once(&filters.iter().filter(|filter| !filter.starts_with('-')).collect::<Vec<_>>()),
    }
}

fn run_here(name: &str, seconds: u64) -> ExitCode {
    let workload = WORKLOADS.iter().chain(PARTS).find(|workload| workload.name == name).expect("there is such a one");
    let mut findings = Findings::default();
    (workload.run)(Duration::from_secs(seconds), &mut findings);
    findings.add("errno", work::errno_disturbed());
    findings.add("rss_kib", peak_kib());
    findings.print();
    ExitCode::SUCCESS
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Well,
    /// By a status that is not 0, such as 101 of a panic.
    Status(i32),
    Signal(i32),
    Hang,
    /// Processes that it started are still there.
    LeftChildren,
}

/// What became of the runs of a workload.
#[derive(Default)]
struct Tally {
    ends: BTreeMap<End, u64>,
    findings: Findings,
}

impl Tally {
    fn runs(&self) -> u64 {
        self.ends.values().sum()
    }

    fn count(&self, is_wanted: impl Fn(&End) -> bool) -> u64 {
        self.ends.iter().filter(|(end, _)| is_wanted(end)).map(|(_, count)| count).sum()
    }

    fn is_good(&self) -> bool {
        self.count(|end| *end != End::Well) == 0 && self.findings.get("leaks") == 0 && self.findings.get("errno") == 0
    }
}

fn once(filters: &[&String]) -> ExitCode {
    let is_wanted =
        |workload: &&Workload| filters.is_empty() || filters.iter().any(|filter| workload.name.contains(*filter));
    let mut tallies: Vec<(&str, Tally)> = Vec::new();
    for workload in WORKLOADS.iter().filter(is_wanted) {
        let mut tally = Tally::default();
        run(workload, &mut tally);
        tallies.push((workload.name, tally));
    }
    report(&tallies)
}

fn soak(time: Duration) -> ExitCode {
    let start = Instant::now();
    let mut tallies: Vec<(&str, Tally)> = WORKLOADS.iter().map(|workload| (workload.name, Tally::default())).collect();
    while start.elapsed() < time {
        for (workload, (_, tally)) in WORKLOADS.iter().zip(&mut tallies) {
            if start.elapsed() < time {
                run(workload, tally);
            }
        }
    }
    tallies.retain(|(_, tally)| tally.runs() > 0);
    report(&tallies)
}

/// Runs a workload once, and adds what became of it to `tally`.
fn run(workload: &Workload, tally: &mut Tally) {
    let path = env::temp_dir().join(format!("rpprof-stress-{}-{}.txt", std::process::id(), workload.name));
    let output = File::create(&path).expect("a file can be made");
    let errors = output.try_clone().expect("it can be written by two");
    let mut command = command_for(workload.name, workload.seconds);
    // A group of its own, so that all that it starts can be ended.
    command.process_group(0).stdin(Stdio::null()).stdout(output).stderr(errors);
    let start = Instant::now();
    let mut child = command.spawn().expect("this program starts");
    let deadline = Duration::from_secs(workload.seconds) + PATIENCE;
    let status = wait(&mut child, deadline);
    let group = child.id().cast_signed();
    let end = match status {
        None => End::Hang,
        // SAFETY: signal 0 only asks whether there is somebody.
        Some(_) if unsafe { libc::kill(-group, 0) } == 0 => End::LeftChildren,
        Some(status) => end_of(status),
    };
    if end == End::Hang {
        print_threads(child.id());
    }
    if matches!(end, End::Hang | End::LeftChildren) {
        // SAFETY: the group is the child's, which we started.
        unsafe { libc::kill(-group, libc::SIGKILL) };
        drop(child.wait());
    }
    let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
    drop(fs::remove_file(&path));
    println!("{:<24} {:?} after {:.1} s", workload.name, end, start.elapsed().as_secs_f64());
    let mut findings = Findings::default();
    findings.add_printed(&text);
    if end != End::Well || findings.get("leaks") + findings.get("errno") > 0 {
        println!("{text}");
    }
    tally.findings.add_printed(&text);
    *tally.ends.entry(end).or_default() += 1;
}

/// Waits for a child to end; `None` if it does not.
pub(crate) fn wait(child: &mut Child, deadline: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < deadline {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (Some(code), _) => End::Status(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    }
}

/// Prints what the threads of a process that hangs are waiting for.
fn print_threads(process: u32) {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return };
    for task in tasks.flatten() {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default().trim().to_owned();
        println!("  thread {}: {} in {} ({})", read("comm"), read("syscall"), read("wchan"), task.path().display());
    }
}

/// Prints a table, and says whether all went well.
fn report(tallies: &[(&str, Tally)]) -> ExitCode {
    println!(
        "\n{:<24} {:>5} {:>7} {:>8} {:>5} {:>5} {:>5} {:>9} {:>8} {:>8} {:>8}",
        "workload", "runs", "crashes", "failures", "hangs", "leaks", "errno", "samples", "lost", "cut", "RSS MiB"
    );
    for (name, tally) in tallies {
        let number = |name: &str| tally.findings.get(name);
        println!(
            "{name:<24} {:>5} {:>7} {:>8} {:>5} {:>5} {:>5} {:>9} {:>8} {:>8} {:>8}",
            tally.runs(),
            tally.count(|end| matches!(end, End::Signal(_))),
            tally.count(|end| matches!(end, End::Status(_) | End::LeftChildren)),
            tally.count(|end| *end == End::Hang),
            number("leaks"),
            number("errno"),
            number("samples"),
            number("lost"),
            number("cut"),
            number("rss_kib") >> 10,
        );
    }
    for (name, tally) in tallies {
        const IN_TABLE: [&str; 6] = ["leaks", "errno", "samples", "lost", "cut", "rss_kib"];
        let others = tally.findings.iter().filter(|(name, _)| !IN_TABLE.contains(name));
        let others: Vec<String> = others.map(|(name, count)| format!("{name} {count}")).collect();
        if !others.is_empty() {
            println!("{name}: {}", others.join(", "));
        }
        for (end, count) in tally.ends.iter().filter(|(end, _)| **end != End::Well) {
            println!("{name}: {count} of {} ended with {end:?}", tally.runs());
        }
    }
    if tallies.iter().all(|(_, tally)| tally.is_good()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
