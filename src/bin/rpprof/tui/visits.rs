//! Views and functions that were seen one after another.

use super::act::go;
use super::find::to_center;
use super::panes;
use super::sandwich::CallsForm;
use super::state::{State, View};

/// So many are remembered.
const MOST: usize = 256;

/// A view, with the frame that was selected and what matched its functions.
type Visit = (View, String, String);

/// What was seen before what is seen, and what was gone back from.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits {
    before: Vec<Visit>,
    ahead: Vec<Visit>,
}

fn here(state: &State) -> Visit {
    (state.list_view(), state.selected.clone(), state.functions.clone())
}

/// Notes what is seen before going elsewhere.
pub(super) fn leave(state: &mut State) {
    let here = here(state);
    let visits = &mut state.visits;
    if visits.before.last() != Some(&here) {
        visits.before.push(here);
    }
    if visits.before.len() > MOST {
        visits.before.remove(0);
    }
    visits.ahead.clear();
}

/// Goes back to what was seen before, or forward again.
pub(super) fn step(state: &mut State, is_back: bool) {
    if let Some(name) = state.current().filter(|_| state.panes.list.is_none() && state.view != View::Butterfly) {
        state.select(name);
    }
    let here = here(state);
    let mut visits = std::mem::take(&mut state.visits);
    let (from, to) =
        if is_back { (&mut visits.before, &mut visits.ahead) } else { (&mut visits.ahead, &mut visits.before) };
    let found = loop {
        match from.pop() {
            Some(visit) if visit == here => {}
            other => break other,
        }
    };
    match found {
        Some(visit) => {
            to.push(here);
            again(state, visit);
        }
        None => state.tell(if is_back { "nothing was seen before" } else { "there is nothing ahead" }),
    }
    state.visits = visits;
}

/// Shows what was seen at a visit.
fn again(state: &mut State, (view, name, functions): Visit) {
    // Somewhere else first, so that the view begins at the name.
    panes::leave(state);
    state.view = View::Info;
    state.select(name);
    state.functions = functions;
    go(state, view);
    if view == View::Butterfly {
        to_center(state);
    }
}

/// Goes back to the last view that is there, which need not be computed; to the table if there is none.
pub(super) fn retreat(state: &mut State) {
    let left = here(state);
    let mut visits = std::mem::take(&mut state.visits);
    let found = loop {
        match visits.before.pop() {
            Some(visit) if !is_there(state, &visit) => {}
            other => break other,
        }
    };
    again(state, found.unwrap_or_else(|| (View::Top, left.1.clone(), left.2.clone())));
    visits.ahead.push(left);
    state.visits = visits;
}

/// Returns whether all is there that a view shows.
fn is_there(state: &State, (view, name, functions): &Visit) -> bool {
    match view {
        View::Top => state.table.is_some(),
        View::Flame | View::Tree => state.tree.is_some(),
        View::Butterfly => match state.sandwich.form {
            CallsForm::Lists => state.calls.as_ref().is_some_and(|calls| calls.name == *name),
            CallsForm::Icicles => state.sandwich.icicles.as_ref().is_some_and(|icicles| icicles.name == *name),
        },
        View::Source => state.source.as_ref().is_some_and(|(shown, _)| shown == functions),
        View::Disassembly => state.instructions.as_ref().is_some_and(|(shown, _)| shown == functions),
        View::Labels => state.labels.is_some(),
        View::Timeline => state.timeline.is_some(),
        View::Info => state.info.is_some(),
        View::LabelTop => false,
    }
}
