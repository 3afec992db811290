//! Where one is in the timeline, which part of the time is seen, and what choosing some of it filters.

use std::ops::Range;

use super::act::set_chip;
use super::chip::Chip;
use super::key::Action;
use super::label_list::Choice;
use super::request::{Ask, Topic};
use super::state::{Effect, State, View};
use super::time_window;
use super::timeline::{PARTS, TimeQuestion, Timeline};
use super::view::{heat_grid, timeline_columns};

/// How samples over time are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// All of them as columns, and functions as rows.
    #[default]
    Rows,
    /// All of them, slice by slice.
    Heat,
}

/// Where one is in time; places are parts of the timeline, or cells of the heat map.
#[derive(Clone, Debug, Default)]
pub(super) struct TimelineCursor {
    pub(super) form: TimeForm,
    pub(super) part: usize,
    /// Where a range begins.
    pub(super) mark: Option<usize>,
    /// The key that is wanted; the first one if it is not there.
    pub(super) key: Option<String>,
    /// The first and the last time that are seen, if not all are.
    pub(super) window: Option<(i64, i64)>,
    /// The time to be at as soon as there is what was asked for.
    pub(super) goal: Option<i128>,
    /// What was asked for last.
    asked: Option<TimeQuestion>,
}

/// Returns which column a part is drawn in.
pub(super) fn column_of(part: usize, columns: usize) -> usize {
    (part.min(PARTS - 1) * columns + columns - 1).checked_div(PARTS).unwrap_or(0).min(columns.saturating_sub(1))
}

/// Returns the parts that a column shows.
pub(super) fn parts_of(column: usize, columns: usize) -> Range<usize> {
    let columns = columns.max(1);
    column * PARTS / columns..(column + 1) * PARTS / columns
}

/// Does what keys do in the timeline alone; returns whether this is one of them.
pub(super) fn perform(state: &mut State, action: Action) -> bool {
    let is_heat = state.timeline_cursor.form == TimeForm::Heat;
    match action {
        Action::Left => step(state, -1),
        Action::Right => step(state, 1),
        Action::Up if is_heat => step_cell(state, -1),
        Action::Down if is_heat => step_cell(state, 1),
        Action::Mark => mark(state),
        Action::Drop => choose(state, Choice::Drop),
        Action::NextPart => to_key(state, true),
        Action::PreviousPart => to_key(state, false),
        Action::First => to_place(state, 0),
        Action::Last => to_place(state, usize::MAX),
        Action::Flip => flip(state),
        Action::ZoomTime => time_window::zoom_in(state),
        Action::UnzoomTime => time_window::zoom_out(state),
        Action::WholeTime => time_window::reset(state),
        _ => return false,
    }
    true
}

/// Returns the heat map, if that is what is shown.
fn heat(state: &State) -> Option<&super::heat::Heat> {
    let timeline = state.timeline.as_ref().filter(|_| state.timeline_cursor.form == TimeForm::Heat)?;
    timeline.heat.as_ref()
}

/// Asks for what is seen of the time, if that is not there; what was asked before is not wanted any more.
pub(super) fn needed(state: &mut State) -> Option<Effect> {
    let cursor = &state.timeline_cursor;
    let grid = (cursor.form == TimeForm::Heat).then(|| heat_grid(state));
    let wanted = TimeQuestion { key: cursor.key.clone(), window: cursor.window, grid };
    let is_there = state.timeline.as_ref().is_some_and(|timeline| timeline.asked == wanted);
    if !is_there && cursor.asked.as_ref() != Some(&wanted) {
        let here = time(state);
        let goal = &mut state.timeline_cursor.goal;
        *goal = goal.or(here);
        state.timeline_cursor.asked = Some(wanted.clone());
        state.cancel(Topic::Timeline);
    }
    state.lacks(Topic::Timeline, is_there).then(|| state.ask(Ask::Timeline(wanted)))
}

