//! What all answers about a scope need: what is looked at, frames, weights and names.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use rpprof::aggregate::{FlatAndCum, Frames, Interrupt, StackWeights, WholeSums, flat_and_cum_until};
use rpprof::profile::Profile;
use rpprof::report::{Diff, ValueOptions};
use rpprof::transform::{Selection, Unmatched, my_code, select};

use super::chip::{callees, filter, paths};
use super::frame_name::FrameNames;
use super::frame_names::{folded_names, names};
use super::kept::{Kept, KeptFrames, KeptSums, Orders};
use super::memory::Memory;
use super::profiles::Profiles;
use super::scope::{Scope, Sides};
use crate::command::{Unmet, at_ends, collapsed};

/// Profiles with other stacks than they were read with, as long as a scope is looked at.
#[derive(Default)]
pub(super) struct Restacked {
    /// Libraries count for their callers.
    mine: OnceCell<Profile>,
    /// Some frames are one with their callers.
    collapsed: OnceCell<Profile>,
}

/// What is found out once for a scope.
pub(super) struct Prepared<'p, 's> {
    pub(super) scope: &'s Scope,
    /// What is looked at; of two profiles that are compared, the new one.
    pub(super) selection: Selection<'p>,
    /// The profile that it was chosen from, with all frames.
    pub(super) whole: &'p Profile,
    pub(super) unmatched: Vec<&'static str>,
    /// The column is the selection's.
    pub(super) values: ValueOptions,
    pub(super) frames: Arc<Frames<'p>>,
    /// The frames of the whole profile, if they have the same ids.
    pub(super) all_frames: Option<Arc<Frames<'p>>>,
    pub(super) weights: Arc<StackWeights>,
    /// What all stacks of the whole profile weigh, if that is known.
    all_weights: Option<Arc<StackWeights>>,
    pub(super) names: Arc<FrameNames>,
    all_sums: KeptSums,
    /// The order of the stacks, as far as it is known.
    pub(super) orders: Arc<Orders>,
    /// What it is compared with.
    pub(super) old: Option<OldSide<'p>>,
    /// The files of the old profile, compared with or not.
    pub(super) base: &'p [PathBuf],
}

/// The old one of two profiles that are compared.
pub(super) struct OldSide<'p> {
    pub(super) selection: Selection<'p>,
    pub(super) whole: &'p Profile,
    /// The same frames as those of the new one.
    pub(super) frames: Frames<'p>,
    pub(super) weights: StackWeights,
    pub(super) values: ValueOptions,
    /// What it takes to compare; made when it is asked for first.
    pub(super) diff: OnceCell<Result<Diff, String>>,
}

