//! `rpprof merge` of the profiles of a service's instances against inflating them, and against pprof.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, slice};

use support::{Cost, Result, Run, in_turns, measure, mebibytes, millis};

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    let files = support::fleet()?;
    let merged = support::scratch("merged.rpprof.pb.gz");
    let (mut merge, mut inflate) = (support::rpprof("merge"), support::own("inflate")?);
    merge.args(&files).arg("-o").arg(&merged);
    inflate.args(&files);
    let [merge, inflate] = in_turns(ROUNDS, [Run::new(merge), Run::new(inflate)])?;
    let (count, inflated_bytes) = (files.len(), support::inflated_bytes(&files)?);
    println!("`rpprof merge` of {count} files that inflate to {}", mebibytes(inflated_bytes));
    println!("{:<12} {:>12} {:>12} {:>12} {:>12} {:>12}", "", "wall", "cpu", "peak memory", "result", "inflated");
    print_row("rpprof", &merge, &merged)?;
    let (wall, cpu) = (merge.wall_against(&inflate), merge.cpu_against(&inflate));
    println!("{:<12} {wall} the wall time and {cpu} the cpu time of inflating", "");
    if let Some(pprof) = support::reference() {
        against_reference(pprof, &files, &merge, &merged)?;
    }
    Ok(())
}

fn print_row(name: &str, cost: &Cost, result: &Path) -> Result<()> {
    let (wall, cpu, peak) = (millis(cost.wall), millis(cost.cpu), mebibytes(cost.peak_bytes));
    let size = mebibytes(fs::metadata(result)?.len());
    let inflated = mebibytes(support::inflated_bytes(slice::from_ref(&result.to_owned()))?);
    println!("{name:<12} {wall:>12} {cpu:>12} {peak:>12} {size:>12} {inflated:>12}");
    Ok(())
}

/// Merges with pprof, once because that takes minutes, and compares what `rpprof top` says of both results.
fn against_reference(mut pprof: Command, files: &[PathBuf], merge: &Cost, merged: &Path) -> Result<()> {
    let reference_merged = support::scratch("merged.pprof.pb.gz");
    pprof.arg("-proto").arg(format!("-output={}", reference_merged.display())).args(files);
    let cost = measure(Run::new(pprof))?;
    print_row("pprof", &cost, &reference_merged)?;
    println!("{:<12} pprof takes {}", "", cost.against(merge));
    let (ours, theirs) = (support::scratch("merged.rpprof.txt"), support::scratch("merged.pprof.txt"));
    for (profile, text) in [(merged, &ours), (&reference_merged, &theirs)] {
        let mut top = support::rpprof("top");
        top.arg(profile);
        measure(Run::into_file(top, text.clone()))?;
    }
    support::check_same(&ours, &theirs)
}
