//! A thread's cache of rules: most samples are taken where others were.

use std::borrow::Borrow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::rule::Rule;
use crate::collector::sys::zeroed;

/// How many rules a thread remembers; a power of two. 16 bytes each.
const ENTRIES: usize = 1024;

/// An entry is two words, the second one a rule and the first one its key mixed with the rule: an entry that was torn
/// by another writer does not match any key.
type Words = [AtomicU64; ENTRIES * 2];

/// The rules of addresses that were looked up lately.
pub(crate) struct RuleCache<W = Box<Words>> {
    words: W,
    /// What the rules are of; see [`renew`](Self::renew).
    generation: AtomicU64,
}

/// A cache in static memory.
pub(crate) type StaticCache = RuleCache<Words>;

/// What an entry is found by: an address, which may be mixed with something in its top 16 bits.
#[derive(Clone, Copy)]
pub(crate) struct Key(u64);

impl Key {
    /// Makes the key of an address.
    #[inline]
    pub(crate) fn new(address: u64) -> Self {
        Self(address)
    }

    /// Makes the key of an address whose rule depends on something else too.
    #[inline]
    pub(crate) fn mixed(address: u64, other: u16) -> Self {
        // Addresses of a process have 47 bits, or 48.
        Self(address ^ u64::from(other) << 48)
    }

    /// Returns the place of the entry. Addresses near one another have places of their own.
    ///
    /// It is counted from the next address: for a caller that is the return address, which is known a moment earlier.
    #[inline]
    fn place(self) -> usize {
        /// Instructions of aarch64 are at every fourth address.
        const SHIFT: u32 = if cfg!(target_arch = "aarch64") { 2 } else { 0 };
        (self.0.wrapping_add(1) >> SHIFT) as usize % ENTRIES * 2
    }
}

impl RuleCache {
    /// Makes an empty cache.
    pub(crate) fn new() -> Self {
        let words = zeroed::words(ENTRIES * 2).try_into().expect("as many words as were asked for");
        Self { words, generation: AtomicU64::new(0) }
    }
}

impl StaticCache {
    /// Makes an empty cache.
    pub(crate) const fn empty() -> Self {
        Self { words: [const { AtomicU64::new(0) }; ENTRIES * 2], generation: AtomicU64::new(0) }
    }
}

impl<W: Borrow<Words>> RuleCache<W> {
    /// Forgets all rules unless they are of this generation of whatever they are looked up in.
    #[inline]
    pub(crate) fn renew(&self, generation: u64) {
        if self.generation.load(Ordering::Relaxed) != generation {
            self.clear();
            self.generation.store(generation, Ordering::Relaxed);
        }
    }

    #[cold]
    fn clear(&self) {
        // Words that are 0 need no store, so that memory that was never used still takes no place.
        for word in self.words.borrow().iter().filter(|word| word.load(Ordering::Relaxed) != 0) {
            word.store(0, Ordering::Relaxed);
        }
    }

    /// Returns the rule for `key`, from `look_up` if it is not in the cache.
    #[inline]
    pub(crate) fn get_or(&self, key: Key, look_up: impl FnOnce() -> Rule) -> Rule {
        let place = key.place();
        let words = self.words.borrow();
        let mixed = words[place].load(Ordering::Relaxed);
        let bits = words[place + 1].load(Ordering::Relaxed);
        if mixed ^ bits == key.0 {
            return Rule::from_bits(bits);
        }
        let rule = look_up();
        words[place].store(key.0 ^ rule.bits(), Ordering::Relaxed);
        words[place + 1].store(rule.bits(), Ordering::Relaxed);
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
        let key = Key::new(0x5555_0000);
        cache.renew(1);
        assert_eq!(cache.get_or(key, || rule(8)), rule(8));
        cache.renew(1);
        assert_eq!(cache.get_or(key, || rule(16)), rule(8));
        cache.renew(2);
        assert_eq!(cache.get_or(key, || rule(24)), rule(24));
        assert_eq!(cache.get_or(Key::mixed(0x5555_0000, 7), || rule(32)), rule(32));
        for address in 1..5000 {
            let expected = rule(8 * address as i64);
            assert_eq!(cache.get_or(Key::new(address * 7), || expected), expected);
        }
    }
}
