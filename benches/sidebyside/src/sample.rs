//! What a CPU sample costs, and what a frame of it does.

use crate::contenders::{Contender, PPROF_RS};
use crate::rounds::{Measured, Results, Task};
use crate::table::{self, NOTHING, Row, Verdict, counts, nanos, percent, times, with_trouble};

const SAMPLE: &str = "sample 15";
const FRAMES: &str = "frames 60";
/// Frames of the chain: with what is around them 40, and 80 more.
const DEPTHS: [u32; 2] = [29, 109];

/// Instructions of a sample at each depth.
type Counts = Option<[f64; 2]>;

fn count(results: &Results, contender: Contender, prefix: &str) -> Counts {
    let [short, long] = DEPTHS.map(|depth| results.instructions(contender, &format!("{prefix} {depth}")));
    Some([short?, long?])
}

/// Returns the instructions of a frame.
fn of_frame(counts: Counts) -> Option<f64> {
    counts.map(|[short, long]| (long - short) / f64::from(DEPTHS[1] - DEPTHS[0]))
}

fn frames(measured: &Measured) -> String {
    measured.median("frames").map_or_else(|| NOTHING.to_owned(), |frames| format!("{frames:.0}"))
}

/// How many times theirs is ours.
fn ratio(theirs: Option<f64>, ours: Option<f64>) -> Option<f64> {
    theirs.zip(ours).map(|(theirs, ours)| theirs / ours)
}

/// Measures and prints what a sample costs, and what a frame of it does.
pub(crate) fn measure(results: &mut Results, rounds: usize) {
    let profilers = [Contender::Rpprof].into_iter().chain(PPROF_RS);
    let mut tasks: Vec<Task> = profilers.map(|contender| Task { contender, arguments: SAMPLE }).collect();
    tasks.push(Task { contender: Contender::Unwinders, arguments: FRAMES });
    results.run(&tasks, rounds);
    let counted = count(results, Contender::Rpprof, "count");
    let mut rows = samples(results, counted);
    rows.extend(unwinding(results, counted));
    table::print("CPU samples", &rows);
}

fn samples(results: &Results, counted: Counts) -> Vec<Row> {
    let ours = results.of(Contender::Rpprof, SAMPLE);
    let drain = ours.median("drain").map(|drain| drain.max(0.0));
    let whole = ours.median("signal").zip(drain).map(|(signal, drain)| signal + drain);
    let mut rows = vec![Row {
        what: format!("draining a sample of {} frames", frames(ours)),
        ours: nanos(drain),
        theirs: format!("{} of the samples were stored", percent(ours.median("stored").map(|part| part.min(1.0)))),
        ..Row::default()
    }];
    for (contender, least, target) in
        [(PPROF_RS[0], 25.0, "25x"), (PPROF_RS[1], 100.0, "100x"), (PPROF_RS[2], 100.0, "100x")]
    {
        let theirs = results.of(contender, SAMPLE);
        let their_counts = count(results, contender, "count");
        let times_ours = ratio(theirs.median("signal"), whole);
        rows.push(Row {
            what: format!("sample by signal, and drained; {}, {} frames", contender.name(), frames(theirs)),
            ours: nanos(whole),
            theirs: with_trouble(theirs, nanos(theirs.median("signal"))),
            ratio: times(times_ours),
            target,
            verdict: Verdict::of(times_ours.map(|ratio| ratio >= least)),
            ..Row::default()
        });
        for (key, what) in [
            ("call", "the handler, called in a row"),
            ("changing", "the handler, 8 frames change"),
            ("new", "the handler, all frames change"),
            ("cold_signal", "by signal, with cold caches"),
        ] {
            let of_new = counts(counted.map(|counts| counts[0]), their_counts.map(|counts| counts[0]));
            rows.push(Row {
                what: format!("… {what}"),
                ours: nanos(ours.median(key)),
                theirs: nanos(theirs.median(key)),
                ratio: times(ratio(theirs.median(key), ours.median(key))),
                instructions: if key == "new" { of_new } else { String::new() },
                ..Row::default()
            });
        }
    }
    rows
}

fn unwinding(results: &Results, counted: Counts) -> Vec<Row> {
    let ours = results.of(Contender::Rpprof, SAMPLE);
    let unwinders = results.of(Contender::Unwinders, FRAMES);
    let row = |(name, what): (&str, &str)| Row {
        what: format!("a frame more, of the same stack; {what}"),
        ours: nanos(ours.median("frame")),
        theirs: with_trouble(unwinders, nanos(unwinders.median(&format!("{name}_frame")))),
        ratio: times(ratio(unwinders.median(&format!("{name}_frame")), ours.median("frame"))),
        ..Row::default()
    };
    let row_of_new = |(name, what, least, target): (&str, &str, f64, &'static str)| {
        let theirs = unwinders.median(&format!("{name}_new_frame"));
        let times_ours = ratio(theirs, ours.median("new_frame"));
        let their_counts = count(results, Contender::Unwinders, &format!("count-{name}"));
        Row {
            what: format!("a frame more, of a new stack; {what}"),
            ours: nanos(ours.median("new_frame")),
            theirs: with_trouble(unwinders, nanos(theirs)),
            ratio: times(times_ours),
            target,
            verdict: Verdict::of(times_ours.map(|ratio| ratio >= least)),
            instructions: counts(of_frame(counted), of_frame(their_counts)),
        }
    };
    let framehop = "framehop with a warm cache";
    vec![
        row(("framehop", framehop)),
        row(("libgcc", "libgcc")),
        row_of_new(("framehop", framehop, 3.0, "3x")),
        row_of_new(("libgcc", "libgcc", 30.0, "30x")),
    ]
}
