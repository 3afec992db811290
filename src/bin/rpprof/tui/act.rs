//! What keys and commands do.

use std::collections::HashSet;
use std::sync::Arc;

use rpprof::aggregate::{Granularity, Inlines, Root};

use super::chip::Chip;
use super::chips::{
    ZoomPath, change, collapse_package, next_averaging, next_unit, redo, remove_numbered, step_least, undo, zoom_path,
    zoom_to,
};
use super::copies::Form;
use super::equivalent::command_line;
use super::find::{Way, find_in_table, find_in_tree, to_center, to_match};
use super::flame::{move_box, zoom_in};
use super::key::Action;
use super::label_list::{self, Choice};
use super::layout::{BoxOf, Zoom};
use super::live;
use super::panes;
use super::prompt::{Prompt, PromptKind};
use super::scope::{Scaling, Sides, granularity_name};
use super::source_rows::SourceRow;
use super::state::{Effect, Order, Place, Search, State, View};
use super::timeline_cursor;
use super::tree::TOP;
use super::view::list_height;
use super::{copies, visits};

/// Does what a key or a command asks for.
pub(super) fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    if state.help.is_some() {
        return scroll_help(state, action);
    }
    match action {
        Action::Help => state.help = Some(0),
        Action::Palette => state.prompt = Some(Prompt::new(PromptKind::Command, "")),
        Action::Back => back(state),
        Action::Quit => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Go(view) => go(state, view),
        Action::Show(view) if panes::show_beside(state, view) => {}
        Action::Show(view) => go(state, view),
        Action::Visited => visits::step(state, true),
        Action::Ahead => visits::step(state, false),
        Action::Mouse => return vec![Effect::Mouse],
        Action::Hints => state.hides_hints = !state.hides_hints,
        Action::PickBase => state.prompt = Some(Prompt::new(PromptKind::Command, "base ")),
        Action::NextSibling | Action::PreviousSibling if state.view == View::Flame => {
            move_box(state, if action == Action::NextSibling { Action::Right } else { Action::Left });
        }
        Action::NextSibling => to_sibling(state, true),
        Action::PreviousSibling => to_sibling(state, false),
        Action::CopyPath => return copies::path(state),
        Action::CopyTsv => return copies::row(state, Form::Tsv),
        Action::CopyMarkdown => return copies::row(state, Form::Markdown),
        Action::Pane => panes::switch(state),
        Action::Expand => panes::expand(state),
        Action::Export if state.panes.list.is_some() => panes::expand(state),
        Action::NextView => step_view(state, 1),
        Action::PreviousView => step_view(state, View::ALL.len() - 1),
        Action::Up | Action::Down | Action::Left | Action::Right if state.view == View::Flame => {
            move_box(state, action);
        }
        Action::Up => state.place().row = state.place().row.saturating_sub(1),
        Action::Down => move_down(state, 1),
        Action::Left if state.view == View::Timeline => timeline_cursor::step(state, -1),
        Action::Right if state.view == View::Timeline => timeline_cursor::step(state, 1),
        Action::Mark if state.view == View::Timeline => timeline_cursor::mark(state),
        Action::Drop if state.view == View::Timeline => timeline_cursor::choose(state, Choice::Drop),
        Action::NextPart if state.view == View::Timeline => timeline_cursor::to_key(state, true),
        Action::PreviousPart if state.view == View::Timeline => timeline_cursor::to_key(state, false),
        Action::First if state.view == View::Timeline => timeline_cursor::to_column(state, 0),
        Action::Last if state.view == View::Timeline => timeline_cursor::to_column(state, usize::MAX),
        Action::Left if state.view == View::Labels => label_list::fold(state),
        Action::Right if state.view == View::Labels => label_list::unfold(state),
        Action::Left => fold(state),
        Action::Right => unfold(state),
        Action::Pause => return live::pause(state),
        Action::ReadNow => return live::read_now(state),
        Action::Mark => label_list::mark(state),
        Action::Drop => label_list::choose(state, Choice::Drop),
        Action::NextPart => label_list::to_key(state, true),
        Action::PreviousPart => label_list::to_key(state, false),
        Action::PageUp => {
            let page = list_height(state).max(1);
            state.place().row = state.place().row.saturating_sub(page);
        }
        Action::PageDown => move_down(state, list_height(state).max(1)),
        Action::First => {
            state.place().row = 0;
            state.flame_box = BoxOf::Node(state.zoom.node);
        }
        Action::Last => move_down(state, usize::MAX),
        Action::Open => open(state),
        Action::Parent => {
            if let Some(tree) = &state.tree {
                let node = if state.zoom.first_child > 0 { state.zoom.node } else { tree.node(state.zoom.node).parent };
                zoom_to(state, Zoom { node, first_child: 0 });
            }
        }
        Action::HotPath => hot_path(state),
        Action::Search => state.prompt = Some(Prompt::new(PromptKind::Search, "")),
        Action::NextMatch => to_match(state, Way::Next),
        Action::PreviousMatch => to_match(state, Way::Previous),
        Action::SearchName => {
            if let Some(name) = state.current() {
                state.search = Some(Search { text: format!("^{}$", regex::escape(&name)), ..Search::default() });
            }
        }
        Action::FocusMatches => match state.search.clone() {
            Some(search) if search.fault.is_none() => {
                let has_capitals = search.text.chars().any(char::is_uppercase);
                let text = if has_capitals { search.text } else { format!("(?i){}", search.text) };
                change(state, |scope| scope.push(Chip::Focus(text)));
            }
            _ => state.complain("search something first, with <search>"),
        },
        Action::Focus => filter(state, Chip::Focus),
        Action::Ignore => filter(state, Chip::Ignore),
        Action::Hide => filter(state, Chip::Hide),
        Action::Label => state.prompt = Some(Prompt::new(PromptKind::Label, "")),
        Action::MyCode => change(state, |scope| scope.toggle(Chip::MyCode)),
        Action::CollapsePackage => collapse_package(state),
        Action::CollapseRecursion => change(state, |scope| scope.toggle(Chip::Recursion)),
        Action::RemoveChip => remove_numbered(state),
        Action::Mean => next_averaging(state),
        Action::Unit => next_unit(state),
        Action::More => step_least(state, true),
        Action::Less => step_least(state, false),
        Action::Undo => undo(state),
        Action::Redo => redo(state),
        Action::Clear => change(state, |scope| scope.chips.clear()),
        Action::Invert => invert(state),
        Action::Flip => state.grows_up = !state.grows_up,
        Action::NextType => step_type(state, 1),
        Action::PreviousType => step_type(state, state.subject.types.len().max(1) - 1),
        Action::NextGranularity => {
            let next = match state.scope.granularity {
                Granularity::Functions => Granularity::FileFunctions,
                Granularity::FileFunctions => Granularity::Files,
                Granularity::Files => Granularity::Lines,
                Granularity::Lines => Granularity::Addresses,
                Granularity::Addresses => Granularity::Packages,
                Granularity::Packages => Granularity::Modules,
                Granularity::Modules => Granularity::Functions,
            };
            change(state, |scope| scope.granularity = next);
            state.tell(format!("by {}", granularity_name(next)));
        }
        Action::By(granularity) => {
            change(state, |scope| scope.granularity = granularity);
            state.tell(format!("by {}", granularity_name(granularity)));
        }
        Action::Inlines => {
            let is_expanded = state.scope.inlines == Inlines::Expand;
            let next = if is_expanded { Inlines::Outermost } else { Inlines::Expand };
            change(state, |scope| scope.inlines = next);
            state.tell(if is_expanded {
                "inlined functions count for their callers"
            } else {
                "inlined functions are shown"
            });
        }
        Action::Order | Action::PreviousOrder => {
            state.order = match (state.order, action) {
                (Order::Flat, Action::Order) | (Order::Name, Action::PreviousOrder) => Order::Cum,
                (Order::Cum, Action::Order) | (Order::Flat, _) => Order::Name,
                (Order::Name | Order::Cum, _) => Order::Flat,
            };
            state.is_reversed = false;
            state.places[View::Top as usize] = Place::default();
        }
        Action::Reverse => {
            state.is_reversed = !state.is_reversed;
            state.places[View::Top as usize] = Place::default();
        }
        Action::NextSide => next_side(state),
        Action::Scaling => next_scaling(state),
        Action::Edit => return edit(state),
        Action::CopyCommand => {
            let command = command_line(state);
            return vec![Effect::Copy(command)];
        }
        Action::CopyName => {
            if let Some(name) = state.current() {
                return vec![Effect::Copy(name)];
            }
        }
        Action::Export => state.prompt = Some(Prompt::new(PromptKind::Export, "flame.svg")),
    }
    Vec::new()
}

