//! What of a profile is looked at.

use std::borrow::Cow;

use crate::profile::{Label, LabelSetId, Line, LocationId, Profile, Ragged, Sample, StackId};

/// The part of a profile that a filter leaves: some stacks, cut here and there, and some lines of each location.
///
/// The profile itself stays as it is.
#[derive(Clone, Debug)]
pub struct Selection<'p> {
    pub(super) profile: &'p Profile,
    /// The lines of each location that are shown; the profile's own if all are.
    pub(super) lines: Cow<'p, Ragged<Line>>,
    /// Whether a location is left out of stacks; empty if none is.
    pub(super) hidden: Vec<bool>,
    /// The part of each stack that is looked at; empty if all of all are.
    pub(super) cuts: Vec<Cut>,
    /// Whether samples with a label set are looked at; empty if all are.
    pub(super) kept_labels: Vec<bool>,
    /// Whether labels with a key are left out, by the key's string; empty if none is.
    pub(super) hidden_keys: Vec<bool>,
}

/// Which locations of a stack, counted from the leaf, are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether samples with this stack stay at all.
    pub(super) is_kept: bool,
}

impl<'p> Selection<'p> {
    /// Selects all of a profile, the frames included that it wants dropped.
    pub fn all(profile: &'p Profile) -> Self {
        let lines = Cow::Borrowed(profile.symbols().lines());
        let (hidden, cuts, kept_labels, hidden_keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { profile, lines, hidden, cuts, kept_labels, hidden_keys }
    }

    /// Returns the profile that this is a selection of.
    pub fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// Returns the locations of a stack that are looked at, leaf first; `None` if samples with this stack are not.
    ///
    /// Some of the locations may be hidden.
    #[inline]
    pub fn stack(&self, id: StackId) -> Option<&'p [LocationId]> {
        match self.cuts.get(id.index()) {
            None => Some(self.profile.stack(id)),
            Some(cut) => cut.is_kept.then(|| &self.profile.stack(id)[cut.start as usize..cut.end as usize]),
        }
    }

    /// Returns whether samples with a stack are looked at, as far as their stacks go.
    #[inline]
    pub fn keeps_stack(&self, id: StackId) -> bool {
        self.cuts.get(id.index()).is_none_or(|cut| cut.is_kept)
    }

    /// Returns whether a location is left out of stacks.
    #[inline]
    pub fn is_hidden(&self, location: LocationId) -> bool {
        self.hidden.get(location.index()).is_some_and(|&hidden| hidden)
    }

    /// Returns the lines of a location that are shown, an inlined function before its caller.
    #[inline]
    pub fn lines_of(&self, location: LocationId) -> &[Line] {
        self.lines.get(location.index())
    }

    /// Returns whether samples with a label set are looked at, as far as their labels go.
    #[inline]
    pub fn keeps_labels(&self, id: LabelSetId) -> bool {
        self.kept_labels.get(id.index()).is_none_or(|&is_kept| is_kept)
    }

    /// Returns the labels of a set that are shown.
    pub fn labels(&self, id: LabelSetId) -> impl Iterator<Item = Label> + Clone + '_ {
        let is_hidden = |label: &Label| self.hidden_keys.get(label.key().index()).is_some_and(|&hidden| hidden);
        self.profile.labels(id).iter().filter(move |label| !is_hidden(label))
    }

    /// Returns the samples that are looked at, each with its locations as [`stack`](Self::stack) gives them.
    pub fn samples(&self) -> impl Iterator<Item = (Sample<'p>, &'p [LocationId])> + '_ {
        self.profile.samples().iter().filter_map(|sample| {
            let stack = self.stack(sample.stack).filter(|_| self.keeps_labels(sample.labels))?;
            Some((sample, stack))
        })
    }

    /// Returns the same selection of a profile with the same ids.
    pub(super) fn carried_to<'o>(&self, other: &'o Profile) -> Selection<'o> {
        let lines = match &self.lines {
            Cow::Borrowed(_) => Cow::Borrowed(other.symbols().lines()),
            Cow::Owned(lines) => Cow::Owned(lines.clone()),
        };
        Selection {
            profile: other,
            lines,
            hidden: self.hidden.clone(),
            cuts: self.cuts.clone(),
            kept_labels: self.kept_labels.clone(),
            hidden_keys: self.hidden_keys.clone(),
        }
    }

    /// Returns whether all frames of all locations are shown, so that only stacks and samples are chosen from.
    pub fn shows_all_frames(&self) -> bool {
        self.hidden.is_empty() && matches!(self.lines, Cow::Borrowed(_))
    }

    /// Returns whether stacks are looked at as they are, or not at all.
    pub fn keeps_whole_stacks(&self) -> bool {
        let is_whole = |(row, cut): (usize, &Cut)| {
            !cut.is_kept || (cut.start == 0 && cut.end as usize == self.profile.stack(StackId::from_index(row)).len())
        };
        self.cuts.iter().enumerate().all(is_whole)
    }

    /// Returns whether no sample is left out for its labels.
    pub fn keeps_all_labels(&self) -> bool {
        self.kept_labels.is_empty()
    }

    /// Returns whether everything is looked at.
    pub fn is_all(&self) -> bool {
        self.hidden.is_empty()
            && self.cuts.is_empty()
            && self.kept_labels.is_empty()
            && self.hidden_keys.is_empty()
            && matches!(self.lines, Cow::Borrowed(_))
    }
}
