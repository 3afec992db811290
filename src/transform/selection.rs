//! What of a profile is looked at.

use std::borrow::Cow;

use crate::profile::{Line, LocationId, Profile, Ragged, StackId};

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
        Self { profile, lines, hidden: Vec::new(), cuts: Vec::new() }
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
        let locations = self.profile.stack(id);
        match self.cuts.get(id.index()) {
            None => Some(locations),
            Some(cut) => cut.is_kept.then(|| &locations[cut.start as usize..cut.end as usize]),
        }
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

    /// Returns whether everything is looked at.
    pub fn is_all(&self) -> bool {
        self.hidden.is_empty() && self.cuts.is_empty() && matches!(self.lines, Cow::Borrowed(_))
    }
}
