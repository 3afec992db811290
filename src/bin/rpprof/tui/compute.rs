//! Answers to questions, by the reports and sums of the library.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rpprof::aggregate::{CallTree, CallTreeOptions, FrameId, Frames, Root, StackWeights, call_graph, flat_and_cum};
use rpprof::profile::{Profile, StackId};
use rpprof::render::{self, TableStyle};
use rpprof::report::{self, Extent, ListingOptions, TagsOptions, ValueOptions};
use rpprof::transform::Selection;

use super::answer::{Annotated, CallRow, Calls, LabelRow, Matches, Reply, Table, TableRow};
use super::compare;
use super::export::export;
use super::instructions::instructions;
use super::request::Ask;
use super::scope::{Sides, quoted_files};
use super::tree::Tree;
use super::worker::{Prepared, Sources};
use crate::source::{Machine, SourceFinder};

/// Answers a question.
///
/// # Errors
/// Why there is no answer, in words.
pub(super) fn reply(prepared: &Prepared<'_, '_>, sources: &Sources, ask: &Ask) -> Result<Reply, String> {
    Ok(match ask {
        Ask::Table => Reply::Table(Arc::new(table(prepared)?)),
        Ask::Tree { root, min_share } => Reply::Tree(Arc::new(tree(prepared, *root, *min_share)?)),
        Ask::Calls => Reply::Calls(Arc::new(calls(prepared)?)),
        Ask::Labels => Reply::Labels(Arc::new(labels(prepared)?)),
        Ask::Info => Reply::Info(Arc::new(info(prepared, sources)?)),
        Ask::Source(functions) => Reply::Source(Arc::new(source(prepared, sources, functions)?)),
        Ask::Instructions(functions) => Reply::Instructions(Arc::new(instructions(prepared, sources, functions)?)),
        Ask::Search(text) => Reply::Search(Arc::new(search(prepared, text)?)),
        Ask::Export { path, root } => Reply::Export(export(prepared, path, *root)?),
    })
}

fn table(prepared: &Prepared<'_, '_>) -> Result<Table, String> {
    if let Some(old) = &prepared.old {
        return compare::table(prepared, old);
    }
    let sums = flat_and_cum(&prepared.selection, &prepared.frames, &prepared.weights);
    let rows: Vec<TableRow> = (0..)
        .zip(sums.flat.iter().zip(&sums.cum))
        .filter(|(_, (flat, cum))| **flat != 0 || **cum != 0)
        .map(|(frame, (&flat, &cum))| TableRow { frame, flat, cum })
        .collect();
    let names = &prepared.names;
    let name = |row: &TableRow| &names[row.frame as usize].name;
    let order = |compare: &dyn Fn(&TableRow, &TableRow) -> std::cmp::Ordering| {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect(); // No more rows than 32-bit frames.
        order.sort_by(|&one, &other| compare(&rows[one as usize], &rows[other as usize]));
        order
    };
    let weight = |flat: i64, cum: i64| (Reverse(flat.unsigned_abs()), Reverse(cum.unsigned_abs()));
    let by_flat = order(&|one, other| {
        weight(one.flat, one.cum).cmp(&weight(other.flat, other.cum)).then_with(|| name(one).cmp(name(other)))
    });
    let by_cum = order(&|one, other| {
        weight(one.cum, one.flat).cmp(&weight(other.cum, other.flat)).then_with(|| name(one).cmp(name(other)))
    });
    let by_name = order(&|one, other| name(one).cmp(name(other)).then(one.frame.cmp(&other.frame)));
    let shown = rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.flat));
    let (total, unmatched) = (prepared.weights.total(), prepared.unmatched.clone());
    Ok(Table { names: Arc::clone(names), rows, by_flat, by_cum, by_name, total, shown, unmatched, compared: None })
}

fn tree(prepared: &Prepared<'_, '_>, root: Root, min_share: f64) -> Result<Tree, String> {
    if let Some(old) = &prepared.old {
        return compare::tree(prepared, old, root, min_share);
    }
    let options = CallTreeOptions::new(root, min_share);
    let tree = CallTree::new(&prepared.selection, &prepared.frames, &prepared.weights, options);
    Ok(Tree::new(&tree, root, min_share, Arc::clone(&prepared.names)))
}

fn calls(prepared: &Prepared<'_, '_>) -> Result<Calls, String> {
    let (mut callers, mut callees) = call_lists(&prepared.selection, &prepared.frames, &prepared.weights);
    if let Some(old) = &prepared.old {
        let (old_callers, old_callees) = call_lists(&old.selection, &old.frames, &old.weights);
        compare::add_old_calls(&mut callers, old_callers, prepared, old)?;
        compare::add_old_calls(&mut callees, old_callees, prepared, old)?;
    }
    Ok(Calls { names: Arc::clone(&prepared.names), callers, callees })
}

/// Returns the callers and the callees of each frame.
fn call_lists(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
) -> (Vec<Vec<CallRow>>, Vec<Vec<CallRow>>) {
    let graph = call_graph(selection, frames, weights, |_| true);
    let mut callers = vec![Vec::new(); frames.len()];
    let mut callees = callers.clone();
    for id in graph.ids() {
        for call in graph.calls_from(id).filter(|call| call.weight.sum != 0) {
            let (caller, callee) = (graph.node(call.caller).frame, graph.node(call.callee).frame);
            let row = |frame: FrameId| CallRow { frame: frame.index() as u32, weight: call.weight.sum, old: 0 };
            callees[caller.index()].push(row(callee));
            callers[callee.index()].push(row(caller));
        }
    }
    for list in callers.iter_mut().chain(&mut callees) {
        list.sort_by_key(|call| (Reverse(call.weight.unsigned_abs()), call.frame));
    }
    (callers, callees)
}

