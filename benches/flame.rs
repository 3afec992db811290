//! `rpprof flame` against `rpprof top` of the same file.

mod support;

use std::fs;
use std::process::ExitCode;

use support::{Result, Run, in_turns, mebibytes, millis};

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    println!("`rpprof flame FILE`, and how many times what `rpprof top FILE` takes");
    println!("{:<12} {:>12} {:>12} {:>12} {:>12}", "file", "wall", "cpu", "peak memory", "SVG");
    for file in support::profiles()? {
        let svg = support::scratch("flame.svg");
        let (mut flame, mut top) = (support::rpprof("flame"), support::rpprof("top"));
        flame.arg(&file.path).arg("-o").arg(&svg);
        top.arg(&file.path);
        let [flame, top] = in_turns(ROUNDS, [Run::new(flame), Run::new(top)])?;
        let (wall, cpu, peak) = (millis(flame.wall), millis(flame.cpu), mebibytes(flame.peak_bytes));
        let svg_size = mebibytes(fs::metadata(svg)?.len());
        println!("{:<12} {wall:>12} {cpu:>12} {peak:>12} {svg_size:>12}", file.name);
        println!("{:<12} {}", "", flame.against(&top));
    }
    Ok(())
}
