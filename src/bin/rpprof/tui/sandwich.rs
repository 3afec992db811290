//! Callers and callees of the function that is selected as two icicles: its callers above it, its callees below.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::answer::{Halves, Icicles};
use super::find::Way;
use super::flame::Graph;
use super::key::Action;
use super::layout::{BoxOf, PARTS, Zoom};
use super::request::Ask;
use super::state::{State, View};
use super::tree::{TOP, Tree};
use super::view::area_of;
use super::{SEEN_SHARE, coloring};

/// How callers and callees are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CallsForm {
    /// Those next to the function, a row each.
    #[default]
    Lists,
    /// All of them, as boxes.
    Icicles,
}

/// What the cursor, or the mouse, is at in the icicles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Spot {
    /// The function that is selected.
    #[default]
    Middle,
    Caller(BoxOf),
    Callee(BoxOf),
}

/// The icicles, and where one is in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Sandwich {
    pub(super) form: CallsForm,
    pub(super) spot: Spot,
    /// What is seen of one of the halves, if not all of it.
    pub(super) part: Option<Part>,
    pub(super) icicles: Option<Arc<Icicles>>,
}

/// The calls of a half that were too narrow for boxes of their own, which have all its width then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    is_caller: bool,
    /// The node whose children they are, from one of these on.
    parent: u32,
    first_child: usize,
}

/// Which rows of the icicles are seen where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// How many rows callers have; the function's row comes next, and then its callees.
    pub(super) above: usize,
    /// How many rows of each half next to the function are out of sight.
    pub(super) callers_passed: usize,
    pub(super) callees_passed: usize,
}

impl Spot {
    fn of(is_caller: bool, of: BoxOf) -> Self {
        match of {
            BoxOf::Node(MIDDLE) => Self::Middle,
            of if is_caller => Self::Caller(of),
            of => Self::Callee(of),
        }
    }

    /// Returns whether it is among the callers, and its box; `None` in the middle.
    pub(super) fn half(self) -> Option<(bool, BoxOf)> {
        match self {
            Self::Middle => None,
            Self::Caller(of) => Some((true, of)),
            Self::Callee(of) => Some((false, of)),
        }
    }
}

/// The node of the function in both trees, which is the first one.
const MIDDLE: u32 = 1;

impl Halves {
    /// Returns the tree of a half.
    pub(super) fn tree(&self, is_caller: bool) -> &Tree {
        if is_caller { &self.callers } else { &self.callees }
    }

    /// Returns a half as boxes in `width` columns, or the part of it that is seen.
    pub(super) fn graph(&self, is_caller: bool, width: usize, part: Option<Part>) -> Graph<'_> {
        let part = part.filter(|part| part.is_caller == is_caller);
        let (node, first_child) = part.map_or((MIDDLE, 0), |part| (part.parent, part.first_child));
        Graph { tree: self.tree(is_caller), zoom: Zoom { node, first_child }, width }
    }

    /// Returns which rows are seen in an area.
    pub(super) fn rows(&self, area: Rect, spot: Spot, part: Option<Part>) -> Rows {
        let (width, room) = (usize::from(area.width), usize::from(area.height).saturating_sub(1));
        let count = |is_caller: bool| {
            let rows = self.graph(is_caller, width, part).rows(1..room + 1);
            rows.iter().take_while(|row| !row.is_empty()).count()
        };
        let (callers, callees, half) = (count(true), count(false), room / 2);
        let above = if callers <= half { callers } else { (room - callees.min(room - half)).min(callers) };
        let passed = |is_caller: bool, room: usize| match spot.half() {
            Some((is_here, of)) if is_here == is_caller => {
                self.graph(is_caller, width, part).depth_of(of).saturating_sub(room)
            }
            _ => 0,
        };
        Rows { above, callers_passed: passed(true, above), callees_passed: passed(false, room - above) }
    }

    /// Returns what is at a column and a line of an area.
    pub(super) fn spot_at(
        &self,
        area: Rect,
        cursor: Spot,
        part: Option<Part>,
        (column, line): (usize, usize),
    ) -> Option<Spot> {
        let rows = self.rows(area, cursor, part);
        let (is_caller, depth) = match line.checked_sub(rows.above) {
            Some(0) => return Some(Spot::Middle),
            Some(below) => (false, rows.callees_passed + below),
            None => (true, rows.callers_passed + rows.above - line),
        };
        let middle = column * PARTS + PARTS / 2;
        let row = self.graph(is_caller, usize::from(area.width), part).row(depth);
        row.iter().find(|flame_box| flame_box.parts.contains(&middle)).map(|found| Spot::of(is_caller, found.of))
    }
}

