//! The parts of a filter, one after another, on the stacks and lines that are left.

use std::borrow::Cow;
use std::ops::Range;
use std::thread;

use super::filter::Unmatched;
use super::matches::{NameMatches, SimpleNameMatches};
use super::selection::{Cut, Selection};
use crate::profile::{LocationId, Profile, Ragged, StackId};

/// Locations of all stacks together from which on a second thread pays.
const MANY_ITEMS: usize = 1 << 18;

/// Cuts a selection down, part by part.
pub(super) struct Cutter<'p> {
    pub(super) selection: Selection<'p>,
}

/// What `drop_frames` says of a location.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drop {
    /// Nothing.
    Stay,
    /// Its outermost function goes, so all of it does.
    Whole,
    /// An inlined function goes with what it called; callers in the same location stay.
    Beneath,
}

/// What the expressions on names say of a location, and of all that are in a stack together.
#[derive(Clone, Copy)]
struct NameMarks(u8);

impl NameMarks {
    const IGNORED: u8 = 1;
    const FOCUSED: u8 = 1 << 1;
    const SHOWN: u8 = 1 << 2;
    /// So many locations are looked at together.
    const BLOCK: usize = 16;

    fn new(is_ignored: bool, is_focused: bool, is_shown: bool) -> Self {
        let mark = |is_set: bool, mark: u8| if is_set { mark } else { 0 };
        Self(mark(is_ignored, Self::IGNORED) | mark(is_focused, Self::FOCUSED) | mark(is_shown, Self::SHOWN))
    }

    /// Returns whether a stack stays.
    fn keep(marks: &[Self], locations: &[LocationId]) -> bool {
        let all = |locations: &[LocationId]| locations.iter().fold(0, |all, location| all | marks[location.index()].0);
        // Without a branch for each location: most stacks are looked at as a whole.
        let mut found = 0;
        for block in locations.chunks(Self::BLOCK) {
            found |= all(block);
            if found & Self::IGNORED != 0 {
                return false;
            }
        }
        found == Self::FOCUSED | Self::SHOWN
    }
}

impl<'p> Cutter<'p> {
    pub(super) fn new(profile: &'p Profile) -> Self {
        Self { selection: Selection::all(profile) }
    }

