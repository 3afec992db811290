//! What the mouse does: a click selects, a second one opens, the right button lists commands, the wheel scrolls.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::act::{self, open, perform};
use super::beside::{Picture, Side};
use super::key::Action;
use super::layout::{BoxOf, PARTS, layout};
use super::prompt::Prompt;
use super::sandwich::{self, Spot};
use super::state::{Effect, State, View};
use super::view::{self, list_area};
use super::{chips, panes, prompt, timeline_cursor};

/// Two clicks at the same place within this are one double click.
const DOUBLE_CLICK_MILLIS: u64 = 400;
/// Rows that a step of the wheel moves.
const WHEEL_ROWS: usize = 3;

/// Takes in what the mouse did, at a time in milliseconds.
pub(super) fn update(state: &mut State, event: MouseEvent, millis: u64) -> Vec<Effect> {
    let (column, row) = (event.column, event.row);
    if event.kind != MouseEventKind::Moved {
        state.hovered = None;
    }
    match event.kind {
        MouseEventKind::ScrollUp | MouseEventKind::ScrollDown if state.prompt.is_some() => scroll_prompt(state, &event),
        MouseEventKind::ScrollUp if event.modifiers.contains(KeyModifiers::CONTROL) => zoom(state, column, row),
        MouseEventKind::ScrollDown if event.modifiers.contains(KeyModifiers::CONTROL) => match state.view {
            View::Flame => perform(state, Action::Parent),
            View::Timeline => perform(state, Action::UnzoomTime),
            _ => Vec::new(),
        },
        MouseEventKind::ScrollUp => scroll(state, column, row, Action::Up),
        MouseEventKind::ScrollDown => scroll(state, column, row, Action::Down),
        MouseEventKind::Down(MouseButton::Left) if state.prompt.is_some() => choose_command(state, row),
        MouseEventKind::Down(MouseButton::Left) if state.help.is_none() => {
            let before = state.last_click.replace((column, row, millis));
            let is_second = before.is_some_and(|(old_column, old_row, old)| {
                (old_column, old_row) == (column, row) && millis.saturating_sub(old) <= DOUBLE_CLICK_MILLIS
            });
            if is_second && item_at(state, column, row).is_some() {
                state.last_click = None;
                open(state);
                return Vec::new();
            }
            click(state, column, row)
        }
        MouseEventKind::Down(MouseButton::Right) if state.help.is_none() => {
            state.prompt = None;
            focus_at(state, column, row);
            if let Some(item) = item_at(state, column, row) {
                select(state, item);
                state.prompt = Some(Prompt::menu());
            }
            Vec::new()
        }
        MouseEventKind::Moved => {
            state.hovered = hovered(state, column, row);
            Vec::new()
        }
        MouseEventKind::Drag(MouseButton::Left) if state.view == View::Timeline && state.prompt.is_none() => {
            if let Some(place) = view::time_at(state, column, row) {
                let begin = state.timeline_cursor.part;
                state.timeline_cursor.mark.get_or_insert(begin);
                timeline_cursor::to_place(state, place);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// What the mouse is at in the pane with the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Row(usize),
    Box(BoxOf),
    Spot(Spot),
    /// Of two flame graphs beside each other.
    BoxOfSide(Side, BoxOf),
}

/// Returns the row or the box of the view with the cursor that is at a place of the screen.
fn item_at(state: &State, column: u16, row: u16) -> Option<Item> {
    let area = list_area(state);
    let is_inside = (area.x..area.x + area.width).contains(&column) && (area.y..area.y + area.height).contains(&row);
    if !is_inside || state.table.is_none() {
        return None;
    }
    let line = usize::from(row - area.y);
    if state.view == View::Flame {
        let line = if state.grows_up { usize::from(area.height) - 1 - line } else { line };
        let depth = state.place_in(View::Flame).first + line;
        let part = usize::from(column) * PARTS + PARTS / 2;
        if let Some(pictures) = state.pictures(area) {
            let is_in = |picture: &Picture<'_>| (picture.area.x..picture.area.right()).contains(&column);
            let picture = pictures.into_iter().find(is_in)?;
            let part = usize::from(column - picture.area.x) * PARTS + PARTS / 2;
            let boxes = state.row_of(&picture, depth);
            let found = boxes.iter().find(|flame_box| flame_box.parts.contains(&part))?;
            return Some(Item::BoxOfSide(picture.side, found.of));
        }
        let boxes = layout(state.tree.as_ref()?, &state.zoom, usize::from(state.size.0), depth..depth + 1).pop()?;
        return boxes.iter().find(|flame_box| flame_box.parts.contains(&part)).map(|flame_box| Item::Box(flame_box.of));
    }
    if sandwich::has_cursor(state) {
        let found = sandwich::halves(state)?.spot_at(
            area,
            state.sandwich.spot,
            state.sandwich.part,
            (usize::from(column - area.x), line),
        );
        return found.map(Item::Spot);
    }
    let above = usize::from(area.height) - view::list_height(state);
    let target = state.place_in(state.view).first + line.checked_sub(above)?;
    (target < state.row_count()).then_some(Item::Row(target))
}

fn select(state: &mut State, item: Item) {
    match item {
        Item::Row(row) => state.place().row = row,
        Item::Box(of) => state.flame_box = of,
        Item::Spot(spot) => state.sandwich.spot = spot,
        Item::BoxOfSide(side, of) => (state.beside.side, state.flame_box) = (side, of),
    }
}

/// Returns what the mouse is at, in which view.
fn hovered(state: &State, column: u16, row: u16) -> Option<(View, Item)> {
    let is_elsewhere = view::pane_at(state, column, row).is_some_and(|view| view != state.view);
    if is_elsewhere || state.prompt.is_some() || state.help.is_some() {
        return None;
    }
    item_at(state, column, row).map(|item| (state.view, item))
}

/// Moves the cursor to the pane that the mouse is at.
fn focus_at(state: &mut State, column: u16, row: u16) {
    if let Some(view) = view::pane_at(state, column, row) {
        panes::focus(state, view);
    }
}

/// Scrolls the pane that the mouse is at; the cursor stays in its own.
fn scroll(state: &mut State, column: u16, row: u16, action: Action) -> Vec<Effect> {
    let before = (state.view, state.panes);
    if state.help.is_none() {
        focus_at(state, column, row);
    }
    let steps = if state.view == View::Flame || sandwich::has_cursor(state) { 1 } else { WHEEL_ROWS };
    let effects = (0..steps).flat_map(|_| perform(state, action)).collect();
    panes::follow(state);
    if before.0 != state.view {
        (state.view, state.panes) = before;
    }
    effects
}

/// Zooms to the box that the mouse is at.
fn zoom(state: &mut State, column: u16, row: u16) -> Vec<Effect> {
    if let (View::Timeline, false, Some(place)) = (state.view, state.help.is_some(), view::time_at(state, column, row))
    {
        state.timeline_cursor.mark = None;
        timeline_cursor::to_place(state, place);
        return perform(state, Action::ZoomTime);
    }
    if let (View::Flame, false, Some(item)) = (state.view, state.help.is_some(), item_at(state, column, row)) {
        select(state, item);
        open(state);
    }
    Vec::new()
}

fn scroll_prompt(state: &mut State, event: &MouseEvent) -> Vec<Effect> {
    prompt::choose(state, event.kind == MouseEventKind::ScrollDown);
    Vec::new()
}

/// Does what the command says that is clicked on; elsewhere the line is left.
fn choose_command(state: &mut State, row: u16) -> Vec<Effect> {
    let found = view::command_at(state, row);
    let Some(prompt) = &mut state.prompt else { return Vec::new() };
    match found {
        Some(index) => {
            prompt.chosen = Some(index);
            prompt::finish(state)
        }
        None => {
            state.prompt = None;
            Vec::new()
        }
    }
}

fn click(state: &mut State, column: u16, row: u16) -> Vec<Effect> {
    if let Some(view) = view::tab_at(state, column, row) {
        return perform(state, Action::Go(view));
    }
    if let Some(shown) = view::chip_at(state, column, row) {
        chips::remove(state, shown);
        return Vec::new();
    }
    focus_at(state, column, row);
    let area = list_area(state);
    if row + 1 == area.y && state.view == View::Top {
        if let Some(order) = view::order_at(state, column) {
            act::sort_by(state, order);
        }
        return Vec::new();
    }
    if state.view == View::Timeline
        && (area.y..area.y + area.height).contains(&row)
        && let Some(place) = view::time_at(state, column, row)
    {
        state.timeline_cursor.mark = None;
        timeline_cursor::to_place(state, place);
    }
    if let Some(item) = item_at(state, column, row) {
        select(state, item);
    }
    Vec::new()
}
