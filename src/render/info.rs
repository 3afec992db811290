//! What a profile holds, as text.

use std::io::{self, Write};

use super::table::{HEADING, REMARK, TableStyle, cut_back};
use super::tabular::{Cell, Column, Tabular};
use super::time::TimeZone;
use crate::profile::unit;
use crate::report::{Info, ProfileKind, Symbolization};

/// Columns in front of what a line says.
const COLUMNS_BEFORE_TEXT: usize = 10 + 1;
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
    line("Names", symbolization_text(report.symbolization).to_owned())?;
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(COLUMNS_BEFORE_TEXT));
    line("Drops", cut_back(&report.drop_frames, room).into_owned())?;
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
    let inlines = match report.locations_with_inlines {
        0 => "no inlined calls".to_owned(),
        count => format!("{count} with inlined calls"),
    };
    format!("{} functions, {} locations ({inlines})", report.functions, report.locations)
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

/// Properties of the profile, and of each sample type, label and mapping, a row each.
impl Tabular for Info {
    fn columns(&self) -> Vec<Column> {
        ["property", "of", "value"].map(Column::text).into()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let number = |number: usize| Cell::Number(number as f64);
        let utc = |nanos: i64| Cell::text(TimeZone::utc().to_nanosecond(nanos));
        let summary = &self.summary;
        let duration = |nanos: i64| Cell::text(unit::label(nanos, "nanoseconds", "auto"));
        let known = |text: &Option<String>| text.clone().map(Cell::text);
        let unless_empty = |text: &str| (!text.is_empty()).then(|| Cell::text(text.to_owned()));
        for (property, cell) in [
            ("kind", Some(Cell::text(kind_name(self.kind)))),
            ("program", known(&summary.file)),
            ("build id", known(&summary.build_id)),
            ("time", summary.time_nanos.map(utc)),
            ("duration", summary.duration_nanos.map(duration)),
            ("period", unless_empty(&self.period)),
            ("period of", unless_empty(&self.period_kind)),
            ("samples", Some(number(self.samples))),
            ("stacks", Some(number(self.stacks))),
            ("deepest stack", Some(number(self.deepest_stack))),
            ("mean depth", Some(Cell::Number((self.mean_depth * 10.0).round() / 10.0))),
            ("functions", Some(number(self.functions))),
            ("locations", Some(number(self.locations))),
            ("locations with inlined calls", Some(number(self.locations_with_inlines))),
            ("names", Some(Cell::text(symbolization_text(self.symbolization)))),
            ("drops", unless_empty(&self.drop_frames)),
            ("documentation", known(&summary.doc_url)),
        ] {
            let Some(cell) = cell else { continue };
            each(vec![Cell::text(property), Cell::Empty, cell])?;
        }
        for comment in &summary.comments {
            each(vec![Cell::text("comment"), Cell::Empty, Cell::text(comment)])?;
        }
        for of in &self.types {
            let name = format!("{}/{}", of.kind, of.unit);
            let total = Cell::Value { exact: of.total, shown: of.total_text.clone() };
            let default = Cell::text(if of.is_default { "yes" } else { "no" });
            for (property, cell) in [
                ("sample type: total", total),
                ("sample type: samples other than 0", number(of.nonzero_samples)),
                ("sample type: default", default),
            ] {
                each(vec![Cell::text(property), Cell::text(&name), cell])?;
            }
        }
        for label in &self.labels {
            for (property, cell) in [
                ("label: samples", number(label.samples)),
                ("label: values", number(label.values)),
                ("label: most common", Cell::text(label.most_common.join(", "))),
            ] {
                each(vec![Cell::text(property), Cell::text(&label.key), cell])?;
            }
        }
        for mapping in &self.mappings {
            let build_id = Cell::text(&mapping.build_id);
            for (property, cell) in [
                ("mapping: build id", build_id),
                ("mapping: locations", number(mapping.locations)),
                ("mapping: locations with names", number(mapping.named)),
            ] {
                each(vec![Cell::text(property), Cell::text(&mapping.file), cell])?;
            }
        }
        Ok(())
    }
}

/// Returns what a kind is called in JSON.
fn kind_name(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::Cpu => "cpu",
        ProfileKind::Heap => "heap",
        ProfileKind::Contention => "contention",
        ProfileKind::Threads => "threads",
        ProfileKind::Other => "other",
    }
}

fn symbolization_text(symbolization: Symbolization) -> &'static str {
    match symbolization {
        Symbolization::Full => "all locations have names",
        Symbolization::Partial => "some locations have no names",
        Symbolization::None => "not symbolized",
    }
}
