//! Do CPU profiles say the truth: sums against the system's, shares of a program against what is known of it.

use crate::contenders::{Contender, PPROF_RS};
use crate::rounds::{Measured, Results, Task};
use crate::table::{self, NOTHING, Row, Verdict, percent, signed_percent, with_trouble};

/// Rate, threads, and milliseconds of each thread; the text of it; what is asked of rpprof; the text of that.
const WEIGHTS: [(&str, &str, f64, &str); 3] = [
    ("weights 100 8 1000", "100 Hz, 8 threads", 0.02, "2 %"),
    ("weights 1000 1 2000", "1,000 Hz", 0.01, "1 %"),
    ("weights 10000 1 2000", "10,000 Hz", 0.01, "1 %"),
];
/// At a rate below the kernel's tick, so that each sample is a draw.
const SHARES: &str = "shares 200 2500";

fn tasks() -> Vec<Task> {
    let arguments = WEIGHTS.iter().map(|weights| weights.0).chain([SHARES]);
    let profilers = || [Contender::Rpprof].into_iter().chain(PPROF_RS);
    arguments.flat_map(|arguments| profilers().map(move |contender| Task { contender, arguments })).collect()
}

/// Measures and prints how far sums and shares are from the truth.
pub(crate) fn measure(results: &mut Results, rounds: usize) {
    results.run(&tasks(), rounds);
    let rows: Vec<Row> = sums(results).into_iter().chain(shares(results)).collect();
    table::print("Do CPU profiles say the truth? (pprof-rs: its own unwinder; framehop; frame pointers)", &rows);
}

fn sums(results: &Results) -> Vec<Row> {
    let mut rows = Vec::new();
    for (arguments, what, most, target) in WEIGHTS {
        let error = |measured: &Measured| measured.median("shown").map(|shown| shown - 1.0);
        let ours = results.of(Contender::Rpprof, arguments);
        let errors: Vec<f64> = ours.all("shown").iter().map(|shown| shown - 1.0).collect();
        let worst = errors.iter().copied().max_by(|one, other| one.abs().total_cmp(&other.abs()));
        rows.push(Row {
            what: format!("time shown, against getrusage, {what}"),
            ours: with_trouble(ours, format!("{} (worst {})", signed_percent(error(ours)), signed_percent(worst))),
            theirs: of_all(|contender| {
                let theirs = results.of(contender, arguments);
                with_trouble(theirs, signed_percent(error(theirs)))
            }),
            target,
            verdict: Verdict::of(error(ours).map(|error| error.abs() <= most)),
            ..Row::default()
        });
    }
    rows
}

fn shares(results: &Results) -> Vec<Row> {
    let ours = results.of(Contender::Rpprof, SHARES);
    let theirs = |text: &dyn Fn(&Measured) -> String| {
        of_all(|contender| {
            let theirs = results.of(contender, SHARES);
            with_trouble(theirs, text(theirs))
        })
    };
    let whole_stacks = Row {
        what: "stacks that reach the thread's start".to_owned(),
        ours: with_trouble(ours, percent(whole(ours))),
        theirs: theirs(&|theirs| percent(whole(theirs))),
        target: "99 %",
        verdict: Verdict::of(whole(ours).map(|part| part >= 0.99)),
        ..Row::default()
    };
    let deviation = |measured: &Measured| {
        worst_share(measured).map_or_else(|| NOTHING.to_owned(), |(kind, sigmas)| format!("{sigmas:.1} σ ({kind})"))
    };
    let known_shares = Row {
        what: "known shares of a program, the one that is farthest off".to_owned(),
        ours: with_trouble(ours, deviation(ours)),
        theirs: theirs(&deviation),
        target: "3 σ",
        verdict: Verdict::of(worst_share(ours).map(|(_, sigmas)| sigmas <= 3.0)),
        ..Row::default()
    };
    vec![whole_stacks, known_shares]
}

fn of_all(text: impl Fn(Contender) -> String) -> String {
    PPROF_RS.map(text).join("; ")
}

fn whole(measured: &Measured) -> Option<f64> {
    Some(measured.sum("whole")? / measured.sum("seen")?)
}

/// Returns the kind of work whose share is farthest off, by the standard deviations of as many samples.
fn worst_share(measured: &Measured) -> Option<(&'static str, f64)> {
    const KINDS: [&str; 8] = ["add", "xor", "rotate", "called_last", "recurse", "sort", "copy", "clock"];
    let (taken, samples) = (measured.sum("taken")?, measured.sum("seen")?);
    let sigmas = |kind: &str| {
        let share = measured.sum(&format!("taken_share_{kind}"))? / taken;
        let seen = measured.sum(&format!("seen_share_{kind}"))? / samples;
        Some((seen - share).abs() / (share * (1.0 - share) / samples).sqrt())
    };
    let of_kinds = KINDS.into_iter().map(|kind| Some((kind, sigmas(kind)?)));
    of_kinds.collect::<Option<Vec<_>>>()?.into_iter().max_by(|one, other| one.1.total_cmp(&other.1))
}
