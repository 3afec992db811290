//! Budgets and what was found, as text and for pull requests.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::diff::{change_cells, normalization_line, ratio, side_lines, signed};
use super::header::{ReportHeader, filter_lines};
use super::table::{HEADING, REMARK, TableStyle};
use super::tabular::{Cell, Column, Tabular, markdown};
use crate::report::{Check, CheckRow, LimitKind, Order, Strictness, Verdict};

/// Writes a line for each budget: the verdict, what is allowed, what was found.
///
/// # Errors
/// What the writer says.
pub fn check(report: &Check, header: &ReportHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    let mut lines = Vec::new();
    if !header.is_compact {
        lines = side_lines(report.old.as_ref(), &report.new, &report.scale, None, header);
        lines.extend(report.old.is_some().then(|| normalization_line(&report.normalization)));
    }
    lines.extend(filter_lines(&header.filters));
    lines.push(format!("Total: {}", report.scale.label(report.total)));
    for line in lines {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let heading = format!("{:<9} {:>12} {:>10} {:>7} {:>22}  budget", "verdict", "limit", "found", "share", "growth");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    for row in &report.rows {
        let verdict = style.paint(verdict_style(row.verdict), &format!("{:<9}", row.verdict.name()));
        let (value, share) = (report.scale.label(row.value), format!("{:.2}%", row.share * 100.0));
        let (limit, growth) = (limit(row), growth(report, row));
        writeln!(writer, "{verdict} {limit:>12} {value:>10} {share:>7} {growth:>22}  {}", row.name)?;
    }
    writeln!(writer, "{}", outcome(report))
}

fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Ok => AnsiColor::Green.on_default(),
        Verdict::Broken => AnsiColor::Red.on_default().bold(),
        Verdict::Noise => REMARK,
        _ => AnsiColor::Yellow.on_default(),
    }
}

/// Writes budgets for a pull request: a line with the outcome, and a Markdown table.
///
/// # Errors
/// What the writer says.
pub fn check_markdown(report: &Check, mut writer: impl Write) -> io::Result<()> {
    let mark = if report.is_met(Strictness::Lenient) { "✅" } else { "❌" };
    writeln!(writer, "{mark} **{}**: {}\n", report.new.summary.sample_type, outcome(report))?;
    markdown(&Short(report), writer)
}

/// The columns that a person reads.
struct Short<'r>(&'r Check);

impl Tabular for Short<'_> {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["limit", "found", "share", "growth"].map(Column::number);
        [Column::text("verdict")].into_iter().chain(numbers).chain([Column::text("budget")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let report = self.0;
        report.rows.iter().try_for_each(|row| {
            each(vec![
                Cell::word(row.verdict.name()),
                Cell::word(limit(row)),
                Cell::word(report.scale.label(row.value)),
                Cell::Share(row.share),
                Cell::word(growth(report, row)),
                Cell::text(&row.name),
            ])
        })
    }
}

impl Tabular for Check {
    fn columns(&self) -> Vec<Column> {
        let texts = ["budget", "expression", "measure", "kind", "limit", "verdict"].map(Column::text);
        let numbers = ["value", "share", "old", "new", "delta", "ratio", "margin", "p"].map(Column::number);
        texts.into_iter().chain(numbers).chain([Column::text("noise")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| {
            let mut cells = vec![
                Cell::text(&row.name),
                Cell::text(&row.expression),
                Cell::word(measure(row)),
                Cell::word(match row.kind {
                    LimitKind::Max => "max",
                    LimitKind::MaxGrowth => "max-growth",
                }),
                Cell::word(row.limit.to_string()),
                Cell::word(row.verdict.name()),
                Cell::Value { exact: row.value, shown: self.scale.label(row.value) },
                Cell::Share(row.share),
            ];
            match &row.change {
                Some(change) => cells.extend(change_cells(&self.scale, change)),
                None => cells.resize(self.columns().len(), Cell::Empty),
            }
            each(cells)
        })
    }
}

fn measure(row: &CheckRow) -> &'static str {
    match row.measure {
        Order::Flat => "flat",
        Order::Cum => "cum",
    }
}

fn limit(row: &CheckRow) -> String {
    let plus = if row.kind == LimitKind::MaxGrowth { "+" } else { "" };
    format!("{} {plus}{}", measure(row), row.limit)
}

/// Says how much what a budget is about has grown, if that is limited.
fn growth(report: &Check, row: &CheckRow) -> String {
    let Some(change) = &row.change else { return String::new() };
    let margin = change.margin.map(|margin| format!(" ±{}", report.scale.label(margin))).unwrap_or_default();
    format!("{}{margin} {}", signed(&report.scale, change.delta), ratio(change))
}

fn outcome(report: &Check) -> String {
    let count = |verdict: Verdict| report.rows.iter().filter(|row| row.verdict == verdict).count();
    let all = report.rows.len();
    let plural = if all == 1 { "" } else { "s" };
    let mut text = match count(Verdict::Broken) {
        0 => format!("{all} budget{plural} kept to"),
        broken => format!("{broken} of {all} budget{plural} broken"),
    };
    for (verdict, says) in
        [(Verdict::Noise, "past the limit within the noise"), (Verdict::Unmatched, "about nothing that is there")]
    {
        if count(verdict) > 0 {
            text.push_str(&format!("; {} {says}", count(verdict)));
        }
    }
    text
}
