//! From the state to the screen; one file a view. Only rows that are seen are made.

mod about;
mod butterfly;
mod chips;
mod chrome;
mod flame;
mod heat;
mod help;
mod info;
mod instructions;
mod label_detail;
mod labels;
mod sandwich;
mod shortened;
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
pub(super) use chrome::{command_at, tab_at};
pub(super) use heat::grid as heat_grid;
pub(super) use help::lines as help_lines;
pub(super) use timeline::{columns as timeline_columns, time_at};
pub(super) use top::order_at;

use self::shortened::filled;
use super::delta::Delta;
use super::request::Topic;
use super::sandwich::CallsForm;
use super::shares;
use super::state::{State, View};
use super::theme::Depth;
use super::timeline_cursor::TimeForm;

/// Below this, in columns and rows, there is a line of words and nothing else.
const LEAST: (u16, u16) = (20, 4);
/// Below this there are no tabs, no filters and no headings.
const COMPACT: (u16, u16) = (40, 10);

/// How many of twenty parts of the columns a list has beside a detail.
const LIST_PART: u16 = 12;
/// The same of the list of labels, which are short.
const LABELS_PART: u16 = 10;

/// From so many columns on, a line about a change tells both values.
const WIDE_CHANGE: u16 = 72;

/// Returns whether only the list and a line about it have place.
fn is_compact(state: &State) -> bool {
    state.size.0 < COMPACT.0 || state.size.1 < COMPACT.1
}

/// Returns where the rows of the view with the cursor are, without headings.
pub(super) fn list_area(state: &State) -> Rect {
    area_of(state, state.view)
}

/// Returns where the rows of a view are, without headings.
pub(super) fn area_of(state: &State, view: View) -> Rect {
    let (width, height) = state.size;
    if is_compact(state) {
        return Rect::new(0, 0, width, height.saturating_sub(1));
    }
    let has_panes = state.detail_beside().is_some();
    let has_heading = has_panes || matches!(view, View::Top | View::Tree | View::Source | View::Disassembly);
    let above = 2 + u16::from(chips::has_chips(state)) + u16::from(has_heading);
    let below = if state.hides_hints { 1 } else { 2 };
    let height = height.saturating_sub(above + below);
    let part = if state.list_view() == View::Labels { LABELS_PART } else { LIST_PART };
    let left = width / 20 * part;
    match (has_panes, view == state.list_view()) {
        (false, _) => Rect::new(0, above, width, height),
        (true, true) => Rect::new(0, above, left, height),
        (true, false) => Rect::new(left + 1, above, width - left - 1, height),
    }
}

/// Returns how many rows of the view with the cursor are seen at once.
pub(super) fn list_height(state: &State) -> usize {
    height_of(state, state.view)
}

/// Returns how many rows of a view are seen at once.
pub(super) fn height_of(state: &State, view: View) -> usize {
    let height = area_of(state, view).height;
    let above = if view == View::Timeline { timeline::rows_above(height) } else { 0 };
    usize::from(height.saturating_sub(above))
}

/// Returns the view whose pane a place of the screen is in, headings included, if there are two.
pub(super) fn pane_at(state: &State, column: u16, row: u16) -> Option<View> {
    let detail = state.detail_beside()?;
    let is_in = |view: &View| {
        let area = area_of(state, *view);
        (area.x..area.x + area.width).contains(&column)
            && (area.y.saturating_sub(1)..area.y + area.height).contains(&row)
    };
    [state.list_view(), detail].into_iter().find(is_in)
}

/// Draws all there is.
pub(super) fn view(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        buffer.set_stringn(0, 0, "rpprof: too small", usize::from(area.width), Style::new());
        return;
    }
    if !is_compact(state) {
        chrome::above(state, buffer);
    }
    if let Some(before) = state.seen_before() {
        // What is computed takes the place of what was seen, not of nothing.
        draw_panes(&before, buffer);
        for view in before.seen_views() {
            buffer.set_style(area_of(&before, view).intersection(area), state.theme.faint());
        }
    } else if state.lacks_table() {
        put(buffer, list_area(state).intersection(area), 0, state.why_not(Topic::Table), state.theme.faint());
    } else {
        draw_panes(state, buffer);
    }
    chrome::below(state, buffer);
    if state.help.is_some() {
        help::draw(state, buffer);
    }
}

/// Draws the list, and the detail beside it if there is place.
fn draw_panes(state: &State, buffer: &mut Buffer) {
    let list = area_of(state, state.list_view()).intersection(buffer.area);
    let Some(detail) = state.detail_beside() else {
        return draw_rows(state, state.view, buffer, list_area(state).intersection(buffer.area));
    };
    let heading = |area: Rect| Rect::new(area.x, area.y - 1, area.width, 1); // Both have one above.
    draw_rows(state, state.list_view(), buffer, list);
    if state.list_view() == View::Butterfly {
        put(buffer, heading(list), 0, "callers, and callees", state.theme.strong());
    }
    let area = area_of(state, detail).intersection(buffer.area);
    let line = if state.theme.is_ascii { "|" } else { "│" };
    for row in 0..area.height + 1 {
        buffer.set_stringn(list.width, list.y - 1 + row, line, 1, state.theme.faint());
    }
    let style = if detail == state.view { state.theme.strong() } else { state.theme.faint() };
    match detail {
        View::LabelTop => put(buffer, heading(area), 0, &label_detail::heading(state, area.width), style),
        detail => put_named(buffer, heading(area), 0, &format!("{} of ", detail.name()), &state.selected, style),
    }
    draw_rows(state, detail, buffer, area);
}

