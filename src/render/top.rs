//! The table of frames as text.

use std::io::{self, Write};

use super::header::{ReportHeader, header_lines};
use super::names::fit_name;
use super::table::{HEADING, REMARK, TableStyle, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{Top, TopRow, percent};

/// Columns in front of the names.
const COLUMNS_BEFORE_NAME: usize = 10 + 1 + 6 + 1 + 6 + 1 + 10 + 1 + 6 + 2;

/// Writes the table as pprof's `top` does, byte for byte if the style is plain.
///
/// # Errors
/// What the writer says.
pub fn top(report: &Top, header: &ReportHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    for line in header_lines(&report.summary, &report.scale, &report.coverage, report.rows.len(), header) {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let heading = format!("{:>10} {:>5}% {:>5}% {:>10} {:>5}%", "flat", "flat", "sum", "cum", "cum");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    let mut sum = 0_i64;
    for row in &report.rows {
        sum = sum.wrapping_add(row.flat_weight);
        write_row(report, row, sum, style, &mut writer)?;
    }
    Ok(())
}

fn write_row(report: &Top, row: &TopRow, sum: i64, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let total = report.coverage.total_weight;
    let share = |value: i64| if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() };
    let (flat_heat, cum_heat) = (heat(share(row.flat_weight)), heat(share(row.cum_weight)));
    let mark = if row.inline_mark().is_empty() { String::new() } else { format!(" {}", row.inline_mark()) };
    let flat = format!("{:>10} {}", report.scale.label(row.flat), percent(row.flat_weight, total));
    let sum = percent(sum, total);
    let cum = format!("{:>10} {}", report.scale.label(row.cum), percent(row.cum_weight, total));
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(COLUMNS_BEFORE_NAME + mark.len()).max(8));
    let name = fit_name(&row.name, room);
    let hotter = if share(row.flat_weight) >= share(row.cum_weight) / 10.0 { flat_heat } else { cum_heat };
    writeln!(
        writer,
        "{} {} {}  {}{}",
        style.paint(flat_heat, &flat),
        style.paint(REMARK, &sum),
        style.paint(cum_heat, &cum),
        style.paint(hotter, &name),
        style.paint(REMARK, &mark),
    )
}

impl Tabular for Top {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["flat", "flat%", "sum%", "cum", "cum%"].map(Column::number);
        numbers.into_iter().chain([Column::text("name"), Column::text("inline")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let total = self.coverage.total_weight;
        let value = |exact: i64| Cell::Value { exact, shown: self.scale.label(exact) };
        let share = |value: i64| Cell::Share(if total == 0 { 0.0 } else { value as f64 / total as f64 });
        let mut sum = 0_i64;
        for row in &self.rows {
            sum = sum.wrapping_add(row.flat_weight);
            let (flat, cum) = (value(row.flat), value(row.cum));
            let (name, mark) = (Cell::text(&row.name), Cell::text(row.inline_mark()));
            each(vec![flat, share(row.flat_weight), share(sum), cum, share(row.cum_weight), name, mark])?;
        }
        Ok(())
    }
}
