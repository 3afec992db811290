//! Answers to questions, by the reports and sums of the library.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rpprof::aggregate::{CallTree, CallTreeOptions, FrameId, Root, call_graph, flat_and_cum};
use rpprof::codec::{self, WriteOptions};
use rpprof::profile::StackId;
use rpprof::render::{self, SvgOptions, TableStyle};
use rpprof::report::{self, Extent, FlameOptions, ListingOptions, TagsOptions};
use rpprof::transform::{compact, extract};

use super::answer::{Calls, LabelRow, Matches, Reply, Table, TableRow};
use super::request::Ask;
use super::scope::quoted_files;
use super::tree::Tree;
use super::worker::{Prepared, Sources};
use crate::args::OutputArgs;
use crate::output::{Content, write_output};
use crate::source::{Machine, SourceFinder};

/// The share of the whole below which an exported drawing leaves boxes out: half a pixel of 1200.
const MIN_DRAWN_SHARE: f64 = 0.5 / 1200.0;

/// Answers a question.
///
/// # Errors
/// Why there is no answer, in words.
pub(super) fn reply(prepared: &Prepared<'_, '_>, sources: &Sources, ask: &Ask) -> Result<Reply, String> {
    Ok(match ask {
        Ask::Table => Reply::Table(Arc::new(table(prepared))),
        Ask::Tree { root, min_share } => Reply::Tree(Arc::new(tree(prepared, *root, *min_share))),
        Ask::Calls => Reply::Calls(Arc::new(calls(prepared))),
        Ask::Labels => Reply::Labels(Arc::new(labels(prepared))),
        Ask::Info => Reply::Info(Arc::new(info(prepared, sources)?)),
        Ask::Source(function) => source(prepared, sources, function)?,
        Ask::Search(text) => Reply::Search(Arc::new(search(prepared, text)?)),
        Ask::Export { path, root } => Reply::Export(export(prepared, path, *root)?),
    })
}

fn table(prepared: &Prepared<'_, '_>) -> Table {
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
    Table { names: Arc::clone(names), rows, by_flat, by_cum, by_name, total, shown, unmatched }
}

fn tree(prepared: &Prepared<'_, '_>, root: Root, min_share: f64) -> Tree {
    let options = CallTreeOptions::new(root, min_share);
    let tree = CallTree::new(&prepared.selection, &prepared.frames, &prepared.weights, options);
    Tree::new(&tree, root, min_share, Arc::clone(&prepared.names))
}

fn calls(prepared: &Prepared<'_, '_>) -> Calls {
    let graph = call_graph(&prepared.selection, &prepared.frames, &prepared.weights, |_| true);
    let mut callers = vec![Vec::new(); prepared.frames.len()];
    let mut callees = callers.clone();
    for id in graph.ids() {
        for call in graph.calls_from(id).filter(|call| call.weight.sum != 0) {
            let (caller, callee) = (graph.node(call.caller).frame, graph.node(call.callee).frame);
            callees[caller.index()].push((callee.index() as u32, call.weight.sum));
            callers[callee.index()].push((caller.index() as u32, call.weight.sum));
        }
    }
    for list in callers.iter_mut().chain(&mut callees) {
        list.sort_by_key(|&(frame, weight)| (Reverse(weight.unsigned_abs()), frame));
    }
    Calls { names: Arc::clone(&prepared.names), callers, callees }
}

fn labels(prepared: &Prepared<'_, '_>) -> Vec<LabelRow> {
    let mut options = TagsOptions::default();
    options.values = prepared.values.clone();
    let tags = report::tags(&prepared.selection, &options);
    let mut rows = Vec::new();
    for key in &tags.keys {
        let name = key.key.to_owned();
        rows.push(LabelRow::Key { key: name.clone(), values: key.values, unlabelled: key.unlabelled });
        let value = |row: &report::TagRow<'_>| LabelRow::Value {
            key: name.clone(),
            text: row.text.clone().into_owned(),
            value: row.value,
        };
        rows.extend(key.rows.iter().map(value));
    }
    rows
}

fn info(prepared: &Prepared<'_, '_>, sources: &Sources) -> Result<Vec<String>, String> {
    let info = report::info(prepared.selection.profile()).map_err(|error| error.to_string())?;
    let files = quoted_files(&sources.files);
    let command = |hint: &str| {
        let (command, flags) = hint.split_once(' ').unwrap_or((hint, ""));
        format!("rpprof {command} {files} {flags}").trim_end().to_owned()
    };
    let mut text = Vec::new();
    render::info(&info, &command, &sources.time_zone, TableStyle::default(), &mut text)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

fn source(prepared: &Prepared<'_, '_>, sources: &Sources, function: &str) -> Result<Reply, String> {
    let mut options = ListingOptions::default();
    options.values = prepared.values.clone();
    options.functions = Regex::new(&format!("^{}$", regex::escape(function))).ok();
    options.inlines = prepared.scope.inlines;
    options.extent = Extent::Function;
    let machine = Machine::this();
    let finder = SourceFinder::new(&sources.source, &machine);
    let listing = report::listing(&prepared.selection, &options, |file| finder.find(file));
    Ok(Reply::Source(Arc::new(listing)))
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
    let frames = &prepared.frames;
    let mut weight = 0_i64;
    for (row, &value) in prepared.weights.weights().iter().enumerate().filter(|(_, value)| **value != 0) {
        let Some(stack) = prepared.selection.stack(StackId::from_index(row)) else { continue };
        let found = |frame: &FrameId| is_match[frame.index()];
        if stack.iter().any(|&location| frames.at(location).iter().any(found)) {
            weight = weight.wrapping_add(value);
        }
    }
    let count = is_match.iter().filter(|is_match| **is_match).count();
    Ok(Matches { is_match, count, weight })
}

/// Writes a file whole or not at all; returns what was written.
fn export(prepared: &Prepared<'_, '_>, path: &Path, root: Root) -> Result<String, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let output = OutputArgs { path: Some(path.to_owned()) };
    let mut options = FlameOptions::default();
    options.values = prepared.values.clone();
    options.frames = prepared.scope.frame_options();
    options.root = root;
    let (what, written) = if name.ends_with(".svg") {
        options.min_share = MIN_DRAWN_SHARE;
        let flame = report::flame(&prepared.selection, &options);
        if !flame.boxes.iter().any(|flame_box| flame_box.total > 0) {
            return Err("there is nothing to draw: no sample has a positive value".to_owned());
        }
        let write = |writer: &mut dyn std::io::Write| Ok(render::svg(&flame, &SvgOptions::default(), writer)?);
        ("a flame graph", write_output(&output, Content::Text, write))
    } else if name.ends_with(".folded") || name.ends_with(".txt") {
        let flame = report::flame(&prepared.selection, &options);
        ("folded stacks", write_output(&output, Content::Text, |writer| Ok(render::folded(&flame, writer)?)))
    } else if name.ends_with(".pb.gz") {
        let profile = compact(&extract(&prepared.selection)).map_err(|error| error.to_string())?;
        let write = |writer: &mut dyn std::io::Write| Ok(codec::write(&profile, writer, &WriteOptions::default())?);
        ("a profile", write_output(&output, Content::Text, write))
    } else {
        return Err("the name has to end with .svg, .folded or .pb.gz".to_owned());
    };
    written.map_err(|failure| failure.to_string())?;
    Ok(format!("wrote {what} to {}", path.display()))
}
