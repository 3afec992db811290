//! Answers to questions, by the reports and sums of the library.

use std::cmp::Reverse;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use regex::Regex;
use rpprof::aggregate::{
    Amount, Averaging, CallTree, CallTreeOptions, FrameId, Frames, Interrupt, Root, StackOrder, StackWeights,
    TreeColumn, TreeDetail, flat_and_cum_divisors, neighbours,
};
use rpprof::profile::{Profile, StackId};
use rpprof::render::{self, TableStyle};
use rpprof::report::{self, Extent, ListingOptions, ValueOptions};
use rpprof::transform::Selection;

use super::answer::{Annotated, CallRow, Calls, Halves, Icicles, Matches, Reply, Table, TableRow};
use super::center::center;
use super::compare;
use super::export::export;
use super::frame_name::FrameNames;
use super::highlight::highlight;
use super::instructions::instructions;
use super::labels;
use super::prepare::Prepared;
use super::request::Ask;
use super::scope::{Sides, quoted_files};
use super::timeline::timeline;
use super::tints::tints;
use super::tree::{Totals, Tree};
use super::within::within;
use super::worker::Sources;
use crate::source::SourceFinder;

/// Stacks between two looks at whether an answer is still wanted.
const STACKS_AT_ONCE: usize = 1 << 13;

/// Answers a question; `None` if it was interrupted.
pub(super) fn reply(
    prepared: &Prepared<'_, '_>,
    sources: &Sources,
    ask: &Ask,
    interrupt: &Interrupt,
) -> Option<Result<Reply, String>> {
    let done = |reply: Result<Reply, String>| Some(reply);
    match ask {
        Ask::Table | Ask::LabelTable => done(table(prepared, interrupt)?.map(|table| Reply::Table(Arc::new(table)))),
        Ask::Tree { root, min_share, details, label } => {
            let options = CallTreeOptions::new(*root, *min_share);
            let tree = tree(prepared, options, details, label.as_deref(), interrupt)?;
            done(tree.map(|tree| Reply::Tree(Arc::new(tree))))
        }
        Ask::Calls(name) => done(calls(prepared, name, interrupt)?.map(|calls| Reply::Calls(Arc::new(calls)))),
        Ask::Icicles { name, min_share, label } => {
            let found = icicles(prepared, name, *min_share, label.as_deref(), interrupt)?;
            done(found.map(|icicles| Reply::Icicles(Arc::new(icicles))))
        }
        Ask::Labels => done(labels::labels(prepared, interrupt)?.map(|rows| Reply::Labels(Arc::new(rows)))),
        Ask::Timeline(question) => {
            done(timeline(prepared, question, interrupt)?.map(|timeline| Reply::Timeline(Arc::new(timeline))))
        }
        Ask::Info => done(info(prepared, sources).map(|lines| Reply::Info(Arc::new(lines)))),
        Ask::Source(functions) => done(
            source(prepared, sources, functions, interrupt)?
                .map(|source| Reply::Source(functions.clone(), Arc::new(source))),
        ),
        Ask::Instructions(functions) => {
            let found = instructions(prepared, sources, functions, interrupt)?;
            done(found.map(|instructions| Reply::Instructions(functions.clone(), Arc::new(instructions))))
        }
        Ask::Search(text) => done(search(prepared, text, interrupt)?.map(|found| Reply::Search(Arc::new(found)))),
        // The worker does that before anything is prepared.
        Ask::Base(_) => None,
        Ask::Export { path, replaces: false, .. } if path.is_file() => done(Ok(Reply::Exists(path.clone()))),
        Ask::Export { path, root, .. } => done(export(prepared, &sources.files, path, *root).map(Reply::Export)),
    }
}

