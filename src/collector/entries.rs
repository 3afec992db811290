//! The entries of named profiles: what was added under which key, and not removed since.
//!
//! One lock for all: entries are few, and a fork must hold them all. What callers gave is dropped when the lock is free
//! again, because a key's own `drop` may come back here.

use std::any::Any;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use super::sys::locks::{Mutex, MutexGuard};

/// A key of an entry: anything that can be compared.
pub(crate) trait Key: Send {
    fn hash_of(&self) -> u64;
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<K: Hash + Eq + Send + 'static> Key for K {
    fn hash_of(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<K>().is_some_and(|other| self == other)
    }
}

/// The key of an entry that is held; no two have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HeldKey(u64);

impl HeldKey {
    pub(crate) fn next() -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Self(NUMBERS.fetch_add(1, Ordering::Relaxed))
    }
}

/// An entry: its key, and what is counted of it.
struct Entry<V> {
    key: Box<dyn Key>,
    value: V,
}

/// A profile's entries, by the hash of their keys.
pub(crate) struct Entries<V> {
    by_hash: HashMap<u64, Vec<Entry<V>>>,
    /// How many there are in all.
    count: usize,
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self { by_hash: HashMap::new(), count: 0 }
    }
}

/// The entries of all profiles, by name.
pub(crate) type ByName<V> = HashMap<Arc<str>, Entries<V>>;

/// All named profiles, whose entries hold values of `V`.
pub(crate) struct Registry<V>(Mutex<Option<ByName<V>>>);

impl<V> Registry<V> {
    /// Makes the registry of an empty one's lock.
    pub(crate) const fn new(profiles: Mutex<Option<ByName<V>>>) -> Self {
        Self(profiles)
    }

    /// Locks all profiles.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Option<ByName<V>>> {
        // An entry is added or removed as a whole, so the list is whole even after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the names of all profiles.
    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        self.lock().iter().flat_map(HashMap::keys).cloned().collect()
    }

    /// Returns the name of the profile that has it.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<str>> {
        let guard = self.lock();
        let (name, _) = guard.as_ref()?.get_key_value(name)?;
        Some(Arc::clone(name))
    }

    /// Makes a profile; `None` if there is one with this name.
    pub(crate) fn create(&self, name: &str) -> Option<Arc<str>> {
        let mut guard = self.lock();
        let profiles = guard.get_or_insert_default();
        if profiles.contains_key(name) {
            return None;
        }
        let name: Arc<str> = name.into();
        profiles.insert(Arc::clone(&name), Entries::default());
        Some(name)
    }

    /// Returns how many entries a profile has.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.lock().as_ref().and_then(|profiles| profiles.get(name)).map_or(0, |entries| entries.count)
    }

    /// Adds an entry; false if there is one with an equal key of the same type.
    pub(crate) fn insert<K: Hash + Eq + Send + 'static>(&self, name: &Arc<str>, key: Box<K>, value: V) -> bool {
        let hash = key.hash_of();
        let mut guard = self.lock();
        let entries = guard.get_or_insert_default().entry(Arc::clone(name)).or_default();
        let same = entries.by_hash.entry(hash).or_default();
        let is_new = !same.iter().any(|entry| entry.key.equals(&*key));
        if is_new {
            same.push(Entry { key, value });
            entries.count += 1;
        }
        is_new
    }

    /// Removes the entry for `key`, if there is one.
    pub(crate) fn remove<K: Hash + Eq + Send + 'static>(&self, name: &str, key: &K) {
        let hash = key.hash_of();
        let mut guard = self.lock();
        let Some(entries) = guard.as_mut().and_then(|profiles| profiles.get_mut(name)) else { return };
        let Some(same) = entries.by_hash.get_mut(&hash) else { return };
        let Some(row) = same.iter().position(|entry| entry.key.equals(key)) else { return };
        let removed = same.swap_remove(row);
        entries.count -= 1;
        if same.is_empty() {
            entries.by_hash.remove(&hash);
        }
        drop(guard);
        drop(removed);
    }
}

impl<V: Hash + Eq + Clone> Registry<V> {
    /// Returns the distinct values of a profile's entries with how often they come, all of one moment.
    pub(crate) fn counts(&self, name: &str) -> HashMap<V, u64> {
        let mut counts = HashMap::new();
        let guard = self.lock();
        let entries = guard.as_ref().and_then(|profiles| profiles.get(name));
        for entry in entries.into_iter().flat_map(|entries| entries.by_hash.values().flatten()) {
            *counts.entry(entry.value.clone()).or_default() += 1;
        }
        drop(guard);
        counts
    }
}