/// Sorts the table by a column, or turns its order around if it is sorted by that.
pub(super) fn sort_by(state: &mut State, order: Order) {
    state.is_reversed = state.order == order && !state.is_reversed;
    state.order = order;
    state.places[View::Top as usize] = Place::default();
}

/// Begins the tree at its other end.
pub(super) fn invert(state: &mut State) {
    state.root = if state.root == Root::Callers { Root::Leaves } else { Root::Callers };
    state.tree = None;
    state.wanted_zoom = ZoomPath::default();
    state.open = HashSet::new();
    state.zoom = Zoom::default();
    state.flame_box = BoxOf::Node(TOP);
    state.tree_rows = Vec::new();
}

fn scroll_help(state: &mut State, action: Action) -> Vec<Effect> {
    let first = state.help.unwrap_or(0);
    let height = usize::from(state.size.1);
    state.help = match action {
        Action::Up => Some(first.saturating_sub(1)),
        Action::Down => Some(first.saturating_add(1)),
        Action::PageUp => Some(first.saturating_sub(height)),
        Action::PageDown => Some(first.saturating_add(height)),
        Action::First => Some(0),
        Action::Last => Some(usize::MAX),
        _ => None,
    };
    let last = super::view::help_lines(state).len().saturating_sub(height.saturating_sub(2));
    state.help = state.help.map(|first| first.min(last));
    Vec::new()
}