/// Draws the rows of a view.
fn draw_rows(state: &State, view: View, buffer: &mut Buffer, area: Rect) {
    match view {
        View::Top => top::draw(state, buffer, area),
        View::Flame => flame::draw(state, buffer, area),
        View::Tree => tree::draw(state, buffer, area),
        View::Butterfly if state.sandwich.form == CallsForm::Icicles => sandwich::draw(state, buffer, area),
        View::Butterfly => butterfly::draw(state, buffer, area),
        View::Source => source::draw(state, buffer, area),
        View::Labels => labels::draw(state, buffer, area),
        View::Info => info::draw(state, buffer, area),
        View::LabelTop => label_detail::draw(state, buffer, area),
        View::Timeline if state.timeline_cursor.form == TimeForm::Heat => heat::draw(state, buffer, area),
        View::Timeline => timeline::draw(state, buffer, area),
        View::Disassembly => instructions::draw(state, buffer, area),
    }
}

/// Says why there are no callers and callees of a function.
fn nothing_of(name: &str) -> &'static str {
    if name.is_empty() { "select a function first, in <view-top>" } else { "the filters leave nothing of it" }
}

/// Writes a line of an area, as far as there is place; tabs become spaces, as terminals make nothing else of them.
fn put(buffer: &mut Buffer, area: Rect, row: u16, line: &str, style: Style) {
    if row < area.height {
        let line = line.replace('\t', "    ");
        buffer.set_stringn(area.x, area.y + row, line, usize::from(area.width), style);
    }
}

/// Writes a line that ends with a name, which gets as short as there is place.
fn put_named(buffer: &mut Buffer, area: Rect, row: u16, before: &str, name: &str, style: Style) {
    let room = usize::from(area.width).saturating_sub(before.width());
    if name.width() <= room {
        return put(buffer, area, row, &format!("{before}{name}"), style);
    }
    put(buffer, area, row, &format!("{before}{}", filled(name, room)), style);
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

/// Writes what the columns before lines of code are; beside a list stands there whose lines they are.
fn put_code_heading(state: &State, buffer: &mut Buffer, area: Rect, behind: &str) {
    if is_compact(state) || state.detail_beside().is_some() {
        return;
    }
    let columns = match (state.scope.is_diff(), area.width > WIDE_CHANGE) {
        (false, _) => format!("{:>9} {:>9}", "flat", "cum"),
        (true, true) => format!("{:>9} {:>9} {:>9} {:>7}", "old cum", "new cum", "delta", ""),
        (true, false) => format!("{:>9} {:>7}", "delta", ""),
    };
    let above = Rect::new(area.x, area.y - 1, area.width, 1); // It has a heading.
    put(buffer, above, 0, &format!(" {columns} {behind}"), state.theme.strong());
}

/// Writes of which function there is no code; beside a list that stands there anyway.
fn put_codeless_heading(state: &State, buffer: &mut Buffer, area: Rect) {
    if !is_compact(state) && state.detail_beside().is_none() {
        let above = Rect::new(area.x, area.y - 1, area.width, 1); // It has a heading.
        put_named(buffer, above, 0, "", &state.selected, state.theme.strong());
    }
}

/// Writes a line about how something changed: by how much, and both values if there is place.
fn put_change(state: &State, buffer: &mut Buffer, area: Rect, row: u16, delta: &Delta, text: &str, style: Style) {
    let before = change_text(state, area, delta);
    put(buffer, area, row, &format!("{before} {text}"), style);
    paint_change(state, buffer, area, row, delta, &before);
}

/// Writes a line about how a frame changed; its name stands behind `mark`, and gets as short as there is place.
fn put_named_change(
    state: &State,
    buffer: &mut Buffer,
    area: Rect,
    row: u16,
    delta: &Delta,
    (mark, name): (&str, &str),
    style: Style,
) {
    let before = change_text(state, area, delta);
    put_named(buffer, area, row, &format!("{before} {mark}"), name, style);
    paint_change(state, buffer, area, row, delta, &before);
}

fn change_text(state: &State, area: Rect, delta: &Delta) -> String {
    let before = if area.width >= WIDE_CHANGE {
        format!("{:>9} {:>9} ", state.label(delta.old), state.label(delta.new))
    } else {
        String::new()
    };
    format!("{before}{:>9} {:>7}", state.signed(delta.difference()), delta.narrow_percent())
}

/// Adds the style of a change to the last two columns of what stands before a text.
fn paint_change(state: &State, buffer: &mut Buffer, area: Rect, row: u16, delta: &Delta, before: &str) {
    let start = if area.width >= WIDE_CHANGE { 20 } else { 0 };
    paint(buffer, area, row, start, before.width().saturating_sub(start), state.theme.changed_text(delta));
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
    shares::written(value, state.total())
}
