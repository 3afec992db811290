//! What paths have to weigh to have nodes in a call tree.

use super::call_tree::{CallTreeOptions, TreeDetail};
use super::frames::FrameId;

/// What children of a node have to weigh.
pub(super) struct Limit {
    /// Number of nodes above the children.
    pub(super) depth: u32,
    /// What a child has to weigh.
    pub(super) least: f64,
    /// The details whose paths go on below.
    candidates: Vec<usize>,
}

impl Limit {
    /// Returns the limit of a tree of all that weighs `mass` together.
    pub(super) fn of_top(mass: f64, options: CallTreeOptions, details: &[TreeDetail]) -> Self {
        let of_top = details.iter().filter(|detail| detail.path.is_empty()).map(|detail| detail.min_share);
        let least = mass * of_top.fold(options.min_share, f64::min);
        Self { depth: 0, least, candidates: (0..details.len()).collect() }
    }

    /// Returns the limit below a child.
    pub(super) fn below(&self, frame: FrameId, mass: f64, details: &[TreeDetail]) -> Self {
        let mut below = Self { depth: self.depth + 1, least: self.least, candidates: Vec::new() };
        let depth = self.depth as usize;
        for &index in &self.candidates {
            let detail = &details[index];
            if detail.path.get(depth) != Some(&frame) {
                continue;
            }
            if detail.path.len() == depth + 1 {
                below.least = below.least.min(mass * detail.min_share);
            } else {
                below.candidates.push(index);
            }
        }
        below
    }

    /// Returns whether a child has a node: it weighs enough, or the way to a detail leads through it.
    pub(super) fn keeps(&self, child_mass: f64, below: &Self) -> bool {
        child_mass >= self.least || !below.candidates.is_empty() || below.least < self.least
    }
}
