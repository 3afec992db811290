//! The list of the view of labels: which rows there are, which of them are marked, what choosing them filters.

use std::collections::HashSet;
use std::sync::Arc;

use super::act::set_chip;
use super::chip::Chip;
use super::chips::change;
use super::labels::{LabelKey, query_word};
use super::state::{State, View};

/// So many values of a key are seen before it is unfolded; numbers with a histogram are all folded at first.
const FOLDED_VALUES: usize = 10;

/// A row of the list; numbers are those of keys, buckets and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelRow {
    Key(usize),
    Bucket(usize, usize),
    Value(usize, usize),
    /// There are more values.
    More(usize),
}

/// Where one is in the list of labels.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelList {
    pub(super) rows: Vec<LabelRow>,
    /// Keys whose values are all listed.
    open: HashSet<String>,
    /// The row where a range begins.
    pub(super) mark: Option<usize>,
    /// The row of the cursor in words, so that it is found again when there are other rows.
    at: Option<(String, String)>,
}

/// Whether samples with a label are kept or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Keep,
    Drop,
}

impl LabelRow {
    fn key(self) -> usize {
        match self {
            Self::Key(key) | Self::Bucket(key, _) | Self::Value(key, _) | Self::More(key) => key,
        }
    }
}

/// Takes in what labels weigh; the cursor stays at the same label if it is still there.
pub(super) fn put_labels(state: &mut State, labels: Arc<Vec<LabelKey>>) {
    state.labels = Some(labels);
    list_rows(state);
    let Some(at) = state.label_list.at.clone() else { return };
    let words = (0..state.label_list.rows.len()).map(|row| words_of(state, row));
    let found = words.collect::<Vec<_>>().iter().position(|words| words.as_ref() == Some(&at));
    if let Some(row) = found {
        state.places[View::Labels as usize].row = row;
    }
}

/// Forgets what labels weigh, but not where the cursor is.
pub(super) fn forget_labels(state: &mut State) {
    remember_row(state);
    state.labels = None;
    state.label_list.rows = Vec::new();
    state.label_list.mark = None;
}

/// Notes in words where the cursor is.
pub(super) fn remember_row(state: &mut State) {
    if state.labels.is_some() {
        state.label_list.at = words_of(state, state.place_in(View::Labels).row);
    }
}

fn words_of(state: &State, row: usize) -> Option<(String, String)> {
    let labels = state.labels.as_ref()?;
    let row = *state.label_list.rows.get(row)?;
    let key = labels.get(row.key())?;
    let text = match row {
        LabelRow::Key(_) | LabelRow::More(_) => String::new(),
        LabelRow::Bucket(_, index) => key.range(&key.histogram.as_ref()?.buckets[index], true),
        LabelRow::Value(_, index) => key.query(&key.values[index].content),
    };
    Some((key.key.clone(), text))
}

fn list_rows(state: &mut State) {
    let list = &mut state.label_list;
    (list.rows, list.mark) = (Vec::new(), None);
    for (index, key) in state.labels.iter().flat_map(|labels| labels.iter()).enumerate() {
        list.rows.push(LabelRow::Key(index));
        let buckets = key.histogram.as_ref().map_or(0, |histogram| histogram.buckets.len());
        list.rows.extend((0..buckets).map(|bucket| LabelRow::Bucket(index, bucket)));
        let seen = match (list.open.contains(&key.key), buckets) {
            (true, _) => key.values.len(),
            (false, 0) => key.values.len().min(FOLDED_VALUES),
            (false, _) => 0,
        };
        list.rows.extend((0..seen).map(|value| LabelRow::Value(index, value)));
        if seen < key.values.len() {
            list.rows.push(LabelRow::More(index));
        }
    }
}

fn row_at_cursor(state: &State) -> Option<LabelRow> {
    state.label_list.rows.get(state.place_in(View::Labels).row).copied()
}

/// Lists all values of the key at the cursor.
pub(super) fn unfold(state: &mut State) {
    let (Some(row), Some(labels)) = (row_at_cursor(state), &state.labels) else { return };
    let key = labels[row.key()].key.clone();
    if state.label_list.open.insert(key) {
        list_rows(state);
    }
}