/// Returns whether the view with the cursor shows icicles.
pub(super) fn has_cursor(state: &State) -> bool {
    state.view == View::Butterfly && state.sandwich.form == CallsForm::Icicles
}

/// Returns the icicles of the function that is selected, if there are any.
pub(super) fn halves(state: &State) -> Option<&Halves> {
    let icicles = state.sandwich.icicles.as_ref().filter(|icicles| icicles.name == state.selected)?;
    icicles.halves.as_ref()
}

/// Shows lists instead of icicles, or icicles instead of lists.
pub(super) fn flip(state: &mut State) {
    state.sandwich.form = match state.sandwich.form {
        CallsForm::Lists => CallsForm::Icicles,
        CallsForm::Icicles => CallsForm::Lists,
    };
    (state.sandwich.spot, state.sandwich.part) = (Spot::Middle, None);
    state.hovered = None;
}

/// Returns whether the cursor is at calls that are too narrow for boxes of their own.
pub(super) fn is_at_small_calls(state: &State) -> bool {
    has_cursor(state) && matches!(state.sandwich.spot.half(), Some((_, BoxOf::Rest { .. })))
}

/// Shows the small calls at the cursor as boxes.
pub(super) fn enter(state: &mut State) {
    if let Some((is_caller, BoxOf::Rest { parent, first_child, .. })) = state.sandwich.spot.half() {
        state.sandwich.part = Some(Part { is_caller, parent, first_child });
        state.sandwich.spot = Spot::Middle;
        step(state, if is_caller { Action::Up } else { Action::Down });
    }
}

/// Tells of which function calls are seen alone, if some are.
pub(super) fn part_text(state: &State) -> Option<String> {
    let part = state.sandwich.part.filter(|_| has_cursor(state))?;
    let what = if part.is_caller { "callers" } else { "callees" };
    Some(format!("small {what}:{}", halves(state)?.tree(part.is_caller).name(part.parent)))
}

/// Asks for the icicles of the function that is selected; paths that are too narrow to be seen are left out.
pub(super) fn question(state: &State) -> Ask {
    let name = state.selected.clone();
    let frame = state.table.as_ref().and_then(|table| {
        let row = table.rows.iter().position(|row| table.names.name(row.frame) == name)?;
        let both = |old: i64, new: i64| old.unsigned_abs() as f64 + new.unsigned_abs() as f64;
        Some(match &table.compared {
            Some(compared) => {
                let (cum, total) = (&compared.rows[row][1], &compared.total);
                both(cum.old, cum.new) / both(total.old, total.new).max(1.0)
            }
            None => both(0, table.rows[row].cum_sum) / both(0, table.total).max(1.0),
        })
    });
    let min_share = (frame.unwrap_or(0.0) * SEEN_SHARE).max(state.scope.min_share());
    Ask::Icicles { name, min_share, label: coloring::wanted_label(state) }
}

/// Returns whether there are icicles of what is selected, in the colours that are wanted.
pub(super) fn is_answered(state: &State) -> bool {
    let Some(icicles) = state.sandwich.icicles.as_ref().filter(|icicles| icicles.name == state.selected) else {
        return false;
    };
    let wanted = coloring::wanted_label(state);
    icicles.halves.as_ref().is_none_or(|halves| wanted.is_none() || halves.callers.tinted_by() == wanted.as_deref())
}

/// Takes icicles in; the cursor stays at the same path if it is still there.
pub(super) fn put(state: &mut State, icicles: &Arc<Icicles>) {
    // Its nodes are others in another tree.
    state.sandwich.part = None;
    let old = state.sandwich.icicles.replace(Arc::clone(icicles));
    let same = |is_caller: bool, of: BoxOf| {
        let old = old.as_ref().filter(|old| old.name == icicles.name)?.halves.as_ref()?;
        let (old, new) = (old.tree(is_caller), icicles.halves.as_ref()?.tree(is_caller));
        let BoxOf::Node(node) = of else { return None };
        let path = old.path(node);
        let (found, passed) = new.follow(path.iter().map(|&frame| old.names.name(frame)));
        (passed == path.len()).then(|| Spot::of(is_caller, BoxOf::Node(found)))
    };
    let spot = state.sandwich.spot.half().and_then(|(is_caller, of)| same(is_caller, of));
    state.sandwich.spot = spot.unwrap_or_default();
}

