//! The call tree, unfolded where one wants.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::request::Topic;
use super::super::scope::frame_word;
use super::super::state::{State, View};
use super::{bar, change_text, is_compact, mark_line, put, put_named, put_named_change, row_style};

/// From so many columns on there are bars.
const WIDE: u16 = 72;
/// Columns of a bar.
const BAR: usize = 8;
/// A call at the cursor is indented by one part in so many of the columns at most; calls above it move out of sight.
const INDENTED_PART: usize = 4;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(tree) = &state.tree else { return put(buffer, area, 0, state.why_not(Topic::Tree), state.theme.faint()) };
    let is_wide = area.width >= WIDE && !is_compact(state);
    if !is_compact(state) {
        let above = Rect::new(area.x, area.y - 1, area.width, 1);
        let word = frame_word(state.scope.granularity);
        let line = if !tree.deltas.is_empty() {
            let sides = if is_wide { format!("{:>9} {:>9} ", "old", "new") } else { String::new() };
            format!("{sides}{:>9} {:>7} {word}", "delta", "")
        } else if is_wide {
            format!("{:>9} {}{:<BAR$} {:>9} {word}", "total", state.shares_column("total%"), "", "self")
        } else {
            format!("{:>9} {}{word}", "total", state.shares_column("total%"))
        };
        put(buffer, above, 0, &line, state.theme.strong());
    }
    let place = state.place_in(View::Tree);
    let step = if is_wide { 2 } else { 1 };
    let indent_of = |id: u32| step * (tree.node(id).depth as usize - 1);
    let at_cursor = state.tree_rows.get(place.row).map_or(0, |&id| indent_of(id));
    let out_of_sight = at_cursor.saturating_sub(usize::from(area.width) / INDENTED_PART);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(&id) = state.tree_rows.get(index) else { break };
        let node = tree.node(id);
        let mark = match (tree.children(id).is_empty(), state.open.contains(&id), state.theme.is_ascii) {
            (true, _, _) => " ",
            (false, true, true) => "-",
            (false, false, true) => "+",
            (false, true, false) => "▾",
            (false, false, false) => "▸",
        };
        let indent = indent_of(id).saturating_sub(out_of_sight);
        // Calls that begin further to the left would look like calls beside each other.
        let cut = match (indent_of(id) < out_of_sight, state.theme.is_ascii) {
            (false, _) => " ",
            (true, false) => "«",
            (true, true) => "<",
        };
        let (total, share) = (state.label(node.total), state.share_column(View::Tree, node.total));
        let own = if node.own == 0 { String::new() } else { state.label(node.own) };
        let name = tree.name(id);
        if let Some(delta) = tree.delta(id) {
            let mark = format!("{:indent$}{mark} ", "");
            put_named_change(
                state,
                buffer,
                area,
                line,
                delta,
                (&mark, name),
                row_style(state, state.is_match(node.frame)),
            );
            let column = change_text(state, area, delta).width();
            put_at(buffer, area, line, column, cut);
            if index == place.row {
                mark_line(buffer, area, line, state.cursor_style(View::Tree));
            }
            continue;
        }
        let text = if is_wide {
            format!("{total:>9} {share}{:<BAR$} {own:>9}{cut}{:indent$}{mark} ", "", "")
        } else {
            let values = format!("{total:>9} {share}");
            format!("{}{cut}{:indent$}{mark} ", values.trim_end(), "")
        };
        put_named(buffer, area, line, &text, name, row_style(state, state.is_match(node.frame)));
        if is_wide && state.total() != 0 {
            // A value in a unit of its own may be longer than its column; both are short.
            let column = (total.width().max(9) + 1 + share.len()) as u16;
            let share = node.total.unsigned_abs() as f64 / state.total().unsigned_abs() as f64;
            buffer.set_stringn(area.x + column, area.y + line, bar(state, share, BAR), BAR, state.theme.bar());
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Tree));
        }
    }
}

/// Writes one character, if there is place for it.
fn put_at(buffer: &mut Buffer, area: Rect, row: u16, column: usize, text: &str) {
    if column < usize::from(area.width) {
        // It is within the width.
        buffer.set_stringn(area.x + column as u16, area.y + row, text, 1, Style::new());
    }
}
