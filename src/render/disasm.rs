//! Machine code with what each instruction weighs, as text.

use std::io::{self, Write};

use super::listing::shown;
use super::table::{HEADING, REMARK, TableStyle, heat};
use super::tabular::{Cell, Column, Tabular};
use crate::report::{CodePlace, Disasm, DisasmInstruction, DisasmRoutine, Source, line_in, percent};

/// Whether lines of source stand above what was made of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceLines {
    /// They do not; the place stands behind an instruction where it changes, as in pprof.
    #[default]
    Leave,
    /// They do, with the line that a function belongs to.
    Interleave,
}

/// Columns in front of an instruction.
const COLUMNS_BEFORE_TEXT: usize = 10 + 1 + 10 + 1 + 10 + 2;
/// How wide an instruction is at most that has its place behind it.
const MAX_BEFORE_PLACE: usize = 40;
/// Where the place stands if it has a line of its own.
const PLACE_COLUMN: usize = 74;

/// Writes functions as machine code as pprof's `disasm` does, if the style is plain and source lines are left.
///
/// # Errors
/// What the writer says.
pub fn disasm(report: &Disasm, style: TableStyle, lines: SourceLines, mut writer: impl Write) -> io::Result<()> {
    writeln!(writer, "{}", style.paint(REMARK, &format!("Total: {}", report.scale.label(report.total))))?;
    for routine in &report.routines {
        write_heading(report, routine, style, &mut writer)?;
        if lines == SourceLines::Interleave
            && let Source::Missing { reason } = &routine.source
        {
            writeln!(writer, "{}", style.paint(REMARK, &format!(" Error: {}: {reason}", routine.file)))?;
        }
        let (mut place, mut line) = (String::new(), None);
        for instruction in &routine.instructions {
            let next = line_in(&instruction.places, &routine.file);
            if lines == SourceLines::Interleave && line != Some(next) {
                line = Some(next);
                write_source_line(report, routine, next, style, &mut writer)?;
            }
            let next = instruction.places.first().map(place_of).unwrap_or_default();
            let changed = if next == place { "" } else { next.as_str() };
            write_instruction(report, routine, instruction, changed, style, &mut writer)?;
            place = next;
        }
    }
    Ok(())
}

fn write_heading(
    report: &Disasm,
    routine: &DisasmRoutine,
    style: TableStyle,
    writer: &mut impl Write,
) -> io::Result<()> {
    let heading = format!("ROUTINE ======================== {}", routine.function);
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    for name in &routine.other_names {
        writeln!(writer, "{}", style.paint(HEADING, &format!("    AKA ======================== {name}")))?;
    }
    let (flat, cum) = (report.scale.label(routine.flat), report.scale.label(routine.cum));
    let sums = format!("{flat:>10} {cum:>10} (flat, cum) {} of Total", percent(routine.cum, report.total));
    writeln!(writer, "{}", style.paint(heat(share_of(routine.cum, report.total)), &sums))
}

/// Writes a line of the function's own source above the instructions that were made of it.
fn write_source_line(
    report: &Disasm,
    routine: &DisasmRoutine,
    number: i64,
    style: TableStyle,
    writer: &mut impl Write,
) -> io::Result<()> {
    let Some(line) = routine.lines.iter().find(|line| line.line == number) else { return Ok(()) };
    let number = if number == 0 { "?".to_owned() } else { number.to_string() };
    let text = fit(line.text.as_deref().unwrap_or_default(), style);
    let (flat, cum) = (label(report, line.flat), label(report, line.cum));
    let share = heat(share_of(line.cum, routine.cum));
    writeln!(
        writer,
        "{} {}",
        style.paint(share, &format!("{flat:>10} {cum:>10}")),
        style.paint(HEADING, &format!("{number:>10}| {text}"))
    )
}

fn write_instruction(
    report: &Disasm,
    routine: &DisasmRoutine,
    instruction: &DisasmInstruction,
    place: &str,
    style: TableStyle,
    writer: &mut impl Write,
) -> io::Result<()> {
    let (flat, cum) = (label(report, instruction.flat), label(report, instruction.cum));
    let values = style.paint(heat(share_of(instruction.cum, routine.cum)), &format!("{flat:>10} {cum:>10}"));
    let address = format!("{:>10}", instruction.address.trim_start_matches("0x"));
    let address = style.paint(REMARK, &address);
    let text = fit(&instruction.text, style);
    let is_short = instruction.text.len() < MAX_BEFORE_PLACE;
    if !place.is_empty() && !is_short {
        writeln!(writer, "{}", style.paint(REMARK, &format!("{:PLACE_COLUMN$};{place}", "")))?;
    }
    if place.is_empty() || !is_short {
        return writeln!(writer, "{values} {address}: {text}");
    }
    let place = style.paint(REMARK, &format!(";{place}"));
    writeln!(writer, "{values} {address}: {text:<MAX_BEFORE_PLACE$}{place}")
}

/// Returns a text as it fits the line behind the columns of numbers.
fn fit(text: &str, style: TableStyle) -> String {
    match style.width {
        Some(width) => shown(text, width.saturating_sub(COLUMNS_BEFORE_TEXT)),
        None if style.color => shown(text, usize::MAX),
        None => text.to_owned(),
    }
}

/// Returns a place as pprof writes it: the function, and the file without its folders.
fn place_of(place: &CodePlace) -> String {
    let file = place.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let line = if place.line == 0 || file.is_empty() { String::new() } else { format!(":{}", place.line) };
    let space = if place.function.is_empty() || file.is_empty() { "" } else { " " };
    format!("{}{space}{file}{line}", place.function)
}

fn label(report: &Disasm, value: i64) -> String {
    if value == 0 { ".".to_owned() } else { report.scale.label(value) }
}

fn share_of(value: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { (value as f64 / whole as f64).abs() }
}

impl Tabular for Disasm {
    fn columns(&self) -> Vec<Column> {
        let numbers = ["flat", "flat%", "cum", "cum%"].map(Column::number);
        let texts = ["function", "address", "instruction", "file"].map(Column::text);
        numbers.into_iter().chain(texts).chain([Column::number("line")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let value = |exact: i64| Cell::Value { exact, shown: self.scale.label(exact) };
        let share = |value: i64| Cell::Share(if self.total == 0 { 0.0 } else { value as f64 / self.total as f64 });
        for routine in &self.routines {
            for instruction in &routine.instructions {
                let DisasmInstruction { flat, cum, .. } = *instruction;
                let (file, line) = match instruction.places.first() {
                    Some(place) if place.line != 0 => (Cell::text(&place.file), Cell::Number(place.line as f64)),
                    Some(place) => (Cell::text(&place.file), Cell::Empty),
                    None => (Cell::Empty, Cell::Empty),
                };
                let (function, address) = (Cell::text(&routine.function), Cell::text(&instruction.address));
                let text = Cell::text(&instruction.text);
                each(vec![value(flat), share(flat), value(cum), share(cum), function, address, text, file, line])?;
            }
        }
        Ok(())
    }
}
