//! The table of functions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::state::{Order, State, View};
use super::{area_of, bar, is_compact, mark_line, paint, percent, put, put_named, row_style};

/// From so many columns on there are bars.
const WIDE: u16 = 72;
/// Columns of a value, its share, and the spaces behind them.
const VALUE: usize = 18;
/// Columns of a bar.
const BAR: usize = 12;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(table) = &state.table else { return };
    if table.compared.is_some() {
        return draw_changes(state, buffer, area);
    }
    let is_wide = area.width >= WIDE;
    if !is_compact(state) {
        let mark = |order: Order| mark(state, order);
        let (flat, cum) = (format!("flat{}", mark(Order::Flat)), format!("cum{}", mark(Order::Cum)));
        let name = format!("function{}", mark(Order::Name));
        let line = if is_wide {
            format!("{flat:>9} {:>7} {:<BAR$} {cum:>9} {:>7} {name}", "flat%", "", "cum%")
        } else {
            format!("{flat:>9} {:>7} {cum:>9} {name}", "flat%")
        };
        let above = Rect::new(area.x, area.y - 1, area.width, 1);
        put(buffer, above, 0, &line, state.theme.strong());
    }
    let place = state.place_in(View::Top);
    let heaviest = table.rows.get(table.by_flat.first().map_or(0, |&row| row as usize)).map_or(0, |row| row.flat);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(row) = state.table_row(index) else { break };
        let name = &table.names[row.frame as usize].name;
        let (flat, cum) = (state.label(row.flat), state.label(row.cum));
        let (flat_share, cum_share) = (percent(state, row.flat_sum), percent(state, row.cum_sum));
        let text = if is_wide {
            format!("{flat:>9} {flat_share:>7} {:<BAR$} {cum:>9} {cum_share:>7} ", "")
        } else if is_compact(state) {
            format!("{flat:>8} {flat_share:>6} ")
        } else {
            format!("{flat:>9} {flat_share:>7} {cum:>9} ")
        };
        put_named(buffer, area, line, &text, name, row_style(state, state.is_match(row.frame)));
        if is_wide && heaviest != 0 {
            let share = row.flat.unsigned_abs() as f64 / heaviest.unsigned_abs() as f64;
            let drawn = bar(state, share, BAR);
            buffer.set_stringn(area.x + 18, area.y + line, drawn, BAR, state.theme.bar());
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Top));
        }
    }
}

/// Returns the column of the table that a heading at a column of the screen is of.
pub(in super::super) fn order_at(state: &State, column: u16) -> Option<Order> {
    let area = area_of(state, View::Top);
    let column = usize::from(column.checked_sub(area.x).filter(|column| *column < area.width)?);
    let is_wide = area.width >= WIDE;
    let is_diff = state.table.as_ref()?.compared.is_some();
    let (cum, name) = match (is_diff, is_wide) {
        (false, true) => (VALUE + BAR + 1, VALUE + BAR + 1 + VALUE),
        (false, false) => (VALUE, VALUE + 10),
        // These columns are of what it is sorted by.
        (true, true) => (47, 47),
        (true, false) => (VALUE, VALUE),
    };
    Some(match column {
        column if column >= name => Order::Name,
        column if column >= cum => Order::Cum,
        _ if is_diff && state.order == Order::Cum => Order::Cum,
        _ => Order::Flat,
    })
}

/// Returns what stands behind the name of the column that the table is sorted by.
fn mark(state: &State, order: Order) -> &'static str {
    match (state.order == order, state.is_reversed, state.theme.is_ascii) {
        (false, _, _) => "",
        (true, false, true) => "v",
        (true, true, true) => "^",
        (true, false, false) => "▼",
        (true, true, false) => "▲",
    }
}

/// Draws how frames changed from one profile to another.
fn draw_changes(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(table) = &state.table else { return };
    let is_wide = area.width >= WIDE;
    if !is_compact(state) {
        let measure = if state.order == Order::Cum { "cum" } else { "flat" };
        let sorted = if state.order == Order::Name { "" } else { mark(state, state.order) };
        let (old, new) = (format!("old {measure}"), format!("new {measure}"));
        let (delta, name) = (format!("delta{sorted}"), format!("function{}", mark(state, Order::Name)));
        let line = if is_wide {
            format!("{old:>9} {new:>9} {delta:>9} {:>7} {:<8} {name}", "", "status")
        } else {
            format!("{delta:>9} {:>7} {name}", "")
        };
        put(buffer, Rect::new(area.x, area.y - 1, area.width, 1), 0, &line, state.theme.strong());
    }
    let place = state.place_in(View::Top);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let (Some(row), Some(delta)) = (state.table_row(index), state.table_delta(index)) else { break };
        let name = &table.names[row.frame as usize].name;
        let before = format!("{:>9} {:>9} ", state.label(delta.old), state.label(delta.new));
        let (before, changed) = match is_wide {
            true => {
                (before, format!("{:>9} {:>7} {:<8}", state.signed(delta.difference()), delta.percent(), delta.word()))
            }
            false => (String::new(), format!("{:>9} {:>7}", state.signed(delta.difference()), delta.percent())),
        };
        let style = row_style(state, state.is_match(row.frame));
        put_named(buffer, area, line, &format!("{before}{changed} "), name, style);
        paint(buffer, area, line, before.len(), changed.width(), state.theme.changed_text(delta));
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Top));
        }
    }
}
