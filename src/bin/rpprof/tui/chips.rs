//! Filters that come and go, and the steps back and forth between them.

use rpprof::aggregate::{Averaging, Granularity, Inlines, Root, package};
use rpprof::profile::unit;

use super::act::{filter, invert, scope_changed};
use super::chip::Chip;
use super::coloring::{self, ColorBy};
use super::find::to_center;
use super::layout::{BoxOf, Zoom};
use super::scope::{SHARES, Scope};
use super::shares::Shares;
use super::state::{State, View};
use super::time_window;
use super::tree::{TOP, Tree};
use super::view::{Shown, chips};

/// What can be undone: what was looked at, and what was zoomed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) scope: Scope,
    zoom: ZoomPath,
}

/// What is zoomed to, by names, so that it is found in another tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ZoomPath {
    names: Vec<String>,
    first_child: usize,
}

impl ZoomPath {
    /// Returns where that is in a tree; the whole of it if it is not there.
    pub(super) fn find(&self, tree: &Tree) -> Zoom {
        let (node, passed) = tree.follow(self.names.iter().map(String::as_str));
        if passed < self.names.len() {
            return Zoom::default();
        }
        Zoom { node, first_child: self.first_child.min(tree.children(node).len()) }
    }
}

/// Returns what is zoomed to, or will be when there is a tree.
pub(super) fn zoom_path(state: &State) -> ZoomPath {
    let Some(tree) = &state.tree else { return state.wanted_zoom.clone() };
    let names = tree.path(state.zoom.node).into_iter().map(|frame| tree.names.name(frame).to_owned());
    ZoomPath { names: names.collect(), first_child: state.zoom.first_child }
}

pub(super) fn here(state: &State) -> Step {
    Step { scope: state.scope.clone(), zoom: zoom_path(state) }
}

/// Changes what is looked at, so that it can be undone.
pub(super) fn change(state: &mut State, to: impl FnOnce(&mut Scope)) {
    let old = here(state);
    to(&mut state.scope);
    fit(state);
    if state.scope == old.scope {
        return;
    }
    let scope = old.scope.clone();
    state.undo.push(old);
    state.redo.clear();
    scope_changed(state, scope);
}

/// Forgets the unit and the means that there are not of the column that is looked at.
fn fit(state: &mut State) {
    let own = state.subject.types.get(state.scope.sample_type).map_or("", |(_, unit)| unit.as_str());
    if !unit::are_convertible(own, state.scope.unit) {
        state.scope.unit = "";
    }
    if !has_means(&state.scope) {
        state.scope.averaging = Averaging::Sum;
    }
}

/// Returns whether there are means: of a later column than the first, which counts, and of one profile.
fn has_means(scope: &Scope) -> bool {
    scope.sample_type != 0 && !scope.is_diff()
}

/// Zooms, so that it can be undone.
pub(super) fn zoom_to(state: &mut State, zoom: Zoom) {
    if zoom == state.zoom {
        return;
    }
    let old = here(state);
    state.undo.push(old);
    state.redo.clear();
    state.zoom = zoom;
}

pub(super) fn undo(state: &mut State) {
    let Some(step) = state.undo.pop() else { return state.tell("nothing to undo") };
    let left = here(state);
    state.redo.push(left);
    go_to(state, step);
}

pub(super) fn redo(state: &mut State) {
    let Some(step) = state.redo.pop() else { return state.tell("nothing to redo") };
    let left = here(state);
    state.undo.push(left);
    go_to(state, step);
}

fn go_to(state: &mut State, step: Step) {
    // A profile that was read again does not become what it was before.
    let scope = Scope { edition: state.scope.edition, ..step.scope };
    if state.scope != scope {
        let old = std::mem::replace(&mut state.scope, scope);
        scope_changed(state, old);
    }
    match &state.tree {
        Some(tree) => {
            state.zoom = step.zoom.find(tree);
            state.flame_box = BoxOf::Node(state.zoom.node);
        }
        None => state.wanted_zoom = step.zoom,
    }
}