/// Takes one step back.
fn back(state: &mut State) {
    state.early = Vec::new();
    if state.is_busy_here() && state.table.is_some() {
        state.forget_questions();
        // What is not there would be asked for again at once.
        if state.tree.is_none() || state.view == View::Butterfly && state.calls_of_selected().is_none() {
            panes::leave(state);
            state.view = View::Top;
        }
        if state.search.as_ref().is_some_and(|search| search.matches.is_none()) {
            state.search = None;
        }
        state.tell("cancelled");
    } else if state.is_busy_here() && !state.undo.is_empty() {
        undo(state);
        state.tell("cancelled; <redo> does it after all");
    } else if state.search.is_some() {
        state.search = None;
    } else if state.view == View::Flame && state.zoom != Zoom::default() {
        state.flame_box = BoxOf::Node(state.zoom.node);
        zoom_to(state, Zoom::default());
    } else if state.is_detail_beside() && panes::cancel_detail(state) {
        state.tell("cancelled");
    } else if state.panes.list.is_some() {
        panes::switch(state);
    } else if !state.scope.chips.is_empty() {
        change(state, |scope| {
            scope.chips.pop();
        });
    }
}

/// Shows a view, beginning at what is selected.
pub(super) fn go(state: &mut State, view: View) {
    if view == state.view && state.panes.list.is_none() {
        return;
    }
    if let Some(name) = state.current() {
        state.select(name);
    }
    visits::leave(state);
    panes::leave(state);
    state.view = view;
    match view {
        View::Top => find_in_table(state),
        View::Flame | View::Tree => find_in_tree(state),
        View::Butterfly => to_center(state),
        _ => {}
    }
}

fn step_view(state: &mut State, by: usize) {
    go(state, View::ALL[(state.list_view() as usize + by) % View::ALL.len()]);
}

fn move_down(state: &mut State, by: usize) {
    let last = state.row_count().saturating_sub(1);
    let place = state.place();
    place.row = place.row.saturating_add(by).min(last);
}

/// Forgets what was computed of another scope; the frame that is selected stays.
pub(super) fn scope_changed(state: &mut State) {
    state.wanted_zoom = zoom_path(state);
    if !state.is_missing() {
        state.before = None;
        state.before = Some(Arc::new(state.clone()));
    }
    if let Some(name) = state.current() {
        state.select(name);
    }
    state.forget_questions();
    (state.table, state.tree, state.calls) = (None, None, None);
    (state.source, state.instructions, state.timeline) = (None, None, None);
    label_list::forget_labels(state);
    state.open = HashSet::new();
    state.tree_rows = Vec::new();
    state.zoom = Zoom::default();
    state.flame_box = BoxOf::Node(TOP);
    if let Some(search) = &mut state.search {
        search.matches = None;
    }
}

fn filter(state: &mut State, chip: fn(String) -> Chip) {
    match state.current() {
        Some(name) => {
            let functions = state.functions_of(&name);
            change(state, |scope| scope.push(chip(functions)));
        }
        None => state.tell("there is no function at the cursor"),
    }
}

fn step_type(state: &mut State, by: usize) {
    let count = state.subject.types.len();
    if count < 2 {
        return state.tell("there is no other column of values");
    }
    let next = (state.scope.sample_type + by) % count;
    change(state, |scope| scope.sample_type = next);
}

/// Goes on from the comparison to the new side, the old one, and back.
fn next_side(state: &mut State) {
    if state.subject.base.is_none() {
        return state.tell("there is nothing to compare with; <palette>base OLD reads an older profile");
    }
    let (next, text) = match state.scope.sides {
        Sides::Both => (Sides::New, "the new profile alone"),
        Sides::New => (Sides::Old, "the old profile alone"),
        Sides::Old => (Sides::Both, "how the new profile differs from the old one"),
    };
    change(state, |scope| scope.sides = next);
    state.tell(text);
}