/// Takes in what was asked for; the cursor stays at its time.
pub(super) fn put(state: &mut State, timeline: std::sync::Arc<Timeline>) {
    let cursor = &mut state.timeline_cursor;
    if let Some(goal) = cursor.goal.take() {
        cursor.mark = None;
        cursor.part = match (&timeline.heat, cursor.form) {
            (Some(heat), TimeForm::Heat) => heat.cell_of(goal),
            _ => timeline.part_at(goal),
        };
    }
    state.timeline = Some(timeline);
    let count = count(state);
    let cursor = &mut state.timeline_cursor;
    cursor.part = cursor.part.min(count - 1);
    cursor.mark = cursor.mark.map(|mark| mark.min(count - 1));
}

/// Returns how many places there are.
fn count(state: &State) -> usize {
    heat(state).map_or(PARTS, |heat| heat.cells.len())
}

/// Returns when a place begins.
fn start_of(state: &State, place: usize) -> Option<i128> {
    let timeline = state.timeline.as_ref()?;
    Some(heat(state).map_or_else(|| timeline.start_of(place.min(PARTS)), |heat| heat.start_of(place)))
}

/// Returns the time at the cursor, or that which it is on the way to.
pub(super) fn time(state: &State) -> Option<i128> {
    let cursor = &state.timeline_cursor;
    // What is shown may still be in the other form.
    let is_other = cursor.form == TimeForm::Heat && heat(state).is_none();
    cursor.goal.or_else(|| start_of(state, cursor.part).filter(|_| !is_other))
}

/// Returns the first and the last time that are chosen.
pub(super) fn chosen_times(state: &State) -> Option<(i128, i128)> {
    let places = chosen_parts(state);
    Some((start_of(state, places.start)?, start_of(state, places.end)? - 1))
}

/// Shows functions instead of a heat map, or a heat map instead of functions.
fn flip(state: &mut State) {
    let time = time(state);
    let cursor = &mut state.timeline_cursor;
    (cursor.goal, cursor.mark) = (time, None);
    cursor.form = match cursor.form {
        TimeForm::Rows => TimeForm::Heat,
        TimeForm::Heat => TimeForm::Rows,
    };
}

/// Moves the cursor by columns; past an end of what is seen, that moves along.
fn step(state: &mut State, by: isize) {
    if let Some(heat) = heat(state) {
        let rows = heat.rows.cast_signed();
        return step_cell(state, by * rows);
    }
    let columns = timeline_columns(state).max(1);
    let here = column_of(state.timeline_cursor.part, columns);
    match here.checked_add_signed(by).filter(|column| *column < columns) {
        Some(column) => to_column(state, column),
        None => time_window::shift(state, by > 0),
    }
}

/// Moves the cursor of the heat map by cells.
fn step_cell(state: &mut State, by: isize) {
    let here = state.timeline_cursor.part;
    match here.checked_add_signed(by).filter(|cell| *cell < count(state)) {
        Some(cell) => to_place(state, cell),
        None => time_window::shift(state, by > 0),
    }
}

/// Moves the cursor to a column.
fn to_column(state: &mut State, column: usize) {
    let columns = timeline_columns(state).max(1);
    state.timeline_cursor.part = parts_of(column.min(columns - 1), columns).start;
}

/// Moves the cursor to a place, or the last one.
pub(super) fn to_place(state: &mut State, place: usize) {
    let place = place.min(count(state) - 1);
    match heat(state) {
        Some(_) => state.timeline_cursor.part = place,
        None => to_column(state, column_of(place, timeline_columns(state).max(1))),
    }
}

/// Begins a range at the cursor, or forgets where it began.
fn mark(state: &mut State) {
    let cursor = &mut state.timeline_cursor;
    if cursor.mark.take().is_none() {
        cursor.mark = Some(cursor.part);
        state.tell("a range begins here; move on and choose");
    }
}

/// Returns the columns that are chosen: from the mark to the cursor.
pub(super) fn chosen(state: &State) -> Range<usize> {
    let columns = timeline_columns(state).max(1);
    let here = column_of(state.timeline_cursor.part, columns);
    let other = state.timeline_cursor.mark.map_or(here, |mark| column_of(mark, columns));
    here.min(other)..here.max(other) + 1
}

