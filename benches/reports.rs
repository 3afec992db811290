//! Each report against pprof's: what both take, as a table for the documentation.

mod support;

use std::path::Path;
use std::process::{Command, ExitCode};

use support::{Cost, Result, Run, in_turns, mebibytes, millis};

const ROUNDS: usize = 5;

/// A report as each of the two is asked for it; files come behind.
struct Report {
    /// rpprof's own command.
    own: &'static [&'static str],
    /// pprof's flags, which `rpprof pprof` takes too.
    pprof: &'static [&'static str],
    /// Whether it compares two profiles; then pprof gets the first one as its base.
    is_diff: bool,
}

const fn report(own: &'static [&'static str], pprof: &'static [&'static str]) -> Report {
    Report { own, pprof, is_diff: false }
}

const REPORTS: &[Report] = &[
    report(&["top"], &["-top"]),
    report(&["top", "--cum", "-g", "lines"], &["-top", "-cum", "-lines"]),
    report(&["tree"], &["-tree"]),
    report(&["peek", "Request"], &["-peek=Request"]),
    report(&["traces"], &["-traces"]),
    report(&["tags"], &["-tags"]),
    report(&["dot"], &["-dot"]),
    report(&["callgrind"], &["-callgrind"]),
    report(&["raw"], &["-raw"]),
    Report { own: &["diff"], pprof: &["-top"], is_diff: true },
];

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    let Some(pprof) = support::reference() else {
        println!("there is nothing to compare with: set PPROF to a pprof");
        return Ok(());
    };
    let program = pprof.get_program().to_owned();
    let (old, new) = support::pair()?;
    println!("pprof against rpprof, both on {}", new.file_name().unwrap_or_default().to_string_lossy());
    println!();
    println!("| report | cpu | memory | pprof: cpu | memory | drop-in: pprof's cpu | memory | same bytes |");
    println!("|---|---|---|---|---|---|---|---|");
    for report in REPORTS {
        compare(report, &program, &old, &new)?;
    }
    Ok(())
}

fn compare(report: &Report, program: &std::ffi::OsStr, old: &Path, new: &Path) -> Result<()> {
    let mut own = support::rpprof(report.own[0]);
    own.args(&report.own[1..]);
    if report.is_diff {
        own.arg(old);
    }
    own.arg(new);
    let with_flags = |mut command: Command| {
        command.arg("-symbolize=none").args(report.pprof);
        if report.is_diff {
            command.arg(format!("-diff_base={}", old.display()));
        }
        command.arg(new);
        command
    };
    let (ours, theirs) = (support::scratch("report.rpprof"), support::scratch("report.pprof"));
    let runs = [
        Run::new(own),
        Run::into_file(with_flags(support::rpprof("pprof")), ours.clone()),
        Run::into_file(with_flags(Command::new(program)), theirs.clone()),
    ];
    let [own, drop_in, pprof] = in_turns(ROUNDS, runs)?;
    let against = |cost: &Cost| (pprof.cpu_against(cost), pprof.peak_against(cost.peak_bytes));
    let ((cpu, memory), (drop_in_cpu, drop_in_memory)) = (against(&own), against(&drop_in));
    let same = if support::check_same(&ours, &theirs).is_ok() { "yes" } else { "no" };
    println!(
        "| `{}` | {} | {} | {cpu} | {memory} | {drop_in_cpu} | {drop_in_memory} | {same} |",
        report.own.join(" "),
        millis(own.cpu),
        mebibytes(own.peak_bytes),
    );
    Ok(())
}