/// Takes away what a chip stands for.
pub(super) fn remove(state: &mut State, shown: Shown) {
    match shown {
        Shown::Filter(index) => change(state, |scope| {
            if index < scope.chips.len() {
                scope.chips.remove(index);
            }
        }),
        Shown::Granularity => change(state, |scope| scope.granularity = Granularity::Functions),
        Shown::Inlines => change(state, |scope| scope.inlines = Inlines::Expand),
        Shown::Mean => change(state, |scope| scope.averaging = Averaging::Sum),
        Shown::Unit => change(state, |scope| scope.unit = ""),
        Shown::Least => change(state, |scope| scope.least = 0),
        Shown::Side => state.tell("<next-side> goes from side to side"),
        Shown::Groups => state.tell("labels became frames when the profile was read, as --group-by says"),
        Shown::Live => state.tell("<pause> stops to watch the profile, or goes on"),
        Shown::Colors => coloring::set(state, ColorBy::Package),
        Shown::Time => time_window::reset(state),
        Shown::Shares => state.shares = Shares::default(),
        Shown::Root => invert(state),
        Shown::Zoom => zoom_to(state, Zoom::default()),
        Shown::Part => to_center(state),
    }
}

/// Takes away the chip whose number was pressed.
pub(super) fn remove_numbered(state: &mut State) {
    let found = state.digit.checked_sub(1).and_then(|index| chips(state).get(index).map(|(_, shown)| *shown));
    match found {
        Some(shown) => remove(state, shown),
        None => state.tell(format!("there is no filter {}", state.digit)),
    }
}

/// Keeps the samples that go through the call path at the cursor; where there are no paths, those with the function.
pub(super) fn focus_path(state: &mut State) {
    let node = match (state.view, state.flame_box) {
        (View::Flame, BoxOf::Node(node) | BoxOf::Rest { parent: node, .. }) => Some(node),
        (View::Tree, _) => state.tree_rows.get(state.place_in(View::Tree).row).copied(),
        _ => return filter(state, Chip::Focus),
    };
    let Some((tree, node)) = state.tree.clone().zip(node) else { return };
    if node == TOP {
        return state.tell("that is all there is");
    }
    if state.scope.inlines == Inlines::Outermost {
        return state.complain("call paths are of all functions; <inlines> shows those that were inlined, too");
    }
    if matches!(state.scope.granularity, Granularity::Packages | Granularity::Modules) {
        return state
            .complain("call paths are of functions, files, lines or addresses; <by-functions> shows functions");
    }
    // What stands between the steps of a path is written as a number.
    let step = |frame: u32| tree.names.of(frame).expression().replace(';', r"\x3b");
    let path: Vec<String> = tree.path(node).into_iter().map(step).collect();
    let chip = if tree.root == Root::Leaves { Chip::LeafPath } else { Chip::Path };
    change(state, |scope| scope.push(chip(path.join(";"))));
}

/// Makes the package of the function at the cursor one frame.
pub(super) fn collapse_package(state: &mut State) {
    let Some(name) = state.current() else { return state.tell("there is no function at the cursor") };
    let function = state.function_of(&name);
    let is_package = state.scope.granularity == Granularity::Packages;
    match if is_package { &function } else { package(&function) } {
        "" => state.tell(format!("{function} is in no package")),
        package => {
            let chip = Chip::Package(package.to_owned());
            change(state, |scope| scope.push(chip));
        }
    }
}

/// Goes on to sums or means.
pub(super) fn next_averaging(state: &mut State) {
    if !has_means(&state.scope) {
        return state.tell("means are of a later column than the first, which counts, and of one profile");
    }
    let is_mean = state.scope.averaging == Averaging::Mean;
    let next = if is_mean { Averaging::Sum } else { Averaging::Mean };
    change(state, |scope| scope.averaging = next);
    state.tell(if is_mean { "sums" } else { "the table has means: values by the first column" });
}

/// Units that are gone through.
const UNITS: [&str; 10] = ["ns", "us", "ms", "s", "min", "hrs", "B", "kB", "MB", "GB"];

/// Goes on to the next unit.
pub(super) fn next_unit(state: &mut State) {
    let own = state.subject.types.get(state.scope.sample_type).map_or("", |(_, unit)| unit.as_str());
    let fitting = UNITS.into_iter().filter(|other| unit::are_convertible(own, other));
    let choices: Vec<&str> = [""].into_iter().chain(fitting).collect();
    let here = choices.iter().position(|unit| *unit == state.scope.unit).unwrap_or(0);
    let next = choices[(here + 1) % choices.len()];
    if choices.len() == 1 {
        return state.tell("these values are in no unit that others belong to");
    }
    change(state, |scope| scope.unit = next);
    state.tell(if next.is_empty() { "each value in its own unit".to_owned() } else { format!("in {next}") });
}

/// Leaves out more or less.
pub(super) fn step_least(state: &mut State, is_more: bool) {
    let least = state.scope.least;
    let next = if is_more { (least + 1).min(SHARES.len() - 1) } else { least.saturating_sub(1) };
    change(state, |scope| scope.least = next);
    state.tell(format!("from {}% of the whole on", SHARES[next] * 100.0));
}
