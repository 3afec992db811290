//! What the buckets hold at one moment, and what changed between two.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::assemble;
use super::buckets::{self, Bucket, BucketId};
use super::countdown::{self, Weight};
use crate::error::Result;
use crate::profile::Profile;

/// The units of 2^-20 blocks of a row: allocated ever, and in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) allocated: i64,
    pub(super) in_use: i64,
}

/// A row of a heap profile.
pub(super) struct Row<'b> {
    pub(super) bucket: &'b Bucket,
    pub(super) amounts: Amounts,
}

/// All buckets at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    buckets: Vec<Bucket>,
    pub(super) taken: SystemTime,
    /// The rate in force.
    pub(super) rate: usize,
    pub(super) lost: u64,
    pub(super) untracked: u64,
}

impl Snapshot {
    /// Notes what the buckets hold now; other threads may be changing them, each bucket by itself.
    pub(crate) fn take() -> Self {
        let mut all = Vec::with_capacity(buckets::len() + 16);
        all.extend(buckets::all());
        let (lost, untracked) = super::shortfalls();
        Self { buckets: all, taken: SystemTime::now(), rate: countdown::rate(), lost, untracked }
    }

    fn rows(&self, amounts: impl Fn(&Bucket) -> Amounts) -> Vec<Row<'_>> {
        self.buckets.iter().map(|bucket| Row { bucket, amounts: amounts(bucket) }).collect()
    }

    /// Makes a profile of all there is; `default_type` is the name of the sample type to show first.
    pub(crate) fn profile(&self, default_type: &str) -> Result<Profile> {
        assemble::profile(self, &self.rows(amounts_of), Duration::ZERO, default_type)
    }

    /// Makes a profile of the samples themselves; its period is the rate that scales them.
    ///
    /// Samples of different rates have no such rate: then they are scaled, and the period is 1.
    pub(crate) fn samples(&self) -> Result<Profile> {
        let counted: Option<Vec<Row<'_>>> = self.buckets.iter().map(|bucket| self.counted(bucket)).collect();
        let rate = if counted.is_some() { self.rate } else { 1 };
        let said = Self { buckets: Vec::new(), rate, ..*self };
        assemble::profile(&said, &counted.unwrap_or_else(|| self.rows(amounts_of)), Duration::ZERO, "")
    }

    /// Returns how many samples a bucket has, in units of 2^-20; `None` if not all of them are of the rate in force.
    fn counted<'b>(&self, bucket: &'b Bucket) -> Option<Row<'b>> {
        let weight = (self.rate != 0).then(|| Weight::of(bucket.size, self.rate as u64).0)?;
        let count = |sum: Weight| {
            let count = sum.0.is_multiple_of(weight).then(|| sum.0 / weight)?;
            Some(count.wrapping_mul(Weight::ONE).cast_signed())
        };
        Some(Row { bucket, amounts: Amounts { allocated: count(bucket.allocated)?, in_use: count(bucket.in_use)? } })
    }

    /// Makes a profile of what was in use when most was.
    pub(crate) fn peak(&self) -> Result<Profile> {
        let at_peak = |bucket: &Bucket| Amounts { in_use: bucket.at_peak.0.cast_signed(), ..amounts_of(bucket) };
        assemble::profile(self, &self.rows(at_peak), Duration::ZERO, "")
    }

    /// Makes a profile of what changed since `earlier`; less is in use where values are negative.
    pub(crate) fn since(&self, earlier: &Self, default_type: &str) -> Result<Profile> {
        let before: HashMap<BucketId, Amounts> =
            earlier.buckets.iter().map(|bucket| (bucket.id, amounts_of(bucket))).collect();
        let change = |bucket: &Bucket| {
            let (old, new) = (before.get(&bucket.id).copied().unwrap_or_default(), amounts_of(bucket));
            Amounts { allocated: new.allocated - old.allocated, in_use: new.in_use - old.in_use }
        };
        let mut rows = self.rows(change);
        rows.retain(|row| row.amounts != Amounts::default());
        let duration = self.taken.duration_since(earlier.taken).unwrap_or_default();
        assemble::profile(self, &rows, duration, default_type)
    }
}

fn amounts_of(bucket: &Bucket) -> Amounts {
    // Below 2^63 until 2^43 blocks were allocated by one stack.
    Amounts { allocated: bucket.allocated.0.cast_signed(), in_use: bucket.in_use.0.cast_signed() }
}
