//! What is done where a label holds: the functions of the samples that the cursor of the labels chooses.

use std::sync::Arc;

use super::answer::{Table, TableRow};
use super::chip::Chip;
use super::delta::Delta;
use super::label_list::query;
use super::request::{Ask, Topic};
use super::scope::Scope;
use super::state::{Effect, State, View};

/// The functions of the samples that a query of labels chooses.
#[derive(Clone, Debug)]
pub(super) struct LabelDetail {
    pub(super) query: String,
    pub(super) table: Arc<Table>,
}

/// Returns what is looked at where a query holds.
pub(super) fn scope_of(state: &State, query: &str) -> Scope {
    let mut scope = state.scope.clone();
    scope.push(Chip::Label(query.to_owned()));
    scope
}

/// Asks for the functions of the samples that are chosen, if they are not there.
pub(super) fn needed(state: &mut State) -> Option<Effect> {
    let query = query(state).ok()?;
    let is_there = state.label_detail.as_ref().is_some_and(|detail| detail.query == query);
    if is_there && !state.is_stale[Topic::LabelTable as usize] {
        return None;
    }
    if state.label_wanted.as_ref() != Some(&query) {
        // What was asked before is of another row.
        state.cancel(Topic::LabelTable);
        state.label_wanted = Some(query.clone());
    }
    let scope = scope_of(state, &query);
    state.can_ask(Topic::LabelTable).then(|| state.ask_in(scope, Ask::LabelTable))
}

/// Takes in the table that was asked for last.
pub(super) fn put(state: &mut State, table: Arc<Table>) {
    let Some(query) = state.label_wanted.take() else { return };
    let is_same = state.label_detail.as_ref().is_some_and(|detail| detail.query == query);
    if !is_same {
        state.places[View::LabelTop as usize] = Default::default();
    }
    state.label_detail = Some(LabelDetail { query, table });
}

impl LabelDetail {
    /// Returns the row at a place of the list, the heaviest first, and how it changed if two profiles are compared.
    pub(super) fn row(&self, place: usize) -> Option<(TableRow, Option<&Delta>)> {
        let row = *self.table.by_flat.get(place)? as usize;
        let delta = self.table.compared.as_ref().map(|compared| &compared.rows[row][0]);
        Some((self.table.rows[row], delta))
    }

    /// Returns the name of the function at a place of the list.
    pub(super) fn name(&self, place: usize) -> Option<&str> {
        self.row(place).map(|(row, _)| self.table.names.name(row.frame))
    }
}
