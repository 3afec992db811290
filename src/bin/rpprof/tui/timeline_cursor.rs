//! Where one is in the timeline, and what choosing a part of it filters.

use std::ops::Range;

use super::act::set_chip;
use super::chip::Chip;
use super::label_list::Choice;
use super::state::{State, View};
use super::timeline::PARTS;
use super::view::timeline_columns;

/// Where one is in time; rows are places of lists.
#[derive(Clone, Debug, Default)]
pub(super) struct TimelineCursor {
    /// The part of the time at the cursor.
    pub(super) part: usize,
    /// Where a range begins.
    pub(super) mark: Option<usize>,
    /// The key that is wanted; the first one if it is not there.
    pub(super) key: Option<String>,
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

/// Moves the cursor by columns.
pub(super) fn step(state: &mut State, by: isize) {
    let columns = timeline_columns(state).max(1);
    let column = column_of(state.timeline_cursor.part, columns).saturating_add_signed(by).min(columns - 1);
    to_column(state, column);
}

/// Moves the cursor to a column.
pub(super) fn to_column(state: &mut State, column: usize) {
    let columns = timeline_columns(state).max(1);
    state.timeline_cursor.part = parts_of(column.min(columns - 1), columns).start;
}

/// Begins a range at the cursor, or forgets where it began.
pub(super) fn mark(state: &mut State) {
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

/// Returns the parts that are chosen.
pub(super) fn chosen_parts(state: &State) -> Range<usize> {
    let columns = timeline_columns(state).max(1);
    let chosen = chosen(state);
    parts_of(chosen.start, columns).start..parts_of(chosen.end - 1, columns).end
}

/// Keeps, or drops, the samples of the time that is chosen.
pub(super) fn choose(state: &mut State, choice: Choice) {
    let parts = chosen_parts(state);
    let Some(timeline) = &state.timeline else { return };
    if timeline.total[parts.clone()].iter().all(|&value| value == 0) {
        return state.tell("no sample is of this time");
    }
    let Some(query) = timeline.query(parts) else { return };
    let query = if choice == Choice::Keep { query } else { format!("not ({query})") };
    (state.timeline_cursor.mark, state.timeline_cursor.part) = (None, 0);
    set_chip(state, Chip::Label(query));
}

/// Shows the times of the next key, or of the one before.
pub(super) fn to_key(state: &mut State, is_next: bool) {
    let Some(timeline) = &state.timeline else { return };
    let count = timeline.keys.len();
    if count < 2 {
        return state.tell("no other label tells when samples were taken");
    }
    let next = (timeline.shown + if is_next { 1 } else { count - 1 }) % count;
    let key = timeline.keys[next].clone();
    state.tell(format!("times of {key}"));
    state.timeline_cursor = TimelineCursor { key: Some(key), ..TimelineCursor::default() };
    state.timeline = None;
}

/// Tells what the time that is chosen weighs, and the function of the row.
pub(super) fn about(state: &State) -> Option<String> {
    let timeline = state.timeline.as_ref()?;
    let parts = chosen_parts(state);
    let sum = |values: &[i64]| values[parts.clone()].iter().fold(0_i64, |sum, &value| sum.wrapping_add(value));
    let (from, end) = (timeline.offset(parts.start), timeline.offset(parts.end));
    let all = state.label(sum(&timeline.total));
    let own = timeline.rows.get(state.place_in(View::Timeline).row).map(|row| {
        let name = &timeline.names[row.frame as usize].name;
        format!(", of that {} in {name}", state.label(sum(&row.parts)))
    });
    Some(format!("{from} to {end}: {all}{}", own.unwrap_or_default()))
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