/// Returns the name in the middle of icicles or lists, which may be of another granularity than what is selected.
pub(super) fn middle(state: &State) -> Option<&str> {
    match state.sandwich.form {
        _ if state.view != View::Butterfly => None,
        CallsForm::Lists => {
            let calls = state.calls.as_ref().filter(|calls| calls.name == state.selected)?;
            Some(calls.center_name())
        }
        CallsForm::Icicles => Some(halves(state)?.callers.name(MIDDLE)),
    }
}

fn width(state: &State) -> usize {
    usize::from(area_of(state, View::Butterfly).width)
}

/// Goes to the box beside, above or below.
pub(super) fn step(state: &mut State, action: Action) {
    let Some(halves) = halves(state) else { return };
    let (width, part) = (width(state), state.sandwich.part);
    let next = match (state.sandwich.spot.half(), action) {
        (None, Action::Up | Action::Down) => {
            let is_caller = action == Action::Up;
            let graph = halves.graph(is_caller, width, part);
            graph.below(BoxOf::Node(graph.zoom.node)).map(|of| Spot::of(is_caller, of))
        }
        (None, _) => None,
        (Some((is_caller, of)), _) => {
            let graph = halves.graph(is_caller, width, part);
            // Callers grow upwards.
            let found = match (action, is_caller) {
                (Action::Up, true) | (Action::Down, false) => graph.below(of),
                (Action::Down, true) | (Action::Up, false) => graph.above(of),
                (Action::Left, _) => graph.beside(of, false),
                _ => graph.beside(of, true),
            };
            let is_edge = found == Some(BoxOf::Node(graph.zoom.node));
            found.map(|of| if is_edge { Spot::Middle } else { Spot::of(is_caller, of) })
        }
    };
    if let Some(next) = next {
        state.sandwich.spot = next;
    }
}

/// Goes several rows up or down, on the heaviest path beyond the middle.
pub(super) fn leap(state: &mut State, action: Action, rows: usize) {
    for _ in 0..rows {
        let before = state.sandwich.spot;
        step(state, action);
        if state.sandwich.spot == before {
            break;
        }
    }
}

/// Goes to a box that matches what is searched for, from top to bottom.
pub(super) fn to_match(state: &mut State, way: Way) {
    let Some(halves) = halves(state) else { return };
    let (width, part) = (width(state), state.sandwich.part);
    let spots = |is_caller: bool| {
        let boxes = halves.graph(is_caller, width, part).boxes();
        boxes.into_iter().skip(1).map(move |of| Spot::of(is_caller, of))
    };
    let mut all: Vec<Spot> = spots(true).collect();
    all.reverse();
    all.push(Spot::Middle);
    all.extend(spots(false));
    let is_match = |spot: &Spot| {
        let (is_caller, of) = spot.half().unwrap_or((false, BoxOf::Node(MIDDLE)));
        matches!(of, BoxOf::Node(node) if state.is_match(halves.tree(is_caller).node(node).frame))
    };
    let here = all.iter().position(|spot| *spot == state.sandwich.spot).unwrap_or(0);
    match way.find(here, all.len(), |index| is_match(&all[index])) {
        Some(index) => state.sandwich.spot = all[index],
        None if way != Way::Here => state.tell("no box that is wide enough to be seen matches"),
        None => {}
    }
}

/// Returns the name at the cursor; that of what is selected as long as there are no icicles of it.
pub(super) fn current(state: &State) -> Option<String> {
    match state.sandwich.spot.half().zip(halves(state)) {
        None => Some(state.selected.clone()).filter(|name| !name.is_empty()),
        Some(((is_caller, BoxOf::Node(node)), halves)) => Some(halves.tree(is_caller).name(node).to_owned()),
        Some(((_, BoxOf::Rest { .. }), _)) => None,
    }
}

/// Moves the cursor to a box that is shown: what is too narrow gives way to what it was called by, or calls.
pub(super) fn keep_in_sight(state: &mut State) {
    let Some((is_caller, mut of)) = state.sandwich.spot.half() else { return };
    let Some(halves) = halves(state) else { return };
    let graph = halves.graph(is_caller, width(state), state.sandwich.part);
    let is_there = |of: BoxOf| match of {
        BoxOf::Node(node) | BoxOf::Rest { parent: node, .. } => node != TOP && (node as usize) < graph.tree.len(),
    };
    while is_there(of) && graph.row(graph.depth_of(of)).iter().all(|flame_box| flame_box.of != of) {
        of = graph.above(of).unwrap_or(BoxOf::Node(graph.zoom.node));
    }
    let is_seen = is_there(of) && of != BoxOf::Node(graph.zoom.node);
    state.sandwich.spot = if is_seen { Spot::of(is_caller, of) } else { Spot::Middle };
}