    pub(super) fn finish(self) -> Selection<'p> {
        self.selection
    }

    pub(super) fn profile(&self) -> &'p Profile {
        self.selection.profile
    }

    pub(super) fn location_ids(&self) -> impl Iterator<Item = LocationId> + use<> {
        (0..self.profile().symbols().locations().len()).map(LocationId::from_index)
    }

    /// Shows the lines `range` of each location, counted among those that are shown now.
    pub(super) fn keep_line_ranges(&mut self, ranges: &[Range<usize>]) {
        let lines = &self.selection.lines;
        let kept: Ragged<_> = ranges
            .iter()
            .enumerate()
            .map(|(location, range)| lines.get(location)[range.clone()].iter().copied())
            .collect();
        self.selection.lines = Cow::Owned(kept);
    }

    /// Narrows each stack that is still looked at, on all cores if there are many: `narrow` gets its locations, leaf
    /// first, and returns which of them stay, or `None` to drop the stack.
    pub(super) fn narrow_stacks(
        &mut self,
        narrow: impl Fn(&Selection<'p>, &[LocationId]) -> Option<Range<usize>> + Sync,
    ) {
        let stacks = self.profile().stacks();
        let mut cuts = std::mem::take(&mut self.selection.cuts);
        if cuts.is_empty() {
            cuts = stacks.iter().map(|stack| Cut { start: 0, end: stack.len() as u32, is_kept: true }).collect();
        }
        let selection = &self.selection;
        let narrow_some = |first: usize, cuts: &mut [Cut]| {
            for (index, cut) in (first..).zip(cuts).filter(|(_, cut)| cut.is_kept) {
                let stack = selection.profile.stack(StackId::from_index(index));
                match narrow(selection, &stack[cut.start as usize..cut.end as usize]) {
                    Some(range) => {
                        cut.end = cut.start + range.end as u32;
                        cut.start += range.start as u32;
                    }
                    None => cut.is_kept = false,
                }
            }
        };
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let threads = if stacks.item_count() < MANY_ITEMS { 1 } else { cores() };
        let part = cuts.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let mut parts = (0..).step_by(part).zip(cuts.chunks_mut(part));
            let own = parts.next();
            let narrow_some = &narrow_some;
            for (first, cuts) in parts {
                scope.spawn(move || narrow_some(first, cuts));
            }
            if let Some((first, cuts)) = own {
                narrow_some(first, cuts);
            }
        });
        self.selection.cuts = cuts;
    }

    /// Drops frames with all that they called, except before the first frame that stays (pprof's `Prune`).
    pub(super) fn drop_frames(&mut self, dropped: &SimpleNameMatches) {
        let mut drops = Vec::new();
        let mut line_ranges = Vec::new();
        for id in self.location_ids() {
            let lines = self.selection.lines_of(id);
            let last_match = lines.iter().rposition(|line| dropped.line(line));
            let (drop, first_line) = match last_match {
                None => (Drop::Stay, 0),
                Some(index) if index + 1 == lines.len() => (Drop::Whole, 0),
                Some(index) => (Drop::Beneath, index + 1),
            };
            drops.push(drop);
            line_ranges.push(first_line..lines.len());
        }
        if drops.iter().all(|&drop| drop == Drop::Stay) {
            return;
        }
        self.keep_line_ranges(&line_ranges);
        self.narrow_stacks(|_, locations| {
            let mut found_other = false;
            for (index, location) in locations.iter().enumerate().rev() {
                match drops[location.index()] {
                    Drop::Stay => found_other = true,
                    Drop::Whole if found_other => return Some(index + 1..locations.len()),
                    Drop::Beneath if found_other => return Some(index..locations.len()),
                    Drop::Whole | Drop::Beneath => {}
                }
            }
            Some(0..locations.len())
        });
    }

    /// Applies focus, ignore, hide and show (pprof's `FilterSamplesByName`).
    pub(super) fn by_name(
        &mut self,
        focus: Option<&NameMatches>,
        ignore: Option<&NameMatches>,
        hide: Option<&NameMatches>,
        show: Option<&NameMatches>,
    ) -> Unmatched {
        let mut unmatched = Unmatched {
            focus: focus.is_some(),
            ignore: ignore.is_some(),
            hide: hide.is_some(),
            show: show.is_some(),
            ..Unmatched::default()
        };
        let table = self.profile().symbols().locations();
        let mut marks: Vec<NameMarks> = Vec::with_capacity(table.len());
        let mut hidden = Vec::new();
        let mut shown_lines = Ragged::new();
        let changes_lines = hide.is_some() || show.is_some();
        for id in self.location_ids() {
            let location = &table[id.index()];
            let lines = self.selection.lines_of(id);
            let ignored = ignore.is_some_and(|ignore| ignore.location(location, lines));
            // What is ignored is not asked for focus, so it does not count as a match of it either.
            let focused = !ignored && focus.is_none_or(|focus| focus.location(location, lines));
            unmatched.ignore &= !ignored;
            unmatched.focus &= !focused;

            let mut shown = if changes_lines { lines.to_vec() } else { Vec::new() };
            let mut is_hidden = false;
            if let Some(hide) = hide.filter(|hide| hide.location(location, lines)) {
                unmatched.hide = false;
                let by_mapping = hide.mapping(location);
                shown.retain(|line| !by_mapping && !hide.line(line));
                is_hidden |= shown.is_empty();
            }
            if let Some(show) = show {
                let by_mapping = show.mapping(location);
                shown.retain(|line| by_mapping || show.line(line));
                is_hidden |= shown.is_empty();
                unmatched.show &= shown.is_empty();
            }
            hidden.push(is_hidden);
            // What earlier parts hide is not there.
            let is_there = !self.selection.is_hidden(id);
            marks.push(NameMarks::new(is_there && ignored, is_there && focused, is_there && !is_hidden));
            shown_lines.push(shown);
        }
        if changes_lines {
            self.selection.lines = Cow::Owned(shown_lines);
        }
        self.narrow_stacks(|_, locations| NameMarks::keep(&marks, locations).then_some(0..locations.len()));
        if hidden.contains(&true) {
            self.selection.hidden = hidden;
        }
        unmatched
    }

    /// Cuts above the match nearest to the root (pprof's `ShowFrom`); returns whether anything matched.
    pub(super) fn show_from(&mut self, show_from: &NameMatches) -> bool {
        let table = self.profile().symbols().locations();
        let mut is_match = Vec::new();
        let mut line_ranges = Vec::new();
        for id in self.location_ids() {
            let lines = self.selection.lines_of(id);
            let last = lines.iter().rposition(|line| show_from.line(line));
            let by_mapping = show_from.mapping(&table[id.index()]);
            is_match.push(by_mapping || last.is_some());
            line_ranges.push(0..if by_mapping { lines.len() } else { last.map_or(lines.len(), |last| last + 1) });
        }
        self.keep_line_ranges(&line_ranges);
        self.narrow_stacks(|selection, locations| {
            let highest =
                locations.iter().rposition(|location| is_match[location.index()] && !selection.is_hidden(*location))?;
            Some(0..highest + 1)
        });
        is_match.contains(&true)
    }

    /// Cuts below the match nearest to the leaf (pprof's `PruneFrom`).
    pub(super) fn prune_from(&mut self, pruned: &SimpleNameMatches) {
        let mut is_match = Vec::new();
        let mut line_ranges = Vec::new();
        for id in self.location_ids() {
            let lines = self.selection.lines_of(id);
            let first = lines.iter().position(|line| pruned.line(line));
            is_match.push(first.is_some());
            line_ranges.push(first.unwrap_or(0)..lines.len());
        }
        self.keep_line_ranges(&line_ranges);
        self.narrow_stacks(|selection, locations| {
            let lowest =
                locations.iter().position(|location| is_match[location.index()] && !selection.is_hidden(*location));
            Some(lowest.unwrap_or(0)..locations.len())
        });
    }
}
