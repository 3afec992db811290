//! The functions of the samples with a label, beside the list of labels.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::label_list;
use super::super::request::Topic;
use super::super::shares;
use super::super::state::{State, View};
use super::{WIDE_CHANGE, mark_line, put, put_named, put_named_change, row_style};

/// Returns the heading: what columns are, and of which label.
pub(super) fn heading(state: &State, width: u16) -> String {
    let of = label_list::query(state).map_or(String::new(), |query| format!("of {query}"));
    match state.scope.is_diff() {
        false => format!("{:>9} {:>7} {:>9} {of}", "flat", "of it", "cum"),
        true if width >= WIDE_CHANGE => format!("{:>9} {:>9} {:>9} {:>7} {of}", "old", "new", "delta", ""),
        true => format!("{:>9} {:>7} {of}", "delta", ""),
    }
}

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    if let Err(fault) = label_list::query(state) {
        return put(buffer, area, 0, &fault, state.theme.faint());
    }
    // Those of another label stay until there are those of this one.
    let Some(detail) = &state.label_detail else {
        return put(buffer, area, 0, state.why_not(Topic::LabelTable), state.theme.faint());
    };
    if detail.table.by_flat.is_empty() {
        return put(buffer, area, 0, "its samples have no functions", state.theme.faint());
    }
    let place = state.place_in(View::LabelTop);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let (Some((row, delta)), Some(name)) = (detail.row(index), detail.name(index)) else { break };
        let style = row_style(state, state.is_match(row.frame));
        if let Some(delta) = delta {
            put_named_change(state, buffer, area, line, delta, ("", name), style);
        } else {
            let (flat, cum) = (state.label(row.flat), state.label(row.cum));
            let share = shares::written(row.flat_sum, detail.table.shown);
            let before = format!("{flat:>9} {share:>7} {cum:>9} ");
            put_named(buffer, area, line, &before, name, style);
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::LabelTop));
        }
    }
}
