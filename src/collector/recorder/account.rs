//! A thread's account: the CPU time that it took, set against the samples that were counted of it.
//!
//! A thread of `n` periods and a bit is worth `n` samples or one more; which of the two, a random phase decides, with the
//! chance that makes the mean exact. When a sample comes is another matter: the kernel looks at timers on its tick, and
//! what is due at the end and was not looked at would be missing.

use super::tasks::Task;

/// What is known of a thread in a session.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) task: Task,
    /// The CPU time that the thread had taken when the session began with it, in nanoseconds.
    start_nanos: u64,
    /// Added to its time before whole periods are counted; below a period.
    phase_nanos: u64,
    period_nanos: u64,
    /// How many samples were counted of it: stored ones, and those that were lost.
    counted: u64,
    /// Whether what it did without a timer was counted; it has one now.
    is_settled: bool,
    /// How many samples were due before it got its timer, and have found no stack; its next one takes them.
    owed: u64,
    /// How many samples were counted that its timer has yet to tell of.
    prepaid: u64,
    /// The CPU time that it had taken when its stack was last seen, or asked for, as far as that is known.
    seen_nanos: u64,
    /// The row of its last sample.
    last_row: Option<usize>,
    /// The row of one of its samples since this was last asked, all with the same chance, and how many there were.
    picked: (Option<usize>, u64),
    /// The CPU time that it had taken when that was last looked up.
    known_nanos: u64,
}

/// What is due at the end of a session, or of the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// Samples that were never sent.
    pub(super) due: u64,
    /// Where to count them, if the thread had a sample at all.
    pub(super) row: Option<usize>,
    /// The CPU time that all samples of the thread stand for.
    pub(super) cpu_nanos: u64,
}

impl Account {
    /// Opens the account of a thread that had taken `start_nanos` before; `phase_nanos` is below the period.
    pub(super) fn new(task: Task, start_nanos: u64, phase_nanos: u64, period_nanos: u64) -> Self {
        Self {
            task,
            start_nanos,
            phase_nanos,
            period_nanos,
            counted: 0,
            is_settled: false,
            owed: 0,
            prepaid: 0,
            seen_nanos: start_nanos,
            last_row: None,
            picked: (None, 0),
            known_nanos: start_nanos,
        }
    }

    /// Returns how many samples are due when the thread has taken `cpu_nanos`.
    fn due_at(&self, cpu_nanos: u64) -> u64 {
        (cpu_nanos.saturating_sub(self.start_nanos) + self.phase_nanos) / self.period_nanos
    }

    /// Returns how many samples are due and were not counted when the thread has taken `cpu_nanos`.
    pub(super) fn missing_at(&self, cpu_nanos: u64) -> u64 {
        self.due_at(cpu_nanos).saturating_sub(self.counted)
    }

    /// Returns the CPU time at which the next sample is due for a thread that has taken `cpu_nanos`.
    pub(super) fn next_due_nanos(&self, cpu_nanos: u64) -> u64 {
        self.start_nanos + (self.due_at(cpu_nanos) + 1) * self.period_nanos - self.phase_nanos
    }

    /// Returns how many samples are due of what the thread has taken without a timer, as far as that is known.
    ///
    /// If it `was_seen`, the caller counts them there; otherwise its next sample takes them.
    pub(super) fn settle(&mut self, was_seen: bool) -> u64 {
        let due = self.missing_at(self.known_nanos);
        self.is_settled = true;
        self.owed = if was_seen { 0 } else { due };
        due
    }

    /// Returns whether the thread is settled: its own timer tells what it does.
    pub(super) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Notes samples that were counted at `row`.
    pub(super) fn count(&mut self, row: usize, weight: u64) {
        self.counted += weight;
        self.last_row = Some(row);
    }

    /// Notes a sample that its timer or event sent; returns what it counts for.
    pub(super) fn take(&mut self, row: usize, weight: u64, random: impl FnOnce(u64) -> u64) -> u64 {
        let told = weight.min(self.prepaid);
        self.prepaid -= told;
        let weight = weight - told + std::mem::take(&mut self.owed);
        self.seen_nanos = self.known_nanos;
        self.count(row, weight);
        self.picked.1 += 1;
        if random(self.picked.1) == 0 {
            self.picked.0 = Some(row);
        }
        weight
    }

