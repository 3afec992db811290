//! A table of what was measured, with targets, in Markdown.

use std::fmt::{self, Display};

use crate::rounds::Measured;

/// Whether a target is met.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Miss,
    /// There is no target.
    #[default]
    Told,
    /// Something could not be measured.
    Unknown,
}

impl Verdict {
    pub(crate) fn of(is_met: Option<bool>) -> Self {
        match is_met {
            Some(true) => Self::Pass,
            Some(false) => Self::Miss,
            None => Self::Unknown,
        }
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Miss => "**miss**",
            Self::Told => "",
            Self::Unknown => "?",
        })
    }
}

/// A row.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
    pub(crate) ratio: String,
    pub(crate) target: &'static str,
    pub(crate) verdict: Verdict,
    /// How many instructions, ours and theirs.
    pub(crate) instructions: String,
}

/// Prints rows below a title.
pub(crate) fn print(title: &str, rows: &[Row]) {
    println!("\n### {title}\n");
    println!("| | rpprof | against | ratio | target | | instructions |");
    println!("|---|---|---|---|---|---|---|");
    for Row { what, ours, theirs, ratio, target, verdict, instructions } in rows {
        println!("| {what} | {ours} | {theirs} | {ratio} | {target} | {verdict} | {instructions} |");
    }
}

/// What stands in place of what could not be measured.
pub(crate) const NOTHING: &str = "–";

/// Writes a time.
pub(crate) fn nanos(nanos: Option<f64>) -> String {
    match nanos {
        None => NOTHING.to_owned(),
        Some(nanos) if nanos.abs() < 1000.0 => format!("{} ns", three_digits(nanos)),
        Some(nanos) => format!("{} µs", three_digits(nanos / 1000.0)),
    }
}

/// Writes how many times.
pub(crate) fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| NOTHING.to_owned(), |ratio| format!("{}x", three_digits(ratio)))
}

/// Writes a part of a whole, with its sign.
pub(crate) fn signed_percent(part: Option<f64>) -> String {
    part.map_or_else(|| NOTHING.to_owned(), |part| format!("{:+.2} %", part * 100.0))
}

/// Writes a part of a whole.
pub(crate) fn percent(part: Option<f64>) -> String {
    part.map_or_else(|| NOTHING.to_owned(), |part| format!("{:.2} %", part * 100.0))
}

/// Writes two counts and how many times one is the other.
pub(crate) fn counts(ours: Option<f64>, theirs: Option<f64>) -> String {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return String::new() };
    format!("{ours:.0}, {theirs:.0}: {}", times(Some(theirs / ours)))
}

/// Returns `text`, and what went wrong if something did.
pub(crate) fn with_trouble(measured: &Measured, text: String) -> String {
    match (text.as_str(), measured.trouble()) {
        (NOTHING, Some(trouble)) => trouble,
        (_, Some(trouble)) => format!("{text} ({trouble})"),
        (_, None) => text,
    }
}

fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        small if small < 10.0 => 2,
        middling if middling < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}
