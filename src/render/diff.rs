//! The table of frames by how they changed, as text and for pull requests.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::header::{ReportHeader, filter_lines};
use super::names::fit_name;
use super::table::{HEADING, REMARK, TableStyle};
use super::tabular::{Cell, Column, Tabular, markdown};
use crate::profile::unit;
use crate::report::{Change, Diff, DiffRow, Normalization, Order, Side, Status, Test, ValueScale};

/// Columns in front of the names.
const COLUMNS_BEFORE_NAME: usize = 10 + 1 + 10 + 1 + 10 + 1 + 9 + 1 + 7 + 2 + 15 + 1;

/// Characters of a build id that are shown where two stand side by side.
const SHOWN_BUILD_ID: usize = 12;

/// Writes the table of changes, below what was compared and how.
///
/// With colours, what grew is yellow or red, what shrank is green, and what may be chance is dim.
///
/// # Errors
/// What the writer says.
pub fn diff(report: &Diff, header: &ReportHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    if !header.is_compact {
        let lines = side_lines(Some(&report.old), &report.new, &report.scale, Some(&report.total), header);
        for line in lines.into_iter().chain([normalization_line(&report.normalization)]) {
            writeln!(writer, "{}", style.paint(REMARK, &line))?;
        }
    }
    for line in filter_lines(&header.filters).chain([total_line(report)]).chain(coverage_lines(report)) {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let measure = match report.order {
        Order::Flat => "flat",
        Order::Cum => "cum",
    };
    let (old, new) = (format!("old {measure}"), format!("new {measure}"));
    let heading = format!("{old:>10} {new:>10} {:>10} {:>9} {:>7}  status", "delta", "+-", "ratio");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    report.rows.iter().try_for_each(|row| write_row(report, row, style, &mut writer))?;
    if report.rows.is_empty() {
        writeln!(writer, "{}", nothing(report))?;
    }
    Ok(())
}

fn write_row(report: &Diff, row: &DiffRow, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let change = row.change(report.order);
    let scale = &report.scale;
    let values = format!("{:>10} {:>10}", scale.label(change.old), scale.label(change.new));
    let margin = change.margin.map(|margin| scale.label(margin)).unwrap_or_default();
    let moved = format!("{:>10} {margin:>9} {:>7}", signed(scale, change.delta), ratio(change));
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(COLUMNS_BEFORE_NAME).max(8));
    let name = fit_name(&row.name, room);
    let status = format!("{:<15}", status(change));
    let paint = |text: &str| style.paint(change_style(change), text);
    if change.is_chance() {
        return writeln!(writer, "{}", style.paint(REMARK, &format!("{values} {moved}  {status} {name}")));
    }
    writeln!(writer, "{values} {}  {} {name}", paint(&moved), paint(&status))
}

fn change_style(change: &Change) -> Style {
    match change.status {
        Status::New => AnsiColor::Red.on_default(),
        Status::Grown => AnsiColor::Yellow.on_default(),
        Status::Removed | Status::Shrunk => AnsiColor::Green.on_default(),
        Status::Same => Style::new(),
    }
}

/// Writes a change for a pull request: a line that says what changed in all, and a Markdown table.
///
/// # Errors
/// What the writer says.
pub fn diff_markdown(report: &Diff, mut writer: impl Write) -> io::Result<()> {
    let scale = &report.scale;
    let (old, new) = (scale.label(report.total.old), scale.label(report.total.new));
    let kind = &report.new.summary.sample_type;
    write!(writer, "**{kind}**: {old} → {new} ({}", signed(scale, report.total.delta))?;
    if report.total.ratio.is_some() {
        write!(writer, ", {}", ratio(&report.total))?;
    }
    writeln!(writer, "); {}. {}\n", lower_first(&normalization_line(&report.normalization)), shown(report))?;
    if report.rows.is_empty() {
        return writeln!(writer, "{}", nothing(report));
    }
    markdown(&Short(report), writer)
}

/// The columns of one change that a person reads.
struct Short<'r>(&'r Diff);

impl Tabular for Short<'_> {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["old", "new", "delta", "±", "ratio"].map(Column::number);
        numbers.into_iter().chain([Column::text("status"), Column::text("name")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let Diff { scale, order, rows, .. } = self.0;
        rows.iter().try_for_each(|row| {
            let change = row.change(*order);
            each(vec![
                Cell::word(scale.label(change.old)),
                Cell::word(scale.label(change.new)),
                Cell::word(signed(scale, change.delta)),
                change.margin.map_or(Cell::Empty, |margin| Cell::word(scale.label(margin))),
                Cell::word(ratio(change)),
                Cell::word(status(change)),
                Cell::text(&row.name),
            ])
        })
    }
}

impl Tabular for Diff {
    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::text("name"), Column::text("status")];
        for measure in ["flat", "cum"] {
            let numbers = ["old", "new", "delta", "ratio", "margin", "p"];
            columns.extend(numbers.map(|number| Column::number(format!("{number}_{measure}"))));
            columns.push(Column::text(format!("noise_{measure}")));
        }
        columns
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| {
            let mut cells = vec![Cell::text(&row.name), Cell::word(row.change(self.order).status.name())];
            cells.extend(change_cells(&self.scale, &row.flat));
            cells.extend(change_cells(&self.scale, &row.cum));
            each(cells)
        })
    }
}

/// Returns old, new, delta, ratio, margin, chance, and whether it is noise.
pub(super) fn change_cells(scale: &ValueScale, change: &Change) -> [Cell<'static>; 7] {
    let value = |exact: i64| Cell::Value { exact, shown: scale.label(exact) };
    let number = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Number);
    [
        value(change.old),
        value(change.new),
        value(change.delta),
        number(change.ratio),
        change.margin.map_or(Cell::Empty, value),
        number(change.p),
        Cell::word(if change.is_chance() { "noise" } else { "" }),
    ]
}

