//! Sets rpprof's collector against others that do the same, in one run: costs, ratios and whether targets are met.
//!
//! `cargo run --release --manifest-path benches/sidebyside/Cargo.toml`. Each contender is a program of its own, started
//! anew for each round; rounds take turns. Times are CPU times of threads, and medians of rounds are compared. Where
//! valgrind is installed, instructions are counted beside.

mod contenders;
mod heap;
mod labels;
mod rounds;
mod sample;
mod table;
mod truth;

use std::process::ExitCode;
use std::{env, fs};

use contenders::{Contender, PPROF_RS};
use rounds::{Results, target};

const USAGE: &str = "usage: sidebyside [--rounds N] [sample|truth|labels|heap|estimates]…";

/// Parts of the bench, in their order, with the contenders that they need.
const PARTS: [(&str, &[Contender]); 5] = [
    ("sample", &[Contender::Rpprof, PPROF_RS[0], PPROF_RS[1], PPROF_RS[2], Contender::Unwinders]),
    ("truth", &[Contender::Rpprof, PPROF_RS[0], PPROF_RS[1], PPROF_RS[2]]),
    ("labels", &[Contender::Rpprof]),
    ("heap", &[Contender::Allocators]),
    ("estimates", &[Contender::Allocators]),
];

struct Arguments {
    rounds: usize,
    /// Parts by name; all if there are none.
    parts: Vec<String>,
}

fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments { rounds: 5, parts: Vec::new() };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rounds" => arguments.rounds = words.next()?.parse().ok().filter(|&rounds| rounds > 0)?,
            part if PARTS.iter().any(|(name, _)| *name == part) => arguments.parts.push(word),
            _ => return None,
        }
    }
    Some(arguments)
}

/// Says what machine it is, and how busy.
fn print_machine(when: &str) {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let load = read("/proc/loadavg");
    let load = load.split(' ').take(2).collect::<Vec<_>>().join(" and ");
    let information = read("/proc/cpuinfo");
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, name)| name);
    let kernel = read("/proc/sys/kernel/osrelease");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{when}: load {load} (1 and 5 minutes), {cores} cores of {model}, Linux {}", kernel.trim());
}

fn main() -> ExitCode {
    let Some(Arguments { rounds, parts }) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut needed: Vec<Contender> = Vec::new();
    for (_, contenders) in PARTS.iter().filter(|(part, _)| is_wanted(part)) {
        needed.extend(contenders.iter().filter(|contender| !needed.contains(contender)).collect::<Vec<_>>());
    }
    let target = target();
    let programs = needed.into_iter().filter_map(|contender| Some((contender, contender.build(&target)?))).collect();
    let mut results = Results::new(programs);
    print_machine("start");
    for (part, _) in PARTS.iter().filter(|(part, _)| is_wanted(part)) {
        match *part {
            "sample" => sample::measure(&mut results, rounds),
            "truth" => truth::measure(&mut results, rounds),
            "labels" => labels::measure(&mut results, rounds),
            "heap" => heap::cost(&mut results, rounds),
            _ => heap::estimates(&mut results, rounds),
        }
    }
    println!();
    print_machine("end");
    for trouble in results.troubles() {
        println!("trouble: {trouble}");
    }
    ExitCode::SUCCESS
}