fn table(prepared: &Prepared<'_, '_>, interrupt: &Interrupt) -> Option<Result<Table, String>> {
    if let Some(old) = &prepared.old {
        return Some(compare::diff(prepared, old, interrupt)?.map(|diff| compare::table(prepared, diff)));
    }
    let sums = prepared.sums(interrupt)?;
    let divisors = flat_and_cum_divisors(&prepared.selection, &prepared.frames, &prepared.weights);
    let least = prepared.weights.total_amount().sum.unsigned_abs() as f64 * prepared.scope.min_share();
    let all = || (0..).zip(sums.flat.iter().zip(&sums.cum)).filter(|(_, (flat, cum))| **flat != 0 || **cum != 0);
    let mut rows: Vec<TableRow> = Vec::with_capacity(all().count());
    rows.extend(all().map(|(frame, (&flat_sum, &cum_sum))| {
        let value = |sum: i64, divisors: Option<&Vec<i64>>| {
            let divisor = divisors.map_or(0, |divisors| divisors[frame as usize]);
            Amount { sum, divisor }.value()
        };
        let flat = value(flat_sum, divisors.as_ref().map(|divisors| &divisors.flat));
        let cum = value(cum_sum, divisors.as_ref().map(|divisors| &divisors.cum));
        TableRow { frame, flat, cum, flat_sum, cum_sum }
    }));
    drop(sums);
    let names = &prepared.names;
    let is_shown = |row: &TableRow| row.cum_sum.unsigned_abs() as f64 >= least;
    // As `top` sorts them: equal ones by name, then by the other value.
    let order = |key: &(dyn Fn(&TableRow) -> [Reverse<u64>; 2] + Sync)| {
        // No more rows than 32-bit frames.
        let shown = || (0..).zip(&rows).filter(|(_, row)| is_shown(row));
        let mut order: Vec<(Reverse<u64>, u32, u32)> = Vec::with_capacity(shown().count());
        order.extend(shown().map(|(place, row)| (key(row)[0], names.rank(row.frame), place)));
        // Hardly any have the same name too, so that the other value is looked up.
        let other = |place: u32| (key(&rows[place as usize])[1], place);
        order.sort_unstable_by(|one, another| {
            (one.0, one.1).cmp(&(another.0, another.1)).then_with(|| other(one.2).cmp(&other(another.2)))
        });
        order.into_iter().map(|(.., place)| place).collect::<Vec<u32>>()
    };
    let (flat, cum) =
        (|row: &TableRow| Reverse(row.flat_sum.unsigned_abs()), |row: &TableRow| Reverse(row.cum_sum.unsigned_abs()));
    let (by_flat, by_cum, by_name) = thread::scope(|threads| {
        let by_cum = threads.spawn(|| order(&|row| [cum(row), flat(row)]));
        let by_flat = order(&|row| [flat(row), cum(row)]);
        let by_name = order(&|_| [Reverse(0); 2]);
        (by_flat, by_cum.join().unwrap_or_else(|panic| resume_unwind(panic)), by_name)
    });
    let shown = rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.flat_sum));
    let (all, unmatched) = (prepared.weights.total_amount(), prepared.unmatched.clone());
    let means = divisors.map(|_| (Amount { sum: shown, ..all }.value(), all.value()));
    let (names, total) = (Arc::clone(names), all.sum);
    Some(Ok(Table { names, rows, by_flat, by_cum, by_name, total, shown, means, unmatched, compared: None }))
}

fn tree(
    prepared: &Prepared<'_, '_>,
    options: CallTreeOptions,
    details: &[TreeDetail],
    label: Option<&str>,
    interrupt: &Interrupt,
) -> Option<Result<Tree, String>> {
    if let Some(old) = &prepared.old {
        // A comparison has small paths everywhere or nowhere.
        let min_share = details.iter().fold(options.min_share, |least, detail| least.min(detail.min_share));
        let flame = compare::flame(prepared, old, (options.root, ""), min_share, interrupt)?;
        return Some(flame.map(|flame| compare::tree(prepared, &flame, options.root, min_share)));
    }
    let column = TreeColumn::new(&prepared.selection, &prepared.frames, &prepared.weights);
    // Of stacks that are this scope's alone, the order is found out at once: it is most of what their tree takes.
    let own_order = match prepared.orders.are_of(prepared.selection.profile()) {
        true => None,
        false => Some(StackOrder::new(prepared.selection.profile(), options.root, interrupt)?),
    };
    let found = match own_order.as_ref().or_else(|| prepared.orders.get(options.root)) {
        Some(order) => CallTree::with_order(order, &column, options, details, interrupt)?,
        None => CallTree::with_details(&[column], options, details, interrupt)?,
    };
    // Whoever looks at a tree mostly looks at another one with other filters next.
    prepared.orders.begin(options.root);
    let mut tree = Tree::new(&found, options.root, options.min_share, Arc::clone(&prepared.names));
    tree.set_details(details);
    if prepared.weights.divisors().is_empty() {
        let shown = found.total().wrapping_sub(found.frameless());
        tree.totals = Some(Totals { shown, total: prepared.weights.total_amount().sum });
    }
    tinted(prepared, tree, (options.root, None), label, interrupt)
}