fn next_scaling(state: &mut State) {
    if !state.scope.is_diff() {
        return state.tell("values are made comparable where two profiles are compared");
    }
    let (next, text) = match state.scope.scaling {
        Scaling::Auto => (Scaling::None, "values as they were measured"),
        Scaling::None => (Scaling::Auto, "values of equal durations, where they add up"),
    };
    change(state, |scope| scope.scaling = next);
    state.tell(text);
}

pub(super) fn open(state: &mut State) {
    match state.view {
        View::Top => go(state, View::Butterfly),
        View::Butterfly => {
            if let Some(name) = state.current() {
                visits::leave(state);
                state.select(name);
                to_center(state);
                panes::lead(state);
            }
        }
        View::Flame => zoom_in(state),
        View::Tree => {
            let Some(&node) = state.tree_rows.get(state.place_in(View::Tree).row) else { return };
            if state.open.contains(&node) { fold(state) } else { unfold(state) }
        }
        View::Labels => label_list::choose(state, Choice::Keep),
        View::Timeline => timeline_cursor::choose(state, Choice::Keep),
        _ => {}
    }
}

/// Sets a filter that somebody typed, if it is one.
pub(super) fn set_chip(state: &mut State, chip: Chip) {
    match chip.fault() {
        Some(fault) => state.complain(fault),
        None => change(state, |scope| scope.push(chip)),
    }
}

fn fold(state: &mut State) {
    let Some(&node) = state.tree_rows.get(state.place_in(View::Tree).row) else { return };
    if !state.open.remove(&node) {
        let parent = state.tree.as_ref().map_or(TOP, |tree| tree.node(node).parent);
        if let Some(row) = state.tree_rows.iter().position(|&other| other == parent) {
            state.place().row = row;
        }
        return;
    }
    list_tree_rows(state);
}

fn unfold(state: &mut State) {
    let Some(&node) = state.tree_rows.get(state.place_in(View::Tree).row) else { return };
    if state.open.insert(node) { list_tree_rows(state) } else { move_down(state, 1) }
}

/// Goes to the next row of the tree, or the one before, that is as deep as this one.
fn to_sibling(state: &mut State, is_next: bool) {
    let here = state.place_in(View::Tree).row;
    let Some(tree) = state.tree.clone() else { return };
    let depth = |row: usize| state.tree_rows.get(row).map(|&node| tree.node(node).depth);
    let is_sibling = |row: &usize| depth(*row) == depth(here);
    let count = state.tree_rows.len();
    let found = if is_next { (here + 1..count).find(is_sibling) } else { (0..here.min(count)).rev().find(is_sibling) };
    if let Some(row) = found {
        state.place().row = row;
    }
}

/// Unfolds, or goes down to, the heaviest child of the heaviest child, as long as it is most of its parent.
fn hot_path(state: &mut State) {
    let Some(tree) = state.tree.clone() else { return };
    let start = match state.view {
        View::Tree => state.tree_rows.get(state.place_in(View::Tree).row).copied().unwrap_or(TOP),
        _ => {
            if let BoxOf::Node(node) = state.flame_box {
                node
            } else {
                TOP
            }
        }
    };
    let mut node = start;
    loop {
        state.open.insert(node);
        let Some(&child) = tree.children(node).first() else { break };
        if tree.node(child).total.saturating_mul(2) < tree.node(node).total && node != start {
            break;
        }
        node = child;
    }
    state.flame_box = BoxOf::Node(node);
    if state.view == View::Tree {
        list_tree_rows(state);
        if let Some(row) = state.tree_rows.iter().position(|&row| row == node) {
            state.place().row = row;
        }
    }
}

/// Lists the nodes of the tree that are seen.
pub(super) fn list_tree_rows(state: &mut State) {
    state.tree_rows = Vec::new();
    let Some(tree) = &state.tree else { return };
    let mut pending: Vec<u32> = tree.children(TOP).iter().rev().copied().collect();
    while let Some(node) = pending.pop() {
        state.tree_rows.push(node);
        if state.open.contains(&node) {
            pending.extend(tree.children(node).iter().rev());
        }
    }
}

fn edit(state: &mut State) -> Vec<Effect> {
    let row = state.place().row;
    match state.source_lines().get(row).and_then(SourceRow::location) {
        Some((path, line)) => vec![Effect::Edit { path, line }],
        None => {
            state.tell("the source was not found");
            Vec::new()
        }
    }
}
