//! From the state to the screen; one file a view. Only rows that are seen are made.

mod butterfly;
mod chips;
mod chrome;
mod flame;
mod help;
mod info;
mod instructions;
mod labels;
mod source;
mod timeline;
mod top;
mod tree;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

pub(super) use chips::{Shown, chip_at, chips};
pub(super) use chrome::tab_at;
pub(super) use help::lines as help_lines;
pub(super) use timeline::{column_at as timeline_column_at, columns as timeline_columns};

use super::delta::Delta;
use super::request::Topic;
use super::state::{State, View};
use super::theme::Depth;

/// Below this, in columns and rows, there is a line of words and nothing else.
const LEAST: (u16, u16) = (20, 4);
/// Below this there are no tabs, no filters and no headings.
const COMPACT: (u16, u16) = (40, 10);

/// From so many columns on, a line about a change tells both values.
const WIDE_CHANGE: u16 = 72;

/// Returns whether only the list and a line about it have place.
fn is_compact(state: &State) -> bool {
    state.size.0 < COMPACT.0 || state.size.1 < COMPACT.1
}

/// Returns where the rows of the view are, without headings.
pub(super) fn list_area(state: &State) -> Rect {
    let (width, height) = state.size;
    if is_compact(state) {
        return Rect::new(0, 0, width, height.saturating_sub(1));
    }
    let above = 2 + u16::from(chips::has_chips(state)) + u16::from(matches!(state.view, View::Top | View::Tree));
    Rect::new(0, above, width, height.saturating_sub(above + 2))
}

/// Returns how many rows of the view are seen at once.
pub(super) fn list_height(state: &State) -> usize {
    let height = list_area(state).height;
    let above = if state.view == View::Timeline { timeline::rows_above(height) } else { 0 };
    usize::from(height.saturating_sub(above))
}

/// Draws all there is.
pub(super) fn view(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        buffer.set_stringn(0, 0, "rpprof: too small", usize::from(area.width), Style::new());
        return;
    }
    let list = list_area(state).intersection(area);
    if !is_compact(state) {
        chrome::above(state, buffer);
    }
    if let Some(before) = state.seen_before() {
        // What is computed takes the place of what was seen, not of nothing.
        draw_list(&before, buffer, list);
        buffer.set_style(list, state.theme.faint());
    } else if state.table.is_none() {
        put(buffer, list, 0, state.why_not(Topic::Table), state.theme.faint());
    } else {
        draw_list(state, buffer, list);
    }
    chrome::below(state, buffer);
    if state.help.is_some() {
        help::draw(state, buffer);
    }
}

/// Draws the rows of the view.
fn draw_list(state: &State, buffer: &mut Buffer, list: Rect) {
    match state.view {
        View::Top => top::draw(state, buffer, list),
        View::Flame => flame::draw(state, buffer, list),
        View::Tree => tree::draw(state, buffer, list),
        View::Butterfly => butterfly::draw(state, buffer, list),
        View::Source => source::draw(state, buffer, list),
        View::Labels => labels::draw(state, buffer, list),
        View::Info => info::draw(state, buffer, list),
        View::Timeline => timeline::draw(state, buffer, list),
        View::Disassembly => instructions::draw(state, buffer, list),
    }
}

/// Writes a line of an area, as far as there is place; tabs become spaces, as terminals make nothing else of them.
fn put(buffer: &mut Buffer, area: Rect, row: u16, line: &str, style: Style) {
    if row < area.height {
        let line = line.replace('\t', "    ");
        buffer.set_stringn(area.x, area.y + row, line, usize::from(area.width), style);
    }
}

/// Adds a style to columns of a line.
fn paint(buffer: &mut Buffer, area: Rect, row: u16, column: usize, width: usize, style: Style) {
    let (column, width) = (column.min(usize::from(area.width)), width.min(usize::from(area.width)));
    if row < area.height {
        // Both are within the width.
        let part = Rect::new(area.x + column as u16, area.y + row, width as u16, 1);
        buffer.set_style(part.intersection(area), style);
    }
}

/// Writes a line about how something changed: by how much, and both values if there is place.
fn put_change(state: &State, buffer: &mut Buffer, area: Rect, row: u16, delta: &Delta, name: &str, style: Style) {
    let before = if area.width >= WIDE_CHANGE {
        format!("{:>9} {:>9} ", state.label(delta.old), state.label(delta.new))
    } else {
        String::new()
    };
    let changed = format!("{:>9} {:>7}", state.signed(delta.difference()), delta.percent());
    put(buffer, area, row, &format!("{before}{changed} {name}"), style);
    paint(buffer, area, row, before.width(), changed.width(), state.theme.changed_text(delta));
}

/// Adds a style to a whole line of an area.
fn mark_line(buffer: &mut Buffer, area: Rect, row: u16, style: Style) {
    if row < area.height {
        buffer.set_style(Rect::new(area.x, area.y + row, area.width, 1), style);
    }
}

/// Writes a bar of `share` of `width` columns, in eighths if the terminal has them.
fn bar(state: &State, share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    if state.theme.is_ascii {
        return "#".repeat((eighths + 4) / 8);
    }
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    format!("{}{}", "█".repeat(eighths / 8), parts[eighths % 8])
}

/// Returns the style of a row: of what is at the cursor, and of what matches.
fn row_style(state: &State, is_match: bool) -> Style {
    let style = Style::new();
    match (is_match, state.theme.depth) {
        (true, Depth::Mono) => style.add_modifier(Modifier::UNDERLINED),
        (true, _) => style.patch(state.theme.matched()),
        (false, _) => style,
    }
}

/// Writes a share of the total without spaces before it.
fn percent(state: &State, value: i64) -> String {
    rpprof::report::percent(value, state.total()).trim().to_owned()
}
