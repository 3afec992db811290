//! Flat and cumulative values of a part of a profile, from those of all of it.

use super::flat::{FlatAndCum, count, flat_and_cum_until, places};
use super::frames::Frames;
use super::interrupt::Interrupt;
use super::parallel::in_turns_until;
use super::weights::StackWeights;
use crate::profile::StackId;
use crate::transform::Selection;

/// What all stacks and frames of a profile weigh.
#[derive(Clone, Copy, Debug)]
pub struct WholeSums<'w, 'p> {
    /// Those of all locations.
    pub frames: &'w Frames<'p>,
    /// Those of all stacks.
    pub weights: &'w StackWeights,
    /// What they weigh together.
    pub sums: &'w FlatAndCum,
}

impl<'p> WholeSums<'_, 'p> {
    /// Adds up flat and cumulative values for each frame of a part of the profile, as [`flat_and_cum_until`] does; `None`
    /// if it was interrupted.
    ///
    /// Cost: where stacks are left out, a pass over these or over those that are left, whichever are fewer. Where frames
    /// are hidden that [`Frames::shown_in`] has found, a look at the leaf of each stack. For all else as that of
    /// [`flat_and_cum_until`].
    pub fn of_part(
        &self,
        selection: &Selection<'p>,
        frames: &Frames<'p>,
        weights: &StackWeights,
        interrupt: &Interrupt,
    ) -> Option<FlatAndCum> {
        let is_same = frames.has_ids_of(self.frames) && frames.by_location() == self.frames.by_location();
        let gone = if is_same { None } else { self.gone(frames) };
        let is_fit = (is_same || gone.is_some())
            && frames.others().is_none()
            && self.weights.weights().len() == weights.weights().len()
            && selection.keeps_whole_stacks();
        let (before, now) = (self.weights.weights(), weights.weights());
        let changed = before.iter().zip(now).filter(|(before, now)| before != now).count();
        let used = now.iter().filter(|now| **now != 0).count();
        if !is_fit || changed >= used {
            return flat_and_cum_until(selection, frames, weights, interrupt);
        }
        let mut sums = self.sums.clone();
        if changed > 0 {
            let stacks = selection.profile().stacks();
            let (all, places) = (Selection::all(selection.profile()), places(self.frames));
            let change = |stack: usize| now[stack].wrapping_sub(before[stack]);
            let parts = in_turns_until(stacks, interrupt, |turns| count(&all, self.frames, &places, change, turns))?;
            parts.iter().for_each(|part| sums.add(part));
        }
        if let Some(gone) = gone {
            gone.iter().zip(&mut sums.cum).filter(|(is_gone, _)| **is_gone).for_each(|(_, cum)| *cum = 0);
            sums.flat = flat(selection, frames, now, interrupt)?;
        }
        Some(sums)
    }

    /// Tells of each frame whether it is hidden; `None` if some are at a part of their locations only, so that what they
    /// weigh there is not known.
    fn gone(&self, frames: &Frames<'p>) -> Option<Vec<bool>> {
        let counts = |frames: &Frames<'p>| {
            let mut counts = vec![0_u32; frames.len()];
            frames.by_location().items().iter().for_each(|frame| counts[frame.index()] += 1);
            counts
        };
        if !frames.has_ids_of(self.frames) {
            return None;
        }
        let (all, shown) = (counts(self.frames), counts(frames));
        let is_gone = |(all, shown): (u32, u32)| (shown == all || shown == 0).then_some(shown == 0);
        all.into_iter().zip(shown).map(is_gone).collect()
    }
}

/// Adds up what each frame weighs by itself; `None` if it was interrupted.
fn flat(selection: &Selection<'_>, frames: &Frames<'_>, weights: &[i64], interrupt: &Interrupt) -> Option<Vec<i64>> {
    let parts = in_turns_until(selection.profile().stacks(), interrupt, |turns| {
        let mut flat = vec![0_i64; frames.len()];
        for stack in turns.filter(|stack| weights[*stack] != 0) {
            let locations = selection.stack(StackId::from_index(stack)).unwrap_or_default();
            if let Some(leaf) = locations.iter().find_map(|location| frames.at(*location).first()) {
                flat[leaf.index()] = flat[leaf.index()].wrapping_add(weights[stack]);
            }
        }
        FlatAndCum { flat, cum: Vec::new() }
    });
    let mut parts = parts?.into_iter();
    let mut sums = parts.next()?;
    parts.for_each(|part| sums.add(&part));
    Some(sums.flat)
}
