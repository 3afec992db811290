//! What samples weigh over time: all of them as columns, functions as rows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::request::Topic;
use super::super::state::{State, View};
use super::super::timeline::Timeline;
use super::super::timeline_cursor::{TimeForm, chosen, parts_of};
use super::shortened::filled;
use super::{heat, list_area, mark_line, paint, put};

/// Columns of names on the left, as far as there is place.
const NAMES: u16 = 30;
/// Rows of the columns of all samples at most.
const CHART: u16 = 8;
/// Heights of a cell, in eighths.
const HEIGHTS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII_HEIGHTS: [&str; 9] = [" ", ".", ".", ":", "-", "=", "+", "*", "#"];

/// Returns how many columns names have.
fn names_width(area: Rect) -> u16 {
    (area.width / 3).min(NAMES)
}

/// Returns how many columns the time has.
pub(in super::super) fn columns(state: &State) -> usize {
    let area = list_area(state);
    usize::from(area.width - names_width(area)).min(super::super::timeline::PARTS)
}

/// Returns how many rows are above those of functions.
pub(in super::super) fn rows_above(height: u16) -> u16 {
    (height / 3).clamp(1, CHART) + 1
}

/// Returns the place of the time at a place of the screen: a part, or a cell of the heat map.
pub(in super::super) fn time_at(state: &State, column: u16, row: u16) -> Option<usize> {
    if state.timeline_cursor.form == TimeForm::Heat {
        let heat = state.timeline.as_ref()?.heat.as_ref()?;
        return heat::cell_at(state, heat, column, row);
    }
    let area = list_area(state);
    let column = usize::from(column.checked_sub(area.x + names_width(area))?);
    (column < columns(state)).then(|| parts_of(column, columns(state)).start)
}

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(timeline) = &state.timeline else { return draw_reason(state, buffer, area) };
    let names = names_width(area);
    let columns = columns(state);
    let above = rows_above(area.height);
    let right = Rect::new(area.x + names, area.y, area.width - names, area.height);
    let totals = sums(&timeline.total, columns);
    let highest = totals.iter().copied().max().unwrap_or(0).max(1);
    let chart = above - 1;
    put(
        buffer,
        Rect { width: names, ..area },
        0,
        &format!("highest: {}", state.label(to_signed(highest))),
        state.theme.faint(),
    );
    for line in 0..chart {
        let cells: String = totals.iter().map(|&sum| cell(state, sum, highest, chart, chart - 1 - line)).collect();
        put(buffer, right, line, &cells, state.theme.bar());
    }
    put(buffer, area, chart, &axis_with(state, timeline, &[], usize::from(area.width)), state.theme.faint());
    let place = state.place_in(View::Timeline);
    for line in above..area.height {
        let index = place.first + usize::from(line - above);
        let Some(row) = timeline.rows.get(index) else { break };
        let name = timeline.names.name(row.frame);
        put(
            buffer,
            Rect { width: names.saturating_sub(1), ..area },
            line,
            &filled(name, usize::from(names.saturating_sub(2))),
            Style::new(),
        );
        let sums = sums(&row.parts, columns);
        // A row is high by what the whole column weighs there at most, so that rows can be compared.
        let cells: String = sums.iter().map(|&sum| cell(state, sum, highest, 1, 0)).collect();
        put(buffer, right, line, &cells, state.theme.bar());
        if index == place.row {
            mark_line(buffer, Rect { width: names.saturating_sub(1), ..area }, line, state.theme.selected());
        }
    }
    let chosen = chosen(state);
    for line in (0..area.height).filter(|&line| line != chart) {
        paint(buffer, right, line, chosen.start, chosen.len(), state.theme.selected());
    }
}

/// Says why there is no timeline.
pub(super) fn draw_reason(state: &State, buffer: &mut Buffer, area: Rect) {
    let reason = state.why_not(Topic::Timeline);
    put(buffer, area, 0, reason, state.theme.faint());
    if reason.starts_with("no sample") {
        let lines = [
            "",
            "There is a timeline where a number of a label tells it: one with a unit of time that is",
            "called timestamp, end_timestamp_ns, time or the like, or any time since 1970.",
        ];
        for (row, line) in (1..).zip(lines) {
            put(buffer, area, row, line, state.theme.faint());
        }
    }
}

/// Adds up what each column shows.
fn sums(parts: &[i64], columns: usize) -> Vec<u64> {
    let sum = |column: usize| {
        let sum = parts[parts_of(column, columns)].iter().fold(0_i64, |sum, &value| sum.saturating_add(value));
        sum.unsigned_abs()
    };
    (0..columns).map(sum).collect()
}

fn to_signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Writes the cell of a bar at a row of those of a chart, counted from below.
fn cell(state: &State, value: u64, highest: u64, rows: u16, row: u16) -> &'static str {
    let eighths = value as f64 / highest as f64 * f64::from(rows) * 8.0;
    // What weighs something is seen.
    let eighths = if value > 0 { eighths.max(1.0) } else { 0.0 };
    let here = (eighths - f64::from(row) * 8.0).clamp(0.0, 8.0).round() as usize;
    if state.theme.is_ascii { ASCII_HEIGHTS[here] } else { HEIGHTS[here] }
}

/// Writes where the time begins and ends that is seen, and the first that has place of what else there is to say.
pub(super) fn axis_with(state: &State, timeline: &Timeline, more: &[&str], width: usize) -> String {
    let end = timeline.since(i128::from(timeline.last) + 1);
    let mut begin = format!("{}: {}", timeline.key.key, timeline.beginning());
    if timeline.first != timeline.whole.0 {
        begin = format!("{begin} {}", timeline.since(i128::from(timeline.first)));
    }
    if timeline.untimed != 0 {
        begin = format!("{begin}, {} without", state.label(timeline.untimed));
    }
    let room = width.saturating_sub(end.width() + 1);
    if let Some(more) = more.iter().find(|more| begin.width() + more.width() + 3 <= room) {
        begin = format!("{begin}, {more}");
    }
    let begin: String = begin.chars().take(room).collect();
    format!("{begin:<room$} {end}")
}
