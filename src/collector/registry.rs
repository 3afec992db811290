//! Named profiles: counts of things that exist now, by the stacks that made them.
//!
//! ```
//! use rpprof::collector::{Debug, Profile, lookup};
//!
//! let connections = Profile::new("app/connections")?;
//! connections.add(42, 0)?; // The connection's number, and no caller left out.
//! assert_eq!(connections.count(), 1);
//!
//! let mut file = Vec::new();
//! lookup("app/connections").expect("it exists").write_to(&mut file, Debug::Proto)?;
//! connections.remove(&42);
//! # Ok::<(), rpprof::Error>(())
//! ```

use std::hash::Hash;
use std::io::Write;
use std::sync::Arc;

use super::entries::{ByName, HeldKey, Registry};
use super::heap::{self, HeapSnapshot};
use super::labels::LabelSet;
use super::recorder::{self, CapturedStack, Registers};
use super::symbols::symbolize_with_entries;
use super::sys::locks::{Mutex, MutexGuard};
use super::text;
use crate::codec::{self, WriteOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::profile;

/// How to write a profile; the numbers are those of Go's `debug`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Debug {
    /// 0: gzip-compressed protobuf.
    #[default]
    Proto,
    /// 1: text as Go prints it, for readers and old tools: an entry for each distinct stack, with addresses, and with
    /// names in comments. pprof and rpprof read it; of the heap it has the samples as they were taken, which readers
    /// scale by the rate in its first line and cut to whole numbers. The protobuf is more exact.
    Text,
    /// 2: stacks as text; for profiles of counts the same as `Text`.
    Stacks,
}

/// What is counted of an entry: the stack that added it, and the labels in force then.
type Origin = (CapturedStack, LabelSet);

/// All named profiles.
static REGISTRY: Registry<Origin> = Registry::new(Mutex::new(None));

/// Keeps all other threads from changing profiles, for the time of a fork.
pub(crate) struct HeldProfiles {
    _guard: MutexGuard<'static, Option<ByName<Origin>>>,
}

impl HeldProfiles {
    pub(crate) fn hold() -> Self {
        Self { _guard: REGISTRY.lock() }
    }
}

/// Names that are not for programs to give: those that are served, and those of Go.
const OURS: [&str; 9] = ["allocs", "block", "cpu", "goroutine", "heap", "mutex", "profile", "threadcreate", "threads"];

/// A profile with a name: of things that exist now, such as open connections, by the stacks that made them; or of the
/// heap.
///
/// It exists as long as the program; copies are the same profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    name: Arc<str>,
}

/// Returns all profiles, by name.
///
/// `heap` and `allocs` are among them if the program's allocator is [`Allocator`](super::Allocator).
pub fn profiles() -> Vec<Profile> {
    let mut names = REGISTRY.names();
    if heap::is_installed() {
        names.extend(["allocs", "heap"].map(Arc::from));
    }
    names.sort();
    names.into_iter().map(|name| Profile { name }).collect()
}

/// Returns the profile with this name.
pub fn lookup(name: &str) -> Option<Profile> {
    if matches!(name, "heap" | "allocs") {
        return heap::is_installed().then(|| Profile { name: name.into() });
    }
    REGISTRY.find(name).map(|name| Profile { name })
}

impl Profile {
    /// Makes a profile; a name begins with the program's or package's, as in `app/connections`.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if the name is empty or one of ours or Go's, or there is a profile with this name.
    pub fn new(name: &str) -> Result<Self> {
        let is_free = !name.is_empty() && !OURS.contains(&name);
        let created = if is_free { REGISTRY.create(name) } else { None };
        created
            .map(|name| Self { name })
            .ok_or_else(|| Error::new(ErrorKind::Argument, format!("a profile with the name {name:?} exists already")))
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how many entries there are.
    pub fn count(&self) -> usize {
        if self.is_of_heap() {
            return recorder::heap::len();
        }
        REGISTRY.count(&self.name)
    }

    fn is_of_heap(&self) -> bool {
        OURS.contains(&&*self.name)
    }

    /// Adds an entry for `key`, with the stack of the caller and without the `skip` nearest functions of it.
    ///
    /// Cost: a walk of the stack and two locks; some microseconds.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if there is an entry for an equal key of the same type, or the profile is the heap's.
    #[inline(never)] // Its own frame is the one that is left out.
    pub fn add<K: Hash + Eq + Send + 'static>(&self, key: K, skip: usize) -> Result<()> {
        self.insert(Box::new(key), recorder::capture(Registers::here(), skip))
    }

