//! Where the cursor is in source and machine code, so that it stays there when other values are looked at.

use super::answer::CodeRow;
use super::find::to_hottest;
use super::source_rows::SourceRow;
use super::state::{Place, State, View};

/// A line of source, or an instruction, that the cursor was at.
#[derive(Clone, Debug)]
pub(super) struct CodeCursor {
    /// What matches the functions that the code was of.
    functions: String,
    /// The same for the same line, whatever it weighs.
    line: String,
    /// How many rows were seen above it.
    above: usize,
}

/// Returns what tells the rows of source, or of machine code, apart.
fn lines(state: &State, view: View) -> Vec<String> {
    let of_source = |row: &SourceRow<'_>| match row {
        SourceRow::Head(routine) => format!("{} {}", routine.function, routine.file),
        SourceRow::Line(routine, line, ..) => format!("{} {} {}", routine.function, routine.file, line.line),
    };
    let of_code = |row: &CodeRow| match row {
        CodeRow::Instruction { address, .. } => address.clone(),
        CodeRow::Function { .. } | CodeRow::Line(_) => row.text().to_owned(),
    };
    match view {
        View::Source => state.source_lines().iter().map(of_source).collect(),
        _ => state.instructions.iter().flat_map(|(_, code)| &code.rows).map(of_code).collect(),
    }
}

/// Notes where the cursor of code is before that is computed anew; what was noted before stays if there is none.
pub(super) fn remember(state: &mut State) {
    for view in [View::Source, View::Disassembly] {
        let functions = match view {
            View::Source => state.source.as_ref().map(|(functions, _)| functions.clone()),
            _ => state.instructions.as_ref().map(|(functions, _)| functions.clone()),
        };
        let place = state.place_in(view);
        let line = lines(state, view).into_iter().nth(place.row);
        if let Some((functions, line)) = functions.zip(line) {
            let above = place.row.saturating_sub(place.first);
            state.code_cursors[usize::from(view == View::Source)] = Some(CodeCursor { functions, line, above });
        }
    }
}

/// Moves the cursor of code that was computed to the line where it was; of other code, to the line that weighs most.
pub(super) fn restore(state: &mut State, view: View, functions: &str) {
    let cursor = state.code_cursors[usize::from(view == View::Source)].take();
    let cursor = cursor.filter(|cursor| cursor.functions == functions);
    let found = cursor.and_then(|cursor| {
        let row = lines(state, view).iter().position(|line| *line == cursor.line)?;
        Some(Place { row, first: row.saturating_sub(cursor.above) })
    });
    match found {
        Some(place) => state.places[view as usize] = place,
        None => to_hottest(state, view),
    }
}
