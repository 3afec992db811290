//! What keys and commands do.

use std::collections::HashSet;
use std::sync::Arc;

use rpprof::aggregate::{Averaging, Granularity, Inlines, Root};

use super::chip::Chip;
use super::chips::{
    ZoomPath, change, collapse_package, focus_path, next_averaging, next_unit, redo, remove_numbered, step_least, undo,
    zoom_path, zoom_to,
};
use super::copies::Form;
use super::equivalent::command_line;
use super::find::{Way, find_in_table, find_in_tree, to_center, to_match, to_next_hottest};
use super::flame::{move_box, zoom_in};
use super::help::Help;
use super::key::Action;
use super::label_list::{self, Choice};
use super::layout::{BoxOf, Zoom};
use super::live;
use super::panes;
use super::prompt::{Prompt, PromptKind};
use super::request::Topic;
use super::sandwich::{self, Spot};
use super::scope::{Scaling, Scope, Sides, granularity_name};
use super::search::Search;
use super::source_rows::SourceRow;
use super::state::{Effect, Order, Place, State, View};
use super::timeline_cursor;
use super::tree::TOP;
use super::tree_rows::{fold, hot_path, to_sibling, unfold};
use super::view::list_height;
use super::{cancel, code_cursor, coloring, copies, help, shares, visits};

/// Does what a key or a command asks for.
pub(super) fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    if state.help.is_some() {
        return help::perform(state, action);
    }
    if state.view == View::Timeline && timeline_cursor::perform(state, action) {
        return Vec::new();
    }
    match action {
        Action::Help => state.help = Some(Help::default()),
        Action::Palette => state.prompt = Some(Prompt::new(PromptKind::Command, "")),
        Action::Back => back(state),
        Action::Quit => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Leave => return leave(state),
        Action::Go(view) => go(state, view),
        Action::Show(view) if panes::show_beside(state, view) => {}
        Action::Show(view) => go_into(state, view),
        Action::Visited => visits::step(state, true),
        Action::Ahead => visits::step(state, false),
        Action::Mouse => return vec![Effect::Mouse],
        Action::Hints => state.hides_hints = !state.hides_hints,
        Action::PickBase => state.prompt = Some(Prompt::new(PromptKind::Command, "base ")),
        Action::NextSibling | Action::PreviousSibling if sandwich::has_cursor(state) => {
            sandwich::step(state, if action == Action::NextSibling { Action::Right } else { Action::Left });
        }
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
        Action::Up | Action::Down | Action::Left | Action::Right if sandwich::has_cursor(state) => {
            sandwich::step(state, action);
        }
        Action::Left | Action::Right if state.view == View::Butterfly => state.tell("<flip> shows boxes to move among"),
        Action::Up => state.place().row = state.place().row.saturating_sub(1),
        Action::Down => move_down(state, 1),
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
        Action::PageUp if sandwich::has_cursor(state) => sandwich::leap(state, Action::Up, list_height(state) / 2),
        Action::PageDown if sandwich::has_cursor(state) => sandwich::leap(state, Action::Down, list_height(state) / 2),
        Action::First if sandwich::has_cursor(state) => sandwich::leap(state, Action::Up, usize::MAX),
        Action::Last if sandwich::has_cursor(state) => sandwich::leap(state, Action::Down, usize::MAX),
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
        Action::HotPath if matches!(state.view, View::Source | View::Disassembly) => to_next_hottest(state),
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
                let pattern = search.how.pattern(&search.text);
                change(state, |scope| scope.push(Chip::Focus(pattern)));
            }
            _ => state.complain("search something first, with <search>"),
        },
        Action::Focus => filter(state, Chip::Focus),
        Action::FocusPath => focus_path(state),
        Action::CollapseCallees => filter(state, Chip::Callees),
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
        Action::Clear => change(state, |scope| {
            scope.chips.clear();
            (scope.averaging, scope.unit, scope.least) = (Averaging::Sum, "", 0);
        }),
        Action::Invert => invert(state),
        Action::Flip if state.view == View::Butterfly => sandwich::flip(state),
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
        Action::Shares => shares::step(state),
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
        Action::NextColors => coloring::next(state),
        Action::Colors(by) => coloring::set(state, by),
        // What is done in one view alone.
        Action::ZoomTime | Action::UnzoomTime | Action::WholeTime => {}
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
    remember_seen(state, state.scope.clone());
    state.root = if state.root == Root::Callers { Root::Leaves } else { Root::Callers };
    state.tree = None;
    state.wanted_zoom = ZoomPath::default();
    state.open = HashSet::new();
    state.zoom = Zoom::default();
    state.flame_box = BoxOf::Node(TOP);
    state.tree_rows = Vec::new();
}

