//! The line about what the mouse is at, or the cursor.

use super::super::answer::CodeRow;
use super::super::coloring;
use super::super::delta::Delta;
use super::super::key::Action;
use super::super::label_list;
use super::super::layout::BoxOf;
use super::super::mouse::Item;
use super::super::sandwich::{self, CallsForm};
use super::super::shares;
use super::super::source_rows::SourceRow;
use super::super::state::{State, View};
use super::super::timeline_cursor;
use super::super::tree::{TOP, Tree};
use super::percent;

/// Below so many columns a line about something is short.
pub(super) const NARROW: u16 = 60;
/// From so many columns on a line about one call path tells of all paths to the function.
const WIDE: u16 = 100;

/// Tells the values, and then the name, of what the mouse is at, or the cursor.
pub(super) fn about(state: &State) -> (String, String) {
    let hovered = state.hovered.filter(|(view, _)| *view == state.view).map(|(_, item)| item);
    let row = match hovered {
        Some(Item::Row(row)) => row,
        _ => state.place_in(state.view).row,
    };
    let flame_box = match hovered {
        Some(Item::Box(of) | Item::BoxOfSide(_, of)) => of,
        _ => state.flame_box,
    };
    match state.view {
        View::Top => of_row(state, row).unwrap_or_default(),
        View::Tree => {
            let node = state.tree_rows.get(row).copied();
            state.tree.as_ref().zip(node).map_or_else(Default::default, |(tree, node)| of_node(state, tree, node))
        }
        View::Flame => match (&state.tree, flame_box) {
            (Some(tree), BoxOf::Node(node)) => of_node(state, tree, node),
            (Some(tree), BoxOf::Rest { parent, count, .. }) => {
                let key = state.settings.key_of(Action::Open, View::Flame).unwrap_or("zooming");
                (format!("{count} narrow calls, {key} shows them, of "), tree.name(parent).to_owned())
            }
            (None, _) => Default::default(),
        },
        View::Butterfly if state.sandwich.form == CallsForm::Icicles => {
            let spot = if let Some(Item::Spot(spot)) = hovered { spot } else { state.sandwich.spot };
            sandwich::halves(state).map_or_else(Default::default, |halves| super::sandwich::about(state, halves, spot))
        }
        View::Butterfly => of_call(state, row).unwrap_or_default(),
        View::LabelTop => of_label(state, row).unwrap_or_default(),
        View::Labels => (label_list::query(state).unwrap_or_default(), String::new()),
        View::Timeline => timeline_cursor::about(state).unwrap_or_default(),
        View::Source => (of_line(state, row), state.selected.clone()),
        View::Disassembly => (of_instruction(state, row), state.selected.clone()),
        _ => (String::new(), state.current().unwrap_or_default()),
    }
}

pub(super) fn values(state: &State, own: i64, total: i64) -> String {
    values_text(state, (&state.label(own), &state.label(total)), own, total)
}

/// Writes two values with their shares, which are those of sums; narrow terminals have no place for all of it.
fn values_text(state: &State, (own, total): (&str, &str), own_sum: i64, total_sum: i64) -> String {
    let (own_share, share) = (percent(state, own_sum), percent(state, total_sum));
    if state.size.0 < NARROW {
        return format!("{total} {share}, self {own}");
    }
    format!("self {own} ({own_share}) total {total} ({share})")
}

pub(super) fn change(state: &State, delta: &Delta) -> String {
    let (old, new) = (state.label(delta.old), state.label(delta.new));
    let (difference, percent) = (state.signed(delta.difference()), delta.percent());
    let chance = if delta.is_chance { ", may be chance" } else { "" };
    format!("old {old} new {new} {difference} ({percent}{chance})  ")
}

/// Tells what a line of source weighs, if it does.
fn of_line(state: &State, row: usize) -> String {
    match state.source_lines().get(row) {
        Some(SourceRow::Line(_, line, old, _)) => of_code(state, (line.flat, line.cum), *old),
        _ => String::new(),
    }
}

/// Tells what an instruction weighs, if it does.
fn of_instruction(state: &State, row: usize) -> String {
    match state.instructions.as_ref().and_then(|(_, instructions)| instructions.rows.get(row)) {
        Some(CodeRow::Instruction { flat, cum, old, .. }) => of_code(state, (*flat, *cum), *old),
        _ => String::new(),
    }
}

fn of_code(state: &State, (flat, cum): (i64, i64), old: Option<(i64, i64)>) -> String {
    match old {
        _ if (flat, cum) == (0, 0) && old.is_none_or(|old| old == (0, 0)) => String::new(),
        Some((_, old)) => change(state, &Delta::of(old, cum)),
        None => format!("{}  ", values(state, flat, cum)),
    }
}

/// Tells of a row of the table.
fn of_row(state: &State, row: usize) -> Option<(String, String)> {
    let shown = state.table_row(row)?;
    let name = state.table.as_ref()?.names.name(shown.frame).to_owned();
    if let Some(delta) = state.table_delta(row) {
        return Some((change(state, delta), name));
    }
    let shown_values = (&*state.label(shown.flat), &*state.label(shown.cum));
    Some((format!("{}  ", values_text(state, shown_values, shown.flat_sum, shown.cum_sum)), name))
}

/// Tells of a function where a label holds.
fn of_label(state: &State, row: usize) -> Option<(String, String)> {
    let detail = state.label_detail.as_ref()?;
    let name = detail.name(row)?.to_owned();
    let before = match detail.row(row)? {
        (_, Some(delta)) => change(state, delta),
        (row, None) => format!("{}  ", values(state, row.flat_sum, row.cum_sum)),
    };
    Some((before, name))
}

/// Tells of a call path and, if there is place, of the function wherever it is called.
fn of_node(state: &State, tree: &Tree, node: u32) -> (String, String) {
    if let Some(delta) = tree.delta(node) {
        return (change(state, delta), tree.name(node).to_owned());
    }
    let (own, total) = (tree.node(node).own, tree.node(node).total);
    let zoomed = tree.node(state.zoom.node).total;
    let of_zoom = if state.view == View::Flame && state.zoom.node != TOP {
        format!(" of zoom {}", shares::written(total, zoomed))
    } else {
        String::new()
    };
    let everywhere = match (node, tree.paths_of(tree.node(node).frame)) {
        (TOP, _) | (_, 0 | 1) => String::new(),
        _ if state.size.0 < WIDE => String::new(),
        (_, paths) => {
            let row = state.row_of_frame(tree.node(node).frame);
            row.map_or(String::new(), |row| {
                format!(", on all {paths} paths {} ({})", state.label(row.cum_sum), percent(state, row.cum_sum))
            })
        }
    };
    let colored =
        if state.view == View::Flame && node != TOP { coloring::about(state, tree, node) } else { String::new() };
    (format!("{}{of_zoom}{everywhere}  {colored}", values(state, own, total)), tree.name(node).to_owned())
}

/// Tells of a caller or a callee, wherever it is called.
fn of_call(state: &State, row: usize) -> Option<(String, String)> {
    let calls = state.calls.as_ref().filter(|calls| calls.name == state.selected)?;
    let frame = match row.checked_sub(calls.callers.len()) {
        None => calls.callers[calls.callers.len() - 1 - row].frame,
        Some(0) => calls.center?,
        Some(below) => calls.callees.get(below - 1)?.frame,
    };
    let weighs = state.row_of_frame(frame).filter(|_| !state.scope.is_diff());
    let before = weighs.map(|row| format!("{}  ", values(state, row.flat_sum, row.cum_sum)));
    Some((before.unwrap_or_default(), calls.names.name(frame).to_owned()))
}
