//! What it costs to switch labels.

use crate::contenders::Contender;
use crate::rounds::{Results, Task};
use crate::table::{self, Row, Verdict, nanos};

const LABELS: &str = "labels";

/// Measures and prints what it costs to switch labels.
pub(crate) fn measure(results: &mut Results, rounds: usize) {
    results.run(&[Task { contender: Contender::Rpprof, arguments: LABELS }], rounds);
    let counted = results.instructions(Contender::Rpprof, "count labels");
    let ours = results.of(Contender::Rpprof, LABELS);
    let row = |what: &str, key, switches: f64| Row {
        what: what.to_owned(),
        ours: nanos(ours.median(key)),
        target: if switches > 1.0 { "2 ns each" } else { "2 ns" },
        verdict: Verdict::of(ours.median(key).map(|nanos| nanos / switches <= 2.0)),
        ..Row::default()
    };
    let mut bare = row("another set of labels", "replace", 1.0);
    bare.instructions = counted.map_or_else(String::new, |count| format!("{count:.0}"));
    let rows = [
        bare,
        row("adding labels for a scope, and the old ones again: two switches", "scope", 2.0),
        row("… for as long as a guard is kept", "enter_and_leave", 2.0),
    ];
    table::print("Labels", &rows);
}