    /// Notes that a stack was taken without its timer; returns what it counts for.
    pub(super) fn take_owed(&mut self, row: usize) -> u64 {
        let weight = std::mem::take(&mut self.owed);
        self.count(row, weight);
        weight
    }

    /// Notes a sample that the helper asked for; returns what it counts for.
    pub(super) fn take_asked(&mut self, row: usize) -> u64 {
        let weight = self.missing_at(self.known_nanos);
        self.prepaid += weight - std::mem::take(&mut self.owed).min(weight);
        self.count(row, weight);
        weight
    }

    /// Returns whether to ask where the thread is, as it has taken more than `nanos` since its stack was last seen.
    pub(super) fn is_overdue(&mut self, nanos: u64) -> bool {
        let since = self.known_nanos.saturating_sub(self.seen_nanos);
        let is_overdue = self.is_settled && since > nanos && self.missing_at(self.known_nanos) > 0;
        if is_overdue {
            self.seen_nanos = self.known_nanos;
        }
        is_overdue
    }

    /// Notes samples that were lost.
    pub(super) fn lose(&mut self, weight: u64) {
        self.counted += weight;
    }

    /// Returns the row of one of the samples since this was last asked.
    pub(super) fn pick(&mut self) -> Option<usize> {
        std::mem::take(&mut self.picked).0
    }

    /// Notes what the thread has taken.
    pub(super) fn know(&mut self, cpu_nanos: u64) {
        self.known_nanos = cpu_nanos;
    }

    /// Returns what is due of the time that is known.
    pub(super) fn close(&self) -> Closing {
        let cpu_nanos = self.known_nanos.saturating_sub(self.start_nanos);
        Closing { due: self.missing_at(self.known_nanos), row: self.last_row, cpu_nanos }
    }

    /// Returns the CPU time of the samples that were counted.
    pub(super) fn counted_nanos(&self) -> u64 {
        self.counted * self.period_nanos
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: Task = Task { id: 1, inode: 1 };

    #[test]
    fn samples_are_due_in_proportion_to_time_for_any_length() {
        const PERIOD: u64 = 1000;
        for cpu_nanos in [1, 100, 999, 1000, 1001, 12_345] {
            let due = |phase| Account::new(TASK, 50, phase, PERIOD).missing_at(50 + cpu_nanos);
            assert_eq!((0..PERIOD).map(due).sum::<u64>(), cpu_nanos);
        }
    }

    #[test]
    fn the_next_sample_is_due_when_the_count_changes() {
        for (phase, cpu_nanos) in [(0, 0), (0, 10), (7, 2), (7, 3), (9, 1234)] {
            let account = Account::new(TASK, 0, phase, 10);
            let next = account.next_due_nanos(cpu_nanos);
            assert!(next > cpu_nanos);
            assert_eq!(account.due_at(next), account.due_at(cpu_nanos) + 1);
            assert_eq!(account.due_at(next - 1), account.due_at(cpu_nanos));
        }
    }

    #[test]
    fn what_was_never_sent_is_due_at_the_last_row() {
        let mut account = Account::new(TASK, 100, 0, 10);
        account.know(125);
        assert_eq!(account.settle(false), 2);
        assert!(account.is_settled());
        assert_eq!(account.take(5, 3, |_| 0), 5);
        account.lose(1);
        assert_eq!(account.take_owed(6), 0);
        assert_eq!((account.pick(), account.pick()), (Some(5), None));
        account.know(199);
        assert!(account.is_overdue(70) && !account.is_overdue(70));
        assert_eq!(account.close(), Closing { due: 3, row: Some(6), cpu_nanos: 99 });
        assert_eq!(account.counted_nanos(), 60);
        assert_eq!(account.take_asked(7), 3);
        assert_eq!(account.take(8, 4, |_| 0), 1);
    }
}
