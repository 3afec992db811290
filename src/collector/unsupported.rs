//! Stands in for the recorder on systems that have none: everything is refused.

use super::cpu::Engine;
use super::labels::LabelSet;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, ProfileBuilder};

/// What a session is to do.
#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub(crate) engine: Engine,
    pub(crate) period_nanos: u64,
    pub(crate) max_depth: u32,
    pub(crate) has_thread_labels: bool,
}

/// Names a session; there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SessionId {}

/// Says that this system is not supported.
///
/// # Errors
/// Always.
pub(crate) fn start(_options: SessionOptions) -> Result<SessionId> {
    Err(Error::new(ErrorKind::Unsupported, "profiles are collected on 64-bit Linux on x86-64 and aarch64 only"))
}

/// Ends a session.
///
/// # Errors
/// None: there is no session.
pub(crate) fn stop(id: SessionId) -> Result<Profile> {
    match id {}
}

/// Ends a session.
pub(crate) fn cancel(id: SessionId) {
    match id {}
}

/// Where a thread is; not known here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers;

impl Registers {
    /// Returns the registers as they are here.
    pub(crate) fn here() -> Self {
        Self
    }
}

/// A stack; not known here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CapturedStack;

/// Returns an empty stack.
pub(crate) fn capture(_registers: Registers, _skip: usize) -> CapturedStack {
    CapturedStack
}

/// Makes a profile that counts, all in one empty stack.
///
/// # Errors
/// None that a caller could cause.
pub(crate) fn count_profile(kind: &str, stacks: &[(CapturedStack, LabelSet, u64)]) -> Result<Profile> {
    let mut builder = ProfileBuilder::new();
    builder.sample_type(kind, "count");
    let (stack, labels) = (builder.stack(&[]), builder.label_set(&[]));
    for (_, _, count) in stacks {
        builder.sample(stack, labels, &[i64::try_from(*count).unwrap_or(i64::MAX)]);
    }
    builder.build()
}

/// Does nothing.
pub(crate) fn set_heap_threads(_wanted: bool) {}

/// Stands in for the heap profiler.
pub(crate) mod heap {
    use crate::error::Result;
    use crate::profile::{Profile, ProfileBuilder};

    /// Returns whether the allocator of the process is ours, which samples nothing here.
    pub(crate) fn is_installed() -> bool {
        false
    }

    /// Returns the rate, which is that of nothing.
    pub(crate) fn rate() -> usize {
        0
    }

    /// Does nothing.
    pub(crate) fn set_rate(_bytes: usize) {}

    /// Returns 0: nothing is sampled.
    pub(crate) fn in_use_bytes() -> u64 {
        0
    }

    /// Does nothing.
    pub(crate) fn set_notes_peak(_wanted: bool) {}

    /// Returns 0: nothing is sampled.
    pub(crate) fn len() -> usize {
        0
    }

    /// What the heap holds; there is none, because it is only taken if the allocator is ours.
    #[derive(Clone, Debug)]
    pub(crate) struct Snapshot;

    impl Snapshot {
        pub(crate) fn take() -> Self {
            Self
        }

        pub(crate) fn profile(&self, _default_type: &str) -> Result<Profile> {
            ProfileBuilder::new().build()
        }

        pub(crate) fn samples(&self) -> Result<Profile> {
            ProfileBuilder::new().build()
        }

        pub(crate) fn peak(&self) -> Result<Profile> {
            ProfileBuilder::new().build()
        }

        pub(crate) fn since(&self, _earlier: &Self, _default_type: &str) -> Result<Profile> {
            ProfileBuilder::new().build()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::collector::{CpuProfiler, Engine, HeapSnapshot, LabelSet, Profile, heap_profile, lookup, profiles};
    use crate::error::ErrorKind;

    #[test]
    fn profiles_are_refused_and_all_else_works() {
        for engine in [Engine::ThreadTimers, Engine::PerfEvents, Engine::WallClock] {
            let refused = CpuProfiler::builder().engine(engine).start().expect_err("there is no recorder");
            assert_eq!(refused.kind(), ErrorKind::Unsupported);
            assert!(refused.to_string().contains("Linux"), "{refused}");
        }
        assert_eq!(heap_profile().expect_err("nothing is sampled").kind(), ErrorKind::Unsupported);
        assert_eq!(HeapSnapshot::take().expect_err("nothing is sampled").kind(), ErrorKind::Unsupported);
        assert!(lookup("heap").is_none());
        let labels = crate::labels! { "tenant" => "acme" };
        labels.scope(|| assert_eq!(LabelSet::current(), labels));
        let connections = Profile::new("unsupported/connections").expect("a new name");
        connections.add(1, 0).expect("a new key");
        let snapshot = connections.snapshot().expect("it counts without stacks");
        assert_eq!(snapshot.samples().column(0).sum::<i64>(), 1);
        assert!(profiles().contains(&connections));
    }
}