/// Finds out by which values of a label paths are coloured, if they are.
fn tinted(
    prepared: &Prepared<'_, '_>,
    mut tree: Tree,
    from: (Root, Option<FrameId>),
    label: Option<&str>,
    interrupt: &Interrupt,
) -> Option<Result<Tree, String>> {
    let Some(label) = label else { return Some(Ok(tree)) };
    Some(tints(prepared, &tree, from, label, interrupt)?.map(|tints| {
        tree.tints = Some(tints);
        tree
    }))
}

fn icicles(
    prepared: &Prepared<'_, '_>,
    name: &str,
    min_share: f64,
    label: Option<&str>,
    interrupt: &Interrupt,
) -> Option<Result<Icicles, String>> {
    let frame = center(prepared, name, interrupt)?;
    let half = |root: Root| -> Option<Result<Tree, String>> {
        if let Some(old) = &prepared.old {
            let name = frame.map_or(name, |frame| prepared.names.name(frame.index() as u32));
            let flame = compare::flame(prepared, old, (root, name), min_share, interrupt)?;
            return Some(flame.map(|flame| compare::tree(prepared, &flame, root, min_share)));
        }
        let names = Arc::clone(&prepared.names);
        let tree = match frame {
            Some(frame) => {
                let column = TreeColumn::new(&prepared.selection, &prepared.frames, &prepared.weights);
                CallTree::from_frame(&[column], frame, CallTreeOptions::new(root, min_share), interrupt)?
            }
            None => CallTree::default(),
        };
        tinted(prepared, Tree::new(&tree, root, min_share, names), (root, frame), label, interrupt)
    };
    let halves = match (half(Root::Leaves)?, half(Root::Callers)?) {
        (Ok(callers), Ok(callees)) => Halves { callers, callees },
        (Err(message), _) | (_, Err(message)) => return Some(Err(message)),
    };
    let is_there = !name.is_empty() && halves.callers.len() > 1 && halves.callees.len() > 1;
    Some(Ok(Icicles { name: name.to_owned(), halves: is_there.then_some(halves) }))
}

fn calls(prepared: &Prepared<'_, '_>, name: &str, interrupt: &Interrupt) -> Option<Result<Calls, String>> {
    let names = Arc::clone(&prepared.names);
    let Some(frame) = center(prepared, name, interrupt)? else {
        return Some(Ok(Calls {
            names,
            name: name.to_owned(),
            center: None,
            callers: Vec::new(),
            callees: Vec::new(),
        }));
    };
    let (mut callers, mut callees) =
        call_lists(&prepared.selection, &prepared.frames, &prepared.weights, &names, frame, interrupt)?;
    if let Some(old) = &prepared.old {
        let (old_callers, old_callees) =
            call_lists(&old.selection, &old.frames, &old.weights, &names, frame, interrupt)?;
        let factor = match compare::factor(prepared, old, interrupt)? {
            Ok(factor) => factor,
            Err(message) => return Some(Err(message)),
        };
        compare::add_old_calls(&mut callers, old_callers, factor, &names);
        compare::add_old_calls(&mut callees, old_callees, factor, &names);
    }
    Some(Ok(Calls { names, name: name.to_owned(), center: Some(frame.index() as u32), callers, callees })) // Of 32-bit ids.
}

/// Returns the callers and the callees of a frame.
fn call_lists(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    names: &FrameNames,
    frame: FrameId,
    interrupt: &Interrupt,
) -> Option<(Vec<CallRow>, Vec<CallRow>)> {
    let found = neighbours(selection, frames, weights, frame, interrupt)?;
    let list = |calls: Vec<(FrameId, i64)>| {
        let calls = calls.into_iter().filter(|(_, weight)| *weight != 0);
        let row = |(frame, weight): (FrameId, i64)| CallRow { frame: frame.index() as u32, weight, old: 0 };
        let mut rows: Vec<CallRow> = calls.map(row).collect();
        let rank = |frame: u32| names.rank(frame);
        rows.sort_by_key(|call| (Reverse(call.weight.unsigned_abs()), rank(call.frame), call.frame));
        rows
    };
    Some((list(found.callers), list(found.callees)))
}

