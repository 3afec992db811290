//! Annotated source as text.

use std::io::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::table::{HEADING, REMARK, TableStyle, cut_back, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{Listing, ListingLine, Routine, Source, percent};

/// Columns in front of the text of a line.
const COLUMNS_BEFORE_TEXT: usize = 10 + 1 + 10 + 1 + 6 + 1;
/// What stands between the number of a line and its text where there are colours.
const GUTTER: &str = "▌";
/// How far apart the columns are that tabs lead to on a terminal.
const TAB_COLUMNS: usize = 4;

/// Writes the source of functions as pprof's `list` does, byte for byte if the style is plain.
///
/// Where a source was found under another path than the profile's, that is told in a line more.
/// Where there are colours, heat tells how much of its function a line is, tabs become spaces, and
/// nothing in a source steers the terminal. Where there is a width, lines are cut.
///
/// # Errors
/// What the writer says.
pub fn listing(report: &Listing, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    writeln!(writer, "{}", style.paint(REMARK, &format!("Total: {}", report.scale.label(report.total))))?;
    for routine in &report.routines {
        if routine.source == Source::Unknown && routine.lines.is_empty() {
            writeln!(writer, "No source information for {}", routine.function)?;
            continue;
        }
        write_heading(report, routine, style, &mut writer)?;
        // Where no text is known there is nothing to be left out.
        let mut next = None;
        for line in &routine.lines {
            if line.text.is_some() && next.is_some_and(|next| next != line.line) {
                writeln!(writer, "{}", style.paint(REMARK, &format!("{:>10} {:>10} {:>6}", "", "", "…")))?;
            }
            next = line.line.checked_add(1);
            write_line(report, routine, line, style, &mut writer)?;
        }
    }
    Ok(())
}

fn write_heading(report: &Listing, routine: &Routine, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let file = if routine.file.is_empty() { "(no file)" } else { &routine.file };
    let heading = format!("ROUTINE ======================== {} in {file}", routine.function);
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    let (flat, cum) = (report.scale.label(routine.flat), report.scale.label(routine.cum));
    let share = percent(routine.cum, report.total);
    let sums = format!("{flat:>10} {cum:>10} (flat, cum) {share} of Total");
    writeln!(writer, "{}", style.paint(heat(share_of(routine.cum, report.total)), &sums))?;
    match &routine.source {
        Source::Missing { reason } => writeln!(writer, "{}", style.paint(REMARK, &format!(" Error: {reason}"))),
        Source::Found { path } if *path != routine.file => {
            writeln!(writer, "{}", style.paint(REMARK, &format!(" Source: {path}")))
        }
        Source::Found { .. } | Source::Unknown => Ok(()),
    }
}

fn write_line(
    report: &Listing,
    routine: &Routine,
    line: &ListingLine,
    style: TableStyle,
    writer: &mut impl Write,
) -> io::Result<()> {
    let label = |value: i64| if value == 0 { ".".to_owned() } else { report.scale.label(value) };
    let of_routine = |value: i64| heat(share_of(value, routine.cum));
    let (flat, cum) = (format!("{:>10}", label(line.flat)), format!("{:>10}", label(line.cum)));
    let number = if line.line == 0 { format!("{:>6}", "?") } else { format!("{:>6}", line.line) };
    let gutter = if style.color { GUTTER } else { ":" };
    let text = line.text.as_deref().unwrap_or_default();
    let text = match style.width {
        Some(width) => shown(text, width.saturating_sub(COLUMNS_BEFORE_TEXT)),
        None if style.color => shown(text, usize::MAX),
        None => text.to_owned(),
    };
    writeln!(
        writer,
        "{} {} {}{}{text}",
        style.paint(of_routine(line.flat), &flat),
        style.paint(of_routine(line.cum), &cum),
        style.paint(REMARK, &number),
        style.paint(of_routine(line.cum), gutter),
    )
}

fn share_of(value: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { (value as f64 / whole as f64).abs() }
}

/// Returns a line as a terminal can show it: no tabs, nothing that steers the terminal, at most `width` columns.
pub(super) fn shown(text: &str, width: usize) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = TAB_COLUMNS - column % TAB_COLUMNS;
                plain.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            c if c.is_control() => plain.push(char::REPLACEMENT_CHARACTER),
            c => {
                plain.push(c);
                column += c.width().unwrap_or(0);
            }
        }
    }
    cut_back(&plain, width).into_owned()
}

impl Tabular for Listing {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["flat", "flat%", "cum", "cum%"].map(Column::number);
        let place = [Column::text("function"), Column::text("file"), Column::number("line"), Column::text("source")];
        numbers.into_iter().chain(place).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let value = |exact: i64| Cell::Value { exact, shown: self.scale.label(exact) };
        let share = |value: i64| Cell::Share(if self.total == 0 { 0.0 } else { value as f64 / self.total as f64 });
        for routine in &self.routines {
            for line in &routine.lines {
                let number = if line.line == 0 { Cell::Empty } else { Cell::Number(line.line as f64) };
                let text = line.text.as_deref().map_or(Cell::Empty, Cell::text);
                let (function, file) = (Cell::text(&routine.function), Cell::text(&routine.file));
                let (flat, cum) = (value(line.flat), value(line.cum));
                each(vec![flat, share(line.flat), cum, share(line.cum), function, file, number, text])?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn lines_are_made_fit_for_a_terminal() {
        for (text, width, line) in [
            ("\treturn a\tb", 40, "    return a    b"),
            ("a\tb", 40, "a   b"),
            ("\u{1b}[31mred", 40, "\u{fffd}[31mred"),
            ("0123456789", 10, "0123456789"),
            ("0123456789", 5, "0123…"),
            ("日本語", 5, "日本…"),
            ("x", 0, "…"),
        ] {
            assert_eq!(shown(text, width), line, "{text:?}");
        }
    }
}