/// Finds out what all answers about a scope need; `None` if `is_wanted` says meanwhile that none of them is.
pub(super) fn prepare<'k: 'p, 'p, 's>(
    profiles: &'k Profiles,
    kept: &mut Kept<'k>,
    scope: &'s Scope,
    own: &'p [Restacked; 2],
    memory: &mut Memory,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Option<Prepared<'p, 's>>, String> {
    let filter = filter(&scope.chips);
    let (paths, callees) = (paths(&scope.chips), callees(&scope.chips));
    let selected = |profile: &'p Profile, own: &'p Restacked| -> Result<_, String> {
        let (mut selection, unmatched) = select(profile, &filter).map_err(|error| error.to_string())?;
        if scope.is_my_code() {
            let mine = own.mine.get_or_init(|| my_code(&selection));
            selection = selection.of_my_code(mine);
        }
        if let Some((packages, has_recursion)) = scope.collapsed() {
            let profile = own.collapsed.get_or_init(|| collapsed(&selection, &packages, has_recursion));
            selection = selection.of_collapsed(profile);
        }
        let (selection, unmet) = at_ends(selection, &paths, callees.as_ref());
        Ok((selection, unmatched, unmet))
    };
    let old = profiles.old.as_ref().filter(|_| scope.sides != Sides::New);
    let (kind, _) = profiles.new.value_type_names(profiles.new.sample_types()[scope.sample_type]);
    let old_column = |old: &Profile| {
        old.sample_type_by_name(kind)
            .map_err(|_| format!("the old profile has no column {kind:?}; <next-side> shows one side"))
    };
    let (shown, column) = match old {
        Some(old) if scope.sides == Sides::Old => (old, old_column(old)?),
        _ => (&profiles.new, scope.sample_type),
    };
    let (selection, mut unmatched, mut unmet) = selected(shown, &own[0])?;
    let mut values = ValueOptions::new(column, "auto");
    values.averaging = scope.averaging;
    let old = match old.filter(|_| scope.is_diff()) {
        None => None,
        Some(old) => {
            let (other, also, also_unmet) = selected(old, &own[1])?;
            unmatched.focus &= also.focus;
            unmatched.ignore &= also.ignore;
            unmatched.hide &= also.hide;
            unmatched.show &= also.show;
            unmatched.labels &= also.labels;
            unmatched.show_from &= also.show_from;
            unmatched.label_show &= also.label_show;
            unmatched.label_hide &= also.label_hide;
            unmet.path &= also_unmet.path;
            unmet.callees &= also_unmet.callees;
            Some((other, old, ValueOptions::new(old_column(old)?, "auto")))
        }
    };
    if !is_wanted() {
        return Ok(None);
    }
    let Kept { frames: kept_frames, weights: kept_weights, orders, sums } = kept;
    let ((weights, all_weights), (frames, all_frames, names, old)) = thread::scope(|threads| {
        let weights = threads.spawn(|| kept_weights.of(shown, &selection, values.measure()));
        let found = frames_and_names((shown, &selection), old, scope, kept_frames, memory);
        (weights.join().unwrap_or_else(|panic| resume_unwind(panic)), found)
    });
    if !is_wanted() {
        return Ok(None);
    }
    Ok(Some(Prepared {
        scope,
        selection,
        whole: shown,
        unmatched: flags(unmatched, unmet),
        values,
        frames,
        all_frames,
        weights,
        all_weights,
        names,
        all_sums: sums.clone(),
        orders: orders.of(shown),
        old,
        base: &profiles.base,
    }))
}

impl Prepared<'_, '_> {
    /// Returns what each frame weighs; `None` if it was interrupted.
    pub(super) fn sums(&self, interrupt: &Interrupt) -> Option<Arc<FlatAndCum>> {
        let key = (self.scope.frame_options(), self.values.measure());
        let known = self.all_sums.get(self.whole, key);
        if let (Some(frames), Some(weights), Some(sums)) = (&self.all_frames, &self.all_weights, &known) {
            let whole = WholeSums { frames, weights, sums };
            return whole.of_part(&self.selection, &self.frames, &self.weights, interrupt).map(Arc::new);
        }
        let sums = flat_and_cum_until(&self.selection, &self.frames, &self.weights, interrupt).map(Arc::new)?;
        if self.selection.is_all() && std::ptr::eq(self.selection.profile(), self.whole) && self.old.is_none() {
            self.all_sums.keep(self.whole, key, &sums);
        }
        Some(sums)
    }
}

/// Finds the frames of one side or both, and what they are called.
fn frames_and_names<'k: 'p, 'p>(
    (shown, selection): (&'k Profile, &Selection<'p>),
    old: Option<(Selection<'p>, &'p Profile, ValueOptions)>,
    scope: &Scope,
    kept: &mut KeptFrames<'k>,
    memory: &mut Memory,
) -> (Arc<Frames<'p>>, Option<Arc<Frames<'p>>>, Arc<FrameNames>, Option<OldSide<'p>>) {
    let Some((other, whole, values)) = old else {
        let (frames, all_frames) = kept.of(shown, selection, scope.frame_options());
        let are_of_all = all_frames.is_some();
        let names =
            memory.names(scope, are_of_all, || names(&frames, selection.profile(), scope.granularity, &HashMap::new()));
        return (frames, all_frames, names, None);
    };
    let mut frames = Frames::common(&[&other, selection], scope.frame_options());
    let (new, old) = (frames.remove(1), frames.remove(0));
    let weights = StackWeights::new(&other, values.measure());
    let folded = folded_names([other.profile(), selection.profile()]);
    let names = memory.names(scope, false, || names(&new, selection.profile(), scope.granularity, &folded));
    let old = OldSide { selection: other, whole, frames: old, weights, values, diff: OnceCell::new() };
    (Arc::new(new), None, names, Some(old))
}

/// Returns the filters that matched nothing.
fn flags(unmatched: Unmatched, unmet: Unmet) -> Vec<&'static str> {
    let parts = [
        (unmatched.focus, "focus"),
        (unmatched.ignore, "ignore"),
        (unmatched.hide, "hide"),
        (unmatched.show, "show"),
        (unmatched.show_from, "show-from"),
        (unmatched.labels, "label"),
        (unmatched.label_show, "label-show"),
        (unmatched.label_hide, "label-hide"),
        (unmet.callees, "collapse-callees"),
        (unmet.path, "focus-path"),
    ];
    parts.into_iter().filter(|(is_unmatched, _)| *is_unmatched).map(|(_, flag)| flag).collect()
}
