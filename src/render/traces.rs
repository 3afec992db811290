//! Samples one after another, as text.

use std::io::{self, Write};

use super::header::{ReportHeader, filter_lines, summary_lines};
use super::tabular::{Cell, Column, Tabular};
use crate::profile::LocationId;
use crate::report::{Trace, TraceLabel, Traces};

/// What stands between two samples.
const SEPARATOR: &[u8] = b"-----------+-------------------------------------------------------\n";
/// What the name of a frame stands behind, unless the value does.
const INDENT: &str = "             ";

/// Writes the samples as pprof's `traces` does, byte for byte if the header names no filters.
///
/// Cost: memory for the frames of each location, not for samples.
///
/// # Errors
/// What the writer says.
pub fn traces(report: &Traces<'_>, header: &ReportHeader, mut writer: impl Write) -> io::Result<()> {
    let mut lines = summary_lines(report.summary(), report.scale(), report.total(), &header.time_zone);
    lines.extend(filter_lines(&header.filters));
    writeln!(writer, "{}", lines.join("\n"))?;
    let blocks = Blocks::new(report);
    let mut text = Vec::new();
    for trace in report.iter() {
        text.clear();
        text.extend_from_slice(SEPARATOR);
        write_labels(trace.text_labels(), &mut text)?;
        write_labels(trace.number_labels(), &mut text)?;
        write_frames(report, &trace, &blocks, &mut text)?;
        writer.write_all(&text)?;
    }
    writer.write_all(SEPARATOR)
}

fn write_labels(labels: Vec<TraceLabel<'_>>, text: &mut Vec<u8>) -> io::Result<()> {
    let line = |label: TraceLabel<'_>| format!("{:>10}:  {}\n", label.key, label.values.join(" "));
    let mut lines: Vec<String> = labels.into_iter().map(line).collect();
    // Sorted as they are shown, with the blanks before short keys, as in pprof.
    lines.sort_unstable();
    lines.iter().try_for_each(|line| text.write_all(line.as_bytes()))
}

fn write_frames(report: &Traces<'_>, trace: &Trace<'_>, blocks: &Blocks, text: &mut Vec<u8>) -> io::Result<()> {
    write!(text, "{:>10}   ", report.scale().label(trace.value))?;
    let mut is_first = true;
    for &location in trace.locations() {
        let block = blocks.of(location);
        // The value stands where the first name would be indented.
        let skipped = if is_first && !block.is_empty() { INDENT.len() } else { 0 };
        is_first &= block.is_empty();
        text.extend_from_slice(&block[skipped..]);
    }
    Ok(())
}

/// The lines of each location as they are written, end to end.
struct Blocks {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Blocks {
    fn new(report: &Traces<'_>) -> Self {
        let mut blocks = Self { text: Vec::new(), ends: Vec::new() };
        for location in (0..report.location_count()).map(LocationId::from_index) {
            for (name, is_inlined) in report.frames_at(location) {
                let mark = if is_inlined { " (inline)" } else { "" };
                for part in [INDENT, name, mark, "\n"] {
                    blocks.text.extend_from_slice(part.as_bytes());
                }
            }
            blocks.ends.push(blocks.text.len());
        }
        blocks
    }

    fn of(&self, location: LocationId) -> &[u8] {
        let index = location.index();
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }
}

impl Tabular for Traces<'_> {
    fn columns(&self) -> Vec<Column> {
        vec![Column::number("value"), Column::text("labels"), Column::text("frames")]
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        for trace in self.iter() {
            let labels: Vec<String> = (trace.text_labels().iter().chain(&trace.number_labels()))
                .flat_map(|label| label.values.iter().map(|value| format!("{}={value}", label.key)))
                .collect();
            let frames: Vec<&str> = trace.frames().map(|(name, _)| name).collect();
            let value = Cell::Value { exact: trace.value, shown: self.scale().label(trace.value) };
            each(vec![value, Cell::text(labels.join(" ")), Cell::text(frames.join(";"))])?;
        }
        Ok(())
    }
}
