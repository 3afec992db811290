//! A stack on its way down a call tree.

use super::call_tree::TreeColumn;
use super::frames::FrameId;
use crate::profile::LocationId;

/// So many steps of a stack are looked up at once, because they lie together and nothing of them is in a cache.
pub(super) const AHEAD: usize = 4;

/// A stack on its way down the tree.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'p> {
    /// Its locations that were not looked up yet, or not whole.
    pub(super) rest: &'p [LocationId],
    pub(super) weight: i64,
    /// How many frames of the next location were looked up.
    pub(super) frame: u32,
    pub(super) column: u32,
    /// The next steps; that of a node is the one of its depth, counted around.
    pub(super) ahead: [Step; AHEAD],
}

/// Where a cursor came to: a frame, marked if it was inlined, or the end of the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Step(u32);

impl Step {
    pub(super) const END: Self = Self(u32::MAX);
    pub(super) const INLINE: u32 = 1 << 31;

    pub(super) fn new(frame: FrameId, is_inline: bool) -> Self {
        Self(frame.0 | if is_inline { Self::INLINE } else { 0 })
    }

    pub(super) fn frame(self) -> FrameId {
        FrameId(self.0 & !Self::INLINE)
    }

    pub(super) fn is_inline(self) -> bool {
        self.0 & Self::INLINE != 0
    }
}

/// Returns the steps at locations that have a single frame, which most have; they fit a faster cache than all frames.
pub(super) fn only_steps(column: &TreeColumn<'_, '_>) -> Vec<Step> {
    let only = |list: &[FrameId]| match list {
        [frame] => Step::new(*frame, false),
        _ => Step::END,
    };
    column.frames.by_location().iter().map(only).collect()
}
