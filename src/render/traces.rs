//! Samples one after another, as text.

use std::io::{self, Write};
use std::ops::Range;

use super::header::{ReportHeader, filter_lines, summary_lines};
use super::names::fit_name;
use super::table::{REMARK, TableStyle};
use super::tabular::{Cell, Column, Tabular};
use crate::profile::{LocationId, Ragged};
use crate::report::{LabelKind, Trace, Traces};

/// What stands between two samples.
const SEPARATOR: &str = "-----------+-------------------------------------------------------";
/// What the name of a frame stands behind, unless the value does.
const INDENT: &str = "             ";

/// Columns of a value or key.
const VALUE_WIDTH: usize = 10;
/// Bytes that are written at once.
const WRITTEN_BYTES: usize = 64 << 10;
/// Bytes of lines that are kept; long names at many locations are written anew each time.
const MAX_BLOCK_BYTES: usize = 64 << 20;
/// Labels of a sample up to which it is quick to see that their keys differ.
const FEW_KEYS: usize = 16;

/// Writes the samples as pprof's `traces` does, byte for byte if the style is plain and the header
/// names no filters. Where there is a width, names are cut.
///
/// Cost: memory for the lines of each location, up to 64 MiB; none for samples.
///
/// # Errors
/// What the writer says.
pub fn traces(report: &Traces<'_>, header: &ReportHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    let mut lines = summary_lines(report.summary(), report.scale(), report.total(), &header.time_zone);
    lines.extend(filter_lines(&header.filters));
    for line in lines {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let separator = style.paint(REMARK, SEPARATOR) + "\n";
    let blocks = Blocks::new(report, style);
    let mut text = Vec::with_capacity(2 * WRITTEN_BYTES);
    let mut lines = LabelLines::default();
    for trace in report.iter() {
        text.extend_from_slice(separator.as_bytes());
        for kind in [LabelKind::Text, LabelKind::Number] {
            lines.write(&trace, kind, &mut text);
        }
        write_frames(report, &trace, &blocks, &mut text)?;
        if text.len() >= WRITTEN_BYTES {
            writer.write_all(&text)?;
            text.clear();
        }
    }
    text.extend_from_slice(separator.as_bytes());
    writer.write_all(&text)
}

/// The lines of the labels of one sample; its memory is used again for the next one.
#[derive(Default)]
struct LabelLines {
    text: Vec<u8>,
    /// Where in `text` each line stands.
    lines: Vec<Range<usize>>,
}

impl LabelLines {
    /// Writes the labels of one kind, a line for each key, sorted as they are shown: blanks before short keys come
    /// first, as in pprof.
    fn write(&mut self, trace: &Trace<'_>, kind: LabelKind, target: &mut Vec<u8>) {
        self.text.clear();
        self.lines.clear();
        let labels = trace.labels(kind);
        let mut keys: [&str; FEW_KEYS] = [""; FEW_KEYS];
        for (index, (key, value)) in labels.enumerate() {
            if index == FEW_KEYS || keys[..index].contains(&key) {
                return self.write_grouped(trace, kind, target);
            }
            keys[index] = key;
            self.begin(key);
            self.text.extend_from_slice(value.as_bytes());
            self.end();
        }
        self.flush(target);
    }

    /// Does the same for keys that may stand several times.
    fn write_grouped(&mut self, trace: &Trace<'_>, kind: LabelKind, target: &mut Vec<u8>) {
        self.text.clear();
        self.lines.clear();
        let labels = if kind == LabelKind::Text { trace.text_labels() } else { trace.number_labels() };
        for label in labels {
            self.begin(label.key);
            self.text.extend_from_slice(label.values.join(" ").as_bytes());
            self.end();
        }
        self.flush(target);
    }

    fn begin(&mut self, key: &str) {
        let start = self.text.len();
        self.lines.push(start..start);
        let blanks = VALUE_WIDTH.saturating_sub(key.chars().count());
        self.text.extend_from_slice(&INDENT.as_bytes()[..blanks]);
        self.text.extend_from_slice(key.as_bytes());
        self.text.extend_from_slice(b":  ");
    }

    fn end(&mut self) {
        self.text.push(b'\n');
        if let Some(line) = self.lines.last_mut() {
            line.end = self.text.len();
        }
    }

    fn flush(&mut self, target: &mut Vec<u8>) {
        let text = &self.text;
        self.lines.sort_unstable_by(|one, other| text[one.clone()].cmp(&text[other.clone()]));
        self.lines.iter().for_each(|line| target.extend_from_slice(&text[line.clone()]));
    }
}

fn write_frames(report: &Traces<'_>, trace: &Trace<'_>, blocks: &Blocks, text: &mut Vec<u8>) -> io::Result<()> {
    write!(text, "{:>VALUE_WIDTH$}   ", report.scale().label(trace.value))?;
    let mut is_first = true;
    for &location in trace.locations() {
        let start = text.len();
        match blocks.of(location) {
            Some(block) => text.extend_from_slice(block),
            None => write_block(report, location, blocks.style, text),
        }
        if is_first && text.len() > start {
            // The value stands where the first name would be indented.
            text.drain(start..start + INDENT.len());
            is_first = false;
        }
    }
    Ok(())
}

/// Writes the frames of a location, a line each.
fn write_block(report: &Traces<'_>, location: LocationId, style: TableStyle, text: &mut Vec<u8>) {
    for (name, is_inlined) in report.frames_at(location) {
        let mark = if is_inlined { " (inline)" } else { "" };
        let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT.len() + mark.len()).max(8));
        let name = fit_name(name, room);
        for part in [INDENT, &name, mark, "\n"] {
            text.extend_from_slice(part.as_bytes());
        }
    }
}

/// The lines of each location as they are written, as far as they fit.
struct Blocks {
    lines: Ragged<u8>,
    style: TableStyle,
}

impl Blocks {
    fn new(report: &Traces<'_>, style: TableStyle) -> Self {
        let mut blocks = Ragged::new();
        let mut block = Vec::new();
        for location in (0..report.location_count()).map(LocationId::from_index) {
            block.clear();
            write_block(report, location, style, &mut block);
            if blocks.item_count() + block.len() > MAX_BLOCK_BYTES {
                break;
            }
            blocks.push(block.iter().copied());
        }
        Self { lines: blocks, style }
    }

    fn of(&self, location: LocationId) -> Option<&[u8]> {
        (location.index() < self.lines.len()).then(|| self.lines.get(location.index()))
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
