//! Two panes beside each other on wide terminals: a list of functions, and more of the one that its cursor is at.

use ratatui::style::{Modifier, Style};

use super::find::{find_in_table, find_in_tree, to_center};
use super::state::{OF_SELECTED, State, View};

/// From so many columns on there are two panes.
const WIDE: u16 = 120;
/// From so many rows on there are.
const HIGH: u16 = 10;

/// Which panes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panes {
    /// The view of the list, as long as the cursor is in the detail.
    pub(super) list: Option<View>,
    /// Whether the pane with the cursor has all columns.
    pub(super) is_expanded: bool,
    /// What the detail of a table or a tree is.
    pub(super) detail: View,
}

impl Default for Panes {
    fn default() -> Self {
        Self { list: None, is_expanded: false, detail: View::Butterfly }
    }
}

impl State {
    /// Returns the view of the list; the only one if there are not two panes.
    pub(super) fn list_view(&self) -> View {
        self.panes.list.unwrap_or(self.view)
    }

    /// Returns the view of the detail, seen or not.
    fn detail_view(&self) -> Option<View> {
        if self.panes.list.is_some() {
            return Some(self.view);
        }
        match self.view {
            View::Top | View::Tree => Some(self.panes.detail),
            // The list has the calls already.
            View::Butterfly if self.panes.detail == View::Butterfly => Some(View::Source),
            View::Butterfly => Some(self.panes.detail),
            View::Labels => Some(View::LabelTop),
            _ => None,
        }
    }

    /// Returns the view of the detail if it is seen beside the list.
    pub(super) fn detail_beside(&self) -> Option<View> {
        let has_place = self.size.0 >= WIDE && self.size.1 >= HIGH && !self.panes.is_expanded;
        self.detail_view().filter(|detail| has_place && *detail != self.list_view())
    }

    /// Returns whether the cursor is in the list and a detail beside it.
    pub(super) fn is_detail_beside(&self) -> bool {
        self.panes.list.is_none() && self.detail_beside().is_some()
    }

    /// Returns the views that are seen, that with the cursor first.
    pub(super) fn seen_views(&self) -> Vec<View> {
        let detail = self.detail_beside();
        let other = if self.panes.list.is_some() { detail.map(|_| self.list_view()) } else { detail };
        [self.view].into_iter().chain(other).collect()
    }

    /// Returns the style of the row that the cursor of a view is at.
    pub(super) fn cursor_style(&self, view: View) -> Style {
        match () {
            () if view == self.view => self.theme.selected(),
            // The detail is of this row.
            () if view == self.list_view() => self.theme.strong().add_modifier(Modifier::UNDERLINED),
            () => Style::new(),
        }
    }
}

/// Goes from the list to the detail, or back.
pub(super) fn switch(state: &mut State) {
    if let Some(list) = state.panes.list.take() {
        state.panes.is_expanded = false;
        state.view = list;
        return;
    }
    match state.detail_view() {
        Some(detail) => {
            if let Some(name) = state.current().filter(|_| state.view != View::Butterfly) {
                state.select(name);
            }
            state.panes.is_expanded = false;
            state.panes.list = Some(state.view);
            state.view = detail;
        }
        None => state.tell("this view has one pane"),
    }
}

/// Gives all columns to the pane with the cursor, or shows both again.
pub(super) fn expand(state: &mut State) {
    match state.detail_view() {
        Some(_) if state.size.0 >= WIDE => state.panes.is_expanded = !state.panes.is_expanded,
        Some(_) => state.tell(format!("there are two panes from {WIDE} columns on")),
        None => state.tell("this view has one pane"),
    }
}

/// Shows a view of what is selected: beside the list if there is place, and alone if it is there already.
///
/// Returns whether that was done.
pub(super) fn show_beside(state: &mut State, view: View) -> bool {
    let is_of_functions = state.list_view() != View::Labels;
    if state.detail_beside().is_none() || view == state.list_view() || !is_of_functions {
        return false;
    }
    if state.panes.list.is_some() {
        let is_new = state.view != view;
        (state.panes.detail, state.view) = (view, view);
        return is_new;
    }
    let is_new = state.detail_view() != Some(view);
    if is_new {
        state.panes.detail = view;
    }
    is_new
}

/// Leaves the panes for a view of its own.
pub(super) fn leave(state: &mut State) {
    if state.panes.list.take().is_some() {
        state.panes.is_expanded = false;
    }
}

/// Makes the detail one of the row that the cursor of the list is at.
pub(super) fn follow(state: &mut State) {
    let is_of_row = matches!(state.view, View::Top | View::Tree);
    if is_of_row
        && state.is_detail_beside()
        && let Some(name) = state.current().filter(|name| *name != state.selected)
    {
        state.select(name);
        to_center(state);
    }
}

/// Moves the cursor of the list to what was selected in the detail.
pub(super) fn lead(state: &mut State) {
    let Some(list) = state.panes.list else { return };
    let detail = std::mem::replace(&mut state.view, list);
    match list {
        View::Top => find_in_table(state),
        View::Tree => find_in_tree(state),
        _ => {}
    }
    state.view = detail;
}

/// Moves the cursor to the pane of a view that is seen.
pub(super) fn focus(state: &mut State, view: View) {
    if view != state.view && state.seen_views().contains(&view) {
        switch(state);
    }
}

/// Wants nothing beside the list any more that is still computed; returns whether there was anything.
pub(super) fn cancel_detail(state: &mut State) -> bool {
    let pending: Vec<_> = OF_SELECTED.into_iter().filter(|topic| state.is_pending(*topic)).collect();
    for topic in &pending {
        state.cancel(*topic);
        state.fail(*topic, "cancelled");
    }
    !pending.is_empty()
}