fn info(prepared: &Prepared<'_, '_>, sources: &Sources) -> Result<Vec<String>, String> {
    let files = match prepared.scope.sides {
        Sides::Old => prepared.base,
        Sides::New | Sides::Both => sources.files.as_slice(),
    };
    let mut lines = info_of(prepared.selection.profile(), files, sources)?;
    if let Some(old) = &prepared.old {
        lines.splice(0..0, [format!("New: {}", quoted_files(files)), String::new()]);
        lines.extend([String::new(), format!("Old: {}", quoted_files(prepared.base)), String::new()]);
        lines.extend(info_of(old.selection.profile(), prepared.base, sources)?);
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

fn source(
    prepared: &Prepared<'_, '_>,
    sources: &Sources,
    functions: &str,
    interrupt: &Interrupt,
) -> Option<Result<Annotated, String>> {
    let finder = SourceFinder::new(&sources.source, &sources.machine);
    let within = within(prepared, functions, interrupt)?;
    let list = |selection: &Selection<'_>, values: &ValueOptions| {
        let mut options = ListingOptions::default();
        // Lines have sums, as `list` prints them.
        options.values = values.clone();
        options.values.averaging = Averaging::Sum;
        options.functions = Regex::new(&within.functions).ok();
        options.inlines = prepared.scope.inlines;
        options.extent = Extent::Function;
        report::listing_until(selection, &options, |file| finder.find(file), interrupt)
    };
    let listing = list(&prepared.selection, &prepared.values)?;
    let Some(old) = &prepared.old else {
        return Some(Ok(Annotated { spans: highlight(&listing), listing, old: None, within }.heaviest_first()));
    };
    let before = list(&old.selection, &old.values)?;
    let annotated = |factor| compare::annotated(listing, &before, factor, within).heaviest_first();
    Some(compare::factor(prepared, old, interrupt)?.map(annotated))
}

/// Finds what matches a pattern.
fn search(prepared: &Prepared<'_, '_>, pattern: &str, interrupt: &Interrupt) -> Option<Result<Matches, String>> {
    let expression = match Regex::new(pattern) {
        Ok(expression) => expression,
        Err(fault) => return Some(Err(fault.to_string())),
    };
    let is_match: Vec<bool> = prepared.names.names().map(|name| expression.is_match(name)).collect();
    let weight = matching_weight(&prepared.selection, &prepared.frames, &prepared.weights, &is_match, interrupt)?;
    let old_weight = match &prepared.old {
        Some(old) => {
            let weight = matching_weight(&old.selection, &old.frames, &old.weights, &is_match, interrupt)?;
            match compare::factor(prepared, old, interrupt)? {
                Ok(factor) => compare::scaled(weight, factor),
                Err(message) => return Some(Err(message)),
            }
        }
        None => 0,
    };
    // Some frames may be hidden by filters.
    let mut is_found = vec![false; is_match.len()];
    let old_frames = prepared.old.as_ref().map(|old| &old.frames);
    for frames in [&*prepared.frames].into_iter().chain(old_frames) {
        frames.by_location().items().iter().for_each(|frame| is_found[frame.index()] = is_match[frame.index()]);
    }
    let count = is_found.iter().filter(|is_found| **is_found).count();
    Some(Ok(Matches { is_match, count, weight, old_weight }))
}

/// Adds up the stacks in which some frame matches.
fn matching_weight(
    selection: &Selection<'_>,
    frames: &Frames<'_>,
    weights: &StackWeights,
    is_match: &[bool],
    interrupt: &Interrupt,
) -> Option<i64> {
    let by_location: Vec<bool> =
        frames.by_location().iter().map(|list| list.iter().any(|frame| is_match[frame.index()])).collect();
    let mut weight = 0_i64;
    for (row, &value) in weights.weights().iter().enumerate().filter(|(_, value)| **value != 0) {
        if row % STACKS_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        let Some(stack) = selection.stack(StackId::from_index(row)) else { continue };
        if stack.iter().any(|location| by_location[location.index()]) {
            weight = weight.wrapping_add(value);
        }
    }
    Some(weight)
}
