//! What a profile holds, as text.

use std::io::{self, Write};

use super::table::{HEADING, REMARK, TableStyle};
use super::time::TimeZone;
use crate::profile::unit;
use crate::report::{Info, ProfileKind, Symbolization};

/// How many mappings are listed.
const SHOWN_MAPPINGS: usize = 12;

/// Writes what a profile holds; `command` is how the program and its file are called in hints.
///
/// # Errors
/// What the writer says.
pub fn info(
    report: &Info,
    command: &dyn Fn(&str) -> String,
    time_zone: &TimeZone,
    style: TableStyle,
    mut writer: impl Write,
) -> io::Result<()> {
    let writer = &mut writer;
    let mut line = |name: &str, text: String| {
        if text.is_empty() {
            Ok(())
        } else {
            writeln!(writer, "{} {text}", style.paint(HEADING, &format!("{name:<10}")))
        }
    };
    let summary = &report.summary;
    line("Kind", kind_text(report.kind).to_owned())?;
    line("Program", summary.file.clone().unwrap_or_default())?;
    line("Build id", summary.build_id.clone().unwrap_or_default())?;
    line("Time", summary.time_nanos.map(|nanos| time_zone.to_second(nanos)).unwrap_or_default())?;
    line(
        "Duration",
        summary.duration_nanos.map(|nanos| unit::label(nanos, "nanoseconds", "auto")).unwrap_or_default(),
    )?;
    let period =
        if report.period.is_empty() { String::new() } else { format!("{} of {}", report.period, report.period_kind) };
    line("Period", period)?;
    line("Samples", samples_text(report))?;
    line("Frames", frames_text(report))?;
    line("Drops", report.drop_frames.clone())?;
    line("Doc", summary.doc_url.clone().unwrap_or_default())?;
    for comment in &summary.comments {
        line("Comment", comment.clone())?;
    }
    write_types(report, style, writer)?;
    write_labels(report, style, writer)?;
    write_mappings(report, style, writer)?;
    writeln!(writer, "\n{}", style.paint(HEADING, "Next"))?;
    for hint in &report.hints {
        writeln!(writer, "  {}", hint.text)?;
        if !hint.command.is_empty() {
            writeln!(writer, "{}", style.paint(REMARK, &format!("    {}", command(&hint.command))))?;
        }
    }
    Ok(())
}

fn kind_text(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::Cpu => "CPU: where time goes",
        ProfileKind::Heap => "heap: who holds or asks for memory",
        ProfileKind::Contention => "contention: who waits for whom",
        ProfileKind::Threads => "threads: where they are",
        ProfileKind::Other => "other",
    }
}

fn samples_text(report: &Info) -> String {
    format!(
        "{} with {} stacks; the deepest has {} locations, the mean {:.1}",
        report.samples, report.stacks, report.deepest_stack, report.mean_depth
    )
}

fn frames_text(report: &Info) -> String {
    let symbolized = match report.symbolization {
        Symbolization::Full => "all locations have names",
        Symbolization::Partial => "some locations have no names",
        Symbolization::None => "not symbolized",
    };
    let inlines = match report.locations_with_inlines {
        0 => "no inlined calls".to_owned(),
        count => format!("{count} with inlined calls"),
    };
    format!("{} functions, {} locations ({inlines}); {symbolized}", report.functions, report.locations)
}

fn write_types(report: &Info, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    writeln!(writer, "\n{}", style.paint(HEADING, "Sample types"))?;
    for value_type in &report.types {
        let default = if value_type.is_default { "  (default)" } else { "" };
        let name = format!("{}/{}", value_type.kind, value_type.unit);
        let nonzero = format!("{} of {} samples", value_type.nonzero_samples, report.samples);
        writeln!(writer, "  {name:<26} {:>12}  in {nonzero}{default}", value_type.total_text)?;
    }
    Ok(())
}

fn write_labels(report: &Info, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    if report.labels.is_empty() {
        return Ok(());
    }
    writeln!(writer, "\n{}", style.paint(HEADING, "Labels"))?;
    for label in &report.labels {
        let values = if label.values == 1 { "value" } else { "values" };
        let most_common = label.most_common.join(", ");
        let more = if label.values > label.most_common.len() { ", …" } else { "" };
        writeln!(
            writer,
            "  {:<16} {:>8} samples, {:>6} {values}: {most_common}{more}",
            label.key, label.samples, label.values
        )?;
    }
    Ok(())
}

fn write_mappings(report: &Info, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    if report.mappings.is_empty() {
        return Ok(());
    }
    writeln!(writer, "\n{}", style.paint(HEADING, "Mappings"))?;
    for mapping in report.mappings.iter().take(SHOWN_MAPPINGS) {
        let file = if mapping.file.is_empty() { "(no file)" } else { &mapping.file };
        let named = format!("{} of {} locations named", mapping.named, mapping.locations);
        let line = format!("  {file:<24} {named}  {}", mapping.build_id);
        writeln!(writer, "{}", line.trim_end())?;
    }
    if report.mappings.len() > SHOWN_MAPPINGS {
        writeln!(writer, "  … and {} more", report.mappings.len() - SHOWN_MAPPINGS)?;
    }
    Ok(())
}