fn labels(prepared: &Prepared<'_, '_>) -> Result<Vec<LabelRow>, String> {
    let mut options = TagsOptions::default();
    options.values = prepared.values.clone();
    let tags = report::tags(&prepared.selection, &options);
    let mut old = match &prepared.old {
        Some(old) => compare::old_labels(prepared, old)?,
        None => BTreeMap::new(),
    };
    let mut rows = Vec::new();
    for key in &tags.keys {
        let mut gone = old.remove(key.key).unwrap_or_default();
        let name = key.key.to_owned();
        rows.push(LabelRow::Key { key: name.clone(), values: key.values, unlabelled: key.unlabelled });
        rows.extend(key.rows.iter().map(|row| {
            let text = row.text.clone().into_owned();
            let old = gone.remove(&text).unwrap_or(0);
            LabelRow::Value { key: name.clone(), text, value: row.value, old }
        }));
        push_gone(&mut rows, &name, gone);
    }
    for (name, gone) in old {
        rows.push(LabelRow::Key { key: name.clone(), values: gone.len(), unlabelled: prepared.weights.total() });
        push_gone(&mut rows, &name, gone);
    }
    Ok(rows)
}

/// Adds values of a key that only old samples have.
fn push_gone(rows: &mut Vec<LabelRow>, key: &str, gone: HashMap<String, i64>) {
    let mut gone: Vec<(String, i64)> = gone.into_iter().collect();
    gone.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    rows.extend(gone.into_iter().map(|(text, old)| LabelRow::Value { key: key.to_owned(), text, value: 0, old }));
}

fn info(prepared: &Prepared<'_, '_>, sources: &Sources) -> Result<Vec<String>, String> {
    let files = match prepared.scope.sides {
        Sides::Old => &sources.base,
        Sides::New | Sides::Both => &sources.files,
    };
    let mut lines = info_of(prepared.selection.profile(), files, sources)?;
    if let Some(old) = &prepared.old {
        lines.splice(0..0, [format!("New: {}", quoted_files(files)), String::new()]);
        lines.extend([String::new(), format!("Old: {}", quoted_files(&sources.base)), String::new()]);
        lines.extend(info_of(old.selection.profile(), &sources.base, sources)?);
    }
    Ok(lines)
}

fn info_of(profile: &Profile, files: &[PathBuf], sources: &Sources) -> Result<Vec<String>, String> {
    let info = report::info(profile).map_err(|error| error.to_string())?;
    let files = quoted_files(files);
    let command = |hint: &str| {
        let (command, flags) = hint.split_once(' ').unwrap_or((hint, ""));
        format!("rpprof {command} {files} {flags}").trim_end().to_owned()
    };
    let mut text = Vec::new();
    render::info(&info, &command, &sources.time_zone, TableStyle::default(), &mut text)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

fn source(prepared: &Prepared<'_, '_>, sources: &Sources, functions: &str) -> Result<Annotated, String> {
    let machine = Machine::this();
    let finder = SourceFinder::new(&sources.source, &machine);
    let list = |selection: &Selection<'_>, values: &ValueOptions| {
        let mut options = ListingOptions::default();
        options.values = values.clone();
        options.functions = Regex::new(functions).ok();
        options.inlines = prepared.scope.inlines;
        options.extent = Extent::Function;
        report::listing(selection, &options, |file| finder.find(file))
    };
    let listing = list(&prepared.selection, &prepared.values);
    match &prepared.old {
        Some(old) => compare::annotated(listing, &list(&old.selection, &old.values), prepared, old),
        None => Ok(Annotated { listing, old: None }),
    }
}

/// Compiles what is searched for: capitals count only if there are some.
pub(super) fn search_expression(text: &str) -> Result<Regex, String> {
    let has_capitals = text.chars().any(char::is_uppercase);
    RegexBuilder::new(text)
        .case_insensitive(!has_capitals)
        .build()
        .map_err(|_| format!("{text:?} is not a regular expression"))
}

fn search(prepared: &Prepared<'_, '_>, text: &str) -> Result<Matches, String> {
    let expression = search_expression(text)?;
    let is_match: Vec<bool> = prepared.names.iter().map(|frame| expression.is_match(&frame.name)).collect();
    let weight_of = |selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights| {
        let mut weight = 0_i64;
        for (row, &value) in weights.weights().iter().enumerate().filter(|(_, value)| **value != 0) {
            let Some(stack) = selection.stack(StackId::from_index(row)) else { continue };
            let found = |frame: &FrameId| is_match[frame.index()];
            if stack.iter().any(|&location| frames.at(location).iter().any(found)) {
                weight = weight.wrapping_add(value);
            }
        }
        weight
    };
    let weight = weight_of(&prepared.selection, &prepared.frames, &prepared.weights);
    let old_weight = match &prepared.old {
        Some(old) => compare::comparable(prepared, old, weight_of(&old.selection, &old.frames, &old.weights))?,
        None => 0,
    };
    let count = is_match.iter().filter(|is_match| **is_match).count();
    Ok(Matches { is_match, count, weight, old_weight })
}
