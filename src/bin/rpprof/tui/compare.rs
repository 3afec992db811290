//! Answers to questions about two profiles, by the comparisons of the library.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use rpprof::aggregate::{Interrupt, Root, folded_name};
use rpprof::profile::unit;
use rpprof::report::{
    self, CompareOptions, Diff, DiffFlame, DiffFlameOptions, DiffOptions, DiffRows, Listing, ListingLine, Routine,
};
use rpprof::transform::Selection;

use super::answer::{Annotated, CallRow, Compared, Table, TableRow};
use super::delta::Delta;
use super::frame_name::FrameNames;
use super::highlight::highlight;
use super::prepare::{OldSide, Prepared};
use super::tree::{NewNode, TOP, Tree};
use super::within::Within;

/// The options of all comparisons of a scope.
fn options(prepared: &Prepared<'_, '_>) -> CompareOptions {
    let mut options = CompareOptions::default();
    options.values = prepared.values.clone();
    options.normalize = prepared.scope.normalize();
    options
}

/// Returns all rows of the comparison, which are made once for a scope; `None` if it was interrupted.
///
/// # Errors
/// Why the profiles do not compare, in words.
pub(super) fn diff<'o>(
    prepared: &Prepared<'_, '_>,
    old: &'o OldSide<'_>,
    interrupt: &Interrupt,
) -> Option<Result<&'o Diff, String>> {
    if old.diff.get().is_none() {
        let mut diff = DiffOptions::default();
        (diff.compare, diff.frames) = (options(prepared), prepared.scope.frame_options());
        (diff.rows, diff.min_share) = (DiffRows::All, 0.0);
        let (before, new) = (std::slice::from_ref(&old.selection), std::slice::from_ref(&prepared.selection));
        let made = report::diff_until(before, new, &diff, interrupt).map_err(|error| error.to_string());
        let made = made.transpose()?;
        old.diff.set(made).unwrap_or_else(|_| unreachable!("it was not there"));
    }
    Some(old.diff.get()?.as_ref().map_err(Clone::clone))
}

/// Returns what old values are multiplied by; `None` if it was interrupted.
///
/// # Errors
/// Why the profiles do not compare, in words.
pub(super) fn factor(
    prepared: &Prepared<'_, '_>,
    old: &OldSide<'_>,
    interrupt: &Interrupt,
) -> Option<Result<f64, String>> {
    let unit_of = |selection: &Selection<'_>, column: usize| {
        let profile = selection.profile();
        profile.value_type_names(profile.sample_types()[column]).1.to_owned()
    };
    let own = unit_of(&old.selection, old.values.sample_type);
    let wanted = unit_of(&prepared.selection, prepared.values.sample_type);
    let factor = |diff: &Diff| {
        let equal = diff.normalization.old_factors.first().copied().unwrap_or(1.0);
        unit::convert(1, &own, &wanted).0 * equal
    };
    Some(diff(prepared, old, interrupt)?.map(factor))
}

pub(super) fn scaled(value: i64, factor: f64) -> i64 {
    if factor == 1.0 { value } else { (value as f64 * factor).round() as i64 } // It saturates.
}

/// Returns what each frame weighs on both sides; rows are in the order of how much they changed.
pub(super) fn table(prepared: &Prepared<'_, '_>, diff: &Diff) -> Table {
    let by_name = frames_by_name(prepared);
    let (mut rows, mut deltas) = (Vec::new(), Vec::new());
    for row in &diff.rows {
        let Some(&frame) = by_name.get(row.name.as_str()) else { continue };
        let (flat, cum) = (row.flat.new, row.cum.new);
        rows.push(TableRow { frame, flat, cum, flat_sum: flat, cum_sum: cum });
        deltas.push([Delta::from(&row.flat), Delta::from(&row.cum)]);
    }
    // What changed less than is shown stays out. There are no more rows than 32-bit frames.
    let least = diff.total.old.max(diff.total.new).unsigned_abs() as f64 * prepared.scope.min_share();
    let is_shown = |row: &u32| {
        let differences = deltas[*row as usize].map(|delta: Delta| delta.difference().unsigned_abs() as f64);
        differences.iter().any(|difference| *difference >= least)
    };
    let shown_rows: Vec<u32> = (0..rows.len() as u32).filter(is_shown).collect();
    let order = |column: usize, other: usize| {
        let weight = |row: u32, column: usize| Reverse(deltas[row as usize][column].difference().unsigned_abs());
        let mut order = shown_rows.clone();
        let rank = |row: u32| prepared.names.rank(rows[row as usize].frame);
        order.sort_by_cached_key(|&row| (weight(row, column), rank(row), weight(row, other)));
        order
    };
    let (by_flat, by_cum) = (order(0, 1), order(1, 0));
    let mut by_name = shown_rows.clone();
    by_name.sort_by_key(|&row| prepared.names.rank(rows[row as usize].frame));
    let normalized = diff.normalization.describe();
    let factor = diff.normalization.old_factors.first().copied().unwrap_or(1.0);
    let (total, shown) = (Delta::from(&diff.total), Delta::from(&diff.flat));
    Table {
        names: Arc::clone(&prepared.names),
        rows,
        by_flat,
        by_cum,
        by_name,
        total: total.new,
        shown: shown.new,
        means: None,
        unmatched: prepared.unmatched.clone(),
        compared: Some(Compared { rows: deltas, total, shown, normalized, factor }),
    }
}

