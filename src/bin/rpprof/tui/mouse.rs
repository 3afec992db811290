//! What the mouse does: a click selects, a second one opens, the wheel scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::act::{open, perform};
use super::chips;
use super::key::Action;
use super::layout::{PARTS, layout};
use super::state::{Effect, State, View};
use super::timeline_cursor;
use super::view::{self, list_area};

/// Two clicks at the same place within this are one double click.
const DOUBLE_CLICK_MILLIS: u64 = 400;
/// Rows that a step of the wheel moves.
const WHEEL_ROWS: usize = 3;

/// Takes in what the mouse did, at a time in milliseconds.
pub(super) fn update(state: &mut State, event: MouseEvent, millis: u64) -> Vec<Effect> {
    match event.kind {
        MouseEventKind::ScrollUp => repeat(state, Action::Up),
        MouseEventKind::ScrollDown => repeat(state, Action::Down),
        MouseEventKind::Down(MouseButton::Left) if state.prompt.is_none() && state.help.is_none() => {
            let (column, row) = (event.column, event.row);
            let before = state.last_click.replace((column, row, millis));
            let is_second = before.is_some_and(|(old_column, old_row, old)| {
                (old_column, old_row) == (column, row) && millis.saturating_sub(old) <= DOUBLE_CLICK_MILLIS
            });
            if is_second {
                state.last_click = None;
                open(state);
                return Vec::new();
            }
            click(state, column, row)
        }
        MouseEventKind::Drag(MouseButton::Left) if state.view == View::Timeline && state.prompt.is_none() => {
            if let Some(column) = view::timeline_column_at(state, event.column) {
                let begin = state.timeline_cursor.part;
                state.timeline_cursor.mark.get_or_insert(begin);
                timeline_cursor::to_column(state, column);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn repeat(state: &mut State, action: Action) -> Vec<Effect> {
    if state.prompt.is_some() {
        return Vec::new();
    }
    (0..if state.view == View::Flame { 1 } else { WHEEL_ROWS }).flat_map(|_| perform(state, action)).collect()
}

fn click(state: &mut State, column: u16, row: u16) -> Vec<Effect> {
    if let Some(view) = view::tab_at(state, column, row) {
        return perform(state, Action::Go(view));
    }
    if let Some(shown) = view::chip_at(state, column, row) {
        chips::remove(state, shown);
        return Vec::new();
    }
    let area = list_area(state);
    if row + 1 == area.y && state.view == View::Top {
        return perform(state, Action::Order);
    }
    if row < area.y || row >= area.y + area.height {
        return Vec::new();
    }
    let line = usize::from(row - area.y);
    if state.view == View::Timeline {
        return click_time(state, column, line);
    }
    if state.view == View::Flame {
        let line = if state.grows_up { usize::from(area.height) - 1 - line } else { line };
        let depth = state.place_in(View::Flame).first + line;
        let Some(tree) = &state.tree else { return Vec::new() };
        let part = usize::from(column) * PARTS + PARTS / 2;
        let boxes = layout(tree, &state.zoom, usize::from(state.size.0), depth..depth + 1).pop().unwrap_or_default();
        if let Some(flame_box) = boxes.iter().find(|flame_box| flame_box.parts.contains(&part)) {
            state.flame_box = flame_box.of;
        }
    } else {
        let target = state.place().first + line;
        if target < state.row_count() {
            state.place().row = target;
        }
    }
    Vec::new()
}

/// Goes to a time, and to the function of a row.
fn click_time(state: &mut State, column: u16, line: usize) -> Vec<Effect> {
    if let Some(column) = view::timeline_column_at(state, column) {
        state.timeline_cursor.mark = None;
        timeline_cursor::to_column(state, column);
    }
    let above = usize::from(list_area(state).height) - view::list_height(state);
    if let Some(row) = line.checked_sub(above) {
        let target = state.place().first + row;
        if target < state.row_count() {
            state.place().row = target;
        }
    }
    Vec::new()
}
