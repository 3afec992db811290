//! Neighbours in stacks that become one frame: recursion, and functions of a package.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use super::selection::Selection;
use crate::profile::{Function, Line, LocationId, Profile, Ragged, SAME, StackId, Stacks};

/// What becomes of a function that calls itself, with nothing in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Recursion {
    /// Each call is a frame.
    #[default]
    Keep,
    /// All calls in a row are one frame: the outermost.
    Collapse,
}

/// Returns a profile in which frames of a group that call each other are one frame.
///
/// `group_of` gets the name of each function once and says to which group it belongs, if to any. The frame of a group
/// has the group's name, and neither file nor line. A group that is left and entered again is several frames.
///
/// What the selection leaves out of stacks is left out here too, and filters were matched before.
/// [`Selection::of_collapsed`] is the selection of what is returned.
///
/// ```
/// use rpprof::aggregate::package;
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, TopOptions};
/// use rpprof::transform::{Recursion, Selection, collapse};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let all = Selection::all(&profile);
/// let collapsed = collapse(&all, Recursion::Collapse, |name| (package(name) == "runtime").then(|| "runtime".into()));
/// let top = report::top(&all.of_collapsed(&collapsed), &TopOptions::default());
/// assert!(top.rows.iter().any(|row| row.name == "runtime"));
/// assert!(top.rows.iter().all(|row| !row.name.starts_with("runtime.")));
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// Cost: a look at each function, location and stack, and a copy of the stacks that change; none at samples.
pub fn collapse(
    selection: &Selection<'_>,
    recursion: Recursion,
    group_of: impl Fn(&str) -> Option<Cow<'static, str>>,
) -> Profile {
    let profile = selection.profile();
    let mut collapsed = profile.clone();
    let strings = Arc::make_mut(&mut collapsed.strings);
    let symbols = Arc::make_mut(&mut collapsed.symbols);
    // What makes two neighbours one frame: the name, or the group.
    let (mut keys, mut groups) = (HashMap::new(), HashMap::new());
    let mut parts: Vec<Part> = Vec::with_capacity(profile.symbols().functions().len());
    for function in profile.symbols().functions() {
        let name = profile.str(function.name);
        let next = (keys.len() + groups.len()) as u32; // No more than 32-bit functions, twice.
        parts.push(match group_of(name) {
            None => {
                Part { key: *keys.entry(name).or_insert(next), group: None, merges: recursion == Recursion::Collapse }
            }
            Some(group) => {
                let (key, group) = *groups.entry(group).or_insert_with_key(|group| {
                    let name = strings.push(group);
                    (next, symbols.push_function(Function { name, ..Function::default() }))
                });
                Part { key, group: Some(group), merges: true }
            }
        });
    }
    let part_of = |line: &Line| parts[line.function.index()];
    let mut lines = Ragged::new();
    // Of locations whose outermost part may be one frame with its caller: the lines without it.
    let mut inner_lines: Vec<(LocationId, Vec<Line>)> = Vec::new();
    let mut places: Vec<Place> = Vec::with_capacity(profile.symbols().locations().len());
    for id in (0..profile.symbols().locations().len()).map(LocationId::from_index) {
        let shown = if selection.is_hidden(id) { &[] } else { selection.lines_of(id) };
        // An inlined function comes before its caller, which decides what becomes of it.
        let mut kept: Vec<Line> = Vec::with_capacity(shown.len());
        let mut last = None;
        for line in shown.iter().rev() {
            let part = part_of(line);
            if last != Some(part.key) || !part.merges {
                kept.push(part.group.map_or(*line, |function| Line { function, line: 0, column: 0 }));
            }
            last = Some(part.key);
        }
        kept.reverse();
        lines.push(kept.iter().copied());
        let outermost = shown.last().map(part_of);
        let first = outermost.filter(|part| part.merges).map(|part| part.key);
        if first.is_some() && kept.len() > 1 {
            inner_lines.push((id, kept[..kept.len() - 1].to_vec()));
        }
        let first = if selection.is_hidden(id) { HIDDEN } else { first.unwrap_or(NO_FIRST) };
        places.push(Place { first, last: last.unwrap_or(NO_LAST) });
    }
    symbols.lines = lines;
    let mut inner = HashMap::with_capacity(inner_lines.len());
    for (id, lines) in inner_lines {
        let location = symbols.locations()[id.index()];
        inner.insert(id, symbols.push_location(location, lines));
    }
    collapsed.stacks = Arc::new(stacks(selection, &places, &inner));
    collapsed
}