/// Says which profiles were compared.
pub(super) fn side_lines(
    old: Option<&Side>,
    new: &Side,
    scale: &ValueScale,
    total: Option<&Change>,
    header: &ReportHeader,
) -> Vec<String> {
    let mut lines = Vec::new();
    let names: Vec<&String> =
        [old, Some(new)].into_iter().flatten().filter_map(|side| side.summary.file.as_ref()).collect();
    match names.as_slice() {
        [old, new] if old != new => lines.push(format!("File: {old}, {new}")),
        [.., name] => lines.push(format!("File: {name}")),
        [] => {}
    }
    let build_id = |side: Option<&Side>| side.and_then(|side| side.summary.build_id.clone());
    let is_one_build = build_id(Some(new)) == build_id(old.or(Some(new)));
    lines.extend(build_id(Some(new)).filter(|_| is_one_build).map(|build_id| format!("Build ID: {build_id}")));
    lines.push(format!("Type: {}", new.summary.sample_type));
    for (name, side, value) in
        [("Old", old, total.map(|total| total.old)), ("New", Some(new), total.map(|total| total.new))]
    {
        let Some(side) = side else { continue };
        let summary = &side.summary;
        let mut parts = Vec::new();
        if side.profiles > 1 {
            parts.push(format!("{} profiles", side.profiles));
        }
        let build_id = summary.build_id.as_deref().filter(|_| !is_one_build);
        parts.extend(
            build_id.map(|build_id| format!("build {}", build_id.chars().take(SHOWN_BUILD_ID).collect::<String>())),
        );
        parts.extend(summary.time_nanos.map(|nanos| header.time_zone.to_second(nanos)));
        let duration = summary.duration_nanos.map(|nanos| unit::label(nanos, "nanoseconds", "auto"));
        parts.extend(duration.map(|duration| format!("duration {duration}")));
        let mean = if side.profiles > 1 { "total samples on average" } else { "total samples" };
        parts.extend(value.map(|value| format!("{mean} = {}", scale.label(value))));
        if !parts.is_empty() {
            lines.push(format!("{name}: {}", parts.join(", ")));
        }
    }
    lines
}

/// Says how values were made comparable.
pub(super) fn normalization_line(normalization: &Normalization) -> String {
    if normalization.is_identity() {
        return format!("Normalized: no, {}", normalization.describe());
    }
    let factors = |factors: &[f64]| factors.iter().map(|factor| format!("{factor:.4}")).collect::<Vec<_>>().join(", ");
    let mut line =
        format!("Normalized: to {}, old values x {}", normalization.describe(), factors(&normalization.old_factors));
    if normalization.new_factors.len() > 1 {
        line.push_str(&format!(", new values x {}", factors(&normalization.new_factors)));
    }
    line
}

fn total_line(report: &Diff) -> String {
    let Diff { total, scale, .. } = report;
    let (old, new, delta) = (scale.label(total.old), scale.label(total.new), signed(scale, total.delta));
    let ratio = if total.ratio.is_some() { format!(" ({})", ratio(total)) } else { String::new() };
    let chance = if total.is_chance() { "; that may be chance" } else { "" };
    format!("Total: {old} -> {new}, {delta}{ratio}{chance}")
}

fn coverage_lines(report: &Diff) -> Vec<String> {
    let mut lines = vec![shown(report)];
    if report.test == Test::None {
        lines.push(
            "What is chance is not known: there are no counts of samples; give several profiles a side".to_owned(),
        );
    }
    lines
}

/// Says how much of the comparison the rows are.
fn shown(report: &Diff) -> String {
    let coverage = &report.coverage;
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut text = format!("{} of {} frame{} changed", coverage.changed, coverage.frames, plural(coverage.frames));
    if coverage.dropped > 0 {
        let below = report.scale.label(coverage.dropped_below);
        text.push_str(&format!("; dropped {} below {below}", coverage.dropped));
    }
    if report.rows.len() < coverage.candidates {
        text.push_str(&format!("; showing {} of {}", report.rows.len(), coverage.candidates));
    }
    if coverage.noise > 0 {
        text.push_str(&format!("; {} within the noise at {}%", coverage.noise, report.confidence * 100.0));
    }
    text
}

fn nothing(report: &Diff) -> String {
    if report.coverage.changed == 0 {
        return "Nothing has changed.".to_owned();
    }
    format!("Nothing has changed by {} or more.", report.scale.label(report.coverage.dropped_below))
}

/// Writes a difference with its sign.
pub(super) fn signed(scale: &ValueScale, delta: i64) -> String {
    match scale.label(delta) {
        label if delta > 0 && label != "0" => format!("+{label}"),
        label => label,
    }
}

/// Writes how many times the old value the new one is.
pub(super) fn ratio(change: &Change) -> String {
    match change.ratio {
        Some(0.0) => "0x".to_owned(),
        Some(ratio) if (0.0..0.005).contains(&ratio) => "<0.01x".to_owned(),
        Some(ratio) if ratio.abs() >= 100.0 => format!("{ratio:.0}x"),
        Some(ratio) => format!("{ratio:.2}x"),
        None => "-".to_owned(),
    }
}

/// Returns the word for what became of a frame, and whether that may be chance.
pub(super) fn status(change: &Change) -> String {
    let chance = if change.is_chance() { " (noise)" } else { "" };
    format!("{}{chance}", change.status.name())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
