//! Callers above, callees below the function that is selected.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::answer::Calls;
use super::super::delta::Delta;
use super::super::request::Topic;
use super::super::state::{State, View};
use super::{mark_line, nothing_of, put, put_change, put_named, put_named_change, row_style};

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    // Beside a list, the calls of another function stay until there are those of this one.
    let is_seen = |calls: &&Arc<Calls>| calls.name == state.selected || state.view != View::Butterfly;
    let Some(calls) = state.calls.as_ref().filter(is_seen) else {
        return put(buffer, area, 0, state.why_not(Topic::Calls), state.theme.faint());
    };
    if calls.center.is_none() {
        return put(buffer, area, 0, &state.keyed(nothing_of(&calls.name)), state.theme.faint());
    }
    let (callers, callees) = (&calls.callers, &calls.callees);
    let place = state.place_in(View::Butterfly);
    let (up, down) = if state.theme.is_ascii { ("^", "v") } else { ("▲", "▼") };
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let (mark, call) = match index.checked_sub(callers.len()) {
            None => (up, callers.get(callers.len() - 1 - index)),
            Some(0) => ("", None),
            Some(below) => (down, callees.get(below - 1)),
        };
        if index > callers.len() + callees.len() {
            break;
        }
        match call {
            Some(call) if state.scope.is_diff() => {
                let delta = Delta::of(call.old, call.weight);
                let (mark, name) = (format!("{mark} "), calls.names.name(call.frame));
                put_named_change(
                    state,
                    buffer,
                    area,
                    line,
                    &delta,
                    (&mark, name),
                    row_style(state, state.is_match(call.frame)),
                );
            }
            Some(call) => {
                let (value, share) = (state.label(call.weight), state.share_column(View::Butterfly, call.weight));
                let name = calls.names.name(call.frame);
                let text = format!("{value:>9} {share}{mark} ");
                put_named(buffer, area, line, &text, name, row_style(state, state.is_match(call.frame)));
            }
            None => {
                let rows = state.table.as_ref().map_or(&[][..], |table| table.rows.as_slice());
                let found = rows.iter().position(|row| Some(row.frame) == calls.center);
                let compared = state.table.as_ref().and_then(|table| table.compared.as_ref());
                if let Some(compared) = compared {
                    let nothing = Delta::of(0, 0);
                    let [flat, cum] = found.map_or([nothing, nothing], |row| compared.rows[row]);
                    let name = format!("{}  (self {})", calls.center_name(), state.signed(flat.difference()));
                    put_change(state, buffer, area, line, &cum, &name, state.theme.strong());
                } else {
                    let (flat, cum) = found.map_or((0, 0), |row| (rows[row].flat_sum, rows[row].cum_sum));
                    let share = state.share_column(View::Butterfly, cum);
                    let (flat, cum) = (state.label(flat), state.label(cum));
                    let (before, own) = (format!("{cum:>9} {share}"), format!("  (self {flat})"));
                    let room = usize::from(area.width).saturating_sub(before.width() + own.width());
                    let own = if calls.center_name().width() > room { "" } else { &own };
                    put_named(
                        buffer,
                        area,
                        line,
                        &before,
                        &format!("{}{own}", calls.center_name()),
                        state.theme.strong(),
                    );
                }
            }
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Butterfly));
        }
    }
}
