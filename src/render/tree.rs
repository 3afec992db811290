//! Frames with their callers and callees, as text.

use std::io::{self, Write};

use super::header::{ReportHeader, header_lines};
use super::names::fit_name;
use super::table::{HEADING, REMARK, TableStyle, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{Graph, GraphCall, percent};

/// What stands between nodes.
const SEPARATOR: &str = "----------------------------------------------------------+-------------";
/// What stands above them. The spaces and tabs at its end are pprof's.
const LEGEND: &str = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";
/// Columns in front of the names.
const COLUMNS_BEFORE_NAME: usize = 64;

/// What calls are said to weigh if values are means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CallWeights {
    /// Means, like all other values.
    #[default]
    Values,
    /// Sums, as pprof shows them beside means.
    Sums,
}

/// Writes each node between its callers and callees as pprof's `tree` does, byte for byte if the
/// style is plain and calls are shown as sums.
///
/// `is_shown` picks nodes by name, as pprof's `peek` does. Returns how many it picked.
///
/// # Errors
/// What the writer says.
pub fn tree(
    report: &Graph,
    header: &ReportHeader,
    style: TableStyle,
    calls: CallWeights,
    is_shown: impl Fn(&str) -> bool,
    mut writer: impl Write,
) -> io::Result<usize> {
    for line in header_lines(&report.summary, &report.scale, &report.coverage, report.shown_nodes, header) {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    writeln!(writer, "{}", style.paint(REMARK, SEPARATOR))?;
    writeln!(writer, "{}", style.paint(HEADING, LEGEND))?;
    let total = report.coverage.total_weight;
    let by_node = report.calls_by_node();
    let mut sum = 0_i64;
    let mut found = 0;
    let share = |value: i64| if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() };
    for (node, of_node) in report.shown().iter().zip(&by_node).filter(|(node, _)| is_shown(&node.name)) {
        found += 1;
        writeln!(writer, "{}", style.paint(REMARK, SEPARATOR))?;
        let write_call = |writer: &mut dyn Write, call: &GraphCall, other: usize| {
            let (value, weight) = match calls {
                CallWeights::Values => (call.weight, call.share_weight),
                CallWeights::Sums => (call.sum, call.sum),
            };
            let numbers = format!("{:>50} {}", report.scale.label(value), percent(weight, node.cum_weight));
            let mark = if call.is_inline { " (inline)" } else { "" };
            let name = fit_name(&report.nodes[other].name, room(style, COLUMNS_BEFORE_NAME + mark.len()));
            let color = heat(share(weight));
            writeln!(
                writer,
                "{} {}   {}{}",
                style.paint(color, &numbers),
                style.paint(REMARK, "|"),
                style.paint(color, &name),
                style.paint(REMARK, mark)
            )
        };
        for &row in &of_node.into {
            let call = &report.calls[row];
            write_call(&mut writer, call, call.caller)?;
        }
        sum = sum.wrapping_add(node.flat_weight);
        let flat = format!("{:>10} {}", report.scale.label(node.flat), percent(node.flat_weight, total));
        let cum = format!("{:>10} {}", report.scale.label(node.cum), percent(node.cum_weight, total));
        writeln!(
            writer,
            "{} {} {}                {} {}",
            style.paint(heat(share(node.flat_weight)), &flat),
            style.paint(REMARK, &percent(sum, total)),
            style.paint(heat(share(node.cum_weight)), &cum),
            style.paint(REMARK, "|"),
            style.paint(HEADING, &fit_name(&node.name, room(style, COLUMNS_BEFORE_NAME - 2))),
        )?;
        for &row in &of_node.out_of {
            let call = &report.calls[row];
            write_call(&mut writer, call, call.callee)?;
        }
    }
    if !report.shown().is_empty() {
        writeln!(writer, "{}", style.paint(REMARK, SEPARATOR))?;
    }
    Ok(found)
}

/// Returns how many columns a name may take.
fn room(style: TableStyle, others: usize) -> usize {
    style.width.map_or(usize::MAX, |width| width.saturating_sub(others).max(8))
}

impl Tabular for Graph {
    fn columns(&self) -> Vec<Column> {
        let texts = ["name", "context", "relation", "inline"].map(Column::text);
        let numbers = ["flat", "flat%", "cum", "cum%"].map(Column::number);
        texts.into_iter().chain(numbers).collect()
    }

    /// A row for each node, and one for each of its callers and callees.
    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let total = self.coverage.total_weight;
        let value = |exact: i64| Cell::Value { exact, shown: self.scale.label(exact) };
        let share = |value: i64| Cell::Share(if total == 0 { 0.0 } else { value as f64 / total as f64 });
        for (node, of_node) in self.shown().iter().zip(self.calls_by_node()) {
            let name = || Cell::text(&node.name);
            let context = [(&of_node.into, "caller"), (&of_node.out_of, "callee")];
            let (flat, cum) = (value(node.flat), value(node.cum));
            each(vec![
                name(),
                Cell::Empty,
                Cell::text("self"),
                Cell::Empty,
                flat,
                share(node.flat_weight),
                cum,
                share(node.cum_weight),
            ])?;
            for (rows, relation) in context {
                for call in rows.iter().map(|&row| &self.calls[row]) {
                    let other = if relation == "caller" { call.caller } else { call.callee };
                    let mark = Cell::text(if call.is_inline { "(inline)" } else { "" });
                    let (other, relation) = (Cell::text(&self.nodes[other].name), Cell::text(relation));
                    let weight = value(call.weight);
                    each(vec![
                        name(),
                        other,
                        relation,
                        mark,
                        Cell::Empty,
                        Cell::Empty,
                        weight,
                        share(call.share_weight),
                    ])?;
                }
            }
        }
        Ok(())
    }
}