/// Takes one step back.
fn back(state: &mut State) {
    state.early = Vec::new();
    if state.is_busy_here() {
        cancel::cancel(state);
    } else if state.search.is_some() {
        state.search = None;
    } else if state.view == View::Flame && state.zoom != Zoom::default() {
        state.flame_box = BoxOf::Node(state.zoom.node);
        zoom_to(state, Zoom::default());
    } else if sandwich::has_cursor(state) && state.sandwich.part.take().is_some() {
        state.sandwich.spot = Spot::Middle;
    } else if state.view == View::Timeline && state.timeline_cursor.mark.take().is_some() {
    } else if state.view == View::Timeline && state.timeline_cursor.window.is_some() {
        super::time_window::reset(state);
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
    state.opened_from.clear();
    state.view = view;
    match view {
        View::Top => find_in_table(state),
        View::Flame | View::Tree => find_in_tree(state),
        View::Butterfly => to_center(state),
        _ => {}
    }
}

/// Shows a view of what is selected, which one can leave again.
pub(super) fn go_into(state: &mut State, view: View) {
    let mut from = std::mem::take(&mut state.opened_from);
    if view != state.list_view() {
        from.push(state.list_view());
    }
    go(state, view);
    state.opened_from = from;
}

/// Closes what was opened last: a pane, a view; the browser, if nothing was.
fn leave(state: &mut State) -> Vec<Effect> {
    state.early = Vec::new();
    if state.panes.list.is_some() {
        panes::switch(state);
        return Vec::new();
    }
    let mut from = std::mem::take(&mut state.opened_from);
    let Some(view) = from.pop() else { return vec![Effect::Quit] };
    go(state, view);
    state.opened_from = from;
    Vec::new()
}

fn step_view(state: &mut State, by: usize) {
    go(state, View::ALL[(state.list_view() as usize + by) % View::ALL.len()]);
}

pub(super) fn move_down(state: &mut State, by: usize) {
    let last = state.row_count().saturating_sub(1);
    let place = state.place();
    place.row = place.row.saturating_add(by).min(last);
}

/// Keeps what is seen, which is of a scope that was looked at, until there is something else to see.
fn remember_seen(state: &mut State, scope: Scope) {
    if !state.is_missing() {
        state.before = None;
        let mut seen = state.clone();
        seen.scope = scope;
        state.before = Some(Arc::new(seen));
    }
}

/// Forgets what was computed of another scope; the frame that is selected stays.
pub(super) fn scope_changed(state: &mut State, old: Scope) {
    state.wanted_zoom = zoom_path(state);
    remember_seen(state, old);
    if let Some(name) = state.current() {
        state.select(name);
    }
    code_cursor::remember(state);
    state.forget_questions();
    (state.table, state.tree, state.calls) = (None, None, None);
    (state.sandwich.icicles, state.label_detail) = (None, None);
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

pub(super) fn filter(state: &mut State, chip: fn(String) -> Chip) {
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

/// Goes on from the comparison to both sides beside each other, the old one, the new one, and back.
fn next_side(state: &mut State) {
    if state.subject.base.is_none() {
        return state.tell("there is nothing to compare with; <palette>base OLD reads an older profile");
    }
    let (next, text) = match state.scope.sides {
        // What does not compare is not drawn side by side either.
        Sides::Both if state.has_failed(Topic::Table) => (Sides::New, "the new profile alone"),
        Sides::Both if !state.beside.is_on => {
            state.beside.is_on = true;
            let text = "side by side: flame graphs, old and new in one scale; tables have both columns";
            return state.tell(text);
        }
        Sides::Both => (Sides::Old, "the old profile alone"),
        Sides::Old => (Sides::New, "the new profile alone"),
        Sides::New => (Sides::Both, "how the new profile differs from the old one"),
    };
    state.beside.is_on = false;
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
        View::Top | View::LabelTop => go_into(state, View::Butterfly),
        View::Butterfly if sandwich::is_at_small_calls(state) => sandwich::enter(state),
        View::Butterfly => match state.current() {
            Some(name) => {
                visits::leave(state);
                state.select(name);
                to_center(state);
                panes::lead(state);
            }
            None => state.tell("there is no function at the cursor"),
        },
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
