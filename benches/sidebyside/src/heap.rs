//! Heap profiles: what sampling adds, and how good estimates are.

use crate::contenders::Contender;
use crate::rounds::{Results, Task};
use crate::table::{self, Row, Verdict, counts, nanos, percent, times};

const TIMES: [(&str, &str); 2] = [("time 1 150", "1"), ("time 2 150", "2")];
const WORKS: [(&str, &str); 5] = [
    ("pair64", "64 bytes, freed at once"),
    ("pair1024", "1 KiB, freed at once"),
    ("replace", "16 to 528 bytes, one of 4000 replaced"),
    ("pair16384", "16 KiB, freed at once"),
    ("pair65536", "64 KiB, freed at once"),
];
/// Nanoseconds that cannot be told from none.
const GRAIN: f64 = 0.05;
const ESTIMATES: &str = "estimates 200";

/// Measures and prints what profiling adds to allocating and freeing.
pub(crate) fn cost(results: &mut Results, rounds: usize) {
    let tasks = TIMES.map(|(arguments, _)| Task { contender: Contender::Allocators, arguments });
    results.run(&tasks, rounds);
    let count = |way: &str, size: &str| results.instructions(Contender::Allocators, &format!("count {way} {size}"));
    // Under callgrind, by size: bare, ours, dhat, jemalloc, jemalloc that samples.
    let counted = ["64", "1024"]
        .map(|size| ["system", "rpprof", "dhat", "jemalloc", "jemalloc_prof"].map(|way| count(way, size)));
    let added = |size: usize, way: usize, base: usize| Some(counted.get(size)?[way]? - counted[size][base]?);
    let mut rows = Vec::new();
    for (arguments, threads) in TIMES {
        let measured = results.of(Contender::Allocators, arguments);
        for (index, (work, what)) in WORKS.into_iter().enumerate() {
            let key = |way: &str| measured.median(&format!("{work}_{threads}_{way}"));
            let (bare, ours) = (key("system"), key("rpprof_added"));
            let most = bare.map(|bare| (bare / 10.0).max(3.0));
            let plural = if threads == "1" { "thread" } else { "threads" };
            rows.push(Row {
                what: format!("{what}, {threads} {plural}: added; the bare allocator"),
                ours: nanos(ours),
                theirs: nanos(bare),
                ratio: percent(ours.zip(bare).map(|(ours, bare)| ours / bare)),
                target: "3 ns or 10 %",
                verdict: Verdict::of(ours.zip(most).map(|(ours, most)| ours <= most)),
                instructions: counts(counted.get(index).and_then(|of| of[0]), counted.get(index).and_then(|of| of[1])),
            });
            for (way, name, least, target, columns) in [
                ("jemalloc_prof_added", "jemalloc's prof over jemalloc", 2.0, "2x", (4, 3)),
                ("dhat_added", "dhat", 50.0, "50x", (2, 0)),
            ] {
                let theirs = key(way);
                let ratio = theirs.zip(ours).map(|(theirs, ours)| theirs / ours.max(GRAIN));
                let at_least = if ours.is_some_and(|ours| ours < GRAIN) { "over " } else { "" };
                let on_jemalloc = key("rpprof_on_jemalloc_added").filter(|_| way == "jemalloc_prof_added");
                let beside = on_jemalloc.map_or_else(String::new, |on| format!(" (over jemalloc {})", nanos(Some(on))));
                rows.push(Row {
                    what: format!("… {name}"),
                    ours: nanos(ours) + &beside,
                    theirs: nanos(theirs),
                    ratio: format!("{at_least}{}", times(ratio)),
                    target,
                    verdict: Verdict::of(ratio.map(|ratio| ratio >= least)),
                    instructions: counts(added(index, 1, 0), added(index, columns.0, columns.1)),
                });
            }
        }
    }
    table::print("Heap profiles at 512 KiB: what an operation costs more", &rows);
}

/// Measures and prints how far estimates are from the truth.
pub(crate) fn estimates(results: &mut Results, rounds: usize) {
    results.run(&[Task { contender: Contender::Allocators, arguments: ESTIMATES }], rounds);
    let measured = results.of(Contender::Allocators, ESTIMATES);
    let row = |what: &str, ours: String, theirs: &str, target, is_met: Option<bool>| Row {
        what: what.to_owned(),
        ours,
        theirs: theirs.to_owned(),
        ratio: String::new(),
        target,
        verdict: Verdict::of(is_met),
        instructions: String::new(),
    };
    let number = |value: Option<f64>| value.map_or_else(|| table::NOTHING.to_owned(), |value| format!("{value:.3}"));
    let trials = measured.sum("trials");
    let absolute = measured.sum("absolute_errors").zip(trials).map(|(sum, trials)| sum / trials);
    let sigmas = measured.sum("signed_errors").zip(trials).map(|(sum, trials)| sum / trials.sqrt());
    let live = measured.sum("live_seen").zip(measured.sum("live")).map(|(seen, live)| seen / live);
    let left = measured.sum("left");
    let rows = [
        row(
            "mean error of numbers of blocks, 64 bytes to 1 MiB; theory",
            number(absolute),
            "1",
            "1.1",
            absolute.map(|errors| errors <= 1.1),
        ),
        row(
            "mean of these errors, signed",
            sigmas.map_or_else(|| table::NOTHING.to_owned(), |sigmas| format!("{sigmas:+.1} σ")),
            "0",
            "3 σ",
            sigmas.map(|sigmas| sigmas.abs() <= 3.0),
        ),
        row(
            "single live blocks of 512 KiB on stacks of their own, each; Go, by its formula",
            number(live),
            "0.632",
            "1 ± 0.03",
            live.map(|live| (live - 1.0).abs() <= 0.03),
        ),
        row(
            "in use when all is freed",
            left.map_or_else(|| table::NOTHING.to_owned(), |left| format!("{left}")),
            "0",
            "0",
            left.map(|left| left == 0.0),
        ),
    ];
    table::print("Heap estimates", &rows);
}