/// What is known of a function.
#[derive(Clone, Copy)]
struct Part {
    key: u32,
    /// The function that stands for the group.
    group: Option<crate::profile::FunctionId>,
    /// Whether it is one frame with a caller that has the same key.
    merges: bool,
}

/// What is known of a location.
#[derive(Clone, Copy)]
struct Place {
    /// The key of its outermost function, if that can be one frame with its caller; else `NO_FIRST`, or `HIDDEN`.
    first: u32,
    /// The key of its innermost function, or `NO_LAST`.
    last: u32,
}

/// The outermost function is one frame with no caller. No key, as there are fewer functions.
const NO_FIRST: u32 = u32::MAX;
/// There is no innermost function.
const NO_LAST: u32 = u32::MAX - 1;
/// The location is left out.
const HIDDEN: u32 = u32::MAX - 2;

/// From so many locations of stacks on, all cores look at them.
const MANY_ITEMS: usize = 1 << 20;

/// Returns the stacks without what is one frame with its caller. Only stacks that change are copied.
///
/// `inner` has what is left of locations whose outermost function is one frame with its caller.
fn stacks(selection: &Selection<'_>, places: &[Place], inner: &HashMap<LocationId, LocationId>) -> Stacks {
    let all = &selection.profile().stacks;
    let mut rows = vec![SAME; all.len()];
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if all.item_count() < MANY_ITEMS { 1 } else { cores() };
    let part = rows.len().div_ceil(threads).max(1);
    let change = |first: usize, rows: &mut [u32]| changed_stacks(selection, places, inner, first, rows);
    let mut parts = thread::scope(|scope| {
        let change = &change;
        let parts = (0..).step_by(part).zip(rows.chunks_mut(part));
        let workers: Vec<_> = parts.map(|(first, rows)| scope.spawn(move || change(first, rows))).collect();
        let parts = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        parts.collect::<Vec<_>>().into_iter()
    });
    let mut changed = parts.next().unwrap_or_default();
    for (rows, stacks) in rows.chunks_mut(part).skip(1).zip(parts) {
        let offset = changed.len() as u32; // There are no more than stacks, whose ids have 32 bits.
        rows.iter_mut().filter(|row| **row != SAME).for_each(|row| *row += offset);
        stacks.iter().for_each(|stack| {
            changed.push(stack);
        });
    }
    Stacks::with_changed(Arc::clone(all), changed, rows)
}

/// Returns those of the stacks from `first` on that change, and notes in `rows` which they are.
fn changed_stacks(
    selection: &Selection<'_>,
    places: &[Place],
    inner: &HashMap<LocationId, LocationId>,
    first: usize,
    rows: &mut [u32],
) -> Stacks {
    let mut changed = Stacks::default();
    let mut list = Vec::new();
    for (index, row) in (first..).zip(rows) {
        let id = StackId::from_index(index);
        let Some(stack) = selection.stack(id) else { continue };
        let mut caller = NO_LAST;
        let mut is_same = stack.len() == selection.profile().stack(id).len();
        for location in stack.iter().rev() {
            let place = places[location.index()];
            is_same &= place.first != caller && place.first != HIDDEN;
            caller = place.last;
        }
        if is_same {
            continue;
        }
        list.clear();
        let mut caller = NO_LAST;
        for &location in stack.iter().rev() {
            let place = places[location.index()];
            if place.first == HIDDEN {
                continue;
            }
            if place.first == caller {
                list.extend(inner.get(&location));
            } else {
                list.push(location);
            }
            caller = place.last;
        }
        list.reverse();
        *row = changed.push(&list) as u32; // As many as stacks at most, whose ids have 32 bits.
    }
    changed
}

impl Selection<'_> {
    /// Returns the same samples of the profile that [`collapse`] made of this selection.
    ///
    /// # Panics
    /// If the profiles do not have as many stacks.
    pub fn of_collapsed<'c>(&self, collapsed: &'c Profile) -> Selection<'c> {
        self.of_my_code(collapsed)
    }
}
