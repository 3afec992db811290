//! Views and functions that were seen one after another.

use super::act::go;
use super::find::to_center;
use super::panes;
use super::state::{State, View};

/// So many are remembered.
const MOST: usize = 256;

/// A view, with the function that was selected.
type Visit = (View, String);

/// What was seen before what is seen, and what was gone back from.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits {
    before: Vec<Visit>,
    ahead: Vec<Visit>,
}

fn here(state: &State) -> Visit {
    (state.list_view(), state.selected.clone())
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
        Some((view, name)) => {
            to.push(here);
            // Somewhere else first, so that the view begins at the name.
            panes::leave(state);
            state.view = View::Info;
            state.select(name);
            go(state, view);
            if view == View::Butterfly {
                to_center(state);
            }
        }
        None => state.tell(if is_back { "nothing was seen before" } else { "there is nothing ahead" }),
    }
    state.visits = visits;
}
