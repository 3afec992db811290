//! `rpprof top` against inflating the file alone, and against pprof.

mod support;

use std::process::{Command, ExitCode};
use std::slice;

use support::{BenchFile, Reference, Result, Run, in_turns, mebibytes, millis};

const ROUNDS: usize = 5;
/// Inflating is over in no time, and its wall time is far from even where others share the machine.
const INFLATE_ROUNDS: usize = 15;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    println!("`rpprof top FILE`; in brackets how many times what inflating FILE takes, and its inflated size");
    println!("{:<12} {:>11} {:>20} {:>20} {:>20}", "file", "inflated", "wall", "cpu", "peak memory");
    for file in support::profiles()? {
        against_inflating(&file)?;
        if let (Reference::Fits, Some(pprof)) = (file.reference, support::reference()) {
            against_reference(&file, pprof)?;
        }
    }
    Ok(())
}

fn top(file: &BenchFile) -> Command {
    let mut command = support::rpprof("top");
    command.arg(&file.path);
    command
}

fn against_inflating(file: &BenchFile) -> Result<()> {
    let inflated_bytes = support::inflated_bytes(slice::from_ref(&file.path))?;
    let mut inflate = support::own("inflate")?;
    inflate.arg(&file.path);
    let [top, inflate] = in_turns(INFLATE_ROUNDS, [Run::new(top(file)), Run::new(inflate)])?;
    let wall = format!("{} ({})", millis(top.wall), top.wall_against(&inflate));
    let cpu = format!("{} ({})", millis(top.cpu), top.cpu_against(&inflate));
    let peak = format!("{} ({})", mebibytes(top.peak_bytes), top.peak_against(inflated_bytes));
    println!("{:<12} {:>11} {wall:>20} {cpu:>20} {peak:>20}", file.name, mebibytes(inflated_bytes));
    Ok(())
}

/// Compares what both take and what both print.
fn against_reference(file: &BenchFile, mut pprof: Command) -> Result<()> {
    pprof.arg("-top").arg(&file.path);
    let (ours, theirs) = (support::scratch("top.rpprof.txt"), support::scratch("top.pprof.txt"));
    let runs = [Run::into_file(top(file), ours.clone()), Run::into_file(pprof, theirs.clone())];
    let [top, pprof] = in_turns(ROUNDS, runs)?;
    println!("{:<12} pprof -top takes {}", "", pprof.against(&top));
    support::check_same(&ours, &theirs)
}
