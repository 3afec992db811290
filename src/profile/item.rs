//! What long lists are made of.

use super::LocationId;

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

impl Item for LocationId {
    const ZERO: Self = Self::from_u32(0);
}
