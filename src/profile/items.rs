//! The locations of all stacks, in an ordinary vector.

use super::LocationId;

/// A growing list of locations.
#[derive(Clone, Debug, Default)]
pub(super) struct Items(Vec<LocationId>);

impl Items {
    pub(super) fn as_slice(&self) -> &[LocationId] {
        &self.0
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [LocationId] {
        &mut self.0
    }

    /// Appends `count` items and returns them, to be set.
    pub(super) fn grow(&mut self, count: usize) -> &mut [LocationId] {
        let len = self.0.len();
        self.0.resize(len + count, LocationId::from_u32(0));
        &mut self.0[len..]
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}
