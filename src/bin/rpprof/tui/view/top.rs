//! The table of functions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::scope::frame_word;
use super::super::state::{Order, State, View};
use super::{area_of, bar, is_compact, mark_line, paint, put, put_named, row_style};

/// From so many columns on there are both values; on less, that which the table is sorted by.
const WIDE: u16 = 72;
/// Columns of a value and the space behind it.
const VALUE: usize = 10;
/// Columns of a bar.
const BAR: usize = 12;
/// From so many columns on there is place for bars beside names that can be told apart.
const BARRED: u16 = 80;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(table) = &state.table else { return };
    if table.compared.is_some() {
        return draw_changes(state, buffer, area);
    }
    let is_wide = area.width >= WIDE && !is_compact(state);
    let is_cum = state.order == Order::Cum;
    let bars = bar_columns(area);
    if !is_compact(state) {
        let mark = |order: Order| mark(state, order);
        let (flat, cum) = (format!("flat{}", mark(Order::Flat)), format!("cum{}", mark(Order::Cum)));
        let name = format!("{}{}", frame_word(state.scope.granularity), mark(Order::Name));
        let line = if is_wide {
            let (flat_share, cum_share) = (state.shares_column("flat%"), state.shares_column("cum%"));
            format!("{flat:>9} {flat_share}{:<bars$}{cum:>9} {cum_share}{name}", "")
        } else {
            format!(
                "{:>9} {}{name}",
                if is_cum { cum } else { flat },
                state.shares_column(if is_cum { "cum%" } else { "flat%" })
            )
        };
        let above = Rect::new(area.x, area.y - 1, area.width, 1);
        put(buffer, above, 0, &line, state.theme.strong());
    }
    let place = state.place_in(View::Top);
    let value = value_columns(state);
    let heaviest = table.rows.get(table.by_flat.first().map_or(0, |&row| row as usize)).map_or(0, |row| row.flat);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(row) = state.table_row(index) else { break };
        let name = table.names.name(row.frame);
        let (flat, cum) = (state.label(row.flat), state.label(row.cum));
        let share = |sum: i64| state.share_column(View::Top, sum);
        let text = if is_wide {
            format!("{flat:>9} {}{:<bars$}{cum:>9} {}", share(row.flat_sum), "", share(row.cum_sum))
        } else {
            let (value, sum) = if is_cum { (&cum, row.cum_sum) } else { (&flat, row.flat_sum) };
            if is_compact(state) { format!("{value:>8} {}", share(sum)) } else { format!("{value:>9} {}", share(sum)) }
        };
        put_named(buffer, area, line, &text, name, row_style(state, state.is_match(row.frame)));
        if bars > 0 && is_wide && heaviest != 0 {
            let share = row.flat.unsigned_abs() as f64 / heaviest.unsigned_abs() as f64;
            let drawn = bar(state, share, BAR);
            // A value in a unit of its own may be longer than its column.
            let column = value.max(flat.width() + 1 + (value - VALUE));
            buffer.set_stringn(area.x + column as u16, area.y + line, drawn, BAR, state.theme.bar());
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Top));
        }
    }
}

/// Returns how many columns a bar and the space behind it have.
fn bar_columns(area: Rect) -> usize {
    if area.width >= BARRED { BAR + 1 } else { 0 }
}

/// Returns how many columns a value, its share and the spaces behind them have.
fn value_columns(state: &State) -> usize {
    VALUE + state.shares_column("").len()
}

/// Returns the column of the table that a heading at a column of the screen is of.
pub(in super::super) fn order_at(state: &State, column: u16) -> Option<Order> {
    let area = area_of(state, View::Top);
    let column = usize::from(column.checked_sub(area.x).filter(|column| *column < area.width)?);
    let is_wide = area.width >= WIDE;
    let is_diff = state.table.as_ref()?.compared.is_some();
    let value = value_columns(state);
    let (cum, name) = match (is_diff, is_wide) {
        (false, true) => (value + bar_columns(area), value + bar_columns(area) + value),
        // There is one value, by which it is sorted.
        (false, false) => (value, value),
        // These columns are of what it is sorted by.
        (true, true) => (47, 47),
        (true, false) => (18, 18),
    };
    Some(match column {
        column if column >= name => Order::Name,
        column if column >= cum => Order::Cum,
        _ if (is_diff || !is_wide) && state.order == Order::Cum => Order::Cum,
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
    let is_wide = area.width >= WIDE && !is_compact(state);
    if !is_compact(state) {
        let measure = if state.order == Order::Cum { "cum" } else { "flat" };
        let sorted = if state.order == Order::Name { "" } else { mark(state, state.order) };
        let (old, new) = (format!("old {measure}"), format!("new {measure}"));
        let (delta, name) =
            (format!("delta{sorted}"), format!("{}{}", frame_word(state.scope.granularity), mark(state, Order::Name)));
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
        let name = table.names.name(row.frame);
        let before = format!("{:>9} {:>9} ", state.label(delta.old), state.label(delta.new));
        let (before, changed) = match is_wide {
            true => (
                before,
                format!("{:>9} {:>7} {:<8}", state.signed(delta.difference()), delta.narrow_percent(), delta.word()),
            ),
            false => (String::new(), format!("{:>9} {:>7}", state.signed(delta.difference()), delta.narrow_percent())),
        };
        let style = row_style(state, state.is_match(row.frame));
        put_named(buffer, area, line, &format!("{before}{changed} "), name, style);
        paint(buffer, area, line, before.len(), changed.width(), state.theme.changed_text(delta));
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Top));
        }
    }
}
