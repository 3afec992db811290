//! Moving the cursor to what is selected, to what weighs most, to what is searched for.

use std::cmp::Reverse;

use super::answer::CodeRow;
use super::layout::{BoxOf, Zoom};
use super::request::Topic;
use super::sandwich::{self, Spot};
use super::source_rows::SourceRow;
use super::state::{Place, State, View};
use super::tree::TOP;
use super::tree_rows::list_tree_rows;
use super::view::height_of;

/// Which match to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The next one, or where the cursor is.
    Here,
    Next,
    Previous,
}

impl Way {
    /// Returns the first of `count` things that is wanted, on this way from `here` around all of them.
    pub(super) fn find(self, here: usize, count: usize, is_wanted: impl Fn(usize) -> bool) -> Option<usize> {
        let place = |step: usize| match self {
            Self::Here => (here + step) % count,
            Self::Next => (here + 1 + step) % count,
            Self::Previous => (here + count - 1 - step) % count,
        };
        (0..count).map(place).find(|&index| is_wanted(index))
    }
}

/// Moves the cursor of the table to what is selected.
pub(super) fn find_in_table(state: &mut State) {
    let Some(table) = state.table.clone().filter(|_| !state.selected.is_empty()) else { return };
    let is_selected = |row: super::answer::TableRow| table.names.name(row.frame) == state.selected;
    let found = (0..table.rows.len()).find(|&place| state.table_row(place).is_some_and(is_selected));
    if let Some(row) = found {
        state.places[View::Top as usize].row = row;
    }
}

/// Moves the cursors of the tree and the flame graph to the heaviest path to what is selected.
pub(super) fn find_in_tree(state: &mut State) {
    let Some(tree) = state.tree.clone() else { return };
    if state.current().is_some_and(|name| name == state.selected) {
        return;
    }
    let Some(node) = tree.heaviest(&state.selected) else { return };
    if !tree.is_within(node, state.zoom.node) {
        state.zoom = Zoom::default();
    }
    state.flame_box = BoxOf::Node(node);
    let mut above = tree.node(node).parent;
    while above != TOP {
        state.open.insert(above);
        above = tree.node(above).parent;
    }
    list_tree_rows(state);
    if let Some(row) = state.tree_rows.iter().position(|&row| row == node) {
        state.places[View::Tree as usize].row = row;
    }
}

/// Moves the cursor of callers and callees to the function between them.
pub(super) fn to_center(state: &mut State) {
    (state.sandwich.spot, state.sandwich.part) = (Spot::Middle, None);
    let center = state.calls_of_selected().map_or(0, |(callers, _)| callers.len());
    to_middle(state, View::Butterfly, center);
}

/// Moves the cursor of callers and callees to one of them by its name, or to the function between them.
pub(super) fn to_call(state: &mut State, name: Option<&str>) {
    to_center(state);
    let Some((callers, callees)) = state.calls_of_selected().filter(|_| name != Some(&state.selected)) else { return };
    let is_it = |frame: u32| state.calls.as_ref().is_some_and(|calls| Some(calls.names.name(frame)) == name);
    let above = callers.iter().rev().position(|call| is_it(call.frame));
    let below = || callees.iter().position(|call| is_it(call.frame)).map(|row| callers.len() + 1 + row);
    if let Some(row) = above.or_else(below) {
        state.places[View::Butterfly as usize].row = row;
    }
}

/// Returns what the lines of the source, or the instructions, weigh.
fn weights_of_code(state: &State, view: View) -> Vec<u64> {
    match view {
        View::Source => state.source_lines().iter().map(SourceRow::weight).collect(),
        _ => state.instructions.iter().flat_map(|(_, code)| &code.rows).map(CodeRow::weight).collect(),
    }
}

/// Moves the cursor of the source, or of the machine code, to the line that weighs most.
pub(super) fn to_hottest(state: &mut State, view: View) {
    let weights = weights_of_code(state, view);
    let hottest = (0..weights.len()).max_by_key(|&row| (weights[row], Reverse(row)));
    to_middle(state, view, hottest.unwrap_or(0));
}

/// Moves the cursor from one line that weighs something to the next lighter one, and from the last to the first.
pub(super) fn to_next_hottest(state: &mut State) {
    let weights = weights_of_code(state, state.view);
    let mut rows: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] != 0).collect();
    rows.sort_by_key(|&row| (Reverse(weights[row]), row));
    let here = rows.iter().position(|&row| row == state.place_in(state.view).row);
    match rows.get(here.map_or(0, |here| (here + 1) % rows.len())) {
        Some(&row) => state.place().row = row,
        None => state.tell("no line weighs anything"),
    }
}

/// Returns which lines of the source, or of the machine code, match what is searched for.
pub(super) fn matching_lines(state: &State, view: View) -> Vec<bool> {
    let expression = state.search.as_ref().and_then(|search| search.how.expression(&search.text).ok());
    let Some(expression) = expression else { return Vec::new() };
    match view {
        View::Source => state.source_lines().iter().map(|row| expression.is_match(row.text())).collect(),
        View::Disassembly => {
            let rows = state.instructions.iter().flat_map(|(_, code)| &code.rows);
            rows.map(|row| expression.is_match(row.text())).collect()
        }
        _ => Vec::new(),
    }
}

/// Moves the cursor of a view to a row, and the row to the middle of what is seen.
fn to_middle(state: &mut State, view: View, row: usize) {
    let height = height_of(state, view);
    let is_seen = state.seen_views().contains(&view);
    let last_first = if is_seen { state.row_count_in(view).saturating_sub(height) } else { 0 };
    state.places[view as usize] = Place { row, first: row.saturating_sub(height / 2).min(last_first) };
}

/// Moves the cursor to a frame that matches what is searched for.
pub(super) fn to_match(state: &mut State, way: Way) {
    if state.search.is_none() {
        return state.tell("search something first, with <search>");
    }
    if state.view == View::Flame {
        return super::flame::to_match(state, way);
    }
    if sandwich::has_cursor(state) {
        return sandwich::to_match(state, way);
    }
    let rows = state.row_count();
    let lines = matching_lines(state, state.view);
    let is_match = |row: usize| {
        if let Some(&is_match) = lines.get(row) {
            return is_match;
        }
        let frame = match state.view {
            View::Top => state.table_row(row).map(|row| row.frame),
            View::LabelTop => state.label_detail.as_ref().and_then(|detail| detail.row(row)).map(|(row, _)| row.frame),
            View::Tree => state.tree.as_ref().map(|tree| tree.node(state.tree_rows[row]).frame),
            View::Butterfly => {
                state.calls_of_selected().and_then(|(callers, callees)| match row.checked_sub(callers.len()) {
                    None => Some(callers[callers.len() - 1 - row].frame),
                    Some(0) => None,
                    Some(below) => callees.get(below - 1).map(|call| call.frame),
                })
            }
            _ => None,
        };
        frame.is_some_and(|frame| state.is_match(frame))
    };
    let here = state.place_in(state.view).row;
    match way.find(here, rows, is_match) {
        Some(row) => state.place().row = row,
        None if way != Way::Here && !state.is_pending(Topic::Search) => state.tell("no row of this view matches"),
        None => {}
    }
}
