//! What `rpprof top` of a small profile takes more than a process that does nothing.

mod support;

use std::path::Path;
use std::process::ExitCode;

use support::{Result, Run, in_turns, mebibytes, millis};

/// Many, as they are short.
const ROUNDS: usize = 50;

fn main() -> ExitCode {
    support::main(bench)
}

fn bench() -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/go_heap.pb.gz");
    let mut top = support::rpprof("top");
    top.arg(&file);
    let [top, nothing] = in_turns(ROUNDS, [Run::new(top), Run::new(support::own("nothing")?)])?;
    println!("`rpprof top` of a profile of 10 kB, and a process that does nothing");
    let (wall, cpu, peak) = (millis(top.wall), millis(top.cpu), mebibytes(top.peak_bytes));
    println!("{:<12} {wall:>10} wall {cpu:>10} cpu {peak:>10}", "rpprof top");
    let (wall, cpu, peak) = (millis(nothing.wall), millis(nothing.cpu), mebibytes(nothing.peak_bytes));
    println!("{:<12} {wall:>10} wall {cpu:>10} cpu {peak:>10}", "nothing");
    println!("{:<12} {:>10} wall", "difference", millis(top.wall.saturating_sub(nothing.wall)));
    Ok(())
}
