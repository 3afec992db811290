//! The table of frames as text.

use std::io::{self, Write};

use super::table::{HEADING, REMARK, TableStyle, cut_front, heat};
use super::time::TimeZone;
use crate::profile::unit;
use crate::report::{Summary, Top, TopRow, ValueScale, percent};

/// What stands above the table.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TopHeader {
    /// The filters that are set, each as `name=value`.
    pub filters: Vec<String>,
    /// Whether the lines about the profile itself are left out.
    pub is_compact: bool,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
}

impl TopHeader {
    /// Makes a header from the filters that are set, each as `name=value`, and the zone of times.
    pub fn new(filters: Vec<String>, time_zone: TimeZone) -> Self {
        Self { filters, is_compact: false, time_zone }
    }
}

/// Bytes of a filter that are shown.
const SHOWN_FILTER_BYTES: usize = 80;
/// Columns in front of the names.
const COLUMNS_BEFORE_NAME: usize = 10 + 1 + 6 + 1 + 6 + 1 + 10 + 1 + 6 + 2;

/// Writes the table as pprof's `top` does, byte for byte if the style is plain.
///
/// # Errors
/// What the writer says.
pub fn top(report: &Top, header: &TopHeader, style: TableStyle, mut writer: impl Write) -> io::Result<()> {
    for line in header_lines(report, header) {
        writeln!(writer, "{}", style.paint(REMARK, &line))?;
    }
    let heading = format!("{:>10} {:>5}% {:>5}% {:>10} {:>5}%", "flat", "flat", "sum", "cum", "cum");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    let mut sum = 0_i64;
    for row in &report.rows {
        sum = sum.wrapping_add(row.flat);
        write_row(report, row, sum, style, &mut writer)?;
    }
    Ok(())
}

fn write_row(report: &Top, row: &TopRow, sum: i64, style: TableStyle, writer: &mut impl Write) -> io::Result<()> {
    let total = report.total;
    let share = |value: i64| if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() };
    let (flat_heat, cum_heat) = (heat(share(row.flat)), heat(share(row.cum)));
    let mark = if row.inline_mark().is_empty() { String::new() } else { format!(" {}", row.inline_mark()) };
    let flat = format!("{:>10} {}", report.scale.label(row.flat), percent(row.flat, total));
    let sum = percent(sum, total);
    let cum = format!("{:>10} {}", report.scale.label(row.cum), percent(row.cum, total));
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(COLUMNS_BEFORE_NAME + mark.len()).max(8));
    let name = cut_front(&row.name, room);
    let hotter = if share(row.flat) >= share(row.cum) / 10.0 { flat_heat } else { cum_heat };
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

fn header_lines(report: &Top, header: &TopHeader) -> Vec<String> {
    let mut lines = if header.is_compact {
        Vec::new()
    } else {
        summary_lines(&report.summary, &report.scale, report.total, &header.time_zone)
    };
    if !header.filters.is_empty() {
        lines.push("Active filters:".to_owned());
        lines.extend(header.filters.iter().map(|filter| format!("   {}", shortened(filter))));
    }
    let (scale, total) = (&report.scale, report.total);
    let (shown_label, total_label) = (scale.label(report.shown), scale.label(total));
    let shown_share = percent(report.shown, total);
    lines.push(format!("Showing nodes accounting for {shown_label}, {} of {total_label} total", shown_share.trim()));
    if total != 0 {
        if report.dropped > 0 {
            let nodes = if report.dropped == 1 { "node" } else { "nodes" };
            lines.push(format!("Dropped {} {nodes} (cum <= {})", report.dropped, scale.label(report.dropped_below)));
        }
        if !report.rows.is_empty() && report.rows.len() < report.candidates {
            lines.push(format!("Showing top {} nodes out of {}", report.rows.len(), report.candidates));
        }
    }
    lines
}

/// Cuts a filter that is too long for a line.
fn shortened(filter: &str) -> String {
    if filter.len() <= SHOWN_FILTER_BYTES {
        return filter.to_owned();
    }
    // pprof cuts bytes; a character that this would split goes as a whole.
    let cut = (0..=SHOWN_FILTER_BYTES).rev().find(|&index| filter.is_char_boundary(index)).unwrap_or(0);
    format!("{}…", &filter[..cut])
}

/// Says which profile a report is of (pprof's `ProfileLabels`).
fn summary_lines(summary: &Summary, scale: &ValueScale, total: i64, time_zone: &TimeZone) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(summary.file.as_ref().map(|file| format!("File: {file}")));
    lines.extend(summary.build_id.as_ref().map(|build_id| format!("Build ID: {build_id}")));
    lines.extend(summary.comments.iter().cloned());
    if !summary.sample_type.is_empty() {
        lines.push(format!("Type: {}", summary.sample_type));
    }
    lines.extend(summary.doc_url.as_ref().map(|url| format!("Doc: {url}")));
    lines.extend(summary.time_nanos.map(|nanos| format!("Time: {}", time_zone.to_second(nanos))));
    if let Some(duration) = summary.duration_nanos {
        let (total_nanos, unit) = unit::convert(total, &summary.unit, "nanoseconds");
        let ratio = if unit == "ns" && total_nanos != 0.0 {
            format!("({})", percent(total_nanos as i64, duration))
        } else {
            String::new()
        };
        let duration = unit::label(duration, "nanoseconds", "auto");
        // The line ends in a space if there is no ratio, as in pprof.
        lines.push(format!("Duration: {duration}, Total samples = {} {ratio}", scale.label(total)));
    }
    lines
}
