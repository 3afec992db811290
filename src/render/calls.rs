//! The call tree as indented text.

use std::io::{self, Write};

use super::header::{ReportHeader, filter_lines, summary_lines};
use super::names::fit_name;
use super::table::{HEADING, REMARK, TableStyle, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{Calls, CallsRow, percent};

/// Cells of a bar that is all of the whole.
const BAR_CELLS: usize = 10;
/// Parts of a cell that is not full, by eighths.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// Columns in front of the tree.
const COLUMNS_BEFORE_TREE: usize = 10 + 1 + 6 + 1 + 10 + 1 + 6 + 2 + BAR_CELLS + 2;

/// Writes the call tree: a line for each path, with its weight, its own weight and a bar.
///
/// An only successor that weighs as much as its path follows behind a dot and is not indented
/// further, so chains of calls stay narrow; a function that calls itself in such a chain is shown
/// once, with how often. The hot path is marked by `*`.
///
/// # Errors
/// What the writer says.
pub fn calls(report: &Calls, header: &ReportHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    let mut lines = Vec::new();
    if !header.is_compact {
        lines = summary_lines(&report.summary, &report.scale, report.total, &header.time_zone);
    }
    lines.extend(filter_lines(&header.filters));
    for line in lines {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let direction = if report.is_bottom_up { "callers below what they call" } else { "callees below their callers" };
    // Seen from the leaves, only the first row of a path has a weight of its own.
    let own = if report.is_bottom_up { String::new() } else { format!(" {:>10} {:>5}%", "self", "self") };
    let heading = format!("{:>10} {:>5}%{own}  {:<BAR_CELLS$}  {direction}", "total", "total", "");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    for line in tree_lines(&report.rows) {
        write_row(report, &line, style, &mut writer)?;
    }
    let below = percent((report.min_share * 1e9) as i64, 1_000_000_000);
    if report.left_out > 0 {
        let paths = if report.left_out == 1 { "path" } else { "paths" };
        let footer = format!("{} {paths} left out, below {} or too deep", report.left_out, below.trim());
        writeln!(writer, "{}", style.paint(REMARK, &footer))?;
    }
    Ok(())
}

fn write_row(report: &Calls, line: &TreeLine<'_>, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let TreeLine { row, guide, count } = line;
    let total = report.total;
    let share = |value: i64| if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() };
    let numbers = format!("{:>10} {}", report.scale.label(row.total), percent(row.total, total));
    let own = if report.is_bottom_up {
        String::new()
    } else {
        let own = format!("{:>10} {}", report.scale.label(row.own), percent(row.own, total));
        format!(" {}", style.paint(heat(share(row.own)), &own))
    };
    let mut mark = if *count > 1 { format!(" ×{count}") } else { String::new() };
    if row.is_inline {
        mark.push_str(" (inline)");
    }
    let hot = if row.is_hot { "* " } else { "" };
    let taken = COLUMNS_BEFORE_TREE + guide.chars().count() + hot.len() + mark.chars().count();
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(taken).max(8));
    let name = fit_name(&row.name, room);
    let color = heat(share(row.total));
    writeln!(
        writer,
        "{}{own}  {}  {}{}{}{}",
        style.paint(color, &numbers),
        style.paint(color, &bar(share(row.total))),
        style.paint(REMARK, guide),
        style.paint(HEADING, hot),
        style.paint(if row.is_hot { HEADING } else { color }, &name),
        style.paint(REMARK, &mark),
    )
}

/// Draws a share as a bar of fixed width.
fn bar(share: f64) -> String {
    let eighths = ((share.min(1.0) * (BAR_CELLS * 8) as f64).round()) as usize;
    let mut bar: String = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8]);
    }
    format!("{bar:<BAR_CELLS$}")
}

/// A line of the tree.
struct TreeLine<'r> {
    row: &'r CallsRow,
    /// What stands before the name: lines that lead from the row above.
    guide: String,
    /// How many times in a row the function stands there.
    count: usize,
}

/// Draws the lines that lead from rows to their successors.
fn tree_lines(rows: &[CallsRow]) -> Vec<TreeLine<'_>> {
    let mut last_child = vec![None; rows.len()];
    let mut children = vec![0_usize; rows.len()];
    for (index, row) in rows.iter().enumerate() {
        if let Some(parent) = row.parent {
            last_child[parent] = Some(index);
            children[parent] += 1;
        }
    }
    let mut lines: Vec<TreeLine<'_>> = Vec::with_capacity(rows.len());
    // What stands before the successors of each row.
    let mut inner: Vec<String> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let (guide, next) = match row.parent {
            None => (String::new(), String::new()),
            Some(parent) => {
                let (above, caller) = (&inner[parent], &rows[parent]);
                let continues = children[parent] == 1 && row.total == caller.total;
                if continues && row.name == caller.name && caller.own == 0 {
                    // The line above is the caller's: a row has no other before its only successor.
                    if let Some(line) = lines.last_mut() {
                        line.count += 1;
                        line.row = row;
                    }
                    inner.push(above.clone());
                    continue;
                }
                match last_child[parent] == Some(index) {
                    _ if continues => (format!("{above}· "), above.clone()),
                    true => (format!("{above}└ "), format!("{above}  ")),
                    false => (format!("{above}├ "), format!("{above}│ ")),
                }
            }
        };
        lines.push(TreeLine { row, guide, count: 1 });
        inner.push(next);
    }
    lines
}

impl Tabular for Calls {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["depth", "total", "total%", "self", "self%"].map(Column::number);
        let texts = ["name", "hot", "inline"].map(Column::text);
        numbers.into_iter().chain(texts).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let value = |exact: i64| Cell::Value { exact, shown: self.scale.label(exact) };
        let share = |value: i64| Cell::Share(if self.total == 0 { 0.0 } else { value as f64 / self.total as f64 });
        for row in &self.rows {
            let hot = Cell::text(if row.is_hot { "*" } else { "" });
            let inline = Cell::text(if row.is_inline { "(inline)" } else { "" });
            let depth = Cell::Number(row.depth as f64);
            let (total, own) = (value(row.total), value(row.own));
            each(vec![depth, total, share(row.total), own, share(row.own), Cell::text(&row.name), hot, inline])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bars_have_eighths_of_cells() {
        assert_eq!(bar(1.0), "██████████");
        assert_eq!(bar(0.0), "          ");
        assert_eq!(bar(0.55), "█████▌    ");
        assert_eq!(bar(7.0), "██████████");
    }
}