/// Returns the places that are chosen.
pub(super) fn chosen_parts(state: &State) -> Range<usize> {
    let cursor = &state.timeline_cursor;
    if let Some(heat) = heat(state) {
        let last = heat.cells.len() - 1;
        let (here, other) = (cursor.part.min(last), cursor.mark.unwrap_or(cursor.part).min(last));
        return here.min(other)..here.max(other) + 1;
    }
    let columns = timeline_columns(state).max(1);
    let chosen = chosen(state);
    parts_of(chosen.start, columns).start..parts_of(chosen.end - 1, columns).end
}

/// Returns what the samples weigh that are chosen.
fn chosen_value(state: &State, timeline: &Timeline) -> i64 {
    let values = heat(state).map_or(&timeline.total, |heat| &heat.cells);
    let sum = |sum: i64, &value: &i64| sum.wrapping_add(value);
    values[chosen_parts(state)].iter().fold(0, sum)
}

/// Keeps, or drops, the samples of the time that is chosen.
pub(super) fn choose(state: &mut State, choice: Choice) {
    let Some(timeline) = &state.timeline else { return };
    let values = heat(state).map_or(&timeline.total, |heat| &heat.cells);
    if values[chosen_parts(state)].iter().all(|&value| value == 0) {
        return state.tell("no sample is of this time");
    }
    let Some(query) = chosen_times(state).and_then(|(first, last)| timeline.query(first, last + 1)) else { return };
    let query = if choice == Choice::Keep { query } else { format!("not ({query})") };
    let cursor = &mut state.timeline_cursor;
    (cursor.mark, cursor.part, cursor.goal, cursor.window) = (None, 0, None, None);
    set_chip(state, Chip::Label(query));
    // The time that was there has another beginning.
    state.timeline_cursor.goal = None;
}

/// Shows the times of the next key, or of the one before.
fn to_key(state: &mut State, is_next: bool) {
    let Some(timeline) = &state.timeline else { return };
    let count = timeline.keys.len();
    if count < 2 {
        return state.tell("no other label tells when samples were taken");
    }
    let next = (timeline.shown + if is_next { 1 } else { count - 1 }) % count;
    let key = timeline.keys[next].clone();
    state.tell(format!("times of {key}"));
    let form = state.timeline_cursor.form;
    state.timeline_cursor = TimelineCursor { form, key: Some(key), ..TimelineCursor::default() };
    state.timeline = None;
}

/// Tells what the time that is chosen weighs, and the function of the row.
pub(super) fn about(state: &State) -> Option<(String, String)> {
    let timeline = state.timeline.as_ref()?;
    let (first, last) = chosen_times(state)?;
    let all = state.label(chosen_value(state, timeline));
    let text = format!("{} to {}: {all}", timeline.since(first), timeline.since(last + 1));
    if state.timeline_cursor.form == TimeForm::Heat {
        return Some((text, String::new()));
    }
    let own = timeline.rows.get(state.place_in(View::Timeline).row).map(|row| {
        let name = timeline.names.name(row.frame).to_owned();
        let sum = row.parts[chosen_parts(state)].iter().fold(0_i64, |sum, &value| sum.wrapping_add(value));
        (format!("{text}, of that {} in ", state.label(sum)), name)
    });
    Some(own.unwrap_or((text, String::new())))
}

#[cfg(test)]
mod tests {
    use super::{PARTS, column_of, parts_of};

    #[test]
    fn columns_show_all_parts_once() {
        for columns in [1, 7, 60, 300, PARTS - 1, PARTS] {
            let mut next = 0;
            for column in 0..columns {
                let parts = parts_of(column, columns);
                assert_eq!(parts.start, next);
                assert!(!parts.is_empty());
                assert_eq!(column_of(parts.start, columns), column);
                assert_eq!(column_of(parts.end - 1, columns), column);
                next = parts.end;
            }
            assert_eq!(next, PARTS);
        }
    }
}
