//! The crowd: threads that come and go before they get a timer of their own.
//!
//! The process's timer shows where they are. How often it expired tells nothing of them: the time that it measures is that
//! of all threads, and a signal goes to whoever runs. So a sample stands for what its thread took since the one before,
//! and the first one for the time between two signals: as long a thread runs on average before its first sample and after
//! its last one together, and a shorter one has a chance of a sample that makes up for it. And what the crowd took as a
//! whole is known in the end: what the process took, less what all other threads did. That is shared out over its samples.

use std::collections::HashMap;

use super::random::Random;

/// How often what was seen of the crowd is multiplied at most. More would blow up a few stacks that say nothing of the
/// rest.
const MOST_TIMES: u64 = 8;

/// What was seen of the crowd.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// Samples of threads that may be found yet, by their ids.
    young: HashMap<i32, Young>,
    /// What was seen at each row of the sample table, in nanoseconds.
    seen_nanos: Vec<u64>,
    /// What was seen of it and could not be stored, in nanoseconds.
    pub(super) lost_nanos: u64,
}

/// The samples of a thread without a timer.
#[derive(Debug)]
struct Young {
    /// Tells the thread apart from another one with the same id.
    claim: u64,
    /// The CPU time that it had taken at its last sample.
    cpu_nanos: u64,
    /// Rows and nanoseconds.
    seen: Vec<(usize, u64)>,
}

/// How the crowd's samples were shared out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shares {
    /// Rows and their samples.
    pub(super) rows: Vec<(usize, u64)>,
    /// Samples that were lost.
    pub(super) lost: u64,
    /// Samples that no stack is known for.
    pub(super) unplaced: u64,
}

impl Crowd {
    /// Notes a sample of a thread without a timer, which had taken `cpu_nanos` then.
    ///
    /// A thread's first sample stands for `first_nanos`.
    pub(super) fn note(&mut self, thread: i32, claim: u64, row: usize, cpu_nanos: u64, first_nanos: u64) {
        if let Some(young) = self.young.get_mut(&thread).filter(|young| young.claim == claim) {
            young.seen.push((row, cpu_nanos.saturating_sub(young.cpu_nanos)));
            young.cpu_nanos = cpu_nanos;
        } else {
            let young = Young { claim, cpu_nanos, seen: vec![(row, first_nanos)] };
            let before = self.young.insert(thread, young);
            before.into_iter().flat_map(|young| young.seen).for_each(|(row, nanos)| self.see(row, nanos));
        }
    }

    /// Notes that the crowd took about `nanos` where the sample of `row` was.
    pub(super) fn see(&mut self, row: usize, nanos: u64) {
        if self.seen_nanos.len() <= row {
            self.seen_nanos.resize(row + 1, 0);
        }
        self.seen_nanos[row] += nanos;
    }

    /// Takes a thread out of the crowd; returns what was seen of it: rows and nanoseconds.
    pub(super) fn take(&mut self, thread: i32) -> Vec<(usize, u64)> {
        self.young.remove(&thread).map(|young| young.seen).unwrap_or_default()
    }

    /// Gives up on finding the threads that samples were noted of, but for those that `is_known`.
    pub(super) fn forget(&mut self, is_known: impl Fn(i32) -> bool) {
        let gone: Vec<i32> = self.young.keys().copied().filter(|&thread| !is_known(thread)).collect();
        for thread in gone {
            self.take(thread).into_iter().for_each(|(row, nanos)| self.see(row, nanos));
        }
    }

    /// Shares `count` samples of `period_nanos` out over what was seen.
    pub(super) fn shares(mut self, count: u64, period_nanos: u64, random: &mut Random) -> Shares {
        self.forget(|_| false);
        let rows = self.seen_nanos.iter().copied().enumerate().filter(|&(_, nanos)| nanos > 0);
        let mut parts: Vec<(Option<usize>, u64)> = rows.map(|(row, nanos)| (Some(row), nanos)).collect();
        parts.push((None, self.lost_nanos));
        let seen: u64 = parts.iter().map(|part| part.1).sum();
        let placed = count.min(seen.saturating_mul(MOST_TIMES).div_ceil(period_nanos));
        let mut shares = Shares { unplaced: count - placed, ..Shares::default() };
        for (place, count) in share_out(placed, &parts, random) {
            match place {
                Some(row) => shares.rows.push((row, count)),
                None => shares.lost += count,
            }
        }
        shares
    }
}

/// Shares `count` out in proportion to the second members of `parts`; leaves out those that get nothing.
///
/// What is not whole is rounded so that the sum is `count`, and that each part is right on average.
pub(super) fn share_out<P: Copy>(count: u64, parts: &[(P, u64)], random: &mut Random) -> Vec<(P, u64)> {
    let total: u128 = parts.iter().map(|part| u128::from(part.1)).sum();
    if total == 0 {
        return Vec::new();
    }
    let phase = u128::from(random.below(u64::try_from(total).unwrap_or(u64::MAX)));
    let mut sum = 0;
    let mut given = 0;
    let share = |&(place, part): &(P, u64)| {
        sum += u128::from(part);
        // At most `count`: the sum is at most the total, and the phase below it.
        let until = ((sum * u128::from(count) + phase) / total) as u64;
        let share = until - given;
        given = until;
        (share > 0).then_some((place, share))
    };
    parts.iter().filter_map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_are_right_on_average() {
        let mut random = Random::new();
        let parts = [('a', 10), ('b', 0), ('c', 25), ('d', 65)];
        let mut sums = HashMap::new();
        const ROUNDS: u64 = if cfg!(miri) { 200 } else { 20_000 };
        for _ in 0..ROUNDS {
            let shares = share_out(7, &parts, &mut random);
            assert_eq!(shares.iter().map(|share| share.1).sum::<u64>(), 7);
            for (place, count) in shares {
                *sums.entry(place).or_insert(0) += count;
            }
        }
        assert!(!sums.contains_key(&'b'));
        for (place, part) in parts.into_iter().filter(|part| part.1 > 0) {
            let (mean, expected) = (sums[&place] as f64 / ROUNDS as f64, 7.0 * part as f64 / 100.0);
            // Seven times the greatest deviation that a rounded number can have.
            assert!((mean - expected).abs() < 7.0 * 0.5 / (ROUNDS as f64).sqrt(), "{place}: {mean}, not {expected}");
        }
        assert!(share_out(7, &[('a', 0)], &mut random).is_empty());
    }

    #[test]
    fn what_the_crowd_took_goes_where_it_was_seen() {
        let mut crowd = Crowd::default();
        crowd.note(5, 1, 0, 77, 100);
        crowd.note(5, 2, 1, 33, 100);
        crowd.note(6, 3, 2, 33, 100);
        crowd.note(6, 3, 3, 133, 100);
        crowd.note(6, 3, 2, 183, 100);
        assert_eq!(crowd.take(6), [(2, 100), (3, 100), (2, 50)]);
        crowd.lost_nanos = 200;
        let shares = crowd.shares(8, 100, &mut Random::new());
        assert_eq!(shares, Shares { rows: vec![(0, 2), (1, 2)], lost: 4, unplaced: 0 });
        let unseen = Crowd::default().shares(3, 100, &mut Random::new());
        assert_eq!(unseen, Shares { unplaced: 3, ..Shares::default() });
    }
}
