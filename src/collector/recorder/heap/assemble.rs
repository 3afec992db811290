//! From a snapshot to a profile.

use std::time::Duration;

use super::buckets;
use super::countdown::Weight;
use super::snapshot::{Row, Snapshot};
use super::threads;
use crate::collector::labels::LabelSet;
use crate::collector::recorder::assemble::{Places, label_pairs, thread_labels, unix_nanos};
use crate::collector::recorder::sessions;
use crate::collector::recorder::stacks::Stack;
use crate::error::Result;
use crate::profile::{Label, Profile, ProfileBuilder};

/// The frames between a program's call and the hook, once they have names. Those without a path are of inlined calls,
/// where debug information has lines only.
const HOOK_FRAMES: &str = concat!(
    r"<?rpprof::collector::.*|__rustc::__r.*|__r(ust|g|dl)_(alloc|alloc_zeroed|realloc)|alloc::alloc::.*|<alloc::alloc::Global as .*",
    r"|allocate(_zeroed)?|(alloc|grow)_impl(_runtime)?|exchange_malloc",
);

/// Rounds the units of a column to whole blocks so that the sum of all rows is right to the nearest block, too.
struct Rounding {
    /// What is left of the rows so far: at least 0 and less than a block.
    rest: i64,
}

impl Default for Rounding {
    /// Begins with half a block: from 0 on, sums would on average be half a block too small.
    fn default() -> Self {
        Self { rest: Weight::ONE.cast_signed() / 2 }
    }
}

impl Rounding {
    fn round(&mut self, units: i64) -> i64 {
        let unit = Weight::ONE.cast_signed();
        let sum = units.saturating_add(self.rest);
        self.rest = sum.rem_euclid(unit);
        sum.div_euclid(unit)
    }
}

/// Returns the bytes of blocks of `size` bytes, to the nearest.
fn bytes(units: i64, size: u64) -> i64 {
    let unit = i128::from(Weight::ONE);
    let bytes = (i128::from(units) * i128::from(size) + unit / 2).div_euclid(unit);
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Makes the profile of some rows, with Go's sample types.
///
/// # Errors
/// None that a caller could cause.
pub(super) fn profile(
    snapshot: &Snapshot,
    rows: &[Row<'_>],
    duration: Duration,
    default_type: &str,
) -> Result<Profile> {
    let (history, epoch) = sessions::objects();
    let mut builder = ProfileBuilder::new();
    for (kind, unit) in
        [("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]
    {
        builder.sample_type(kind, unit);
    }
    let mut places = Places::new(&history, &mut builder);
    let (mut allocated, mut in_use) = (Rounding::default(), Rounding::default());
    let (bytes_key, no_unit) = (builder.string("bytes"), builder.string(""));
    let mut cut = 0;
    let mut addresses = Vec::new();
    for Row { bucket, amounts } in rows {
        addresses.clear();
        addresses.extend(buckets::stack_of(bucket.id));
        let stack = Stack { epoch, is_cut: bucket.is_cut, addresses: &addresses };
        let stack = places.stack(stack, &mut builder);
        let mut labels = label_pairs(&LabelSet::of_sample(bucket.labels), &mut builder);
        let thread = threads::name_of(bucket.thread);
        labels.extend(thread.iter().flat_map(|thread| thread_labels(thread, &mut builder)));
        labels.push(Label::number(bytes_key, i64::try_from(bucket.size).unwrap_or(i64::MAX), no_unit));
        let labels = builder.label_set(&labels);
        let values = [
            allocated.round(amounts.allocated),
            bytes(amounts.allocated, bucket.size),
            in_use.round(amounts.in_use),
            bytes(amounts.in_use, bucket.size),
        ];
        builder.sample(stack, labels, &values);
        cut += u64::from(bucket.is_cut);
    }
    let mut comments = Vec::new();
    if snapshot.lost > 0 {
        comments.push(format!("rpprof: {} samples were lost for want of room", snapshot.lost));
    }
    if snapshot.untracked > 0 {
        let count = snapshot.untracked;
        comments.push(format!("rpprof: {count} samples count as allocated and not as in use, for want of room"));
    }
    if cut > 0 {
        comments.push(format!("rpprof: {cut} of {} stacks lack callers; they end with [callers missing]", rows.len()));
    }
    let comments = comments.iter().map(|comment| builder.string(comment)).collect();
    let period_type = builder.value_type("space", "bytes");
    let (default_sample_type, drop_frames) = (builder.string(default_type), builder.string(HOOK_FRAMES));
    let header = builder.header_mut();
    header.time_nanos = unix_nanos(snapshot.taken);
    header.duration_nanos = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    header.period_type = period_type;
    header.period = i64::try_from(snapshot.rate).unwrap_or(i64::MAX);
    header.default_sample_type = default_sample_type;
    header.drop_frames = drop_frames;
    header.comments = comments;
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_the_sum() {
        let unit = Weight::ONE.cast_signed();
        let mut rounding = Rounding::default();
        let rounded: Vec<i64> = (0..100).map(|_| rounding.round(unit * 158 / 100)).collect();
        assert!(rounded.iter().all(|&blocks| blocks == 1 || blocks == 2));
        assert_eq!(rounded.iter().sum::<i64>(), 158, "truncated, all together are a little less than that");
        assert_eq!([unit / 2, unit / 2 - 1].map(|units| Rounding::default().round(units)), [1, 0]);
        assert_eq!(Rounding::default().round(-unit), -1);
        assert_eq!((bytes(unit / 2, 10), bytes(-unit, 7), bytes(0, 9)), (5, -7, 0));
    }
}
