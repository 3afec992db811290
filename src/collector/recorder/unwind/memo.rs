//! What earlier walks of a thread leave behind to make later ones fast.

use super::cache::RuleCache;
use super::trail::Trail;

/// The rules that a thread looked up lately, and its last stack.
pub(crate) struct Memo {
    pub(super) rules: RuleCache,
    pub(super) trail: Trail,
}

impl Memo {
    /// Makes a memo of nothing.
    pub(crate) fn new() -> Self {
        Self { rules: RuleCache::new(), trail: Trail::new() }
    }
}
