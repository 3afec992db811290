//! What stands above a report as text.

use super::time::TimeZone;
use crate::profile::unit;
use crate::report::{Coverage, Summary, ValueScale, percent};

/// What stands above a report.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReportHeader {
    /// The filters that are set, each as `name=value`.
    pub filters: Vec<String>,
    /// Whether the lines about the profile itself are left out.
    pub is_compact: bool,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
}

impl ReportHeader {
    /// Makes a header from the filters that are set, each as `name=value`, and the zone of times.
    pub fn new(filters: Vec<String>, time_zone: TimeZone) -> Self {
        Self { filters, is_compact: false, time_zone }
    }

    /// Returns the same header with the lines about the profile.
    pub(super) fn full(&self) -> Self {
        Self { is_compact: false, ..self.clone() }
    }
}

/// Bytes of a filter that are shown.
const SHOWN_FILTER_BYTES: usize = 80;

/// Says which profile a report is of, and how much of it `shown_rows` rows show (pprof's `reportLabels`).
pub(super) fn header_lines(
    summary: &Summary,
    scale: &ValueScale,
    coverage: &Coverage,
    shown_rows: usize,
    header: &ReportHeader,
) -> Vec<String> {
    let total = coverage.total;
    let mut lines =
        if header.is_compact { Vec::new() } else { summary_lines(summary, scale, total, &header.time_zone) };
    lines.extend(filter_lines(&header.filters));
    let (shown_label, total_label) = (scale.label(coverage.shown), scale.label(total));
    let shown_share = percent(coverage.shown_weight, coverage.total_weight);
    lines.push(format!("Showing nodes accounting for {shown_label}, {} of {total_label} total", shown_share.trim()));
    if total != 0 {
        let dropped = |count: usize, what: &str, measure: &str, below: i64| {
            let plural = if count == 1 { "" } else { "s" };
            // The cutoff of means is one of the sums behind them, which are not shown.
            let is_mean = coverage.total != coverage.total_weight;
            let below = if is_mean { percent(below, coverage.total_weight) } else { scale.label(below) };
            (count > 0).then(|| format!("Dropped {count} {what}{plural} ({measure} <= {})", below.trim()))
        };
        lines.extend(dropped(coverage.dropped, "node", "cum", coverage.dropped_below));
        lines.extend(dropped(coverage.dropped_calls, "edge", "freq", coverage.calls_dropped_below));
        if shown_rows > 0 && shown_rows < coverage.candidates {
            lines.push(format!("Showing top {shown_rows} nodes out of {}", coverage.candidates));
        }
    }
    lines
}

/// Names the filters that are set.
pub(super) fn filter_lines(filters: &[String]) -> impl Iterator<Item = String> + '_ {
    let heading = (!filters.is_empty()).then(|| "Active filters:".to_owned());
    heading.into_iter().chain(filters.iter().map(|filter| format!("   {}", shortened(filter))))
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
///
/// These are file, build id, comments, type, documentation, time and duration, as far as they are known.
pub fn summary_lines(summary: &Summary, scale: &ValueScale, total: i64, time_zone: &TimeZone) -> Vec<String> {
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
