//! A thread's cache of rules: most samples are taken where others were.

use std::sync::atomic::{AtomicU64, Ordering};

use super::rule::Rule;
use crate::collector::sys::zeroed;

/// How many rules a thread remembers; a power of two. 16 bytes each.
const ENTRIES: usize = 1024;

/// The rules of addresses that were looked up lately.
///
/// An entry is two words, the second one a rule and the first one its key mixed with the rule: an entry that was torn
/// by another writer on the same thread does not match any key.
pub(crate) struct RuleCache<W = Box<[AtomicU64]>>(W);

/// A cache in static memory.
pub(crate) type StaticCache = RuleCache<[AtomicU64; ENTRIES * 2]>;

/// An address and the generation of the modules that it was looked up in, in one word.
#[derive(Clone, Copy)]
struct Key(u64);

impl Key {
    fn new(address: u64, generation: u16) -> Self {
        // Addresses of a process have 47 bits, or 48.
        Self(address ^ u64::from(generation) << 48)
    }

    fn row(self) -> usize {
        // Fibonacci hashing: the top bits of the product depend on all bits of the key.
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - ENTRIES.trailing_zeros())) as usize * 2
    }
}

impl RuleCache {
    /// Makes an empty cache.
    pub(crate) fn new() -> Self {
        Self(zeroed::words(ENTRIES * 2))
    }
}

impl StaticCache {
    /// Makes an empty cache.
    pub(crate) const fn empty() -> Self {
        Self([const { AtomicU64::new(0) }; ENTRIES * 2])
    }
}

impl<W: AsRef<[AtomicU64]>> RuleCache<W> {
    /// Returns the rule of `address`, from `look_up` if it is not in the cache.
    #[inline]
    pub(crate) fn get_or(&self, address: u64, generation: u16, look_up: impl FnOnce() -> Rule) -> Rule {
        let key = Key::new(address, generation);
        let row = key.row();
        let words = self.0.as_ref();
        let mixed = words[row].load(Ordering::Relaxed);
        let bits = words[row + 1].load(Ordering::Relaxed);
        if mixed ^ bits == key.0 {
            return Rule::from_bits(bits);
        }
        let rule = look_up();
        words[row].store(key.0 ^ rule.bits(), Ordering::Relaxed);
        words[row + 1].store(rule.bits(), Ordering::Relaxed);
        rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::recorder::unwind::rule::{Kind, Saved};

    #[test]
    fn rules_are_looked_up_once_for_each_generation() {
        let cache = RuleCache::new();
        let rule = |offset| Rule::new(Kind::Sp, offset, Saved::Same, Saved::At(-8));
        assert_eq!(cache.get_or(0x5555_0000, 1, || rule(8)), rule(8));
        assert_eq!(cache.get_or(0x5555_0000, 1, || rule(16)), rule(8));
        assert_eq!(cache.get_or(0x5555_0000, 2, || rule(24)), rule(24));
        for address in 1..5000 {
            assert_eq!(cache.get_or(address * 7, 3, || rule(8 * address as i64)), rule(8 * address as i64));
        }
    }
}
