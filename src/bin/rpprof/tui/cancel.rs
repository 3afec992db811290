//! A step back while something is computed: to what was seen before it was asked for.

use super::chips::{here, undo};
use super::panes;
use super::state::State;
use super::visits;

/// Wants nothing any more that is computed, and shows again what was seen before.
pub(super) fn cancel(state: &mut State) {
    let is_missing = state.is_missing();
    let before = state.before.take();
    let is_in_detail = state.panes.list.is_some() && state.table.is_some();
    if is_missing && is_in_detail {
        // The list stays as it is, and nothing is asked for again beside it.
        panes::cancel_detail(state);
        panes::switch(state);
    }
    state.search.take_if(|search| search.matches.is_none());
    match before.filter(|before| before.view == state.view && before.scope.edition == state.scope.edition) {
        _ if is_missing && is_in_detail => {}
        Some(before) if is_missing => {
            restore(state, &before);
            if state.scope != before.scope {
                return state.tell("cancelled");
            }
            return state.tell("cancelled; <redo> does it after all");
        }
        _ => {
            state.forget_questions();
            if is_missing && state.table.is_some() {
                visits::retreat(state);
            } else if is_missing && !state.undo.is_empty() {
                undo(state);
                return state.tell("cancelled; <redo> does it after all");
            }
        }
    }
    state.tell("cancelled");
}

/// Makes all that was seen seen again, with all that was computed for it.
fn restore(state: &mut State, before: &State) {
    let left = here(state);
    let (mut undo, mut redo) = (std::mem::take(&mut state.undo), std::mem::take(&mut state.redo));
    if before.scope != left.scope {
        // What is cancelled was a step ahead, or a step back.
        if undo.last().is_some_and(|step| step.scope == before.scope) {
            undo.pop();
            redo.push(left);
        } else if redo.last().is_some_and(|step| step.scope == before.scope) {
            redo.pop();
            undo.push(left);
        }
    }
    state.become_again(before);
    (state.undo, state.redo) = (undo, redo);
}