fn frames_by_name<'n>(prepared: &'n Prepared<'_, '_>) -> HashMap<&'n str, u32> {
    (0..).zip(prepared.names.names()).map(|(frame, name)| (name, frame)).collect()
}

/// Makes the flame graph of both sides, or what is beyond one frame if it has a name; `None` if it was interrupted.
///
/// # Errors
/// Why the profiles do not compare, in words.
pub(super) fn flame(
    prepared: &Prepared<'_, '_>,
    old: &OldSide<'_>,
    (root, from_frame): (Root, &str),
    min_share: f64,
    interrupt: &Interrupt,
) -> Option<Result<DiffFlame, String>> {
    let mut flame = DiffFlameOptions::default();
    (flame.compare, flame.frames) = (options(prepared), prepared.scope.frame_options());
    (flame.root, flame.min_share, flame.from_frame) = (root, min_share, from_frame.to_owned());
    let (old, new) = (std::slice::from_ref(&old.selection), std::slice::from_ref(&prepared.selection));
    report::diff_flame_until(old, new, &flame, interrupt).map_err(|error| error.to_string()).transpose()
}

/// Returns the call tree of both sides; a call path is as wide as its old and new value together.
pub(super) fn tree(prepared: &Prepared<'_, '_>, flame: &DiffFlame, root: Root, min_share: f64) -> Tree {
    let by_name = frames_by_name(prepared);
    let mut deltas = vec![Delta::from(&flame.total)];
    let mut total = 0_i64;
    let nodes = flame.boxes.iter().map(|diff_box| {
        deltas.push(Delta::from(&diff_box.change));
        if diff_box.parent.is_none() {
            total = total.saturating_add(diff_box.width);
        }
        NewNode {
            // There are fewer than 2^32 boxes, and parents come first.
            parent: diff_box.parent.map_or(TOP, |parent| parent as u32 + 1),
            frame: by_name.get(diff_box.name.as_str()).copied().unwrap_or(0),
            depth: diff_box.depth as u32 + 1,
            total: diff_box.width,
            own: diff_box.own,
            is_inline: false,
        }
    });
    let nodes: Vec<NewNode> = nodes.collect();
    let mut tree = Tree::of_nodes(nodes, total, root, min_share, Arc::clone(&prepared.names));
    tree.deltas = deltas;
    tree
}

/// Adds to calls of the new side what they weigh on the old one.
pub(super) fn add_old_calls(list: &mut Vec<CallRow>, old_list: Vec<CallRow>, factor: f64, names: &FrameNames) {
    let mut rows: HashMap<u32, usize> = list.iter().enumerate().map(|(row, call)| (call.frame, row)).collect();
    for call in old_list {
        let row = *rows.entry(call.frame).or_insert_with(|| {
            list.push(CallRow { frame: call.frame, weight: 0, old: 0 });
            list.len() - 1
        });
        list[row].old = scaled(call.weight, factor);
    }
    list.sort_by_key(|call| {
        let difference = Delta::of(call.old, call.weight).difference();
        let rank = names.rank(call.frame);
        (Reverse(difference.unsigned_abs()), Reverse(call.weight.unsigned_abs()), rank, call.frame)
    });
}

/// Puts lines of both sides together; the text of a line that is in both is the new one's.
pub(super) fn annotated(mut listing: Listing, old_listing: &Listing, factor: f64, within: Within) -> Annotated {
    for routine in &old_listing.routines {
        let found = listing.routines.iter_mut().find(|other| is_same(other, routine));
        let others = match found {
            Some(other) => other,
            None => {
                let mut gone = routine.clone();
                (gone.flat, gone.cum) = (0, 0);
                gone.lines.clear();
                listing.routines.push(gone);
                listing.routines.last_mut().expect("it was just pushed")
            }
        };
        let missing = routine.lines.iter().filter(|line| others.lines.iter().all(|other| other.line != line.line));
        let missing: Vec<ListingLine> = missing.map(|line| ListingLine { flat: 0, cum: 0, ..line.clone() }).collect();
        others.lines.extend(missing);
        others.lines.sort_by_key(|line| line.line);
    }
    let of_line = |routine: &Routine, line: &ListingLine| {
        let old = old_listing.routines.iter().find(|old| is_same(old, routine));
        let old = old.and_then(|old| old.lines.iter().find(|old| old.line == line.line));
        old.map_or((0, 0), |old| (scaled(old.flat, factor), scaled(old.cum, factor)))
    };
    let old = listing.routines.iter().map(|routine| routine.lines.iter().map(|line| of_line(routine, line)).collect());
    let old = old.collect();
    Annotated { spans: highlight(&listing), listing, old: Some(old), within }
}

fn is_same(one: &Routine, other: &Routine) -> bool {
    folded_name(&one.function) == folded_name(&other.function) && one.file == other.file
}
