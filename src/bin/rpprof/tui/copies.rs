//! What is copied besides names and commands: call paths, and rows as other programs take them.

use super::layout::BoxOf;
use super::state::{Effect, State, View};

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Tsv,
    Markdown,
}

/// Copies the call path at the cursor, the outermost function of the tree first.
pub(super) fn path(state: &mut State) -> Vec<Effect> {
    let node = match (state.view, state.flame_box) {
        (View::Flame, BoxOf::Node(node)) => Some(node),
        (View::Flame, BoxOf::Rest { parent, .. }) => Some(parent),
        _ => state.tree_rows.get(state.place_in(View::Tree).row).copied(),
    };
    let Some((tree, node)) = state.tree.as_ref().zip(node) else { return Vec::new() };
    let names = tree.path(node).into_iter().map(|frame| tree.names.name(frame));
    vec![Effect::Copy(names.collect::<Vec<_>>().join("\n"))]
}

/// Copies what the function at the cursor weighs in all, under headings.
pub(super) fn row(state: &mut State, form: Form) -> Vec<Effect> {
    let Some(name) = state.current() else {
        state.tell("there is no function at the cursor");
        return Vec::new();
    };
    let Some((headings, mut cells)) = cells(state, &name) else {
        state.tell("it weighs nothing here");
        return Vec::new();
    };
    cells.push(name);
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let text = match form {
        Form::Tsv => format!("{}\n{}", headings.join("\t"), cells.join("\t")),
        Form::Markdown => {
            let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
            let rule: Vec<String> = headings.iter().map(|_| "---".to_owned()).collect();
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            [line(&headings), line(&rule), line(&cells)].join("\n")
        }
    };
    vec![Effect::Copy(text)]
}

fn cells(state: &State, name: &str) -> Option<(&'static [&'static str], Vec<String>)> {
    let table = state.table.as_ref()?;
    let index = table.rows.iter().position(|row| table.names.name(row.frame) == name)?;
    if let Some(compared) = &table.compared {
        let cells = compared.rows[index].iter().flat_map(|delta| {
            [state.label(delta.old), state.label(delta.new), state.signed(delta.difference()), delta.percent()]
        });
        let headings: &[&str] = &[
            "old flat",
            "new flat",
            "flat delta",
            "flat delta%",
            "old cum",
            "new cum",
            "cum delta",
            "cum delta%",
            "function",
        ];
        return Some((headings, cells.collect()));
    }
    let row = table.rows[index];
    let percent = |sum: i64| rpprof::report::percent(sum, table.total).trim().to_owned();
    let cells = vec![state.label(row.flat), percent(row.flat_sum), state.label(row.cum), percent(row.cum_sum)];
    Some((&["flat", "flat%", "cum", "cum%", "function"], cells))
}