    fn insert<K: Hash + Eq + Send + 'static>(&self, key: Box<K>, stack: CapturedStack) -> Result<()> {
        if self.is_of_heap() {
            return Err(Error::new(ErrorKind::Argument, format!("the profile {} takes no entries", self.name)));
        }
        if !REGISTRY.insert(&self.name, key, (stack, LabelSet::current())) {
            return Err(Error::new(ErrorKind::Argument, format!("{}: the key has an entry already", self.name)));
        }
        Ok(())
    }

    /// Removes the entry for `key`; does nothing if there is none.
    pub fn remove<K: Hash + Eq + Send + 'static>(&self, key: &K) {
        REGISTRY.remove(&self.name, key);
    }

    /// Adds an entry that goes when the returned value is dropped, with the stack as [`add`](Self::add) takes it.
    ///
    /// A profile of the heap takes no entries; then this does nothing.
    #[inline(never)] // Its own frame is the one that is left out.
    pub fn hold(&self, skip: usize) -> ProfileEntry {
        let stack = recorder::capture(Registers::here(), skip);
        let key = HeldKey::next();
        // No two held entries have the same number, so nothing but the heap refuses.
        drop(self.insert(Box::new(key), stack));
        ProfileEntry { profile: self.clone(), key }
    }

    /// Returns distinct stacks with their labels and counts; the largest counts first.
    fn counts(&self) -> Vec<(CapturedStack, LabelSet, u64)> {
        let counts = REGISTRY.counts(&self.name);
        let mut counts: Vec<_> = counts.into_iter().map(|((stack, labels), count)| (stack, labels, count)).collect();
        counts.sort_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(&other.0)).then(one.1.cmp(&other.1)));
        counts
    }

    /// Makes a profile of what there is now, with one sample type: the name, in `count`; or those of the heap, see
    /// [`heap_profile`](super::heap_profile).
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn snapshot(&self) -> Result<profile::Profile> {
        match &*self.name {
            "heap" => return HeapSnapshot::take()?.profile(),
            "allocs" => return HeapSnapshot::take()?.allocs(),
            _ => {}
        }
        recorder::count_profile(&self.name, &self.counts())
    }

    /// Writes what there is now; text has names with the feature `collector-symbols`, and else files and offsets.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if `writer` fails.
    pub fn write_to(&self, writer: impl Write, debug: Debug) -> Result<()> {
        match debug {
            // Go compresses profiles of itself with the least effort too.
            Debug::Proto => codec::write(&self.snapshot()?, writer, &WriteOptions::default().with_level(1)),
            Debug::Text | Debug::Stacks if self.is_of_heap() => {
                let (profile, entries) = symbolize_with_entries(&HeapSnapshot::take()?.samples()?)?;
                text::write_heap(&profile, &entries, writer)
            }
            Debug::Text | Debug::Stacks => {
                let (profile, entries) = symbolize_with_entries(&self.snapshot()?)?;
                text::write_counts(&profile, &entries, &self.name, writer)
            }
        }
    }
}

/// An entry of a profile, which goes when this is dropped.
#[derive(Debug)]
#[must_use = "the entry is in the profile until this is dropped"]
pub struct ProfileEntry {
    profile: Profile,
    key: HeldKey,
}

impl Drop for ProfileEntry {
    fn drop(&mut self) {
        self.profile.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn open(profile: &Profile, key: &'static str) {
        profile.add(key, 0).expect("a new key");
    }

    #[cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn entries_are_counted_by_stack() {
        let profile = Profile::new("test/entries").expect("a new name");
        assert!(Profile::new("test/entries").is_err());
        for key in ["one", "two", "three"] {
            open(&profile, key);
        }
        assert!(profile.add("two", 0).is_err());
        profile.add(2_u64, 0).expect("keys of other types are other keys");
        let held = crate::labels! { "by" => "guard" }.scope(|| profile.hold(0));
        assert_eq!(profile.count(), 5);
        let snapshot = lookup("test/entries").expect("it exists").snapshot().expect("it can be made");
        assert_eq!(snapshot.samples().column(0).collect::<Vec<_>>(), [3, 1, 1]);
        drop(held);
        profile.remove(&"two");
        profile.remove(&"none");
        assert_eq!(profile.count(), 3);
        assert!(profiles().contains(&profile));
    }

    #[cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know assembly")]
    fn stacks_begin_with_the_caller() {
        let profile = Profile::new("test/stacks").expect("a new name");
        open(&profile, "key");
        let snapshot = profile.snapshot().expect("it can be made");
        let stack = snapshot.stack(snapshot.samples().stacks()[0]);
        let leaf = snapshot.symbols().locations()[stack[0].index()].address;
        assert!((open as *const () as u64..open as *const () as u64 + 400).contains(&leaf));
        let mut text = Vec::new();
        profile.write_to(&mut text, Debug::Text).expect("a vector takes all bytes");
        let text = String::from_utf8(text).expect("it is text");
        assert!(text.starts_with("test/stacks profile: total 1\n1 @ 0x"), "{text}");
        #[cfg(feature = "collector-symbols")]
        assert!(text.contains("::open+0x"), "{text}");
        // With names, calls that were inlined have lines of their own.
        assert!(text.lines().filter(|line| line.starts_with("#\t0x")).count() >= stack.len());
    }
}