/// Lists the heaviest values of the key at the cursor alone; if it is so already, goes to the key.
pub(super) fn fold(state: &mut State) {
    let (Some(row), Some(labels)) = (row_at_cursor(state), state.labels.clone()) else { return };
    let is_open = state.label_list.open.remove(&labels[row.key()].key);
    if is_open {
        list_rows(state);
    }
    if !is_open || row_at_cursor(state) != Some(row) {
        let key = LabelRow::Key(row.key());
        let found = state.label_list.rows.iter().position(|other| *other == key);
        state.place().row = found.unwrap_or(0);
    }
}

/// Goes to the next key, or the one before.
pub(super) fn to_key(state: &mut State, is_next: bool) {
    let here = state.place_in(View::Labels).row;
    let is_key = |row: &usize| matches!(state.label_list.rows[*row], LabelRow::Key(_));
    let count = state.label_list.rows.len();
    let found = if is_next { (here + 1..count).find(is_key) } else { (0..here.min(count)).rev().find(is_key) };
    if let Some(row) = found {
        state.place().row = row;
    }
}

/// Begins a range at the cursor, or forgets where it began.
pub(super) fn mark(state: &mut State) {
    let row = state.place_in(View::Labels).row;
    if state.label_list.mark.take().is_some() {
        return;
    }
    match row_at_cursor(state) {
        Some(LabelRow::Bucket(..) | LabelRow::Value(..)) => {
            state.label_list.mark = Some(row);
            state.tell("a range begins here; move on and choose");
        }
        _ => state.tell("a range begins at a value"),
    }
}

/// Returns the rows that are chosen, if any: from the mark to the cursor.
pub(super) fn chosen_rows(state: &State) -> std::ops::RangeInclusive<usize> {
    let here = state.place_in(View::Labels).row;
    let other = state.label_list.mark.unwrap_or(here);
    here.min(other)..=here.max(other)
}

/// Keeps, or drops, the samples with the labels that are chosen; what was chosen before is not any more.
pub(super) fn choose(state: &mut State, choice: Choice) {
    if row_at_cursor(state).is_some_and(|row| matches!(row, LabelRow::More(_))) {
        return unfold(state);
    }
    let query = match query(state) {
        Ok(query) => query,
        Err(fault) => return state.complain(fault),
    };
    let query = match choice {
        Choice::Keep => query,
        Choice::Drop => format!("not ({query})"),
    };
    state.label_list.mark = None;
    let chip = Chip::Label(query);
    if state.scope.chips.contains(&chip) {
        return change(state, |scope| scope.chips.retain(|old| *old != chip));
    }
    set_chip(state, chip);
}

/// Writes the query for the rows that are chosen.
pub(super) fn query(state: &State) -> Result<String, String> {
    let nothing = || "there is no label at the cursor".to_owned();
    let labels = state.labels.as_ref().ok_or_else(nothing)?;
    let rows: Vec<LabelRow> = chosen_rows(state).filter_map(|row| state.label_list.rows.get(row)).copied().collect();
    let first = *rows.first().ok_or_else(nothing)?;
    let key = &labels[first.key()];
    if rows.iter().any(|row| row.key() != first.key()) {
        return Err("a range is of one key".to_owned());
    }
    let buckets = || key.histogram.iter().flat_map(|histogram| &histogram.buckets);
    let chosen: Vec<usize> =
        rows.iter().filter_map(|row| if let LabelRow::Bucket(_, index) = row { Some(*index) } else { None }).collect();
    if let (Some(first), Some(last)) = (chosen.first(), chosen.last()) {
        let (first, last) = (buckets().nth(*first), buckets().nth(*last));
        let (first, last) = (first.ok_or_else(nothing)?, last.ok_or_else(nothing)?);
        return Ok(key.query_range(first.from, last.end));
    }
    let values: Vec<String> = rows
        .iter()
        .filter_map(|row| if let LabelRow::Value(_, index) = row { Some(&key.values[*index].content) } else { None })
        .map(|content| key.query(content))
        .collect();
    match values.as_slice() {
        [] => Ok(format!("has({})", query_word(&key.key))),
        several => Ok(several.join(" or ")),
    }
}
