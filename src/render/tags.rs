//! Labels by what their samples weigh, as text.

use std::io::{self, Write};

use super::header::{ReportHeader, filter_lines, summary_lines};
use super::table::{HEADING, REMARK, TableStyle, cut_front, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{TagKey, TagRow, Tags, percent};

/// Columns in front of the texts of a table to read.
const COLUMNS_BEFORE_TEXT: usize = 10 + 1 + 6 + 2;

/// Writes the labels as pprof's `tags` does, byte for byte unless they hold tabs or line feeds.
///
/// Each key is a block of its own, in which values stand to the right (Go's `text/tabwriter`).
///
/// # Errors
/// What the writer says.
pub fn tags(report: &Tags<'_>, mut writer: impl Write) -> io::Result<()> {
    let share = |value: i64| {
        if report.total > 0 { format!(" ({})", percent(value, report.total)) } else { String::new() }
    };
    for key in &report.keys {
        let key_width = key.key.chars().count() + 2;
        let value = |row: &TagRow<'_>| format!("{}{}:", report.scale.label(row.value), share(row.value));
        let value_width = key.rows.iter().map(|row| value(row).chars().count() + 1).max().unwrap_or(0);
        let (labelled, total) = (report.scale.label(key.labelled), report.scale.label(report.total));
        writeln!(writer, " {}: Total {labelled} of {total}{}", key.key, share(key.labelled))?;
        for row in &key.rows {
            writeln!(writer, "{:key_width$}{:>value_width$} {}", "", value(row), row.text)?;
        }
        writeln!(writer)?;
    }
    Ok(())
}

/// Writes the labels as a table to read: a block for each key, with the samples that have no such label.
///
/// # Errors
/// What the writer says.
pub fn label_table(
    report: &Tags<'_>,
    header: &ReportHeader,
    style: TableStyle,
    mut writer: impl Write,
) -> io::Result<()> {
    let mut lines = summary_lines(&report.summary, &report.scale, report.total, &header.time_zone);
    lines.extend(filter_lines(&header.filters));
    for line in lines {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    for key in &report.keys {
        let plural = if key.values == 1 { "" } else { "s" };
        let heading = format!("{}  {} value{plural}", key.key, key.values);
        writeln!(writer, "\n{}", style.paint(HEADING, &heading))?;
        for row in &key.rows {
            write_row(report, row.value, &row.text, style, &mut writer)?;
        }
        let left_out = key.values - key.rows.len();
        if left_out > 0 {
            let shown = key.rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.value));
            let text = format!("… {left_out} more");
            write_row(report, key.labelled.wrapping_sub(shown), &text, style, &mut writer)?;
        }
        if key.unlabelled != 0 {
            write_row(report, key.unlabelled, "(none)", style, &mut writer)?;
        }
    }
    Ok(())
}

fn write_row(report: &Tags<'_>, value: i64, text: &str, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let share = if report.total == 0 { 0.0 } else { (value as f64 / report.total as f64).abs() };
    let numbers = format!("{:>10} {}", report.scale.label(value), percent(value, report.total));
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(COLUMNS_BEFORE_TEXT).max(8));
    writeln!(writer, "{}  {}", style.paint(heat(share), &numbers), cut_front(text, room))
}

impl Tabular for Tags<'_> {
    fn columns(&self) -> Vec<Column> {
        vec![Column::text("key"), Column::number("value"), Column::number("value%"), Column::text("text")]
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        for TagKey { key, rows, .. } in &self.keys {
            for row in rows {
                let share = if self.total == 0 { 0.0 } else { row.value as f64 / self.total as f64 };
                let value = Cell::Value { exact: row.value, shown: self.scale.label(row.value) };
                each(vec![Cell::text(*key), value, Cell::Share(share), Cell::text(&*row.text)])?;
            }
        }
        Ok(())
    }
}
