//! What long lists are made of.

use super::{LabelSetId, LocationId, StackId};

/// A plain number of which a list may hold very many.
pub(crate) trait Item: Copy {
    /// Zero.
    const ZERO: Self;
}

impl Item for u8 {
    const ZERO: Self = 0;
}

impl Item for i64 {
    const ZERO: Self = 0;
}

impl Item for u32 {
    const ZERO: Self = 0;
}

impl Item for [u64; 3] {
    const ZERO: Self = [0; 3];
}

impl Item for LocationId {
    const ZERO: Self = Self::from_u32(0);
}

impl Item for StackId {
    const ZERO: Self = Self::from_u32(0);
}

impl Item for LabelSetId {
    const ZERO: Self = Self::EMPTY;
}
